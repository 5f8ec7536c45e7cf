/**
 * Writes a message from its end to its start, as upstream's encoders do: the length of a part is known once the part is
 * written, so nothing is measured beforehand.
 */
export interface Writer {
  bytes: Uint8Array;
  /** What is written lies from here to the end of `bytes`. */
  at: number;
}

const encoder = new TextEncoder();

export const newWriter = (size: number): Writer => ({ bytes: new Uint8Array(size), at: size });

/** A copy of what was written, and the writer empty again. */
export function take(writer: Writer): Uint8Array {
  const whole = writer.bytes.slice(writer.at);
  writer.at = writer.bytes.length;
  return whole;
}

function room(writer: Writer, need: number): void {
  if (writer.at >= need) return;
  const used = writer.bytes.length - writer.at;
  const larger = new Uint8Array(Math.max(writer.bytes.length * 2, used + need));
  larger.set(writer.bytes.subarray(writer.at), larger.length - used);
  writer.at = larger.length - used;
  writer.bytes = larger;
}

/** A non-negative safe integer: lengths, keys, most numbers. */
export function putVarint(writer: Writer, value: number): void {
  room(writer, 10);
  const { bytes } = writer;
  if (value < 0x80) {
    bytes[--writer.at] = value;
    return;
  }
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  let at = (writer.at -= size);
  let rest = value;
  for (; rest > 0x7fffffff; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80;
  let small = rest;
  for (; small >= 0x80; small >>>= 7) bytes[at++] = (small & 0x7f) | 0x80;
  bytes[at] = small;
}

/** Any 64-bit integer; a negative one takes ten bytes. */
export function putInteger(writer: Writer, value: number | bigint): void {
  if (typeof value === 'number' && value >= 0) return putVarint(writer, value);
  room(writer, 10);
  const wide: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) wide.push(Number(rest & 0x7fn) | 0x80);
  wide.push(Number(rest));
  writer.at -= wide.length;
  writer.bytes.set(wide, writer.at);
}

export function putBytes(writer: Writer, value: Uint8Array): void {
  room(writer, value.length);
  writer.at -= value.length;
  writer.bytes.set(value, writer.at);
}

/** The UTF-8 form, without its length. */
export function putText(writer: Writer, text: string): void {
  const { length } = text;
  room(writer, length);
  const { bytes } = writer;
  const start = writer.at - length;
  if (length > 64) {
    // Long texts by the platform's encoder; ASCII fits exactly.
    const { read, written } = encoder.encodeInto(text, bytes.subarray(start, writer.at));
    if (read === length && written === length) writer.at = start;
    else putBytes(writer, encoder.encode(text));
    return;
  }
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return putBytes(writer, encoder.encode(text));
    bytes[start + i] = code;
  }
  writer.at = start;
}

export function putDouble(writer: Writer, value: number): void {
  room(writer, 8);
  writer.at -= 8;
  new DataView(writer.bytes.buffer, writer.bytes.byteOffset + writer.at, 8).setFloat64(0, value, true);
}

/** Number and wire type of the field whose value was just written. */
export const putKey = putVarint;

/** Closes a length-delimited field whose content was written since `end` (the writer's `bytes.length - at` before it). */
export function closeField(writer: Writer, used: number, key: number): void {
  putVarint(writer, writer.bytes.length - writer.at - used);
  putVarint(writer, key);
}

/** How much is written so far: what `closeField` is given. */
export const used = (writer: Writer): number => writer.bytes.length - writer.at;
