import type { Duplex as NodeDuplex, Readable as NodeReadable, Writable as NodeWritable } from 'node:stream';
import type { Duplex, Readable, Writable } from '#core/base';

/** Node's readable as core's: reading pulls, so a slow reader slows the other side. */
export function readableOf(stream: NodeReadable): Readable {
  let failure: Error | undefined;
  let over = false;
  let wake: (() => void) | undefined;
  const notify = () => {
    wake?.();
    wake = undefined;
  };
  stream.on('readable', notify);
  stream.once('end', () => {
    over = true;
    notify();
  });
  stream.once('error', (error) => {
    failure = error;
    notify();
  });
  stream.once('close', () => {
    if (!over) failure ??= new Error('the connection was closed');
    notify();
  });
  return {
    async read() {
      for (;;) {
        const chunk = stream.read() as Uint8Array | null;
        if (chunk !== null) return chunk;
        if (over) return undefined;
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    cancel: () => void stream.destroy(),
  };
}

/** Node's writable as core's. */
export function writableOf(stream: NodeWritable): Writable {
  const closed = new Promise<void>((resolve) => stream.once('close', resolve));
  stream.on('error', () => undefined);
  return {
    write(chunk) {
      if (stream.destroyed || stream.writableEnded || stream.write(chunk)) return undefined;
      return new Promise((resolve) => {
        const done = () => {
          stream.off('drain', done);
          stream.off('close', done);
          resolve();
        };
        stream.once('drain', done);
        stream.once('close', done);
      });
    },
    end: () => void stream.end(),
    abort: () => void stream.destroy(),
    closed,
  };
}

export const duplexOf = (stream: NodeDuplex): Duplex => ({
  readable: readableOf(stream),
  writable: writableOf(stream),
});
