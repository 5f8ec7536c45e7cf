import { type FieldBlock, FieldBlocks } from './field-blocks.ts';
import { FieldDecoder, FieldFailure } from './field-decoder.ts';
import { ConnectionFailure, needs, unpadded } from './failure.ts';
import { frameReader } from './frame-reader.ts';
import * as h2 from './frames.ts';
import type { Http2Limits, Http2Tables } from './limits.ts';
import { type Http2Transport, Outgoing } from './outgoing.ts';
import { areTrailers, requestHeadOf } from './request-head.ts';
import { settingsIn } from './settings.ts';
import { type Carrier, Http2Stream } from './stream.ts';

/** So many broken streams are remembered. */
const BROKEN = 256;
/** Who takes fewer bytes at a time costs more than it gets. */
const DRIBBLE = 256;

/** The server's side of an HTTP/2 connection (RFC 9113): bytes in, requests out; answers in, bytes out. */
export class Http2Connection implements Carrier {
  readonly #limits: Http2Limits;
  readonly #out: Outgoing;
  readonly #blocks: FieldBlocks;
  readonly #onRequest: (stream: Http2Stream) => void;
  readonly #streams = new Map<number, Http2Stream>();
  /** Streams that we broke off last: what the peer had sent before it knew is no fault. */
  readonly #broken = new Set<number>();

  readonly #read = frameReader((...frame) => this.#frame(...frame));
  #isConfigured = false;
  #lastStream = 0;
  #streamSendWindow = h2.DEFAULT_WINDOW;
  #receiveWindow: number;
  /** Consumed, and not yet told. */
  #consumed = 0;
  #isLeaving = false;
  #isOver = false;
  #idleFrames = 0;

  constructor(
    limits: Http2Limits,
    transport: Http2Transport,
    tables: Http2Tables,
    onRequest: (stream: Http2Stream) => void,
  ) {
    this.#limits = limits;
    this.#onRequest = onRequest;
    this.#out = new Outgoing(transport, tables.indexes);
    const fields = { table: h2.DEFAULT_TABLE, list: limits.headers, fields: limits.fields };
    this.#blocks = new FieldBlocks(new FieldDecoder(tables.huffman, fields), limits.headers);
    this.#receiveWindow = limits.connectionWindow;
    this.#out.emit(
      h2.settingsFrame([
        [h2.MAX_CONCURRENT_STREAMS, limits.streams],
        [h2.INITIAL_WINDOW_SIZE, limits.streamWindow],
        [h2.MAX_HEADER_LIST_SIZE, limits.headers],
      ]),
    );
    this.#out.emit(h2.numbersFrame(h2.WINDOW_UPDATE, 0, limits.connectionWindow - h2.DEFAULT_WINDOW));
  }

  /** Open streams. */
  get open(): number {
    return this.#streams.size;
  }

  receive(chunk: Uint8Array): void {
    try {
      this.#read(chunk);
    } catch (failure) {
      if (failure instanceof ConnectionFailure) this.fail(failure.code);
      else if (failure instanceof FieldFailure) this.fail(h2.COMPRESSION_ERROR);
      else throw failure;
    }
  }

  /** A new while has begun for what is counted by it. */
  forget(): void {
    this.#idleFrames = 0;
  }

  /** The way out is free again. */
  drained(): void {
    this.#out.drained();
  }

  flush(): void {
    this.#out.flush();
  }

  /** Takes no more requests, and ends when those that are open are answered. */
  leave(): void {
    if (this.#isLeaving || this.#isOver) return;
    this.#isLeaving = true;
    this.#out.emit(h2.numbersFrame(h2.GOAWAY, 0, this.#lastStream, h2.NO_ERROR));
    if (this.#streams.size === 0) this.#end();
  }

  /** Ends at once, and tells the peer why. */
  fail(code: number): void {
    if (this.#isOver) return;
    this.#out.emit(h2.numbersFrame(h2.GOAWAY, 0, this.#lastStream, code));
    this.#end();
  }

  /** The peer is gone. */
  lost(): void {
    this.#isOver = true;
    this.#out.lose();
    for (const stream of this.#streams.values()) stream.close();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#out.end();
    for (const stream of this.#streams.values()) stream.close();
  }

  // What streams need.

  credit(stream: Http2Stream, bytes: number): void {
    if (!stream.isClosed && !stream.isEnded) {
      stream.receiveWindow += bytes;
      this.#out.emit(h2.numbersFrame(h2.WINDOW_UPDATE, stream.id, bytes));
    }
    this.#consume(bytes);
  }

  reset(stream: Http2Stream, code: number): void {
    if (stream.isClosed) return;
    this.#out.emit(h2.numbersFrame(h2.RST_STREAM, stream.id, code));
    this.#broken.add(stream.id);
    if (this.#broken.size > BROKEN) this.#broken.delete(this.#broken.values().next().value!);
    stream.close();
  }

  closed(stream: Http2Stream): void {
    this.#streams.delete(stream.id);
    this.#out.leave(stream);
    if (this.#isLeaving && this.#streams.size === 0 && !this.#isOver) this.#end();
  }

  #consume(bytes: number): void {
    this.#consumed += bytes;
    if (this.#consumed < this.#limits.connectionWindow / 2) return;
    this.#receiveWindow += this.#consumed;
    this.#out.emit(h2.numbersFrame(h2.WINDOW_UPDATE, 0, this.#consumed));
    this.#consumed = 0;
  }

  // What the peer sends.

  #frame(kind: number, flags: number, id: number, payload: Uint8Array): void {
    if (this.#isOver) return;
    if (!this.#isConfigured && kind !== h2.SETTINGS)
      throw new ConnectionFailure(h2.PROTOCOL_ERROR, 'settings come first');
    this.#blocks.expect(kind, id);
    switch (kind) {
      case h2.DATA:
        return this.#data(flags, id, payload);
      case h2.HEADERS:
        return this.#fieldsCame(this.#blocks.begin(flags, id, payload));
      case h2.CONTINUATION:
        if (payload.length === 0) this.#countIdle();
        return this.#fieldsCame(this.#blocks.goOn(flags, payload));
      case h2.PRIORITY:
        needs(id !== 0);
        if (payload.length !== 5) return this.#fault(id, h2.FRAME_SIZE_ERROR);
        if ((h2.number32(payload, 0) & 0x7fffffff) === id) this.#fault(id, h2.PROTOCOL_ERROR);
        return this.#countIdle();
      case h2.RST_STREAM:
        needs(id !== 0 && id <= this.#lastStream);
        needs(payload.length === 4, h2.FRAME_SIZE_ERROR);
        this.#countIdle();
        this.#streams.get(id)?.close();
        return;
      case h2.SETTINGS:
        return this.#settings(flags, id, payload);
      case h2.PUSH_PROMISE:
        throw new ConnectionFailure(h2.PROTOCOL_ERROR, 'a client pushes');
      case h2.PING:
        needs(id === 0);
        needs(payload.length === 8, h2.FRAME_SIZE_ERROR);
        this.#countIdle();
        if ((flags & h2.ACK) === 0) this.#out.emit(h2.frameOf(h2.PING, h2.ACK, 0, payload));
        return;
      case h2.GOAWAY:
        needs(id === 0);
        needs(payload.length >= 8, h2.FRAME_SIZE_ERROR);
        return this.leave();
      case h2.WINDOW_UPDATE:
        return this.#windowUpdate(id, payload);
      default:
        // Others mean nothing to us.
        this.#countIdle();
    }
  }

  #data(flags: number, id: number, payload: Uint8Array): void {
    needs(id !== 0 && id <= this.#lastStream);
    const content = unpadded(flags, payload);
    const isLast = (flags & h2.END_STREAM) !== 0;
    this.#receiveWindow -= payload.length;
    needs(this.#receiveWindow >= 0, h2.FLOW_CONTROL_ERROR);
    if (content.length === 0 && !isLast) this.#countIdle();
    const stream = this.#streams.get(id);
    if (stream === undefined || stream.isEnded) {
      this.#consume(payload.length);
      if (stream !== undefined) this.reset(stream, h2.STREAM_CLOSED);
      else if (!this.#broken.has(id)) this.#out.emit(h2.numbersFrame(h2.RST_STREAM, id, h2.STREAM_CLOSED));
      return;
    }
    stream.receiveWindow -= payload.length;
    if (stream.receiveWindow < 0) return this.reset(stream, h2.FLOW_CONTROL_ERROR);
    const padding = payload.length - content.length;
    if (!stream.receive(content, isLast)) return this.reset(stream, h2.PROTOCOL_ERROR);
    if (padding > 0) this.credit(stream, padding);
  }

  /** The head of a request, or what follows its body. */
  #fieldsCame(block: FieldBlock | undefined): void {
    if (block === undefined) return;
    const { stream: id, isLast, fields } = block;
    const known = this.#streams.get(id);
    if (known !== undefined) {
      if (known.isEnded) return this.reset(known, h2.STREAM_CLOSED);
      const isWell = isLast && fields !== undefined && areTrailers(fields) && known.receive(new Uint8Array(), true);
      if (!isWell) this.reset(known, h2.PROTOCOL_ERROR);
      return;
    }
    if (id <= this.#lastStream) {
      // Trailers may have been on their way when the stream was closed by us.
      needs(isLast && fields !== undefined && areTrailers(fields), h2.STREAM_CLOSED);
      return;
    }
    this.#lastStream = id;
    if (this.#isLeaving || this.#streams.size >= this.#limits.streams || this.#out.held > this.#limits.held) {
      this.#countIdle();
      return this.#out.emit(h2.numbersFrame(h2.RST_STREAM, id, h2.REFUSED_STREAM));
    }
    const head = fields === undefined ? undefined : requestHeadOf(fields);
    if (fields === undefined) {
      this.#out.head(id, 431, {}, true);
      return this.#out.emit(h2.numbersFrame(h2.RST_STREAM, id, h2.NO_ERROR));
    }
    if (head === undefined || (isLast && Number(head.headers['content-length'] ?? 0) !== 0)) {
      return this.#out.emit(h2.numbersFrame(h2.RST_STREAM, id, h2.PROTOCOL_ERROR));
    }
    const windows = { send: this.#streamSendWindow, receive: this.#limits.streamWindow };
    const stream = new Http2Stream(this, this.#out, id, head, isLast, windows);
    this.#streams.set(id, stream);
    this.#onRequest(stream);
  }

  #settings(flags: number, id: number, payload: Uint8Array): void {
    needs(id === 0);
    if ((flags & h2.ACK) !== 0) return needs(payload.length === 0, h2.FRAME_SIZE_ERROR);
    const settings = settingsIn(payload);
    if (this.#isConfigured) this.#countIdle();
    this.#isConfigured = true;
    for (const { which, value } of settings) {
      if (which === h2.HEADER_TABLE_SIZE && value < h2.DEFAULT_TABLE) this.#out.tellTableSize();
      if (which === h2.INITIAL_WINDOW_SIZE) this.#resizeWindows(value);
    }
    this.#out.emit(h2.frameHead(h2.SETTINGS, h2.ACK, 0, 0));
    this.#out.wake();
  }

  #resizeWindows(size: number): void {
    for (const stream of this.#streams.values()) {
      stream.sendWindow += size - this.#streamSendWindow;
      needs(stream.sendWindow <= h2.LARGEST_WINDOW, h2.FLOW_CONTROL_ERROR);
    }
    this.#streamSendWindow = size;
  }

  #windowUpdate(id: number, payload: Uint8Array): void {
    needs(payload.length === 4, h2.FRAME_SIZE_ERROR);
    needs(id <= this.#lastStream);
    const more = h2.number32(payload, 0) & 0x7fffffff;
    if (more === 0) return this.#fault(id, h2.PROTOCOL_ERROR);
    if (more < DRIBBLE) this.#countIdle();
    if (id === 0) {
      this.#out.widen(more);
      return;
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    stream.sendWindow += more;
    if (stream.sendWindow > h2.LARGEST_WINDOW) return this.reset(stream, h2.FLOW_CONTROL_ERROR);
    this.#out.leave(stream);
    stream.pump();
  }

  /** Of a stream, or of the connection where there is none. */
  #fault(id: number, code: number): void {
    if (id === 0) throw new ConnectionFailure(code, 'a frame is wrong');
    const stream = this.#streams.get(id);
    if (stream !== undefined) this.reset(stream, code);
    else if (id > this.#lastStream) throw new ConnectionFailure(code, 'a frame of no stream is wrong');
    else this.#out.emit(h2.numbersFrame(h2.RST_STREAM, id, code));
  }

  #countIdle(): void {
    needs(++this.#idleFrames <= this.#limits.idleFrames, h2.ENHANCE_YOUR_CALM);
  }
}
