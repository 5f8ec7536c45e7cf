import { CborFailure, unacceptable } from './failure.ts';

/** The upper three bits of an item's first byte. */
export const UNSIGNED = 0;
export const NEGATIVE = 1;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const TAG = 6;
/** Floats and simple values: false, true, null. */
export const PRIMITIVE = 7;

/** Additional information: a simple value or a float of so many bytes follows, or a length is not told beforehand. */
export const SIMPLE = 24;
export const HALF = 25;
export const SINGLE = 26;
export const DOUBLE = 27;
export const INDEFINITE = 31;
/** Ends an item of indefinite length. */
export const BREAK = 0xff;

const NAMES = [
  'positive integer',
  'negative integer',
  'byte string',
  'UTF-8 text string',
  'array',
  'map',
  'tag',
  'primitives',
];

/** A type in the words of the original's library. */
export const typeName = (major: number): string => NAMES[major]!;

export const ENDED = 'unexpected EOF';

/** Reads the heads of items one after another; the last one read is in its fields. */
export class Heads {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the next byte is read. */
  at = 0;
  major = 0;
  info = 0;
  /** A number, a length, a tag; the bits of a float are not read into it. A bigint where no number is exact. */
  argument: number | bigint = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The type of the item that comes next. */
  get next(): number {
    return this.bytes[this.at]! >> 5;
  }

  /** Whether an item of indefinite length ends here; if so, steps over its end. */
  ends(): boolean {
    if (this.bytes[this.at] !== BREAK) return false;
    this.at++;
    return true;
  }

  /** Throws a CborFailure where there is none. */
  read(): void {
    const { bytes, view } = this;
    if (this.at >= bytes.length) throw new CborFailure(ENDED, true);
    const first = bytes[this.at++]!;
    this.major = first >> 5;
    this.info = first & 0x1f;
    this.argument = this.info;
    if (this.info < SIMPLE) return;
    if (this.info > DOUBLE) return this.#withoutArgument();
    const size = 2 ** (this.info - SIMPLE);
    if (bytes.length - this.at < size) throw new CborFailure(ENDED, true);
    this.at += size;
    const from = this.at - size;
    if (size === 1) this.argument = bytes[from]!;
    else if (size === 2) this.argument = view.getUint16(from);
    else if (size === 4) this.argument = view.getUint32(from);
    else {
      const long = view.getBigUint64(from);
      this.argument = long <= Number.MAX_SAFE_INTEGER ? Number(long) : long;
    }
    if (this.major === PRIMITIVE) this.#refusePrimitives();
  }

  /** The float whose head was read. */
  float(): number {
    if (this.info === HALF) return this.view.getFloat16(this.at - 2);
    return this.info === SINGLE ? this.view.getFloat32(this.at - 4) : this.view.getFloat64(this.at - 8);
  }

  #refusePrimitives(): void {
    if (this.info === SIMPLE) {
      if (Number(this.argument) < 32)
        throw new CborFailure(`cbor: invalid simple value ${this.argument} for type primitives`, true);
      return;
    }
    const float = this.float();
    if (Number.isFinite(float)) return;
    const what = Number.isNaN(float) ? 'floating-point NaN' : 'floating-point infinity';
    throw new CborFailure(unacceptable('primitives', what), true);
  }

  #withoutArgument(): void {
    const { major, info } = this;
    if (info === INDEFINITE && major === PRIMITIVE) throw new CborFailure('cbor: unexpected "break" code', true);
    if (info !== INDEFINITE || major === UNSIGNED || major === NEGATIVE || major === TAG)
      throw new CborFailure(`cbor: invalid additional information ${info} for type ${typeName(major)}`, true);
  }
}
