import { expect, test } from 'vitest';
import { concat, utf8 } from '#core/base';
import { decodeCbor, encodeCbor, SELF_DESCRIBED } from '#core/machinery/cbor';
import { testServer } from './test-server.ts';
import type { Answer, Request } from './types.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const barrier = () => Promise.resolve();
/** More than are answered in one piece. */
const MANY = 300;

const only = (gate: string | undefined) => ({ gates: { enabled: (one: string) => one === gate } });

const request = (
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body?: Uint8Array,
): Request =>
  ({
    method,
    target,
    headers,
    peer: { address: '127.0.0.1', certificates: [] },
    body: () => Promise.resolve(body ?? new Uint8Array()),
    signal: new AbortController().signal,
  }) as unknown as Request;

async function whole({ body }: Answer): Promise<Uint8Array> {
  if (body === 'upgraded') throw new Error('no body');
  if (typeof body !== 'function') return concat(body);
  const chunks: Uint8Array[] = [];
  await new Promise<void>((resolve, reject) =>
    body({
      write: (chunk) => void chunks.push(chunk),
      end: resolve,
      abort: reject,
      closed: new Promise(() => undefined),
    }),
  );
  return concat(chunks);
}

test('a list of many in CBOR holds what it holds in JSON', async () => {
  const { server, turns } = await testServer({ barrier, parts: only('CBORServingAndStorage') });
  for (let i = 0; i < MANY; i++) {
    const sent = { metadata: { name: `c${i}` }, binaryData: { b: 'AQIDBAUG' } };
    const body = concat([SELF_DESCRIBED, encodeCbor(sent)]);
    const posted = server.serve(request('POST', CONFIG_MAPS, { 'content-type': 'application/cbor' }, body));
    await turns.idle();
    expect((await posted).status).toBe(201);
  }
  const listed = async (accept: string) => {
    const answer = server.serve(request('GET', CONFIG_MAPS, { accept }));
    await turns.idle();
    const read = whole(await answer);
    await turns.idle();
    return read;
  };
  const json: unknown = JSON.parse(new TextDecoder().decode(await listed('application/json')));
  const cbor = await listed('application/cbor');
  expect(cbor.subarray(0, 3)).toEqual(SELF_DESCRIBED);
  expect(decodeCbor(cbor).value).toEqual(json);
  // Six bytes and their tag are one byte shorter than their base64 as a text.
  expect(cbor.length).toBe(SELF_DESCRIBED.length + encodeCbor(decodeCbor(cbor).value).length - MANY);
});

test('without its gate CBOR is a type like any unknown one', async () => {
  const { server } = await testServer({ barrier, parts: only(undefined) });
  const refusal = async (one: Request) => {
    const answer = await server.serve(one);
    return `${answer.status} ${new TextDecoder().decode(await whole(answer))}`;
  };
  expect(await refusal(request('GET', CONFIG_MAPS, { accept: 'application/cbor' }))).not.toMatch(/cbor/);
  const sent = request('POST', CONFIG_MAPS, { 'content-type': 'application/cbor' }, utf8('x'));
  expect(await refusal(sent)).toMatch(/^415 (?!.*cbor)/s);
  const applied = request('PATCH', `${CONFIG_MAPS}/a?fieldManager=m`, {
    'content-type': 'application/apply-patch+cbor',
  });
  expect(await refusal(applied)).toMatch(/^415 (?!.*cbor)/s);
});
