import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtInDefinitions, registryOf } from '#core/api/definition';
import { textOf } from '#core/base';
import { openApiMounts, openApiOf } from '../../core/apiserver/openapi/index.ts';
import type { Recorded } from './inputs.ts';

const recorded: Recorded = JSON.parse(readFileSync(new URL('inputs/recorded.json', import.meta.url), 'utf8'));
const everything = registryOf(
  builtInDefinitions().map((one) => ({
    ...one,
    versions: one.versions.map((version) => ({ ...version, served: true })),
  })),
);
const info = { title: 'Kubernetes', version: '1.36' };
const documents = openApiOf(everything, info, () => undefined);

/** Where a field has a description upstream writes a reference as `allOf`; the record has neither. */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat);
  if (typeof value !== 'object' || value === null) return value;
  const { 'x-kubernetes-group-version-kind': _, ...node } = value as Record<string, unknown>;
  const entries = Object.entries(node).map(([key, inner]) => [key, flat(inner)] as const);
  const whole = Object.fromEntries(entries);
  return entries.length === 1 && Array.isArray(whole['allOf']) ? whole['allOf'][0] : whole;
}

test('v3 has the schemas that the original had with everything on', () => {
  const seen = new Set<string>();
  for (const name of documents.names) {
    const { components } = documents.v3(name) as unknown as { components: { schemas?: Record<string, unknown> } };
    for (const [definition, schema] of Object.entries(components.schemas ?? {})) {
      if (seen.has(definition)) continue;
      seen.add(definition);
      expect(flat(schema), definition).toEqual(flat(recorded.schemas[definition]));
    }
  }
  expect([...seen].sort()).toEqual(Object.keys(recorded.schemas).sort());
});

test('every path of the default server is there', () => {
  const paths = openApiOf(registryOf(builtInDefinitions()), info, () => undefined).v2()['paths'] as Record<
    string,
    object
  >;
  expect(Object.keys(paths).length).toBe(408);
  expect(Object.keys(paths['/api/v1/namespaces/{namespace}/pods/{name}']!)).toEqual([
    'get',
    'put',
    'delete',
    'patch',
    'parameters',
  ]);
});

const mounts = openApiMounts(registryOf(builtInDefinitions()), {
  info,
  fingerprint: 'x',
  descriptions: async () => (definition, field) => (field === undefined ? `About ${definition}.` : `What ${field} is.`),
});
const ask = async (target: string, headers: Record<string, string> = {}) => {
  const [path = '', hash] = target.split('?hash=');
  const mount = mounts
    .filter((one) => path === one.path || (one.path.endsWith('/') && path.startsWith(one.path)))
    .at(-1)!;
  return mount.answer({
    path,
    query: new Map(hash === undefined ? [] : [['hash', [hash]]]),
    headers,
    user: { name: 'somebody', groups: [] },
  });
};

test('the index of v3 leads to documents that may be kept', async () => {
  const { paths } = JSON.parse(textOf((await ask('/openapi/v3')).body));
  expect(Object.keys(paths)).toContain('apis/apps/v1');
  const { serverRelativeURL } = paths['apis/apps/v1'];
  const document = await ask(serverRelativeURL);
  expect(document.headers['cache-control']).toBe('public, immutable');
  const { schemas } = JSON.parse(textOf(document.body)).components;
  expect(schemas['io.k8s.api.apps.v1.DeploymentSpec'].properties.replicas.description).toBe('What replicas is.');
  expect((await ask(serverRelativeURL, { 'if-none-match': document.headers['etag']! })).status).toBe(304);
  const stale = await ask('/openapi/v3/apis/apps/v1?hash=0');
  expect([stale.status, stale.headers['location']]).toEqual([301, serverRelativeURL]);
  expect((await ask('/openapi/v3/apis/nothing')).status).toBe(404);
});

test('v2 comes as JSON or as protobuf', async () => {
  expect((await ask('/openapi/v2')).headers['content-type']).toBe('application/json');
  const { headers, body } = await ask('/openapi/v2', {
    accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  });
  expect(headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
  // swagger = 1: "2.0"; info = 2.
  expect([...body.subarray(0, 6)]).toEqual([10, 3, 50, 46, 48, 18]);
  expect((await ask('/openapi/v2', { accept: 'text/plain' })).status).toBe(406);
});
