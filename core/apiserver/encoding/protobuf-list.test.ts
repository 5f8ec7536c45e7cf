import { expect, test } from 'vitest';
import { builtInSchemas } from '#core/api/definition';
import { concat, type JsonObject } from '#core/base';
import { decodeProto, openEnvelope, protoLength, encodeProto } from '#core/machinery/protobuf';
import { testServer } from '../test-server.ts';
import type { Request } from '../types.ts';

const CONFIGS = '/api/v1/namespaces/a/configmaps';
const FORMS = ['', ';as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'];
const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A server with the same objects each time, and its lists of them. */
async function world(encodedCache: number) {
  const { server, call, turns } = await testServer({ barrier, limits: { encodedCache } });
  for (let i = 0; i < 100; i++) {
    const metadata = { name: `c${String(i).padStart(3, '0')}`, labels: { half: String(i % 2) } };
    await call('POST', CONFIGS, { metadata, data: { text: 'ü'.repeat(i * 7) } });
  }
  return async (form: string, query = ''): Promise<Uint8Array> => {
    const answering = server.serve({
      method: 'GET',
      target: CONFIGS + query,
      headers: { accept: `application/vnd.kubernetes.protobuf${form}` },
      peer: { address: '127.0.0.1', certificates: [] },
      body: () => Promise.resolve(new Uint8Array()),
    } as unknown as Request);
    await turns.idle();
    return concat((await answering).body as readonly Uint8Array[]);
  };
}

test('a list that is made while it is sent has the bytes of one that is kept', async () => {
  const kept = await world(64 * 1024 * 1024);
  const made = await world(1024);
  for (const form of FORMS)
    for (const query of ['', '?labelSelector=half%3D1', '?limit=30', '?labelSelector=half%3D2'])
      expect(await made(form, query)).toEqual(await kept(form, query));

  const { message } = openEnvelope(await made(''));
  const schema = builtInSchemas.kind('', 'v1', 'ConfigMapList')!;
  const { items } = decodeProto(schema, message, { apiVersion: 'v1', kind: 'ConfigMapList' });
  expect((items as readonly JsonObject[]).map(({ data }) => (data as { text: string }).text.length)).toEqual(
    Array.from({ length: 100 }, (_, i) => i * 7),
  );
});

test('a message has the length that is told of it', () => {
  const schema = builtInSchemas.kind('', 'v1', 'ConfigMap')!;
  for (const object of [{}, { metadata: { name: 'a' } }, { data: { b: 'é'.repeat(20_000) }, immutable: true }])
    expect(protoLength(schema, object)).toBe(encodeProto(schema, object).length);
});
