import { milliOf, parseQuantity, wholeOf } from './quantity.ts';

const plainForm = /^([0-9]{1,9})(m|k|M|G|Ki|Mi|Gi|)$/;

const milliPerSuffix: Readonly<Record<string, number>> = {
  m: 1,
  '': 1000,
  k: 1e6,
  M: 1e9,
  G: 1e12,
  Ki: 1024 * 1000,
  Mi: 1024 ** 2 * 1000,
  Gi: 1024 ** 3 * 1000,
};

/**
 * Whole units of a quantity's text (bytes, pieces, cores), rounded up: for the loops of schedulers and quotas. Exact up
 * to 2^53, nearest beyond. Throws a QuantityFailure.
 */
export function wholeNumber(text: string | number): number {
  const plain = plainForm.exec(typeof text === 'number' ? String(text) : text);
  if (plain === null) return Number(wholeOf(parseQuantity(text)));
  const count = Number(plain[1]);
  return plain[2] === 'm' ? Math.ceil(count / 1000) : count * (milliPerSuffix[plain[2]!]! / 1000);
}

/** Thousandths of a quantity's text (milli-cores), rounded up. Exact up to 2^53, nearest beyond. Throws a QuantityFailure. */
export function milliNumber(text: string | number): number {
  const plain = plainForm.exec(typeof text === 'number' ? String(text) : text);
  if (plain === null) return Number(milliOf(parseQuantity(text)));
  const value = Number(plain[1]) * milliPerSuffix[plain[2]!]!;
  return Number.isSafeInteger(value) ? value : Number(milliOf(parseQuantity(text)));
}
