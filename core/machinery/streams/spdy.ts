import { type Duplex, pipe } from '#core/base';
import { byteReader } from './byte-reader.ts';
import { type SpdyHeaders, SpdyFailure, frameReader, frameWriter } from './spdy-frames.ts';

/** One stream of a session; `writable.end()` closes our half, `writable.abort()` resets it. */
export interface SpdyStream extends Duplex {
  readonly id: number;
  /** What it was opened with. */
  readonly headers: SpdyHeaders;
}

export interface SpdySession {
  /** Opens a stream; it may be written to at once. */
  open(headers: SpdyHeaders): SpdyStream;
  /** Resolves when the connection is over, however it ended. */
  readonly closed: Promise<void>;
  close(): void;
}

/** More than this unread in one stream holds up all of them: there is no flow control, since upstream's library has none. */
const HELD = 1024 * 1024;
const MOST_STREAMS = 1000;
const CANCELLED = 5;
const REFUSED = 3;

interface Entry {
  readonly stream: SpdyStream;
  readonly incoming: Duplex;
  theirsOver: boolean;
  oursOver: boolean;
}

/**
 * SPDY/3.1 over a connection, as far as exec, attach and port-forward use it. `accept` is given each stream that the other side
 * opens; false refuses it. The server answers each with a reply. Protocol: draft-mbelshe-httpbis-spdy-00.
 */
export function spdySession(
  duplex: Duplex,
  side: 'client' | 'server',
  accept: (stream: SpdyStream) => boolean = () => false,
): SpdySession {
  const writer = frameWriter();
  const read = frameReader(byteReader(duplex.readable));
  const entries = new Map<number, Entry>();
  const drops = new Map<number, (reason: unknown) => void>();
  const over = Promise.withResolvers<void>();
  let next = side === 'client' ? 1 : 2;
  let lastSeen = 0;
  let ended = false;

  const send = (frames: readonly Uint8Array[]): Promise<void> | undefined => {
    let waits: Promise<void> | undefined;
    for (const frame of frames) if (!ended) waits = duplex.writable.write(frame) ?? waits;
    return waits;
  };
  const settle = (entry: Entry) => {
    if (!entry.oursOver || !entry.theirsOver) return;
    entries.delete(entry.stream.id);
    drops.delete(entry.stream.id);
  };

  const make = (id: number, headers: SpdyHeaders): Entry => {
    const incoming = pipe(HELD);
    const closed = Promise.withResolvers<void>();
    const entry: Entry = {
      incoming,
      theirsOver: false,
      oursOver: false,
      stream: {
        id,
        headers,
        readable: incoming.readable,
        writable: {
          write: (chunk) => (entry.oursOver || chunk.length === 0 ? undefined : send(writer.data(id, chunk, false))),
          end() {
            if (entry.oursOver) return;
            entry.oursOver = true;
            void send(writer.data(id, new Uint8Array(0), true));
            closed.resolve();
            settle(entry);
          },
          abort(reason) {
            if (entry.oursOver && entry.theirsOver) return;
            void send([writer.reset(id, CANCELLED)]);
            drop(entry, reason);
          },
          closed: closed.promise,
        },
      },
    };
    const drop = (one: Entry, reason: unknown) => {
      // What came whole may still be read.
      if (!one.theirsOver) one.incoming.writable.abort(reason ?? new SpdyFailure('the stream was reset'));
      one.oursOver = true;
      one.theirsOver = true;
      closed.resolve();
      settle(one);
    };
    drops.set(id, (reason) => drop(entry, reason));
    entries.set(id, entry);
    return entry;
  };

  const taken = (id: number, headers: SpdyHeaders, last: boolean) => {
    const isTheirs = id % 2 === (side === 'server' ? 1 : 0);
    if (!isTheirs || id <= lastSeen) throw new SpdyFailure(`stream ${id} cannot be opened`);
    lastSeen = id;
    if (entries.size >= MOST_STREAMS) return void send([writer.reset(id, REFUSED)]);
    const entry = make(id, headers);
    if (last) {
      entry.theirsOver = true;
      entry.incoming.writable.end();
    }
    if (!accept(entry.stream)) {
      drops.get(id)?.(undefined);
      drops.delete(id);
      return void send([writer.reset(id, REFUSED)]);
    }
    return void send([writer.reply(id, {}, false)]);
  };

  const run = async () => {
    for (let frame = await read(); frame !== undefined; frame = await read()) {
      if (frame.type === 'data') {
        const entry = entries.get(frame.stream);
        if (entry === undefined || entry.theirsOver) continue;
        if (frame.bytes.length > 0) await entry.incoming.writable.write(frame.bytes);
        if (frame.last) endTheirs(entry);
      } else if (frame.type === 'syn') taken(frame.stream, frame.headers, frame.last);
      else if (frame.type === 'reply' || frame.type === 'headers') {
        const entry = entries.get(frame.stream);
        if (entry !== undefined && frame.last) endTheirs(entry);
      } else if (frame.type === 'reset') drops.get(frame.stream)?.(new SpdyFailure('the stream was reset'));
      else if (frame.type === 'ping') {
        // Ours are never sent, so each is a question.
        void send([writer.ping(frame.id)]);
      } else if (frame.type === 'goaway') return;
    }
  };
  const endTheirs = (entry: Entry) => {
    entry.theirsOver = true;
    entry.incoming.writable.end();
    settle(entry);
  };

  const finish = (reason?: unknown) => {
    if (ended) return;
    ended = true;
    for (const drop of drops.values()) drop(reason ?? new SpdyFailure('the connection is over'));
    drops.clear();
    if (reason === undefined) duplex.writable.end();
    else duplex.writable.abort(reason);
    duplex.readable.cancel(reason);
    over.resolve();
  };
  run().then(
    () => finish(),
    (failure: unknown) => finish(failure),
  );

  return {
    open(headers) {
      const id = next;
      next += 2;
      const { stream } = make(id, headers);
      void send([writer.syn(id, headers, false)]);
      return stream;
    },
    closed: over.promise,
    close: () => finish(),
  };
}
