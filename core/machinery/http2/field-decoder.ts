import type { Huffman } from './huffman.ts';
import { STATIC_FIELDS } from './static-table.ts';

export type Field = readonly [name: string, value: string];

/** A connection's fields cannot be told apart any more, or are too many: it ends. */
export class FieldFailure extends Error {
  override name = 'FieldFailure';
}

export interface FieldLimits {
  /** Bytes of the fields that a peer may refer to again. */
  readonly table: number;
  /** Bytes of one block's fields, each counted as 32 more than its text. */
  readonly list: number;
  readonly fields: number;
}

/** What a field costs beside its text. RFC 7541, section 4.1. */
const OVERHEAD = 32;

/** Reads blocks of header fields (RFC 7541). All blocks of a connection must pass, in order; each throws a FieldFailure when it is wrong. */
export class FieldDecoder {
  readonly #huffman: Huffman;
  readonly #limits: FieldLimits;
  /** The newest last. */
  readonly #table: Field[] = [];
  #held = 0;
  #size: number;
  #block: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(huffman: Huffman, limits: FieldLimits) {
    this.#huffman = huffman;
    this.#limits = limits;
    this.#size = limits.table;
  }

  /** `undefined` where there are more than allowed; the table is kept up all the same. */
  decode(block: Uint8Array): readonly Field[] | undefined {
    this.#block = block;
    this.#at = 0;
    const fields: Field[] = [];
    let length = 0;
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        if (length > 0) throw new FieldFailure('a table is resized in the middle');
        this.#resize(this.#integer(5));
        continue;
      }
      const field = first >= 0x80 ? this.#known(this.#integer(7)) : this.#literal(first);
      length += OVERHEAD + field[0].length + field[1].length;
      if (length <= this.#limits.list && fields.length < this.#limits.fields) fields.push(field);
      else length = Infinity;
    }
    return length === Infinity ? undefined : fields;
  }

  #literal(first: number): Field {
    const isKept = first >= 0x40;
    const index = this.#integer(isKept ? 6 : 4);
    const name = index === 0 ? this.#text() : this.#known(index)[0];
    const field: Field = [name, this.#text()];
    if (isKept) this.#keep(field);
    return field;
  }

  #known(index: number): Field {
    const field =
      index <= STATIC_FIELDS.length
        ? STATIC_FIELDS[index - 1]
        : this.#table[this.#table.length - (index - STATIC_FIELDS.length)];
    if (field === undefined) throw new FieldFailure(`there is no field ${index}`);
    return field;
  }

  #keep(field: Field): void {
    this.#table.push(field);
    this.#held += OVERHEAD + field[0].length + field[1].length;
    this.#evict();
  }

  #resize(size: number): void {
    if (size > this.#limits.table) throw new FieldFailure('a table is larger than allowed');
    this.#size = size;
    this.#evict();
  }

  #evict(): void {
    while (this.#held > this.#size) {
      const [name, value] = this.#table.shift()!;
      this.#held -= OVERHEAD + name.length + value.length;
    }
  }

  #integer(bits: number): number {
    const most = (1 << bits) - 1;
    let value = this.#byte() & most;
    if (value < most) return value;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte();
      if (shift > 21) throw new FieldFailure('a number is too large');
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  #text(): string {
    const isShort = this.#block[this.#at]! >= 0x80;
    const length = this.#integer(7);
    const from = this.#at;
    const to = from + length;
    if (to > this.#block.length) throw new FieldFailure('a text ends too early');
    this.#at = to;
    if (!isShort) return oneByteText(this.#block, from, to);
    const text = this.#huffman(this.#block, from, to);
    if (text === undefined) throw new FieldFailure('a text is no code');
    return text;
  }

  #byte(): number {
    const byte = this.#block[this.#at++];
    if (byte === undefined) throw new FieldFailure('a block ends too early');
    return byte;
  }
}

function oneByteText(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
