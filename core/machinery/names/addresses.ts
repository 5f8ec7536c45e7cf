import type { NameCheck } from './names.ts';

/** An IP address: its bytes, 4 or 16. An IPv4 address within an IPv6 one (`::ffff:1.2.3.4`) is IPv4, as in Go. */
export interface Address {
  readonly family: 4 | 6;
  readonly bytes: readonly number[];
}

export interface AddressRange {
  readonly address: Address;
  /** How many leading bits are fixed. */
  readonly bits: number;
}

function parse4(text: string): readonly number[] | undefined {
  if (!/^[0-9]+(\.[0-9]+){3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parse6(text: string): readonly number[] | undefined {
  const lastColon = text.lastIndexOf(':');
  const tail4 = text.includes('.') ? parse4(text.slice(lastColon + 1)) : undefined;
  if (text.includes('.') && tail4 === undefined) return undefined;
  const body = tail4 === undefined ? text : `${text.slice(0, lastColon + 1)}0:0`;
  const halves = body.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (!groups.flat().every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const words = [...head, ...Array.from({ length: missing }, () => '0'), ...tail].map((group) =>
    Number.parseInt(group, 16),
  );
  const bytes = words.flatMap((word) => [word >> 8, word & 255]);
  return tail4 === undefined ? bytes : [...bytes.slice(0, 12), ...tail4];
}

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;

/** Leading zeros are let through, as the API always has. `undefined` where the text is no address. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const bytes = parse4(text);
    return bytes && { family: 4, bytes };
  }
  const bytes = parse6(text);
  if (bytes === undefined) return undefined;
  return isMapped(bytes) ? { family: 4, bytes: bytes.slice(12) } : { family: 6, bytes };
}

/** The canonical text (RFC 5952). */
export function addressText({ family, bytes }: Address): string {
  if (family === 4) return bytes.join('.');
  const words = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  let [best, bestLength] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && words[end] === 0) end++;
    if (end - start > bestLength) [best, bestLength] = [start, end - start];
  }
  const text = (from: number, to: number) =>
    words
      .slice(from, to)
      .map((word) => word.toString(16))
      .join(':');
  return best < 0 ? text(0, 8) : `${text(0, best)}::${text(best + bestLength, 8)}`;
}

/** `undefined` where the text is no range. Bits beyond the prefix are kept in `address`. */
export function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const bits = text.slice(slash + 1);
  if (address === undefined || !/^[0-9]{1,3}$/.test(bits)) return undefined;
  const mapped = address.family === 4 && text.includes(':');
  const length = Number(bits) - (mapped ? 96 : 0);
  return length >= 0 && length <= (address.family === 4 ? 32 : 128) ? { address, bits: length } : undefined;
}

/** The range with its bits beyond the prefix cleared, as text. */
export const rangeText = ({ address, bits }: AddressRange): string =>
  `${addressText({
    family: address.family,
    bytes: address.bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i)))),
  })}/${bits}`;

/** Whether the address lies in the range. */
export function inRange(range: AddressRange, address: Address): boolean {
  if (range.address.family !== address.family) return false;
  for (let i = 0; i * 8 < range.bits; i++) {
    const mask = (0xff00 >> Math.min(8, range.bits - 8 * i)) & 0xff;
    if (((address.bytes[i]! ^ range.address.bytes[i]!) & mask) !== 0) return false;
  }
  return true;
}

/** Old fields: addresses that everybody reads alike, canonical or not. */
export const addressProblems: NameCheck = (text) => {
  const address = parseAddress(text);
  if (address === undefined) return ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
  if (address.family === 4 && text.includes(':')) return ['must not be an IPv4-mapped IPv6 address'];
  return address.family === 4 && /(^|\.)0[0-9]/.test(text) ? ['must not have leading 0s'] : [];
};

/** New fields: canonical addresses only. */
export const strictAddressProblems: NameCheck = (text) => {
  const problems = addressProblems(text);
  if (problems.length > 0) return problems;
  const canonical = addressText(parseAddress(text)!);
  return text === canonical ? [] : [`must be in canonical form ("${canonical}")`];
};

/** Old fields: ranges that everybody reads alike, canonical or not. */
export const rangeProblems: NameCheck = (text) => {
  const range = parseRange(text);
  if (range === undefined) return ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
  if (range.address.family === 4 && text.includes(':')) return ['must not have an IPv4-mapped IPv6 address'];
  if (/(^|[./])0[0-9]/.test(text)) return ['must not have leading 0s in IP or prefix length'];
  return `${addressText(range.address)}/${range.bits}` === rangeText(range)
    ? []
    : ['must not have bits set beyond the prefix length'];
};

/** New fields: canonical ranges only. */
export const strictRangeProblems: NameCheck = (text) => {
  const problems = rangeProblems(text);
  if (problems.length > 0) return problems;
  const canonical = rangeText(parseRange(text)!);
  return text === canonical ? [] : [`must be in canonical form ("${canonical}")`];
};
