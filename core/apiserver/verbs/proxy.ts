import type { KubeObject } from '#core/machinery/object';
import { badRequest, notFound } from '#core/machinery/status';
import type { Pod } from '#core/api/types/core/v1';
import type { Result } from '../context.ts';
import type { OutboundRequest, Target as Dialled } from '../outbound.ts';
import { first } from '../query.ts';
import { outboundOf, passedOn, upgraded } from '../proxying/pass-on.ts';
import { proxiedAnswer } from '../proxying/proxied-answer.ts';
import { admitConnect } from './connect.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';

/**
 * pods, services and nodes /proxy. Upstream: pkg/registry/core/{pod,service,node}/rest,
 * apimachinery/pkg/util/proxy/upgradeaware.go.
 */
export const proxy: VerbHandler = async (kit, context, target) => {
  const { scheme, name, port } = proxyName(target.name, target.definition.singular);
  const where = dialled(kit, { ...target, name }, scheme, port);
  await admitConnect(kit, context, target);
  const { info, method } = context;
  const [own = '', query] = splitAt(context.target, '?');
  const asked = info.rest === '' ? (first(info.query, 'path') ?? '') : info.rest;
  const rest = asked === '' || asked.startsWith('/') ? asked : `/${asked}`;
  const path = (rest === '' ? '/' : encodeURI(rest)) + query;
  if (context.upgrade !== undefined) return upgraded(kit, context, where, path);
  if (rest === '' && (method === 'GET' || method === 'HEAD')) return redirect(`${info.path}/${query}`);

  const body = context.body.kind === 'bytes' ? await context.body.read(kit.bodyLimit) : undefined;
  const host = context.headers['host'] ?? context.headers[':authority'] ?? '';
  const request: OutboundRequest = {
    method,
    path,
    headers: { ...forPages(passedOn(context)), 'x-forwarded-uri': own, ...(host === '' ? {} : { host }) },
    ...(body === undefined || body.length === 0 ? {} : { body }),
    signal: context.signal(),
  };
  const answer = await outboundOf(kit).request(where, request);
  const prefix = info.path.slice(0, info.path.length - info.rest.length);
  return {
    kind: 'answer',
    answer: await proxiedAnswer(answer, { prefix, asked: host, dialled: answer.address ?? '' }),
  };
};

/** The mark stays with what follows it. */
function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

/** Relative links of a page need the slash. */
const redirect = (location: string): Result => ({
  kind: 'answer',
  answer: { status: 301, headers: { location }, body: [] },
});

/** Who may get a page gets it uncompressed: its links are rewritten. */
function forPages(headers: Record<string, string>): Record<string, string> {
  if (headers['accept']?.includes('text/html') !== true) return headers;
  return { ...headers, 'accept-encoding': 'identity' };
}

/** `[https:]name[:port]`. */
function proxyName(text: string, singular: string): { scheme: 'http' | 'https'; name: string; port: string } {
  const [first = '', second, third, ...more] = text.split(':');
  if (second === undefined) return { scheme: 'http', name: first, port: '' };
  if (third === undefined) return { scheme: 'http', name: first, port: second };
  if ((first !== '' && first !== 'http' && first !== 'https') || more.length > 0)
    throw badRequest(`invalid ${singular} request ${JSON.stringify(text)}`);
  return { scheme: first === 'https' ? 'https' : 'http', name: second, port: third };
}

/** Throws a StatusError where there is nothing to dial. */
function dialled(kit: Kit, target: Target, scheme: 'http' | 'https', port: string): Dialled {
  const { definition, namespace, name } = target;
  const { store } = kit.parts;
  const key = definition.namespaced ? `${definition.storage}${namespace}/${name}` : definition.storage + name;
  const entry = store.get(key);
  if (entry === undefined) throw notFound(named(target));
  if (definition.resource === 'nodes') return { kind: 'node', name };
  // Nobody knows which certificate a Service's pods show.
  if (definition.resource === 'services')
    return { kind: 'service', namespace, name, port, scheme, tls: { insecure: true } };
  const { spec, status } = entry.object as KubeObject as Pod;
  const own = (spec?.containers ?? []).flatMap(({ ports = [] }) => ports)[0]?.containerPort;
  const number = port === '' ? (own ?? 80) : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65535)
    throw badRequest(`invalid port ${JSON.stringify(port)}`);
  const { podIP = '' } = status ?? {};
  if (podIP === '') throw badRequest('address not allowed');
  return { kind: 'pod', address: podIP, port: number, scheme };
}
