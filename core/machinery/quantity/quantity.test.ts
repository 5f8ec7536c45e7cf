import { expect, test } from 'vitest';
import { below, seededRandom } from '#core/base';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliNumber,
  parseQuantity,
  type QuantityFormat,
  wholeNumber,
} from './index.ts';

test.each([
  ['0', '0'],
  ['0Mi', '0'],
  ['-0', '0'],
  ['.', '0'],
  ['100m', '100m'],
  ['1000m', '1'],
  ['0.1', '100m'],
  ['1.5', '1500m'],
  ['1.500', '1.500'],
  ['+5', '+5'],
  ['007', '007'],
  ['1000', '1k'],
  ['100000', '100k'],
  ['1e3', '1e3'],
  ['1000e0', '1e3'],
  ['1E3', '1E3'],
  ['1500e-3', '1500e-3'],
  ['12e5', '1200e3'],
  ['1024Mi', '1Gi'],
  ['1536Mi', '1536Mi'],
  ['8Gi', '8Gi'],
  ['0.5Gi', '512Mi'],
  ['0.5Ki', '512'],
  ['1.1Ki', '1126400m'],
  ['0.0000000001', '1n'],
  ['-0.0000000001', '-1n'],
  ['16Ei', '9223372036854775807'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
  ['128974848', '128974848'],
  ['129e6', '129e6'],
  ['129M', '129M'],
  [' 5 ', '5'],
])('%s is stored as %s', (text, stored) => expect(canonicalQuantity(text)).toBe(stored));

test.each([
  ['', 'regular expression'],
  ['abc', 'regular expression'],
  ['1.2.3', 'regular expression'],
  ['1 Gi', 'regular expression'],
  ['1K', 'suffix'],
  ['1mi', 'suffix'],
  ['1e', 'suffix'],
  ['1e+', 'suffix'],
  ['5-', 'suffix'],
  ['1e999999999', 'suffix'],
])('refuses "%s"', (text, message) => expect(() => parseQuantity(text)).toThrow(message));

test.each([
  ['1', 1, 1000],
  ['1500m', 2, 1500],
  ['0.0001', 1, 1],
  ['64Mi', 67108864, 67108864000],
  ['2Gi', 2147483648, 2147483648000],
  ['-1500m', -2, -1500],
  ['3', 3, 3000],
])('%s is %d whole, %d thousandths', (text, whole, milli) => {
  expect(wholeNumber(text)).toBe(whole);
  expect(milliNumber(text)).toBe(milli);
});

test('what is formatted reads back as the same amount; sums commute', () => {
  const random = seededRandom(7);
  const formats: readonly QuantityFormat[] = ['BinarySI', 'DecimalSI', 'DecimalExponent'];
  for (let i = 0; i < 3000; i++) {
    const size = 10 ** below(random, 19);
    const nano = BigInt(below(random, 2001) - 1000) * BigInt(size) + BigInt(below(random, 4));
    const quantity = { nano, format: formats[i % 3]! };
    const text = formatQuantity(quantity);
    expect(parseQuantity(text).nano, text).toBe(nano);
    expect(formatQuantity({ ...quantity, nano: parseQuantity(text).nano })).toBe(text);
    const other = { nano: BigInt(below(random, 1e9)), format: formats[(i + 1) % 3]! };
    expect(compareQuantities(addQuantities(quantity, other), addQuantities(other, quantity))).toBe(0);
  }
});
