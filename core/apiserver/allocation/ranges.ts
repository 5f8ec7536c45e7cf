import { below, type Random } from '#core/base';
import { type Address, type AddressRange, addressText, inRange } from '#core/machinery/names';

/**
 * Numbers from which to choose: free choice comes from the upper part first, so that what people ask for by number, usually low,
 * seldom collides. Upstream: calculateRangeOffset of pkg/registry/core/service/{ip,port}allocator.
 */
export interface Band {
  readonly size: number;
  /** Where the upper part starts. */
  readonly upper: number;
}

export const bandOf = (size: number, step: number, max: number): Band => ({
  size,
  upper: size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / step)), max),
});

/** A free number, by chance; from the upper part while it has any. `undefined` when all are taken. */
export function pick({ size, upper }: Band, random: Random, taken: (offset: number) => boolean): number | undefined {
  return search(upper, size, random, taken) ?? search(0, upper, random, taken);
}

function search(from: number, to: number, random: Random, taken: (offset: number) => boolean): number | undefined {
  const count = to - from;
  if (count <= 0) return undefined;
  const start = below(random, count);
  for (let i = 0; i < count; i++) {
    const offset = from + ((start + i) % count);
    if (!taken(offset)) return offset;
  }
  return undefined;
}

/** How many addresses of a range are counted at most: as many as any cluster can use. */
const MAX_ADDRESSES = 2 ** 32;

/** How many addresses can be given away: not the network's own, nor an IPv4 network's broadcast. */
export function usableSize({ address: { family }, bits }: AddressRange): number {
  const hostBits = (family === 4 ? 32 : 128) - bits;
  const all = hostBits >= 32 ? MAX_ADDRESSES : 2 ** hostBits;
  return Math.max(0, all - (family === 4 ? 2 : 1));
}

/** The `offset`th usable address. */
export function addressAt({ address: { family, bytes } }: AddressRange, offset: number): string {
  const next = [...bytes];
  let carry = offset + 1;
  for (let i = next.length - 1; i >= 0 && carry > 0; i--) {
    const sum = next[i]! + (carry % 256);
    next[i] = sum & 0xff;
    carry = Math.floor(carry / 256) + (sum >> 8);
  }
  return addressText({ family, bytes: next });
}

/** Whether it is one of the range's usable addresses. */
export function isUsable(range: AddressRange, address: Address): boolean {
  if (!inRange(range, address)) return false;
  const text = addressText(address);
  const first = addressText({ family: range.address.family, bytes: range.address.bytes });
  if (text === first) return false;
  return range.address.family === 6 || text !== addressAt(range, usableSize(range));
}
