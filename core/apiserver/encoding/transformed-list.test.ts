import { expect, test } from 'vitest';
import { concat, textOf } from '#core/base';
import { testServer } from '../test-server.ts';
import type { Request } from '../types.ts';

const CONFIGS = '/api/v1/namespaces/a/configmaps';
const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const TEXTS = ['}', '{"a":"\\"}', 'ends in \\', '"metadata":{"uid":"x"}', '\n}\u2028<&>', ''];

test('metadata alone is the metadata of the whole object, to the letter', async () => {
  const { server, call, turns } = await testServer({ barrier });
  for (const [i, text] of TEXTS.entries()) {
    const metadata = { name: `c${i}`, annotations: { [`x/n${i}`]: text }, finalizers: ['x/y'] };
    await call('POST', CONFIGS, { metadata, data: { metadata: text } });
  }
  const listed = async (accept: string) => {
    const answering = server.serve({
      method: 'GET',
      target: CONFIGS,
      headers: { accept },
      peer: { address: '127.0.0.1', certificates: [] },
      body: () => Promise.resolve(new Uint8Array()),
      signal: new AbortController().signal,
    } as unknown as Request);
    await turns.idle();
    const { body } = await answering;
    return JSON.parse(textOf(concat(body as readonly Uint8Array[]))) as { items: { metadata: object }[] };
  };
  const whole = await listed('application/json');
  const partial = await listed('application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io');
  const head = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };
  expect(partial.items.map((item) => JSON.stringify(item))).toEqual(
    whole.items.map(({ metadata }) => JSON.stringify({ ...head, metadata })),
  );
});
