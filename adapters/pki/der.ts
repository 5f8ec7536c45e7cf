/** Writes DER (X.690): every function gives one whole element. */

const element = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  if (length > 0xffff) throw new RangeError('no element of a certificate is this long');
  return Buffer.concat([Buffer.from(head), content]);
};

export const sequence = (...parts: readonly Uint8Array[]) => element(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]) => element(0x31, ...parts);
export const octets = (bytes: Uint8Array) => element(0x04, bytes);
export const utf8String = (text: string) => element(0x0c, Buffer.from(text));
export const boolean = (value: boolean) => element(0x01, Buffer.of(value ? 0xff : 0));

/** `[number]`: constructed when it holds elements, primitive when it holds the bytes of an implicit type. */
export const tagged = (number: number, constructed: boolean, ...parts: readonly Uint8Array[]) =>
  element((constructed ? 0xa0 : 0x80) | number, ...parts);

/** Of a whole number's bytes, most significant first; it is positive. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const rest = bytes.subarray(start);
  return rest[0]! >= 0x80 ? element(0x02, Buffer.of(0), rest) : element(0x02, rest);
}

export const bits = (bytes: Uint8Array, unused = 0) => element(0x03, Buffer.of(unused), bytes);

/** `1.2.840.10045.4.3.2` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const part of [first * 40 + second, ...rest]) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}

/** Milliseconds since the epoch, to the second: UTCTime up to 2049, GeneralizedTime beyond, as RFC 5280 asks. */
export function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return digits < '2050' ? element(0x17, Buffer.from(digits.slice(2))) : element(0x18, Buffer.from(digits));
}
