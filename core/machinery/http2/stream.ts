import { concat, type Writable } from '#core/base';
import type { Outgoing } from './outgoing.ts';
import { CANCEL, DATA, END_STREAM, FRAME, frameHead, INTERNAL_ERROR, NO_ERROR } from './frames.ts';

/** What a stream needs of its connection. */
export interface Carrier {
  /** The peer may send so much more on the connection, and on the stream where it is open. */
  credit(stream: Http2Stream, bytes: number): void;
  reset(stream: Http2Stream, code: number): void;
  closed(stream: Http2Stream): void;
}

/** A request as its stream brought it. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

const EMPTY = new Uint8Array();
/** Bytes of a request that are read behind its answer. */
const IGNORED = 8 * 1024 * 1024;

/** One request and its answer. */
export class Http2Stream {
  readonly id: number;
  readonly head: RequestHead;
  /** Called once it is over, however it ended. */
  onClose: (() => void) | undefined;
  /** Bytes that the peer takes of this stream. */
  sendWindow: number;
  /** Bytes that the peer may still send. */
  receiveWindow: number;
  isClosed = false;
  /** The peer has sent all of its request. */
  isEnded: boolean;

  readonly #carrier: Carrier;
  readonly #out: Outgoing;
  /** What its head says of its length; -1 for nothing. */
  readonly #announced: number;
  #received = 0;
  /** Received and not yet credited. */
  #unread = 0;
  #chunks: Uint8Array[] = [];
  #reader: { limit: number; tooLong: () => Error; settled: PromiseWithResolvers<Uint8Array> } | undefined;
  #pending: Uint8Array[] = [];
  #held = 0;
  /** How much of the first pending chunk was sent. */
  #sent = 0;
  #isEnding = false;
  #isDone = false;
  /** Bytes that are still read for nothing. */
  #unreadable = 0;
  #drained: PromiseWithResolvers<void> | undefined;
  #over: PromiseWithResolvers<void> | undefined;

  constructor(
    carrier: Carrier,
    out: Outgoing,
    id: number,
    head: RequestHead,
    isEnded: boolean,
    windows: { readonly send: number; readonly receive: number },
  ) {
    this.#out = out;
    this.#carrier = carrier;
    this.id = id;
    this.head = head;
    this.isEnded = isEnded;
    this.sendWindow = windows.send;
    this.receiveWindow = windows.receive;
    const length = head.headers['content-length'];
    this.#announced = length === undefined ? -1 : Number(length);
  }

  /** The whole body, `limit` bytes at most. Called once. Rejects with what `tooLong` makes, or where the client went away. */
  body(limit: number, tooLong: () => Error): Promise<Uint8Array> {
    if (this.isEnded && this.#received === 0) return Promise.resolve(EMPTY);
    const reader = { limit, tooLong, settled: Promise.withResolvers<Uint8Array>() };
    this.#reader = reader;
    this.#read();
    return reader.settled.promise;
  }

  /** Content from the peer; false where it does not come to what was announced. */
  receive(chunk: Uint8Array, isLast: boolean): boolean {
    this.#received += chunk.length;
    this.isEnded ||= isLast;
    if (this.#announced >= 0 && (isLast ? this.#received !== this.#announced : this.#received > this.#announced))
      return false;
    if (this.#isDone) {
      this.#ignore(chunk.length);
      return true;
    }
    if (chunk.length > 0) {
      this.#unread += chunk.length;
      this.#chunks.push(chunk);
    }
    if (this.#reader !== undefined) this.#read();
    return true;
  }

  #read(): void {
    const { limit, tooLong, settled } = this.#reader!;
    if (this.isClosed) settled.reject(new Error('the client went away'));
    else if (this.#received > limit) {
      this.#chunks = [];
      settled.reject(tooLong());
    } else if (this.isEnded) {
      settled.resolve(this.#chunks.length === 1 ? this.#chunks[0]! : concat(this.#chunks));
      this.#chunks = [];
    }
    this.#credit();
  }

  #credit(): void {
    if (this.#unread === 0) return;
    const bytes = this.#unread;
    this.#unread = 0;
    this.#carrier.credit(this, bytes);
  }

  /** A whole answer. */
  answer(status: number, headers: Readonly<Record<string, string>>, body: readonly Uint8Array[]): void {
    if (this.isClosed) return;
    let length = 0;
    for (const piece of body) {
      length += piece.length;
      if (piece.length > 0) this.#push(piece);
    }
    this.#isEnding = true;
    this.#out.head(this.id, status, headers, length === 0);
    if (length === 0) this.#finish();
    else this.pump();
  }

  /** An answer that comes piece by piece. */
  stream(status: number, headers: Readonly<Record<string, string>>): Writable {
    if (!this.isClosed) this.#out.head(this.id, status, headers, false);
    this.#over = Promise.withResolvers<void>();
    if (this.isClosed) this.#over.resolve();
    const sent = (): Promise<void> | undefined => {
      this.pump();
      if (this.isClosed || (this.#pending.length === 0 && this.#out.room > 0)) return undefined;
      this.#drained ??= Promise.withResolvers<void>();
      this.#out.wait(this);
      return this.#drained.promise;
    };
    return {
      write: (chunk) => {
        if (this.isClosed || chunk.length === 0) return undefined;
        this.#push(chunk);
        return sent();
      },
      writeMany: (chunks) => {
        if (this.isClosed) return undefined;
        for (const chunk of chunks) if (chunk.length > 0) this.#push(chunk);
        return sent();
      },
      end: () => {
        if (this.isClosed || this.#isEnding) return;
        this.#isEnding = true;
        this.pump();
      },
      abort: (reason) => this.#carrier.reset(this, reason instanceof Error ? INTERNAL_ERROR : CANCEL),
      closed: this.#over.promise,
    };
  }

  /** Ends it before it is answered, or in the middle of its answer. */
  cancel(code = CANCEL): void {
    this.#carrier.reset(this, this.#isDone ? NO_ERROR : code);
  }

  /** Sends what there is room for; true when it sent anything. */
  pump(): boolean {
    const out = this.#out;
    let isMoved = false;
    while (!this.isClosed && this.#pending.length > 0) {
      const room = Math.min(out.room, this.sendWindow);
      if (room <= 0) {
        out.wait(this);
        return isMoved;
      }
      this.#sendFrame(Math.min(room, FRAME));
      isMoved = true;
    }
    if (this.isClosed || this.#isDone) return isMoved;
    if (this.#isEnding) {
      out.emit(frameHead(DATA, END_STREAM, this.id, 0));
      this.#finish();
    } else if (this.#drained !== undefined) {
      if (out.room <= 0) out.wait(this);
      else {
        this.#drained.resolve();
        this.#drained = undefined;
      }
    }
    return isMoved;
  }

  #push(chunk: Uint8Array): void {
    this.#pending.push(chunk);
    this.#hold(chunk.length);
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    this.#out.held += bytes;
  }

  /** One frame of `most` bytes, of as many chunks as fit. */
  #sendFrame(most: number): void {
    const pieces: Uint8Array[] = [];
    let length = 0;
    let used = 0;
    for (; used < this.#pending.length && length < most; used++) {
      const chunk = this.#pending[used]!;
      const left = chunk.length - this.#sent;
      const taken = Math.min(left, most - length);
      pieces.push(taken === chunk.length ? chunk : chunk.subarray(this.#sent, this.#sent + taken));
      length += taken;
      if (taken < left) {
        this.#sent += taken;
        break;
      }
      this.#sent = 0;
    }
    if (used === this.#pending.length) this.#pending = [];
    else if (used > 0) this.#pending.splice(0, used);
    const isLast = this.#isEnding && this.#pending.length === 0;
    this.sendWindow -= length;
    this.#hold(-length);
    this.#out.content(frameHead(DATA, isLast ? END_STREAM : 0, this.id, length), pieces, length);
    if (isLast) this.#finish();
  }

  /** All is sent. What the peer has not sent yet is read and dropped, for a while: some clients send all before they look at an answer. */
  #finish(): void {
    this.#isDone = true;
    this.#over?.resolve();
    this.#unreadable = IGNORED;
    this.#chunks = [];
    this.#credit();
    if (this.isEnded) this.close();
  }

  #ignore(bytes: number): void {
    this.#unread += bytes;
    this.#unreadable -= bytes;
    if (this.isEnded) this.close();
    else if (this.#unreadable < 0) this.cancel();
    else this.#credit();
  }

  /** It is over. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#pending = [];
    this.#hold(-this.#held);
    this.#reader?.settled.reject(new Error('the client went away'));
    this.#chunks = [];
    this.#credit();
    this.#drained?.resolve();
    this.#over?.resolve();
    this.#carrier.closed(this);
    this.onClose?.();
  }
}
