import { concat } from '#core/base';
import { ConnectionFailure, needs, unpadded } from './failure.ts';
import type { Field, FieldDecoder } from './field-decoder.ts';
import {
  CONTINUATION,
  END_HEADERS,
  END_STREAM,
  ENHANCE_YOUR_CALM,
  FRAME_SIZE_ERROR,
  number32,
  PROTOCOL_ERROR,
  WITH_PRIORITY,
} from './frames.ts';

/** Header fields, once all of them are there. */
export interface FieldBlock {
  readonly stream: number;
  /** Nothing follows on the stream. */
  readonly isLast: boolean;
  /** `undefined` where there are too many. */
  readonly fields: readonly Field[] | undefined;
}

/** Puts blocks of fields together that come in several frames, of `limit` bytes in all. What it throws ends the connection. */
export class FieldBlocks {
  readonly #decoder: FieldDecoder;
  readonly #limit: number;
  #open:
    | { readonly stream: number; readonly isLast: boolean; readonly pieces: Uint8Array[]; length: number }
    | undefined;

  constructor(decoder: FieldDecoder, limit: number) {
    this.#decoder = decoder;
    this.#limit = limit;
  }

  /** No other frame may come between those of a block. */
  expect(kind: number, stream: number): void {
    if (this.#open !== undefined) needs(kind === CONTINUATION && stream === this.#open.stream);
  }

  /** A HEADERS frame. */
  begin(flags: number, stream: number, payload: Uint8Array): FieldBlock | undefined {
    needs(stream % 2 === 1);
    let fragment = unpadded(flags, payload);
    if ((flags & WITH_PRIORITY) !== 0) {
      needs(fragment.length >= 5, FRAME_SIZE_ERROR);
      needs((number32(fragment, 0) & 0x7fffffff) !== stream);
      fragment = fragment.subarray(5);
    }
    this.#open = { stream, isLast: (flags & END_STREAM) !== 0, pieces: [], length: 0 };
    return this.goOn(flags, fragment);
  }

  /** A CONTINUATION frame. */
  goOn(flags: number, fragment: Uint8Array): FieldBlock | undefined {
    const open = this.#open;
    if (open === undefined) throw new ConnectionFailure(PROTOCOL_ERROR, 'nothing is to be continued');
    open.pieces.push(fragment);
    open.length += fragment.length;
    needs(open.length <= this.#limit, ENHANCE_YOUR_CALM);
    if ((flags & END_HEADERS) === 0) return undefined;
    this.#open = undefined;
    const { stream, isLast, pieces } = open;
    return { stream, isLast, fields: this.#decoder.decode(pieces.length === 1 ? pieces[0]! : concat(pieces)) };
  }
}
