import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { http } from '#adapters/node-builtins';
import { pipe, utf8, type Readable, type Writable } from '#core/base';

/**
 * The client side of SPDY/3.1 as far as a CRI streaming server needs it: we open streams, it sends data. Header blocks that
 * the server sends are not decoded, as nothing in them is of use.
 */
export interface SpdyConnection {
  /** The subprotocol that the server chose. */
  readonly protocol: string;
  open(headers: Readonly<Record<string, string>>): SpdyStream;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  close(): void;
}

export interface SpdyStream {
  readonly readable: Readable;
  readonly writable: Writable;
}

const CONTROL = 0x8003;
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const FIN = 1;
const MAX_DATA = 64 * 1024;

/** Asks a streaming URL to speak SPDY. Rejects with what the server answered instead. */
export const dialSpdy = (url: string, protocols: readonly string[]): Promise<SpdyConnection> =>
  new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: 'POST',
      agent: false,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'SPDY/3.1',
        'X-Stream-Protocol-Version': [...protocols],
        'Content-Length': '0',
      },
    });
    request.once('upgrade', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.setNoDelay(true);
      const chosen = response.headers['x-stream-protocol-version'];
      resolve(connection(socket, head, typeof chosen === 'string' ? chosen : (protocols[0] ?? '')));
    });
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        reject(new Error(`${response.statusCode ?? 0} ${Buffer.concat(chunks).toString().trim()}`)),
      );
    });
    request.once('error', reject);
    request.end();
  });

interface OpenStream {
  readonly incoming: Writable;
  readonly finished: () => void;
}

function connection(socket: Socket, head: Buffer, protocol: string): SpdyConnection {
  const streams = new Map<number, OpenStream>();
  const gone = Promise.withResolvers<void>();
  let nextStream = 1;
  let firstBlock = true;
  let rest: Buffer = head;

  const control = (type: number, flags: number, body: Uint8Array): void => {
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt16BE(CONTROL, 0);
    frame.writeUInt16BE(type, 2);
    frame.writeUInt32BE(body.length, 4);
    frame[4] = flags;
    frame.set(body, 8);
    socket.write(frame);
  };
  const data = (id: number, flags: number, chunk: Uint8Array): boolean => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(id, 0);
    header.writeUInt32BE(chunk.length, 4);
    header[4] = flags;
    if (chunk.length === 0) return socket.write(header);
    socket.cork();
    socket.write(header);
    const room = socket.write(chunk);
    socket.uncork();
    return room;
  };
  const drained = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });

  const receive = (id: number, flags: number, body: Buffer): void => {
    const stream = streams.get(id);
    if (stream === undefined) return;
    if (body.length > 0) {
      // Frames are views of the socket's buffer; a copy lets that go.
      const behind = stream.incoming.write(Uint8Array.from(body));
      if (behind !== undefined) {
        socket.pause();
        void behind.then(() => socket.resume());
      }
    }
    if (flags & FIN) stream.incoming.end();
  };
  const frame = (first: number, flags: number, body: Buffer): void => {
    if (first < 0x8000_0000) return receive(first, flags, body);
    const type = first & 0xffff;
    if (type === PING) return control(PING, 0, body);
    if (body.length < 4) return;
    const stream = streams.get(body.readUInt32BE(0) & 0x7fff_ffff);
    if (type === RST_STREAM) {
      // The server ends its streams like this also when all is well, right after their last data.
      stream?.incoming.end();
      stream?.finished();
    } else if (type === SYN_REPLY && flags & FIN) stream?.incoming.end();
  };
  const consume = (chunk: Buffer): void => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= 8) {
      const length = rest.readUInt32BE(at + 4) & 0xff_ffff;
      if (rest.length - at < 8 + length) break;
      frame(rest.readUInt32BE(at), rest[at + 4]!, rest.subarray(at + 8, at + 8 + length));
      at += 8 + length;
    }
    rest = rest.subarray(at);
  };
  socket.on('data', consume);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const stream of streams.values()) {
      stream.incoming.end();
      stream.finished();
    }
    streams.clear();
    gone.resolve();
  });
  if (head.length > 0) {
    rest = Buffer.alloc(0);
    consume(head);
  }

  return {
    protocol,
    open(headers) {
      const id = nextStream;
      nextStream += 2;
      const incoming = pipe(1 << 20);
      const over = Promise.withResolvers<void>();
      let ended = false;
      streams.set(id, { incoming: incoming.writable, finished: over.resolve });
      const block = headerBlock(headers, firstBlock);
      firstBlock = false;
      const body = Buffer.alloc(10 + block.length);
      body.writeUInt32BE(id, 0);
      body.set(block, 10);
      control(SYN_STREAM, 0, body);
      return {
        readable: incoming.readable,
        writable: {
          write(chunk) {
            if (ended || socket.destroyed) return undefined;
            let room = true;
            for (let at = 0; at < chunk.length; at += MAX_DATA) {
              room = data(id, 0, chunk.subarray(at, at + MAX_DATA));
            }
            return room ? undefined : drained();
          },
          end() {
            if (ended) return;
            ended = true;
            if (!socket.destroyed) data(id, FIN, new Uint8Array());
            over.resolve();
          },
          abort() {
            if (ended) return;
            ended = true;
            const reset = Buffer.alloc(8);
            reset.writeUInt32BE(id, 0);
            reset.writeUInt32BE(5, 4);
            if (!socket.destroyed) control(RST_STREAM, 0, reset);
            over.resolve();
          },
          closed: over.promise,
        },
      };
    },
    closed: gone.promise,
    close: () => socket.destroy(),
  };
}

/**
 * A header block in zlib's format, but stored instead of compressed: all blocks of a connection are one zlib stream, and a
 * stored one needs no compressor that outlives the call (nor SPDY's dictionary).
 */
function headerBlock(headers: Readonly<Record<string, string>>, first: boolean): Uint8Array {
  const entries = Object.entries(headers);
  const parts: Uint8Array[] = [word(entries.length)];
  for (const [name, value] of entries) {
    const [nameBytes, valueBytes] = [utf8(name.toLowerCase()), utf8(value)];
    parts.push(word(nameBytes.length), nameBytes, word(valueBytes.length), valueBytes);
  }
  const content = Buffer.concat(parts);
  const length = Buffer.alloc(5);
  length.writeUInt16LE(content.length, 1);
  length.writeUInt16LE(~content.length & 0xffff, 3);
  // An empty stored block is what a flush looks like: without it Go's reader waits for more before it gives what it has.
  const flush = [0, 0, 0, 0xff, 0xff];
  return Buffer.concat([Buffer.from(first ? [0x78, 0x01] : []), length, content, Buffer.from(flush)]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
