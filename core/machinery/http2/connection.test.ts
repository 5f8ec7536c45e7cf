import { expect, test } from 'vitest';
import { concat, seededRandom, utf8, type Writable } from '#core/base';
import { Http2Connection, type Http2Limits, http2Tables } from './index.ts';
import * as h2 from './frames.ts';
import type { Http2Stream } from './stream.ts';

const limits: Http2Limits = {
  streams: 3,
  headers: 20_000,
  fields: 20,
  streamWindow: 1000,
  connectionWindow: 100_000,
  idleFrames: 10,
  held: 5000,
};
const settings = h2.frameHead(h2.SETTINGS, 0, 0, 0);
const hello = concat([h2.PREFACE, settings]);
/** GET, https, / and a length where one is announced. */
const get = Uint8Array.of(0x82, 0x87, 0x84);
const request = (id: number, flags = h2.END_STREAM, block: Uint8Array = get) =>
  h2.frameOf(h2.HEADERS, flags | h2.END_HEADERS, id, block);
const data = (id: number, text: string, flags = 0) => h2.frameOf(h2.DATA, flags, id, utf8(text));
const windowUpdate = (id: number, bytes: number) => h2.numbersFrame(h2.WINDOW_UPDATE, id, bytes);

const NAMES = ['DATA', 'HEADERS', 'PRIORITY', 'RST', 'SETTINGS', 'PUSH', 'PING', 'GOAWAY', 'WINDOW', 'CONTINUATION'];

/** A connection whose peer has said hello, and what it says since: `DATA 1 +5` with END_STREAM, `RST 1 8` with a code. */
function connected(own: Partial<Http2Limits> = {}, greeting = hello) {
  const streams: Http2Stream[] = [];
  const said: string[] = [];
  const state = { isFull: false, isOver: false, content: '' };
  const tell = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) {
      const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      const kind = bytes[at + 3]!;
      const payload = bytes.subarray(at + 9, at + 9 + length);
      const last = (kind === h2.DATA || kind === h2.HEADERS) && (bytes[at + 4]! & 1) === 1 ? '+' : '';
      const detail =
        kind === h2.DATA
          ? ` ${last}${length}`
          : kind === h2.RST_STREAM
            ? ` ${payload[3]}`
            : kind === h2.GOAWAY
              ? ` ${payload[7]}`
              : last === ''
                ? ''
                : ` ${last}`;
      if (kind === h2.DATA) for (const byte of payload) state.content += String.fromCharCode(byte);
      said.push(`${NAMES[kind]} ${h2.number32(bytes, at + 5)}${detail}`);
      at += 9 + length;
    }
  };
  const connection = new Http2Connection(
    { ...limits, ...own },
    {
      send(pieces) {
        tell(concat(pieces));
        return !state.isFull;
      },
      soon() {},
      end: () => (state.isOver = true),
    },
    http2Tables(),
    (stream) => void streams.push(stream),
  );
  const news = (): string[] => {
    connection.flush();
    return said.splice(0);
  };
  connection.receive(greeting);
  news();
  return {
    connection,
    streams,
    state,
    news,
    says(...frames: readonly Uint8Array[]) {
      connection.receive(concat(frames));
      return news();
    },
  };
}

const text = (length: number) => utf8('x'.repeat(length));

test('a request is answered, head and content together', () => {
  const { says, streams, news, connection, state } = connected();
  expect(says(request(1))).toEqual([]);
  expect(streams[0]!.head).toEqual({ method: 'GET', target: '/', headers: {} });
  streams[0]!.answer(200, { 'content-type': 'text/plain' }, [utf8('hello '), utf8('you')]);
  expect(news()).toEqual(['HEADERS 1', 'DATA 1 +9']);
  expect([state.content, connection.open]).toEqual(['hello you', 0]);
});

test('an answer without content ends with its head', () => {
  const { says, streams, news } = connected();
  says(request(1));
  streams[0]!.answer(204, {}, []);
  expect(news()).toEqual(['HEADERS 1 +']);
});

test('it does not matter how what arrives is cut', async () => {
  const random = seededRandom(7);
  const all = concat([
    hello,
    request(1, 0),
    data(1, 'ab'),
    data(1, 'cd', h2.END_STREAM),
    request(3),
    windowUpdate(0, 5000),
  ]);
  for (let round = 0; round < 200; round++) {
    const { connection, streams } = connected({}, new Uint8Array());
    for (let at = 0; at < all.length;) {
      const to = at + 1 + Math.floor(random.next() * 40);
      connection.receive(all.subarray(at, to));
      at = to;
    }
    expect(streams.map(({ id }) => id)).toEqual([1, 3]);
    expect(new TextDecoder().decode(await streams[0]!.body(10, () => new Error('long')))).toBe('abcd');
  }
});

test('no more is sent than the peer takes, on a stream and on the connection', () => {
  const { says, streams, news } = connected();
  const small = h2.frameOf(h2.SETTINGS, 0, 0, Uint8Array.of(0, h2.INITIAL_WINDOW_SIZE, 0, 0, 0, 10));
  expect(says(small, request(1))).toEqual(['SETTINGS 0']);
  streams[0]!.answer(200, {}, [text(25)]);
  expect(news()).toEqual(['HEADERS 1', 'DATA 1 10']);
  expect(says(windowUpdate(1, 5))).toEqual(['DATA 1 5']);
  expect(says(windowUpdate(1, 500))).toEqual(['DATA 1 +10']);
  // The connection's window is 65,535 in the beginning.
  says(h2.frameOf(h2.SETTINGS, 0, 0, Uint8Array.of(0, h2.INITIAL_WINDOW_SIZE, 0, 2, 0, 0)), request(3), request(5));
  streams[1]!.answer(200, {}, [text(65_500)]);
  streams[2]!.answer(200, {}, [text(20)]);
  expect(news()).toEqual([
    'HEADERS 3',
    'DATA 3 16384',
    'DATA 3 16384',
    'DATA 3 16384',
    'DATA 3 +16348',
    'HEADERS 5',
    'DATA 5 10',
  ]);
  expect(says(windowUpdate(0, 300))).toEqual(['DATA 5 +10']);
});

test('a writer is told when its reader is behind, and when it has caught up', async () => {
  const { says, streams, news, state, connection } = connected();
  says(request(1));
  const out = streams[0]!.stream(200, {});
  expect(out.write(text(10))).toBeUndefined();
  expect(news()).toEqual(['HEADERS 1', 'DATA 1 10']);
  const behind = out.writeMany!([text(65_000), text(1000)]);
  expect(behind).toBeInstanceOf(Promise);
  says(windowUpdate(1, 10_000), windowUpdate(0, 10_000));
  await behind;
  state.isFull = true;
  expect(out.write(text(5))).toBeUndefined();
  expect(news()).toEqual(['DATA 1 5']);
  const full = out.write(text(6));
  expect(news()).toEqual([]);
  state.isFull = false;
  connection.drained();
  await full;
  out.end();
  expect(news()).toEqual(['DATA 1 6', 'DATA 1 +0']);
  await out.closed;
});

test('a writer that waits for the connection is not forgotten because its stream gets room', async () => {
  const { says, streams, news } = connected();
  says(request(1), request(3), windowUpdate(1, 10));
  streams[1]!.answer(200, {}, [text(65_534)]);
  const out = streams[0]!.stream(200, {});
  const behind = out.write(text(1));
  expect(behind).toBeInstanceOf(Promise);
  says(windowUpdate(1, 10));
  says(windowUpdate(0, 10));
  await behind;
  out.end();
  expect(news().at(-1)).toBe('DATA 1 +0');
});

test.each<[string, (of: { out: Writable; says: (...frames: Uint8Array[]) => string[] }) => void, string[]]>([
  ['by the writer', ({ out }) => out.abort(new Error('no')), ['RST 1 2']],
  ['by the reader', ({ says }) => void says(h2.numbersFrame(h2.RST_STREAM, 1, h2.CANCEL)), []],
])('an answer is broken off %s', async (_, breakOff, wants) => {
  const { says, streams, news, connection } = connected();
  says(request(1));
  const out = streams[0]!.stream(200, {});
  const behind = out.write(text(70_000));
  news();
  let closed = 0;
  streams[0]!.onClose = () => closed++;
  breakOff({ out, says });
  expect(news()).toEqual(wants);
  await Promise.all([behind, out.closed]);
  expect([closed, connection.open, out.write(text(1))]).toEqual([1, 0, undefined]);
});

test('a body is read as it comes, and the peer may send as much again', async () => {
  const { says, streams } = connected();
  says(request(1, 0));
  expect(says(data(1, 'x'.repeat(600)))).toEqual([]);
  const body = streams[0]!.body(2000, () => new Error('too long'));
  expect(says(data(1, 'x'.repeat(600)))).toEqual(['WINDOW 1', 'WINDOW 1']);
  says(data(1, 'x'.repeat(600), h2.END_STREAM));
  expect((await body).length).toBe(1800);
});

test('a body that is too long is refused; the rest of it is dropped as it comes', async () => {
  const { says, streams, news, connection } = connected();
  says(request(1, 0), data(1, 'x'.repeat(600)));
  await expect(streams[0]!.body(500, () => new Error('too long'))).rejects.toThrow('too long');
  news();
  streams[0]!.answer(413, {}, [utf8('no')]);
  expect(news()).toEqual(['HEADERS 1', 'DATA 1 +2']);
  expect(says(data(1, 'x'.repeat(900)))).toEqual(['WINDOW 1']);
  expect(connection.open).toBe(1);
  says(data(1, 'x', h2.END_STREAM));
  expect(connection.open).toBe(0);
});

test('whoever sends on behind its answer is broken off in the end', () => {
  const { says, streams, news, connection } = connected();
  says(request(1, 0));
  streams[0]!.answer(413, {}, []);
  expect(news()).toEqual(['HEADERS 1 +']);
  const pieces = Array.from({ length: 9000 }, () => says(data(1, 'x'.repeat(1000))));
  expect(pieces.flat().filter((one) => one.startsWith('RST'))).toEqual(['RST 1 0']);
  expect(connection.open).toBe(0);
});

test('what was on its way to a stream that was broken off is no fault, what goes to one that ended is', () => {
  const { says, streams, news, state } = connected();
  says(request(1, 0), request(3));
  streams[0]!.cancel();
  streams[1]!.answer(200, {}, []);
  expect(news()).toEqual(['RST 1 8', 'HEADERS 3 +']);
  expect(says(data(1, 'late'), request(1, h2.END_STREAM, new Uint8Array()))).toEqual([]);
  expect(says(data(3, 'late'))).toEqual(['RST 3 5']);
  expect(state.isOver).toBe(false);
});

test('whoever goes away in the middle of a body is told of', async () => {
  const { says, streams, connection } = connected();
  says(request(1, 0), request(3, 0));
  const [one, two] = streams.map((stream) => stream.body(500, () => new Error('too long')));
  const gone = [expect(one).rejects.toThrow('went away'), expect(two).rejects.toThrow('went away')];
  says(h2.numbersFrame(h2.RST_STREAM, 1, h2.CANCEL));
  connection.lost();
  await Promise.all(gone);
});

test.each<[string, Uint8Array[], string[]]>([
  ['more streams than allowed', [request(1), request(3), request(5), request(7)], ['RST 7 7']],
  ['more content than allowed', [request(1, 0), data(1, 'x'.repeat(1001))], ['RST 1 3']],
  ['too many fields', [request(1, 1, concat(Array.from({ length: 21 }, () => get)))], ['HEADERS 1 +', 'RST 1 0']],
  ['the same pseudo field again', [request(1, 1, concat([get, get]))], ['RST 1 1']],
])('%s ends a stream', (_, frames, wants) => {
  const { says, state } = connected();
  expect(says(...frames)).toEqual(wants);
  expect(state.isOver).toBe(false);
});

const CALM = 11;
const many = (count: number, frame: (i: number) => Uint8Array) => Array.from({ length: count }, (_, i) => frame(i));
test.each<[string, Uint8Array[], number]>([
  [
    'resets without end',
    many(11, (i) => concat([request(1 + 2 * i), h2.numbersFrame(h2.RST_STREAM, 1 + 2 * i, 8)])),
    CALM,
  ],
  ['pings without end', many(11, () => h2.frameOf(h2.PING, 0, 0, new Uint8Array(8))), CALM],
  ['settings without end', many(11, () => settings), CALM],
  ['empty content without end', [request(1, 0), ...many(11, () => data(1, ''))], CALM],
  ['a window opened byte by byte', [request(1), ...many(11, () => windowUpdate(1, 1))], CALM],
  [
    'a block of fields without end',
    [h2.frameOf(h2.HEADERS, 0, 1, get), ...many(3, () => h2.frameOf(h2.CONTINUATION, 0, 1, new Uint8Array(9000)))],
    CALM,
  ],
  ['a window beyond all bounds', [windowUpdate(0, 2 ** 31 - 1)], h2.FLOW_CONTROL_ERROR],
  ['a frame that is too long', [h2.frameHead(h2.DATA, 0, 1, 16_385)], h2.FRAME_SIZE_ERROR],
  ['fields that cannot be read', [request(1, 1, Uint8Array.of(0x80))], h2.COMPRESSION_ERROR],
])('%s ends the connection', (_, frames, code) => {
  const { says, state, streams } = connected();
  expect(says(...frames).at(-1)).toMatch(new RegExp(`^GOAWAY \\d+ ${code}$`.replace('GOAWAY \\d+', 'GOAWAY 0')));
  expect([state.isOver, streams.every((one) => one.isClosed)]).toEqual([true, true]);
});

test('what is counted as bringing nothing is forgotten after a while', () => {
  const { says, connection, state } = connected();
  for (let i = 0; i < 5; i++) {
    says(...many(10, () => h2.frameOf(h2.PING, 0, 0, new Uint8Array(8))));
    connection.forget();
  }
  expect(state.isOver).toBe(false);
});

test('whoever takes none of its answers gets no further ones', () => {
  const { says, streams } = connected();
  says(h2.frameOf(h2.SETTINGS, 0, 0, Uint8Array.of(0, h2.INITIAL_WINDOW_SIZE, 0, 0, 0, 0)), request(1));
  streams[0]!.answer(200, {}, [text(5001)]);
  expect(says(request(3))).toContain('RST 3 7');
  says(h2.numbersFrame(h2.RST_STREAM, 1, 8));
  expect(says(request(5))).toEqual([]);
});

test('whoever leaves answers what is open, and then ends', () => {
  const { says, streams, news, connection, state } = connected();
  says(request(1));
  connection.leave();
  expect(news()).toEqual(['GOAWAY 0 0']);
  expect(says(request(3))).toEqual(['RST 3 7']);
  expect(state.isOver).toBe(false);
  streams[0]!.answer(200, {}, [text(5)]);
  expect([news(), state.isOver]).toEqual([['HEADERS 1', 'DATA 1 +5'], true]);
});

test('a head longer than a frame goes on in the next', () => {
  const { says, streams, news } = connected();
  says(request(1));
  streams[0]!.answer(200, { warning: 'w'.repeat(20_000) }, []);
  expect(news()).toEqual(['HEADERS 1 +', 'CONTINUATION 1']);
});
