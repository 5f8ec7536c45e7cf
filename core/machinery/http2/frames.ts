/** Kinds of frames. RFC 9113, section 6. */
export const DATA = 0x0;
export const HEADERS = 0x1;
export const PRIORITY = 0x2;
export const RST_STREAM = 0x3;
export const SETTINGS = 0x4;
export const PUSH_PROMISE = 0x5;
export const PING = 0x6;
export const GOAWAY = 0x7;
export const WINDOW_UPDATE = 0x8;
export const CONTINUATION = 0x9;

export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const WITH_PRIORITY = 0x20;

/** Why a stream or a connection ends. RFC 9113, section 7. */
export const NO_ERROR = 0x0;
export const PROTOCOL_ERROR = 0x1;
export const INTERNAL_ERROR = 0x2;
export const FLOW_CONTROL_ERROR = 0x3;
export const STREAM_CLOSED = 0x5;
export const FRAME_SIZE_ERROR = 0x6;
export const REFUSED_STREAM = 0x7;
export const CANCEL = 0x8;
export const COMPRESSION_ERROR = 0x9;
export const ENHANCE_YOUR_CALM = 0xb;

/** Settings. RFC 9113, section 6.5.2. */
export const HEADER_TABLE_SIZE = 0x1;
export const ENABLE_PUSH = 0x2;
export const MAX_CONCURRENT_STREAMS = 0x3;
export const INITIAL_WINDOW_SIZE = 0x4;
export const MAX_FRAME_SIZE = 0x5;
export const MAX_HEADER_LIST_SIZE = 0x6;

/** Bytes before a frame's payload. */
export const HEAD = 9;
/** Bytes of a payload that everybody takes, and that we take and send at most. */
export const FRAME = 16_384;
export const DEFAULT_WINDOW = 65_535;
export const LARGEST_WINDOW = 2 ** 31 - 1;
export const DEFAULT_TABLE = 4096;
/** `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, which a client begins with. */
export const PREFACE = Uint8Array.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', (one) => one.charCodeAt(0));

export const number32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/** A frame's head, with room behind it for `room` bytes of its payload. */
export function frameHead(kind: number, flags: number, stream: number, length: number, room = 0): Uint8Array {
  const head = new Uint8Array(HEAD + room);
  head[0] = length >>> 16;
  head[1] = length >>> 8;
  head[2] = length;
  head[3] = kind;
  head[4] = flags;
  put32(head, 5, stream);
  return head;
}

export function put32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** A whole frame whose payload are numbers of 32 bits. */
export function numbersFrame(kind: number, stream: number, ...numbers: readonly number[]): Uint8Array {
  const frame = frameHead(kind, 0, stream, numbers.length * 4, numbers.length * 4);
  for (let i = 0; i < numbers.length; i++) put32(frame, HEAD + i * 4, numbers[i]!);
  return frame;
}

/** A whole frame of given bytes. */
export function frameOf(kind: number, flags: number, stream: number, payload: Uint8Array): Uint8Array {
  const frame = frameHead(kind, flags, stream, payload.length, payload.length);
  frame.set(payload, HEAD);
  return frame;
}

/** What we expect of the peer. */
export function settingsFrame(settings: readonly (readonly [which: number, value: number])[]): Uint8Array {
  const frame = frameHead(SETTINGS, 0, 0, settings.length * 6, settings.length * 6);
  for (const [i, [which, value]] of settings.entries()) {
    frame[HEAD + i * 6 + 1] = which;
    put32(frame, HEAD + i * 6 + 2, value);
  }
  return frame;
}
