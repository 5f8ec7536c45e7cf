import type { Readable as NodeReadable } from 'node:stream';
import type { ClientHttp2Stream } from 'node:http2';
import http2 from 'node:http2';
import type { Readable } from '#core/base';
import { serviceUnavailable } from '#core/machinery/status';

/** Bytes held for a reader who is behind before the other side is told to wait. */
const MOST_HELD = 256 * 1024;

/** An answer's body as core reads it. `failure` tells why the stream was ended, where somebody ended it. */
export function readableOf(stream: ClientHttp2Stream & NodeReadable, failure: () => unknown): Readable {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let over: { readonly reason: unknown } | undefined;
  let waiting: { resolve(chunk: Uint8Array | undefined): void; reject(reason: unknown): void } | undefined;

  const finish = (reason: unknown) => {
    if (over !== undefined) return;
    over = { reason };
    if (waiting === undefined) return;
    if (reason === undefined) waiting.resolve(undefined);
    else waiting.reject(reason);
    waiting = undefined;
  };
  stream.on('data', (chunk: Uint8Array) => {
    if (waiting !== undefined) {
      waiting.resolve(chunk);
      waiting = undefined;
      return;
    }
    chunks.push(chunk);
    held += chunk.length;
    if (held > MOST_HELD) stream.pause();
  });
  // A connection that breaks ends its streams too; only the code tells that from an answer that is complete.
  const broken = () =>
    (stream.rstCode ?? 0) === http2.constants.NGHTTP2_NO_ERROR
      ? undefined
      : serviceUnavailable('the connection broke in the midst of the answer');
  stream.once('end', () => finish(failure() ?? broken()));
  stream.once('close', () =>
    finish(failure() ?? (stream.readableEnded ? broken() : serviceUnavailable('the connection was closed'))),
  );

  return {
    read() {
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        held -= chunk.length;
        if (stream.isPaused() && held <= MOST_HELD / 2) stream.resume();
        return Promise.resolve(chunk);
      }
      if (over !== undefined) {
        return over.reason === undefined ? Promise.resolve(undefined) : Promise.reject(over.reason);
      }
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      });
    },
    cancel(reason) {
      chunks = [];
      held = 0;
      finish(reason ?? new Error('the reader went away'));
      stream.close(http2.constants.NGHTTP2_CANCEL);
    },
  };
}
