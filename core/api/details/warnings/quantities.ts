import { isFractional, tryQuantity } from '#core/machinery/quantity';

const BYTES = ['memory', 'ephemeral-storage'];

/** Bytes cannot be cut in pieces. */
export function fractions(resources: object | undefined, path: string, names = BYTES): readonly string[] {
  const amounts = (resources ?? {}) as Readonly<Record<string, string>>;
  return names.flatMap((name) => {
    const text = amounts[name];
    const quantity = text === undefined ? undefined : tryQuantity(text);
    if (quantity === undefined || !isFractional(quantity)) return [];
    return [`${path}[${name}]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`];
  });
}
