import { type Duplex, concat, hashOf, toBase64, utf8, lossyTextOf } from '#core/base';
import { byteReader } from './byte-reader.ts';

export interface WebSocketMessage {
  readonly text: boolean;
  readonly bytes: Uint8Array;
}

/** A WebSocket after its handshake (RFC 6455). */
export interface WebSocket {
  /** The next message; undefined once the connection is over. Rejects when the other side breaks the protocol. */
  read(): Promise<WebSocketMessage | undefined>;
  send(message: WebSocketMessage): Promise<void> | undefined;
  /** Says goodbye; nothing is sent after. */
  close(code?: number, reason?: string): void;
}

export class WebSocketFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WebSocketFailure';
  }
}

/** What a server answers to `Sec-WebSocket-Key`. */
export const webSocketAccept = (key: string): string =>
  toBase64(hashOf('sha1', utf8(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)));

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** Bytes. */
const MOST_MESSAGE = 16 * 1024 * 1024;

/** `mask` gives four bytes for each frame of a client; a server masks nothing. */
export function webSocket(duplex: Duplex, mask?: () => Uint8Array): WebSocket {
  const from = byteReader(duplex.readable);
  const isServer = mask === undefined;
  let closing = false;

  const sendFrame = (opcode: number, bytes: Uint8Array): Promise<void> | undefined =>
    duplex.writable.write(frameOf(opcode, bytes, mask?.()));
  const close = (code: number, reason: string) => {
    if (closing) return;
    closing = true;
    void sendFrame(CLOSE, concat([Uint8Array.of(code >> 8, code & 255), utf8(reason).subarray(0, 123)]));
    duplex.writable.end();
  };

  const readFrame = async () => {
    const head = await from.take(2);
    if (head === undefined) return undefined;
    const [first, second] = [head[0]!, head[1]!];
    const masked = (second & 0x80) !== 0;
    if ((first & 0x70) !== 0) throw new WebSocketFailure('an extension was not agreed upon');
    if (masked !== isServer) throw new WebSocketFailure(isServer ? 'a frame is not masked' : 'a frame is masked');
    let length = second & 0x7f;
    if (length > 125) {
      const more = await from.take(length === 126 ? 2 : 8);
      if (more === undefined) return undefined;
      length = more.reduce((sum, byte) => sum * 256 + byte, 0);
    }
    if (length > MOST_MESSAGE) throw new WebSocketFailure(`a frame of ${length} bytes is too long`);
    const key = masked ? await from.take(4) : undefined;
    const bytes = length === 0 ? new Uint8Array(0) : await from.take(length);
    if (bytes === undefined || (masked && key === undefined)) return undefined;
    return {
      last: (first & 0x80) !== 0,
      opcode: first & 0x0f,
      bytes: key === undefined ? bytes : unmasked(bytes, key),
    };
  };

  return {
    async read() {
      let pieces: Uint8Array[] = [];
      let size = 0;
      let kind = CONTINUATION;
      for (;;) {
        const frame = await readFrame();
        if (frame === undefined) return undefined;
        const { opcode, bytes } = frame;
        if (opcode === CLOSE) {
          close(bytes.length >= 2 ? bytes[0]! * 256 + bytes[1]! : 1000, lossyTextOf(bytes.subarray(2)));
          return undefined;
        }
        if (opcode === PING) {
          if (!closing) void sendFrame(PONG, bytes);
          continue;
        }
        if (opcode === PONG) continue;
        if (opcode !== CONTINUATION && opcode !== TEXT && opcode !== BINARY) {
          throw new WebSocketFailure(`there is no frame of type ${opcode}`);
        }
        if ((opcode === CONTINUATION) !== (kind !== CONTINUATION))
          throw new WebSocketFailure('a message is broken off');
        if (opcode !== CONTINUATION) kind = opcode;
        pieces.push(bytes);
        size += bytes.length;
        if (size > MOST_MESSAGE) throw new WebSocketFailure('a message is too long');
        if (!frame.last) continue;
        const whole = concat(pieces);
        pieces = [];
        return { text: kind === TEXT, bytes: whole };
      }
    },
    send: ({ text, bytes }) => (closing ? undefined : sendFrame(text ? TEXT : BINARY, bytes)),
    close: (code = 1000, reason = '') => close(code, reason),
  };
}

/** Reads and lets go what the other side says, until the connection is over. Rejects when it breaks the protocol. */
export async function untilGone(socket: WebSocket): Promise<void> {
  while ((await socket.read()) !== undefined);
}

function frameOf(opcode: number, bytes: Uint8Array, key: Uint8Array | undefined): Uint8Array {
  const { length } = bytes;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = 2 + extended + (key === undefined ? 0 : 4);
  const frame = new Uint8Array(start + length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = (key === undefined ? 0 : 0x80) | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) {
    view.setUint32(2, Math.floor(length / 0x1_0000_0000));
    view.setUint32(6, length >>> 0);
  }
  if (key !== undefined) frame.set(key, start - 4);
  frame.set(key === undefined ? bytes : unmasked(bytes, key), start);
  return frame;
}

/** Masking undoes itself. The input may be shared, so it is copied. */
function unmasked(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) out[index] = bytes[index]! ^ key[index & 3]!;
  return out;
}
