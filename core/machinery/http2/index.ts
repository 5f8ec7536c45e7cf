export { Http2Connection } from './connection.ts';
export { CANCEL as CANCELLED, INTERNAL_ERROR as FAILED } from './frames.ts';
export { type Http2Limits, http2Tables, type Http2Tables } from './limits.ts';
export type { Http2Stream, RequestHead } from './stream.ts';
export type { Http2Transport } from './outgoing.ts';
