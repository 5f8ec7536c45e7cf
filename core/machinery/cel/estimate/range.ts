/** The least and the most that something may cost, or how large it may be; both end at 2⁶⁴ − 1. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

export const MOST = 2n ** 64n - 1n;

const within = (value: bigint): bigint => (value > MOST ? MOST : value);

export const range = (min: bigint | number, max: bigint | number = min): Range => ({
  min: BigInt(min),
  max: BigInt(max),
});
export const ANYTHING = range(0n, MOST);
export const NOTHING = range(0n);
export const ONE = range(1n);

export const plus = (a: Range, b: Range): Range => ({ min: within(a.min + b.min), max: within(a.max + b.max) });
export const times = (a: Range, b: Range): Range => ({ min: within(a.min * b.min), max: within(a.max * b.max) });
export const sum = (ranges: readonly Range[]): Range => ranges.reduce(plus, NOTHING);

/** Both together: the least of the two, and the most. */
export const either = (a: Range, b: Range): Range => ({
  min: a.min < b.min ? a.min : b.min,
  max: a.max > b.max ? a.max : b.max,
});

function scaled(value: bigint, factor: number): bigint {
  const result = Math.ceil(Number(value) * factor);
  return result >= 2 ** 64 ? MOST : BigInt(result);
}

/** By a factor, rounded up. */
export const scale = ({ min, max }: Range, factor: number): Range => ({
  min: scaled(min, factor),
  max: scaled(max, factor),
});
