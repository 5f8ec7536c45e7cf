import { concat } from '#core/base';
import { encodeHead } from './field-encoder.ts';
import {
  CONTINUATION,
  DEFAULT_WINDOW,
  END_HEADERS,
  END_STREAM,
  FLOW_CONTROL_ERROR,
  FRAME,
  frameOf,
  HEADERS,
  LARGEST_WINDOW,
} from './frames.ts';
import { needs } from './failure.ts';
import type { Http2Stream } from './stream.ts';

/** The way to the peer. */
export interface Http2Transport {
  /** Sends all of it; false when no more should come until `drained` is called. */
  send(pieces: readonly Uint8Array[], length: number): boolean;
  /** Has `flush` called when what is at work now is done, so that all that it sends leaves together. */
  soon(): void;
  /** Nothing more will be sent or received. */
  end(): void;
}

/** So many bytes are not kept back for the end of a turn. */
const MANY = 256 * 1024;

/** What leaves a connection: frames in order, and content as far as the peer takes it. */
export class Outgoing {
  readonly #transport: Http2Transport;
  readonly #indexes: ReadonlyMap<string, number>;
  /** Streams with content that found no room, in the order of waiting. */
  readonly #waiting = new Set<Http2Stream>();
  #window = DEFAULT_WINDOW;
  #frames: Uint8Array[] = [];
  #length = 0;
  #isBlocked = false;
  #isOver = false;
  #tellsTableSize = false;
  /** Bytes of content that streams could not send yet. */
  held = 0;

  constructor(transport: Http2Transport, indexes: ReadonlyMap<string, number>) {
    this.#transport = transport;
    this.#indexes = indexes;
  }

  /** Bytes of content that the peer takes on the connection now; none while the way out is full. */
  get room(): number {
    return this.#isBlocked ? 0 : this.#window;
  }

  emit(frame: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#length === 0) this.#transport.soon();
    this.#frames.push(frame);
    this.#length += frame.length;
    if (this.#length > MANY) this.flush();
  }

  /** Content, behind the head of its frame. */
  content(head: Uint8Array, pieces: readonly Uint8Array[], length: number): void {
    this.#window -= length;
    this.emit(head);
    for (const piece of pieces) this.emit(piece);
  }

  /** The head of an answer. */
  head(stream: number, status: number, headers: Readonly<Record<string, string>>, isLast: boolean): void {
    let block = encodeHead(this.#indexes, status, headers);
    // Who has made its table smaller is told that we use none.
    if (this.#tellsTableSize) block = concat([Uint8Array.of(0x20), block]);
    this.#tellsTableSize = false;
    let kind = HEADERS;
    let flags = isLast ? END_STREAM : 0;
    for (let at = 0; ; at += FRAME) {
      const isWhole = at + FRAME >= block.length;
      this.emit(frameOf(kind, isWhole ? flags | END_HEADERS : flags, stream, block.subarray(at, at + FRAME)));
      if (isWhole) return;
      kind = CONTINUATION;
      flags = 0;
    }
  }

  /** Before the next head it is said that no table is used. */
  tellTableSize(): void {
    this.#tellsTableSize = true;
  }

  flush(): void {
    if (this.#length === 0) return;
    const frames = this.#frames;
    const length = this.#length;
    this.#frames = [];
    this.#length = 0;
    if (!this.#transport.send(frames, length)) this.#isBlocked = true;
  }

  /** The stream goes on when there is room again. */
  wait(stream: Http2Stream): void {
    this.#waiting.add(stream);
  }

  leave(stream: Http2Stream): void {
    this.#waiting.delete(stream);
  }

  /** The peer takes more on the connection. Throws a ConnectionFailure where it cannot be so much. */
  widen(bytes: number): void {
    this.#window += bytes;
    needs(this.#window <= LARGEST_WINDOW, FLOW_CONTROL_ERROR);
    this.wake();
  }

  /** The way out is free again. */
  drained(): void {
    this.#isBlocked = false;
    this.wake();
  }

  /** Each that waits gets its turn; who still finds no room waits on, behind the others. */
  wake(): void {
    for (const stream of Array.from(this.#waiting)) {
      if (this.room <= 0) return;
      this.#waiting.delete(stream);
      stream.pump();
    }
  }

  /** What was said is sent, and no more. */
  end(): void {
    this.flush();
    this.#isOver = true;
    this.#transport.end();
  }

  /** There is nobody to send to. */
  lose(): void {
    this.#isOver = true;
  }
}
