import { expect, test } from 'vitest';
import { encodeJson, pipe, textOf, utf8 } from '#core/base';
import { configMaps, deployments } from '#core/api/tokens';
import type { OutboundRequest, WatchEvent } from '#core/apiserver';
import { httpClient } from './http.ts';

function world(status: number, body: Uint8Array, headers: Record<string, string> = {}) {
  const sent: OutboundRequest[] = [];
  const warnings: string[] = [];
  const stream = pipe(1 << 20);
  void stream.writable.write(body);
  const client = httpClient(
    async (request) => {
      sent.push(request);
      return { status, headers, body: stream.readable };
    },
    { userAgent: 'test', warned: (text) => void warnings.push(text) },
  );
  return { client, sent, warnings, stream };
}

const object = { apiVersion: 'v1' as const, kind: 'ConfigMap' as const, metadata: { namespace: 'a', name: 'b' } };

test('paths, queries and bodies are what the API wants', async () => {
  const { client, sent, stream } = world(200, encodeJson({ kind: 'List', items: [] }));
  stream.writable.end();
  await client.list(configMaps, { namespace: 'a b', labelSelector: 'x=y,z', limit: 5 });
  await client.list(deployments).catch(() => undefined);
  await client.create(configMaps, object, { dryRun: true }).catch(() => undefined);
  await client.update(configMaps, object, { subresource: 'status' }).catch(() => undefined);
  await client
    .patch(
      configMaps,
      { namespace: 'a', name: 'b' },
      { type: 'apply', patch: object, force: true },
      { fieldManager: 'me' },
    )
    .catch(() => undefined);
  await client
    .delete(configMaps, { namespace: 'a', name: 'b' }, { preconditions: { uid: 'u' }, gracePeriodSeconds: 0 })
    .catch(() => undefined);
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /api/v1/namespaces/a%20b/configmaps?labelSelector=x%3Dy%2Cz&limit=5',
    'GET /apis/apps/v1/deployments',
    'POST /api/v1/namespaces/a/configmaps?dryRun=All',
    'PUT /api/v1/namespaces/a/configmaps/b/status',
    'PATCH /api/v1/namespaces/a/configmaps/b?fieldManager=me&force=true',
    'DELETE /api/v1/namespaces/a/configmaps/b',
  ]);
  expect(sent[4]!.headers['content-type']).toBe('application/apply-patch+yaml');
  expect(JSON.parse(textOf(sent[5]!.body!))).toEqual({
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    gracePeriodSeconds: 0,
    preconditions: { uid: 'u' },
  });
  await expect(client.get(configMaps, { name: 'b' })).rejects.toThrow('needs a namespace');
});

test('items of lists get the kind that they lack', async () => {
  const { client, stream } = world(200, encodeJson({ kind: 'ConfigMapList', items: [{ metadata: { name: 'b' } }] }));
  stream.writable.end();
  expect((await client.list(configMaps)).items).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } },
  ]);
});

test.each([
  {
    it: 'a Status',
    status: 409,
    body: encodeJson({ kind: 'Status', reason: 'Conflict', message: 'changed', code: 409 }),
    wants: { reason: 'Conflict', message: 'changed', code: 409 },
  },
  {
    it: 'text',
    status: 404,
    body: utf8('404 page not found\n'),
    wants: { reason: 'NotFound', message: '404 page not found', code: 404 },
  },
  {
    it: 'unknown codes',
    status: 502,
    body: utf8(' '),
    wants: { reason: 'InternalError', message: 'the server answered 502', code: 502 },
  },
])('refusals come as $it', async ({ status, body, wants }) => {
  const { client, stream } = world(status, body);
  stream.writable.end();
  await expect(client.get(configMaps, { namespace: 'a', name: 'b' })).rejects.toMatchObject(wants);
});

test('warnings are told', async () => {
  const { client, stream, warnings } = world(200, encodeJson(object), { warning: '299 - "one \\"x\\"", 299 - "two"' });
  stream.writable.end();
  await client.get(configMaps, { namespace: 'a', name: 'b' });
  expect(warnings).toEqual(['one "x"', 'two']);
});

test('watch events come whatever the chunks are', async () => {
  const line = (name: string) => JSON.stringify({ type: 'ADDED', object: { ...object, metadata: { name } } });
  const { client, stream } = world(200, utf8(`${line('a')}\n${line('b')}\n${line('ü').slice(0, 20)}`));
  const batches: string[][] = [];
  const ended = Promise.withResolvers<unknown>();
  await client.watch(
    configMaps,
    { signal: new AbortController().signal },
    {
      events: (events: readonly WatchEvent[]) => void batches.push(events.map((event) => event.object.metadata.name!)),
      ended: ended.resolve,
    },
  );
  const rest = utf8(`${line('ü').slice(20)}\n`);
  for (const byte of rest) void stream.writable.write(Uint8Array.of(byte));
  stream.writable.end();
  expect(await ended.promise).toBeUndefined();
  expect(batches).toEqual([['a', 'b'], ['ü']]);
});
