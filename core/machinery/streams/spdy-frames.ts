import { Deflate, Inflate, Z_SYNC_FLUSH } from 'pako';
import { concat, textOf, utf8 } from '#core/base';
import type { ByteReader } from './byte-reader.ts';
import { spdyDictionary } from './spdy-dictionary.ts';

/** Lower-case names. */
export type SpdyHeaders = Readonly<Record<string, string>>;

export type SpdyFrame =
  | { readonly type: 'data'; readonly stream: number; readonly last: boolean; readonly bytes: Uint8Array }
  | { readonly type: 'syn'; readonly stream: number; readonly last: boolean; readonly headers: SpdyHeaders }
  | { readonly type: 'reply'; readonly stream: number; readonly last: boolean; readonly headers: SpdyHeaders }
  | { readonly type: 'headers'; readonly stream: number; readonly last: boolean; readonly headers: SpdyHeaders }
  | { readonly type: 'reset'; readonly stream: number; readonly status: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'goaway' }
  /** Settings, window updates and what else needs no answer here. */
  | { readonly type: 'other' };

/** The other side does not speak SPDY/3.1, or not within its bounds. */
export class SpdyFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SpdyFailure';
  }
}

const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const HEADERS = 8;
const FIN = 1;
const VERSION = 3;

/** Bytes. */
const MOST_CONTROL = 64 * 1024;
const MOST_HEADERS = 256 * 1024;
const MOST_DATA = 4 * 1024 * 1024;
const MOST_FIELDS = 200;

/** Reads frames one after another; undefined at the end. Rejects with a SpdyFailure, or as the stream does. */
export function frameReader(from: ByteReader): () => Promise<SpdyFrame | undefined> {
  const inflate = inflater();
  return async () => {
    const head = await from.take(8);
    if (head === undefined) return undefined;
    const view = viewOf(head);
    const flags = head[4]!;
    const length = view.getUint32(4) & 0xffffff;
    const last = (flags & FIN) !== 0;
    if ((head[0]! & 0x80) === 0) {
      if (length > MOST_DATA) throw new SpdyFailure(`a data frame of ${length} bytes is too long`);
      const bytes = length === 0 ? new Uint8Array(0) : await from.take(length);
      return bytes === undefined ? undefined : { type: 'data', stream: view.getUint32(0), last, bytes };
    }
    if ((view.getUint16(0) & 0x7fff) !== VERSION) throw new SpdyFailure('only version 3 of SPDY is spoken here');
    if (length > MOST_CONTROL) throw new SpdyFailure(`a control frame of ${length} bytes is too long`);
    const body = length === 0 ? new Uint8Array(0) : await from.take(length);
    return body === undefined ? undefined : control(view.getUint16(2), last, body, inflate);
  };
}

type Inflated = (block: Uint8Array) => SpdyHeaders;

function control(type: number, last: boolean, body: Uint8Array, inflate: Inflated): SpdyFrame {
  const view = viewOf(body);
  const least =
    type === SYN_STREAM ? 10 : [SYN_REPLY, HEADERS, PING, GOAWAY].includes(type) ? 4 : type === RST_STREAM ? 8 : 0;
  if (body.length < least) throw new SpdyFailure('a control frame is too short');
  switch (type) {
    case SYN_STREAM:
      return { type: 'syn', stream: view.getUint32(0) & 0x7fffffff, last, headers: inflate(body.subarray(10)) };
    case SYN_REPLY:
      return { type: 'reply', stream: view.getUint32(0) & 0x7fffffff, last, headers: inflate(body.subarray(4)) };
    case HEADERS:
      return { type: 'headers', stream: view.getUint32(0) & 0x7fffffff, last, headers: inflate(body.subarray(4)) };
    case RST_STREAM:
      return { type: 'reset', stream: view.getUint32(0) & 0x7fffffff, status: view.getUint32(4) };
    case PING:
      return { type: 'ping', id: view.getUint32(0) };
    case GOAWAY:
      return { type: 'goaway' };
    default:
      return { type: 'other' };
  }
}

/** All header blocks of one direction are one compressed stream. */
function inflater(): Inflated {
  const inflate = new Inflate({ dictionary: spdyDictionary() });
  let pieces: Uint8Array[] = [];
  let size = 0;
  inflate.onData = (chunk) => {
    pieces.push(chunk as Uint8Array);
    size += chunk.length;
  };
  return (block) => {
    pieces = [];
    size = 0;
    inflate.push(block, Z_SYNC_FLUSH);
    if (inflate.err !== 0) throw new SpdyFailure(`a header block cannot be inflated: ${inflate.msg}`);
    if (size > MOST_HEADERS) throw new SpdyFailure('a header block is too long');
    return readHeaders(concat(pieces));
  };
}

function readHeaders(bytes: Uint8Array): SpdyHeaders {
  const view = viewOf(bytes);
  let at = 0;
  const number = () => {
    if (at + 4 > bytes.length) throw new SpdyFailure('a header block is too short');
    at += 4;
    return view.getUint32(at - 4);
  };
  const text = () => {
    const length = number();
    if (at + length > bytes.length) throw new SpdyFailure('a header block is too short');
    at += length;
    return textOf(bytes.subarray(at - length, at));
  };
  const count = number();
  if (count > MOST_FIELDS) throw new SpdyFailure(`a header block of ${count} fields is too long`);
  const fields: [string, string][] = [];
  for (let index = 0; index < count; index++) fields.push([text().toLowerCase(), text().replaceAll('\u0000', ', ')]);
  return Object.fromEntries(fields);
}

/** Makes the frames of one direction. */
export interface FrameWriter {
  data(stream: number, bytes: Uint8Array, last: boolean): Uint8Array[];
  syn(stream: number, headers: SpdyHeaders, last: boolean): Uint8Array;
  reply(stream: number, headers: SpdyHeaders, last: boolean): Uint8Array;
  reset(stream: number, status: number): Uint8Array;
  ping(id: number): Uint8Array;
  goaway(lastStream: number): Uint8Array;
}

/** Readers have a bound; a chunk is cut at it. */
const LONGEST_DATA = 64 * 1024;

export function frameWriter(): FrameWriter {
  const deflate = deflater();
  const frame = (type: number, flags: number, ...parts: Uint8Array[]): Uint8Array => {
    const body = concat(parts);
    const whole = new Uint8Array(8 + body.length);
    const view = viewOf(whole);
    view.setUint16(0, 0x8000 | VERSION);
    view.setUint16(2, type);
    view.setUint32(4, body.length);
    whole[4] = flags;
    whole.set(body, 8);
    return whole;
  };
  const flag = (last: boolean) => (last ? FIN : 0);
  return {
    data(stream, bytes, last) {
      const frames: Uint8Array[] = [];
      for (let at = 0; at === 0 || at < bytes.length; at += LONGEST_DATA) {
        const piece = bytes.subarray(at, at + LONGEST_DATA);
        const head = new Uint8Array(8);
        viewOf(head).setUint32(0, stream);
        viewOf(head).setUint32(4, piece.length);
        head[4] = flag(last && at + LONGEST_DATA >= bytes.length);
        frames.push(head, piece);
      }
      return frames;
    },
    syn: (stream, headers, last) =>
      frame(SYN_STREAM, flag(last), words(stream, 0), new Uint8Array(2), deflate(headers)),
    reply: (stream, headers, last) => frame(SYN_REPLY, flag(last), words(stream), deflate(headers)),
    reset: (stream, status) => frame(RST_STREAM, 0, words(stream, status)),
    ping: (id) => frame(PING, 0, words(id)),
    goaway: (lastStream) => frame(GOAWAY, 0, words(lastStream, 0)),
  };
}

function deflater(): (headers: SpdyHeaders) => Uint8Array {
  const deflate = new Deflate({ dictionary: spdyDictionary() });
  let pieces: Uint8Array[] = [];
  deflate.onData = (chunk) => void pieces.push(chunk as Uint8Array);
  return (headers) => {
    pieces = [];
    deflate.push(writeHeaders(headers), Z_SYNC_FLUSH);
    return concat(pieces);
  };
}

function writeHeaders(headers: SpdyHeaders): Uint8Array {
  const entries = Object.entries(headers);
  const parts: Uint8Array[] = [words(entries.length)];
  for (const entry of entries) {
    for (const text of entry) {
      const bytes = utf8(text);
      parts.push(words(bytes.length), bytes);
    }
  }
  return concat(parts);
}

function words(...numbers: number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = viewOf(bytes);
  numbers.forEach((number, index) => view.setUint32(index * 4, number));
  return bytes;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
