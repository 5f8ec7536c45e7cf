import { tryQuantity } from '#core/machinery/quantity';

const NANO = 1_000_000_000n;

/** Bytes cannot be cut in pieces. */
export function fractions(resources: object | undefined, path: string): readonly string[] {
  const amounts = (resources ?? {}) as Readonly<Record<string, string>>;
  return ['memory', 'ephemeral-storage'].flatMap((name) => {
    const text = amounts[name];
    const quantity = text === undefined ? undefined : tryQuantity(text);
    if (quantity === undefined || quantity.nano % NANO === 0n) return [];
    return [`${path}[${name}]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`];
  });
}
