import { type AddressRange, inRange, parseRange, rangeText } from '#core/machinery/names';

/** Hands out equal parts of a range of addresses. */
export interface Ranges {
  readonly family: 4 | 6;
  /** The next free part, as text; undefined when all are taken. */
  take(): string | undefined;
  /** Notes that a part (and all that lies within it) is taken; false where it lies outside. */
  occupy(text: string): boolean;
  release(text: string): void;
}

/** Parts of `bits` leading bits of a range. Throws a TypeError where the range cannot be read or is smaller than a part. */
export function ranges(text: string, bits: number): Ranges {
  const whole = parseRange(text);
  if (whole === undefined) throw new TypeError(`"${text}" is no range of addresses`);
  if (bits < whole.bits) throw new TypeError(`a part of /${bits} does not fit into ${text}`);
  // More parts than any cluster has nodes need not be counted.
  const count = 2 ** Math.min(bits - whole.bits, 24);
  const taken = new Set<number>();
  let next = 0;

  const partAt = (index: number): AddressRange => {
    const bytes = [...whole.address.bytes];
    // The index's bits stand right before the end of the part's prefix.
    for (let bit = 0, rest = index; rest > 0; bit++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      const position = bits - 1 - bit;
      bytes[position >> 3]! |= 0x80 >> (position & 7);
    }
    return { address: { ...whole.address, bytes }, bits };
  };
  const indexOf = (part: AddressRange): number | undefined => {
    if (part.address.family !== whole.address.family || !inRange(whole, part.address)) return undefined;
    let index = 0;
    for (let position = whole.bits; position < bits; position++) {
      index = index * 2 + ((part.address.bytes[position >> 3]! >> (7 - (position & 7))) & 1);
    }
    return index;
  };

  return {
    family: whole.address.family,
    take() {
      // Round and round, so that a part that was given back is not handed out again at once.
      for (let tries = 0; tries < count; tries++) {
        const index = next;
        next = (next + 1) % count;
        if (taken.has(index)) continue;
        taken.add(index);
        return rangeText(partAt(index));
      }
      return undefined;
    },
    occupy(part) {
      const parsed = parseRange(part);
      const index = parsed === undefined ? undefined : indexOf(parsed);
      if (index === undefined) return false;
      taken.add(index);
      return true;
    },
    release(part) {
      const parsed = parseRange(part);
      const index = parsed === undefined ? undefined : indexOf(parsed);
      if (index !== undefined) taken.delete(index);
    },
  };
}
