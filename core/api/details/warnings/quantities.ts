import { tryQuantity } from '#core/machinery/quantity';

const NANO = 1_000_000_000n;
const MAX_INT64 = 2n ** 63n - 1n;

/** Beyond 64 bits the original counts thousandths around the clock, and takes what is left for a fraction. */
function isWhole(nano: bigint): boolean {
  const whole = nano / NANO;
  if (whole <= MAX_INT64) return nano % NANO === 0n;
  return BigInt.asIntN(64, BigInt.asIntN(64, whole) * 1000n) % 1000n === 0n;
}

const BYTES = ['memory', 'ephemeral-storage'];

/** Bytes cannot be cut in pieces. */
export function fractions(resources: object | undefined, path: string, names = BYTES): readonly string[] {
  const amounts = (resources ?? {}) as Readonly<Record<string, string>>;
  return names.flatMap((name) => {
    const text = amounts[name];
    const quantity = text === undefined ? undefined : tryQuantity(text);
    if (quantity === undefined || isWhole(quantity.nano)) return [];
    return [`${path}[${name}]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`];
  });
}
