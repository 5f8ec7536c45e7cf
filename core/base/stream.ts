import { concat } from './bytes.ts';

/** Bytes that arrive one chunk after another; the reader asks for each. */
export interface Readable {
  /** The next chunk; `undefined` at the end. Rejects when the other side failed. One read at a time. */
  read(): Promise<Uint8Array | undefined>;
  /** The reader wants no more: the writer's `write` and `closed` tell the other side. */
  cancel(reason?: unknown): void;
}

/** Where bytes are sent, one chunk after another. */
export interface Writable {
  /** Sends a chunk. `undefined` means "go on"; a promise means that the reader is behind and settles when it has caught up. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Sends several at once without joining them first; where it is missing they must be joined. */
  writeMany?(chunks: readonly Uint8Array[]): Promise<void> | undefined;
  /** No more will come. */
  end(): void;
  /** Something failed: the reader is told, what was not sent yet is dropped. */
  abort(reason?: unknown): void;
  /** Resolves when the stream is over, however it ended; never rejects. */
  readonly closed: Promise<void>;
}

/** Sends several chunks as one write: unjoined where the way out takes several. */
export function writeTogether(out: Writable, chunks: readonly Uint8Array[]): Promise<void> | undefined {
  if (out.writeMany !== undefined) return out.writeMany(chunks);
  return out.write(chunks.length === 1 ? chunks[0]! : concat(chunks));
}

/** Both directions of one connection. Half-close is `writable.end()`. */
export interface Duplex {
  readonly readable: Readable;
  readonly writable: Writable;
}

/** A writer and the reader of what it writes, in one process. More than `limit` bytes not yet read make `write` return a promise. */
export function pipe(limit = 64 * 1024): Duplex {
  const chunks: Uint8Array[] = [];
  let waiting: { resolve(chunk: Uint8Array | undefined): void; reject(reason: unknown): void } | undefined;
  let held = 0;
  let ended = false;
  let failure: { reason: unknown } | undefined;
  let drained: { promise: Promise<void>; resolve(): void } | undefined;
  const over = Promise.withResolvers<void>();

  const drain = () => {
    if (drained !== undefined && held <= limit) {
      drained.resolve();
      drained = undefined;
    }
  };
  const fail = (reason: unknown) => {
    if (failure !== undefined || (ended && held === 0 && waiting === undefined)) return;
    failure = { reason };
    chunks.length = 0;
    held = 0;
    waiting?.reject(reason);
    waiting = undefined;
    drain();
    over.resolve();
  };

  return {
    readable: {
      read() {
        if (failure !== undefined) return Promise.reject(failure.reason);
        const chunk = chunks.shift();
        if (chunk !== undefined) {
          held -= chunk.length;
          drain();
          return Promise.resolve(chunk);
        }
        if (ended) {
          over.resolve();
          return Promise.resolve(undefined);
        }
        return new Promise((resolve, reject) => {
          waiting = { resolve, reject };
        });
      },
      cancel: (reason) => fail(reason ?? new Error('the reader went away')),
    },
    writable: {
      write(chunk) {
        if (ended || failure !== undefined || chunk.length === 0) return undefined;
        if (waiting !== undefined) {
          const reader = waiting;
          waiting = undefined;
          reader.resolve(chunk);
          return undefined;
        }
        chunks.push(chunk);
        held += chunk.length;
        if (held <= limit) return undefined;
        drained ??= Promise.withResolvers<void>();
        return drained.promise;
      },
      end() {
        if (ended || failure !== undefined) return;
        ended = true;
        if (waiting !== undefined) {
          waiting.resolve(undefined);
          waiting = undefined;
          over.resolve();
        }
      },
      abort: (reason) => fail(reason ?? new Error('the writer gave up')),
      closed: over.promise,
    },
  };
}

/** Two connected ends: what one writes the other reads. */
export function duplexPair(limit?: number): [Duplex, Duplex] {
  const there = pipe(limit);
  const back = pipe(limit);
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}
