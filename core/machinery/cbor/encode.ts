import { fromBase64, type Json, type JsonObject, utf8 } from '#core/base';
import type { Schema } from '#core/machinery/schema';
import { ARRAY, BYTES, DOUBLE, HALF, MAP, NEGATIVE, PRIMITIVE, SIMPLE, SINGLE, TAG, UNSIGNED } from './heads.ts';

/** Stands before a document: a tag that means nothing but that this is CBOR. */
export const SELF_DESCRIBED: Uint8Array = Uint8Array.of(0xd9, 0xd9, 0xf7);

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
/** Bytes whose text is base64. */
const BASE64 = 22;
const START = 1024;

/**
 * A JSON value as CBOR, without the tag before it. Texts are byte strings, keys stand in order of length and bytes, floats are as
 * short as they can be. Only a schema tells bytes and floats from texts and integers: without one nothing is either, but what
 * has a fraction or is no integer of 64 bits.
 * Upstream: apimachinery/pkg/runtime/serializer/cbor/internal/modes/encode.go.
 */
export function encodeCbor(value: Json, schema?: Schema): Uint8Array {
  const writer = new Writer();
  put(writer, value, schema);
  return writer.taken();
}

/** What stands before the items of an array, the fields of a map. */
export const arrayHead = (count: number): Uint8Array => headAlone(ARRAY, count);
export const mapHead = (count: number): Uint8Array => headAlone(MAP, count);

function headAlone(major: number, count: number): Uint8Array {
  const writer = new Writer();
  writer.head(major, count);
  return writer.taken();
}

function put(writer: Writer, value: Json, schema: Schema | undefined): void {
  switch (typeof value) {
    case 'string':
      if (schema?.type !== 'bytes') return writer.bytes(utf8(value));
      writer.head(TAG, BASE64);
      return writer.bytes(fromBase64(value));
    case 'number':
      if (schema?.type === 'float64' || !Number.isSafeInteger(value) || Object.is(value, -0))
        return writer.float(value);
      return value < 0 ? writer.head(NEGATIVE, -1 - value) : writer.head(UNSIGNED, value);
    case 'bigint':
      return value < 0n ? writer.head(NEGATIVE, -1n - value) : writer.head(UNSIGNED, value);
    case 'boolean':
      return writer.byte(value ? TRUE : FALSE);
  }
  if (value === null) writer.byte(NULL);
  else if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const within = schema?.type === 'list' ? schema.items : schema?.type === 'any' ? schema : undefined;
    writer.head(ARRAY, items.length);
    for (const item of items) put(writer, item, within);
  } else putMap(writer, value as JsonObject, schema);
}

function putMap(writer: Writer, value: JsonObject, given: Schema | undefined): void {
  const schema = given?.type === 'any' ? given.either?.schema : given;
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  const keys = fields.map(([name, one]) => ({ name, key: utf8(name), one })).sort((a, b) => byBytes(a.key, b.key));
  writer.head(MAP, keys.length);
  for (const { name, key, one } of keys) {
    writer.bytes(key);
    const within =
      schema?.type === 'map' ? schema.values : schema?.type === 'object' ? schema.byName.get(name)?.schema : undefined;
    put(writer, one, within);
  }
}

/** The order of the encoded keys, whose heads are their lengths. */
function byBytes(left: Uint8Array, right: Uint8Array): number {
  if (left.length !== right.length) return left.length - right.length;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return 0;
}

class Writer {
  #bytes = new Uint8Array(START);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  taken(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  bytes(value: Uint8Array): void {
    this.head(BYTES, value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  head(major: number, argument: number | bigint): void {
    const first = major << 5;
    if (argument < SIMPLE) return this.byte(first | Number(argument));
    this.#room(9);
    if (argument < 0x100) {
      this.byte(first | SIMPLE);
      this.#bytes[this.#at++] = Number(argument);
    } else if (argument < 0x10000) {
      this.byte(first | HALF);
      this.#view.setUint16(this.#at, Number(argument));
      this.#at += 2;
    } else if (argument < 0x100000000) {
      this.byte(first | SINGLE);
      this.#view.setUint32(this.#at, Number(argument));
      this.#at += 4;
    } else {
      this.byte(first | DOUBLE);
      this.#view.setBigUint64(this.#at, BigInt(argument));
      this.#at += 8;
    }
  }

  /** In as few bytes as hold it. */
  float(value: number): void {
    this.#room(9);
    const first = PRIMITIVE << 5;
    if (Math.f16round(value) === value) {
      this.byte(first | HALF);
      this.#view.setFloat16(this.#at, value);
      this.#at += 2;
    } else if (Math.fround(value) === value) {
      this.byte(first | SINGLE);
      this.#view.setFloat32(this.#at, value);
      this.#at += 4;
    } else {
      this.byte(first | DOUBLE);
      this.#view.setFloat64(this.#at, value);
      this.#at += 8;
    }
  }

  #room(need: number): void {
    if (this.#at + need <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + need));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
