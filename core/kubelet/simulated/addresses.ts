/** Hands out the IPv4 addresses of a node's pod range, the lowest free one first. */
export interface Addresses {
  /** Undefined when all are taken. */
  take(): string | undefined;
  /** Takes this one; false where it is taken already. */
  claim(address: string): boolean;
  free(address: string): void;
}

/** The first two addresses are the network's and the node's. */
const RESERVED = 2;

/** `cidr`: `10.244.1.0/24`. Throws a RangeError where it is no IPv4 range. */
export function addressesOf(cidr: string): Addresses {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (match === null || Number(match[5]) > 32) throw new RangeError(`"${cidr}" is no IPv4 range`);
  const parts = match.slice(1, 5).map(Number);
  const base = parts.reduce((sum, part) => sum * 256 + part, 0);
  const size = 2 ** (32 - Number(match[5]));
  const taken = new Set<number>();
  // Freed addresses are used again only after the others: a late packet then meets nobody instead of a stranger.
  let next = RESERVED;
  const text = (offset: number) => {
    const value = base + offset;
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
  };
  const offsetOf = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) - base;
  return {
    take() {
      for (let tried = RESERVED; tried < size - 1; tried++) {
        const offset = next;
        next = next + 1 < size - 1 ? next + 1 : RESERVED;
        if (taken.has(offset)) continue;
        taken.add(offset);
        return text(offset);
      }
      return undefined;
    },
    claim(address) {
      const offset = offsetOf(address);
      if (taken.has(offset)) return false;
      taken.add(offset);
      return true;
    },
    free: (address) => void taken.delete(offsetOf(address)),
  };
}
