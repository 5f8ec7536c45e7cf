import { expect, test } from 'vitest';
import { type Duplex, type Readable, concat, duplexPair, lossyTextOf, pipe, utf8 } from '#core/base';
import {
  CHANNEL_PROTOCOLS,
  type SpdyStream,
  channelsOver,
  sendMessages,
  spdySession,
  tunnelOver,
  webSocket,
  webSocketAccept,
} from './index.ts';

const all = async (from: Readable): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for (let piece = await from.read(); piece !== undefined; piece = await from.read()) pieces.push(piece);
  return lossyTextOf(concat(pieces));
};
const mask = () => Uint8Array.of(1, 2, 3, 4);

/** Bytes arrive in pieces of another size than they were sent in. */
function chopped({ readable, writable }: Duplex, size: number): Duplex {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    writable,
    readable: {
      async read() {
        if (rest.length === 0) {
          const next = await readable.read();
          if (next === undefined) return undefined;
          rest = next;
        }
        const piece = rest.subarray(0, size);
        rest = rest.subarray(size);
        return piece;
      },
      cancel: (reason) => readable.cancel(reason),
    },
  };
}

test.each([1, 7, 100_000])('SPDY streams, in pieces of %d bytes', async (size) => {
  const [near, far] = duplexPair();
  const accepted: SpdyStream[] = [];
  spdySession(chopped(far, size), 'server', (stream) => accepted.push(stream) > 0);
  const session = spdySession(chopped(near, size), 'client');
  const one = session.open({ streamtype: 'stdin' });
  const two = session.open({ streamtype: 'data', port: '80' });
  void one.writable.write(utf8('hello'));
  one.writable.end();
  const long = 'x'.repeat(200_000);
  void two.writable.write(utf8(long));
  two.writable.end();
  while (accepted.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(accepted.map(({ id, headers }) => [id, headers])).toEqual([
    [1, { streamtype: 'stdin' }],
    [3, { streamtype: 'data', port: '80' }],
  ]);
  expect(await all(accepted[0]!.readable)).toBe('hello');
  expect(await all(accepted[1]!.readable)).toBe(long);
  void accepted[0]!.writable.write(utf8('back'));
  accepted[0]!.writable.end();
  expect(await all(one.readable)).toBe('back');
  session.close();
  await expect(two.readable.read()).rejects.toThrow('over');
});

test('a SPDY stream can be refused', async () => {
  const [near, far] = duplexPair();
  spdySession(far, 'server', () => false);
  const stream = spdySession(near, 'client').open({});
  await expect(stream.readable.read()).rejects.toThrow('reset');
});

test('what is no SPDY ends the session', async () => {
  const [near, far] = duplexPair();
  const session = spdySession(far, 'server');
  void near.writable.write(utf8('GET / HTTP/1.1\r\n\r\n'));
  near.writable.end();
  await session.closed;
});

test('a key of a WebSocket is answered as RFC 6455 has it', () => {
  expect(webSocketAccept('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

test.each([0, 125, 126, 65_535, 65_536, 200_000])('a message of %d bytes', async (size) => {
  const [near, far] = duplexPair();
  const client = webSocket(chopped(near, 1000), mask);
  const server = webSocket(chopped(far, 999));
  const bytes = new Uint8Array(size).map((_, index) => index & 255);
  void client.send({ text: false, bytes });
  const there = await server.read();
  expect(there?.bytes.length).toBe(size);
  expect(concat([there!.bytes])).toEqual(bytes);
  void server.send({ text: true, bytes });
  expect(await client.read()).toEqual({ text: true, bytes });
  client.close();
  expect(await server.read()).toBeUndefined();
});

test('a client that does not mask is refused', async () => {
  const [near, far] = duplexPair();
  void webSocket(near).send({ text: true, bytes: utf8('x') });
  await expect(webSocket(far).read()).rejects.toThrow('not masked');
});

test.each(CHANNEL_PROTOCOLS)('channels by $name', async (protocol) => {
  const [near, far] = duplexPair();
  const client = channelsOver(webSocket(near, mask), protocol, 5);
  const server = channelsOver(webSocket(far), protocol, 5);
  void client.writable(0).write(utf8('in'));
  void server.writable(1).write(utf8('out'));
  expect(lossyTextOf((await server.readable(0).read())!)).toBe('in');
  expect(lossyTextOf((await client.readable(1).read())!)).toBe('out');
  client.writable(0).end();
  if (protocol.version === 5) expect(await server.readable(0).read()).toBeUndefined();
  client.close();
  await server.closed;
  expect(await server.readable(4).read()).toBeUndefined();
});

test('SPDY through a WebSocket', async () => {
  const [near, far] = duplexPair();
  const accepted = Promise.withResolvers<SpdyStream>();
  spdySession(tunnelOver(webSocket(far)), 'server', (stream) => {
    accepted.resolve(stream);
    return true;
  });
  const stream = spdySession(tunnelOver(webSocket(near, mask)), 'client').open({ port: '80' });
  void stream.writable.write(utf8('ping'));
  stream.writable.end();
  expect(await all((await accepted.promise).readable)).toBe('ping');
});

test.each([
  { offered: '', binary: true, wants: ['', 'one', 'two'] },
  { offered: 'binary.k8s.io', binary: true, wants: ['', 'one', 'two'] },
  { offered: 'base64.binary.k8s.io', binary: false, wants: ['', 'b25l', 'dHdv'] },
])('a stream as messages of a WebSocket: $offered', async ({ offered, binary, wants }) => {
  const [ours, theirs] = duplexPair();
  const { readable, writable } = pipe();
  const answered: Readonly<Record<string, string>>[] = [];
  const headers = { upgrade: 'websocket', 'sec-websocket-key': 'k', 'sec-websocket-protocol': offered };
  sendMessages({ headers, upgrade: (head) => (answered.push(head), theirs) }, readable);
  const socket = webSocket(ours, mask);
  const seen: string[] = [];
  for (const text of ['', 'one', 'two']) {
    void writable.write(utf8(text));
    const message = await socket.read();
    expect(message?.text).toBe(!binary);
    seen.push(lossyTextOf(message!.bytes));
  }
  expect(seen).toEqual(wants);
  expect(answered[0]?.['sec-websocket-protocol'] ?? '').toBe(offered);
  writable.end();
  expect(await socket.read()).toBeUndefined();
});

test('a client that leaves a WebSocket ends the stream behind it', async () => {
  const [ours, theirs] = duplexPair();
  const { readable, writable } = pipe();
  sendMessages({ headers: { upgrade: 'websocket', 'sec-websocket-key': 'k' }, upgrade: () => theirs }, readable);
  webSocket(ours, mask).close();
  await writable.closed;
});
