import { badRequest } from '#core/machinery/status';

/** A place in a message. */
export interface Reader {
  readonly bytes: Uint8Array;
  /** The whole input as text, where it is ASCII throughout. */
  readonly ascii: string | undefined;
  at: number;
  end: number;
  depth: number;
  /** How deep the object's own managed fields lie, which are kept as text; those of embedded templates are not. */
  readonly ownFieldsDepth: number;
}

/** More levels than any real object has; a bound for the recursion of JSONSchemaProps. */
const MAX_DEPTH = 200;

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is no protobuf message of its kind: a 400. */
export const malformed = (why: string) => badRequest(`the request body is not valid protobuf: ${why}`);

export function newReader(bytes: Uint8Array, ownFieldsDepth = 0): Reader {
  return { bytes, ascii: asciiOf(bytes), at: 0, end: bytes.length, depth: 0, ownFieldsDepth };
}

/** Slicing one string beats decoding hundreds of small ones. */
function asciiOf(bytes: Uint8Array): string | undefined {
  const { length } = bytes;
  for (let i = 0; i < length; i++) if (bytes[i]! > 0x7f) return undefined;
  return fatal.decode(bytes);
}

/** An unsigned number below 2^53; larger ones are refused. */
export function readVarint(reader: Reader): number {
  const { bytes } = reader;
  let byte = bytes[reader.at++]!;
  if (byte < 0x80 && reader.at <= reader.end) return byte;
  let value = byte & 0x7f;
  let scale = 0x80;
  do {
    if (reader.at >= reader.end) throw malformed('unexpected EOF');
    byte = bytes[reader.at++]!;
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
  } while (byte >= 0x80);
  if (!Number.isSafeInteger(value)) throw malformed('integer overflow');
  return value;
}

/** A signed 64-bit integer: a number where it is safe, a bigint beyond. */
export function readInteger(reader: Reader): number | bigint {
  const { bytes } = reader;
  const start = reader.at;
  let length = 0;
  do {
    if (start + length >= reader.end) throw malformed('unexpected EOF');
    if (length === 10) throw malformed('integer overflow');
  } while (bytes[start + length++]! >= 0x80);
  if (length <= 7) return readVarint(reader);
  let wide = 0n;
  for (let i = 0; i < length; i++) wide |= BigInt(bytes[start + i]! & 0x7f) << BigInt(7 * i);
  reader.at = start + length;
  const signed = BigInt.asIntN(64, wide);
  return signed >= -9007199254740991n && signed <= 9007199254740991n ? Number(signed) : signed;
}

export function readInt32(reader: Reader): number {
  const value = readInteger(reader);
  return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
}

export function readDouble(reader: Reader): number {
  const at = advance(reader, 8);
  return new DataView(reader.bytes.buffer, reader.bytes.byteOffset + at, 8).getFloat64(0, true);
}

/** Passes `length` bytes and tells where they start. */
function advance(reader: Reader, length: number): number {
  const start = reader.at;
  if (start + length > reader.end) throw malformed('unexpected EOF');
  reader.at = start + length;
  return start;
}

/** A length-delimited value as bytes: a view, not a copy. */
export function readBytes(reader: Reader): Uint8Array {
  const length = readVarint(reader);
  const start = advance(reader, length);
  return reader.bytes.subarray(start, start + length);
}

export function readText(reader: Reader): string {
  const length = readVarint(reader);
  if (length === 0) return '';
  const start = advance(reader, length);
  if (reader.ascii !== undefined) return reader.ascii.slice(start, start + length);
  const { bytes } = reader;
  if (length <= 24) {
    let text = '';
    let i = start;
    for (; i < start + length && bytes[i]! < 0x80; i++) text += String.fromCharCode(bytes[i]!);
    if (i === start + length) return text;
  }
  try {
    return fatal.decode(bytes.subarray(start, start + length));
  } catch {
    throw malformed('invalid UTF-8');
  }
}

/** Enters a length-delimited message; gives the end to restore with `leave`. */
export function enter(reader: Reader): number {
  const length = readVarint(reader);
  const outer = reader.end;
  if (reader.at + length > outer) throw malformed('unexpected EOF');
  if (++reader.depth > MAX_DEPTH) throw malformed('nested too deeply');
  reader.end = reader.at + length;
  return outer;
}

export function leave(reader: Reader, outer: number): void {
  reader.end = outer;
  reader.depth--;
}

/** Passes a field that nobody knows. */
export function skip(reader: Reader, wire: number): void {
  if (wire === 0) readInteger(reader);
  else if (wire === 1) advance(reader, 8);
  else if (wire === 2) advance(reader, readVarint(reader));
  else if (wire === 5) advance(reader, 4);
  else throw malformed(`illegal wireType ${wire}`);
}
