import { staticIndexes } from './field-encoder.ts';
import { type Huffman, huffman } from './huffman.ts';

export interface Http2Limits {
  /** Streams at a time. */
  readonly streams: number;
  /** Bytes and number of a request's header fields. */
  readonly headers: number;
  readonly fields: number;
  /** Bytes that a peer may send ahead on one stream, and on all of them. */
  readonly streamWindow: number;
  readonly connectionWindow: number;
  /** Frames in a while that ask for work and bring nothing: resets, pings, settings, empty ones. */
  readonly idleFrames: number;
  /** Bytes of answers that wait for the peer; beyond, it gets no further ones. */
  readonly held: number;
}

/** Our tables, made once for all connections. */
export interface Http2Tables {
  readonly indexes: ReadonlyMap<string, number>;
  readonly huffman: Huffman;
}
export const http2Tables = (): Http2Tables => ({ indexes: staticIndexes(), huffman: huffman() });
