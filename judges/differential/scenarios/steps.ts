import type { JsonObject } from '#core/base';
import type { RequestStep } from '../scenario.ts';

type More = Omit<RequestStep, 'method' | 'path' | 'body'>;
type Body = RequestStep['body'];

export const get = (path: string, more: More = {}): RequestStep => ({ method: 'GET', path, ...more });
export const post = (path: string, body: Body, more: More = {}): RequestStep => send('POST', path, body, more);
export const put = (path: string, body: Body, more: More = {}): RequestStep => send('PUT', path, body, more);
export const patch = (
  path: string,
  body: Body,
  headers: Readonly<Record<string, string>>,
  more: More = {},
): RequestStep => send('PATCH', path, body, { headers, ...more });
export const remove = (path: string, body?: Body, more: More = {}): RequestStep => send('DELETE', path, body, more);

function send(method: RequestStep['method'], path: string, body: Body, more: More): RequestStep {
  return { method, path, ...(body === undefined ? {} : { body }), ...more };
}

/** A ConfigMap: the kind that has least of its own. */
export const configMap = (name: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  ...more,
  metadata: { name, ...(more['metadata'] as JsonObject | undefined) },
});
export const CONFIG_MAPS = '/api/v1/namespaces/{{ns}}/configmaps';

/** What is answered to whoever accepts these media types: a list, the ConfigMap `a`, a refusal, a watch and a write. */
export const answersInForm = (accept: string): readonly RequestStep[] => [
  get(CONFIG_MAPS, { headers: { accept } }),
  get(`${CONFIG_MAPS}/a`, { headers: { accept } }),
  get(`${CONFIG_MAPS}/absent`, { headers: { accept } }),
  get(`${CONFIG_MAPS}?watch=true&timeoutSeconds=1&resourceVersion=x`, { headers: { accept } }),
  post(`${CONFIG_MAPS}?dryRun=All`, configMap('b'), { headers: { accept } }),
];
