import { expect, test } from 'vitest';
import { type Duplex, pipe, textOf } from '#core/base';
import { webSocket } from '#core/machinery/streams';
import { testServer, type TestServer } from '../test-server.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const CONFIGS = '/api/v1/namespaces/a/configmaps';
const KEY = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };

async function prepared() {
  const all = await testServer({ barrier });
  await all.call('POST', CONFIGS, { metadata: { name: 'x' } });
  return all;
}

async function asked(headers: Record<string, string>, query = '', server?: TestServer) {
  const all = server ?? (await prepared());
  const [up, down] = [pipe(), pipe()];
  let taken: Readonly<Record<string, string>> | undefined;
  const { status, body } = await all.server.serve({
    method: 'GET',
    target: `${CONFIGS}?watch=1&resourceVersion=0${query}`,
    headers: { ...KEY, ...headers },
    peer: { address: '127.0.0.1', certificates: [] },
    body: () => Promise.resolve(new Uint8Array()),
    signal: () => new AbortController().signal,
    upgrade: (sent): Duplex => {
      taken = sent;
      return { readable: up.readable, writable: down.writable };
    },
  });
  const socket = webSocket({ readable: down.readable, writable: up.writable }, () => Uint8Array.of(1, 2, 3, 4));
  return { ...all, status, body, taken, socket };
}

test('an event is a message: text in JSON', async () => {
  const { taken, socket, call, turns } = await asked({ origin: 'http://x' });
  expect(taken!['sec-websocket-accept']).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  await call('POST', CONFIGS, { metadata: { name: 'y' } });
  await turns.idle();
  for (const name of ['x', 'y']) {
    const message = (await socket.read())!;
    const text = textOf(message.bytes);
    expect(message.text && text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ type: 'ADDED', object: { metadata: { name } } });
  }
});

test('an event is a message, also where several happened at once', async () => {
  const server = await prepared();
  const sockets = [];
  for (let i = 0; i < 3; i++) sockets.push((await asked({ origin: 'http://x' }, '', server)).socket);
  await Promise.all(['y', 'z'].map((name) => server.call('POST', CONFIGS, { metadata: { name } })));
  await server.turns.idle();
  for (const socket of sockets) {
    for (const name of ['x', 'y', 'z'])
      expect(JSON.parse(textOf((await socket.read())!.bytes))).toMatchObject({ object: { metadata: { name } } });
  }
});

test('an event is a message: bytes without their length in protobuf', async () => {
  const { socket } = await asked({ origin: 'http://x', accept: 'application/vnd.kubernetes.protobuf;stream=watch' });
  const { text, bytes } = (await socket.read())!;
  expect(text).toBe(false);
  // Field 1, five bytes.
  expect(textOf(bytes.subarray(0, 7))).toBe('\n\u0005ADDED');
});

test('the end of a watch is a goodbye', async () => {
  const { socket, turns } = await asked({ origin: 'http://x' }, '&timeoutSeconds=1');
  await socket.read();
  await turns.advance(1500);
  expect(await socket.read()).toBeUndefined();
});

test.each<[Record<string, string>, number, string | undefined]>([
  [{}, 403, undefined],
  [{ origin: 'null' }, 403, undefined],
  [{ origin: 'http://x', 'sec-websocket-protocol': 'a, b' }, 400, undefined],
  [{ origin: 'http://x', 'sec-websocket-protocol': 'a' }, 101, 'a'],
  [{ origin: 'http://x', 'sec-websocket-protocol': 'base64url.bearer.authorization.k8s.io.QQ, a' }, 101, 'a'],
])('who asks with %j is answered %i', async (headers, status, protocol) => {
  const answer = await asked(headers);
  expect([answer.status, answer.taken?.['sec-websocket-protocol']]).toEqual([status, protocol]);
});
