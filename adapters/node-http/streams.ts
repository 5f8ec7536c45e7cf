import type { Duplex as NodeDuplex, Readable as NodeReadable, Writable as NodeWritable } from 'node:stream';
import type { Duplex, Readable, Writable } from '#core/base';

let last: Uint8Array | undefined;
let lastView: Buffer | undefined;

/** The chunk as Node wants it. What a watch tells goes to many streams one after another: the view of it is made once. */
function bufferOf(chunk: Uint8Array): Buffer {
  if (chunk !== last || lastView === undefined) {
    last = chunk;
    lastView = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  return lastView;
}

/** Writes go to a Node stream; a full buffer makes `write` return a promise. */
export function writableOver(stream: NodeWritable): Writable {
  const over = Promise.withResolvers<void>();
  let open = true;
  let drained: PromiseWithResolvers<void> | undefined;
  const finish = () => {
    open = false;
    drained?.resolve();
    drained = undefined;
    over.resolve();
  };
  stream.on('close', finish);
  stream.on('finish', finish);
  // Whoever reads went away: `closed` says so, and what is written now is lost.
  stream.on('error', finish);
  stream.on('drain', () => {
    drained?.resolve();
    drained = undefined;
  });
  return {
    write(chunk) {
      if (!open || chunk.length === 0) return undefined;
      if (stream.write(bufferOf(chunk))) return undefined;
      drained ??= Promise.withResolvers<void>();
      return drained.promise;
    },
    writeMany(chunks) {
      if (!open) return undefined;
      let more = true;
      stream.cork();
      for (const chunk of chunks) more = stream.write(chunk);
      stream.uncork();
      if (more) return undefined;
      drained ??= Promise.withResolvers<void>();
      return drained.promise;
    },
    end() {
      if (open) stream.end();
    },
    abort(reason) {
      stream.destroy(reason instanceof Error ? reason : undefined);
      finish();
    },
    closed: over.promise,
  };
}

/** Reads chunk by chunk, asking for each. */
export function readableOver(stream: NodeReadable): Readable {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return {
    async read() {
      const { done, value } = await iterator.next();
      return done === true ? undefined : value;
    },
    cancel: () => void stream.destroy(),
  };
}

export const duplexOver = (stream: NodeDuplex): Duplex => ({
  readable: readableOver(stream),
  writable: writableOver(stream),
});

/** The whole body, `limit` bytes at most; `tooLong` makes the refusal beyond. */
export function wholeBody(stream: NodeReadable, limit: number, tooLong: () => Error): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    stream.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      if (length > limit) {
        stream.removeAllListeners('data');
        stream.resume();
        reject(tooLong());
      } else chunks.push(chunk);
    });
    stream.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)));
    // A failure closes it, too.
    stream.on('close', () => {
      if (!stream.readableEnded) reject(new Error('the client went away'));
    });
  });
}
