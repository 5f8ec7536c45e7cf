import { expect, test } from 'vitest';
import { ranges } from './ranges.ts';

test.each([
  { whole: '10.244.0.0/16', bits: 24, first: ['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24'] },
  { whole: '10.0.0.0/8', bits: 20, first: ['10.0.0.0/20', '10.0.16.0/20', '10.0.32.0/20'] },
  { whole: 'fd00:10:244::/48', bits: 64, first: ['fd00:10:244::/64', 'fd00:10:244:1::/64', 'fd00:10:244:2::/64'] },
])('parts of $whole', ({ whole, bits, first }) => {
  const pool = ranges(whole, bits);
  expect(first.map(() => pool.take())).toEqual(first);
});

test('what is taken is passed over, what is given back comes round again', () => {
  const pool = ranges('10.1.0.0/22', 24);
  expect(pool.occupy('10.1.1.0/24')).toBe(true);
  expect(pool.occupy('10.2.0.0/24')).toBe(false);
  expect([pool.take(), pool.take(), pool.take(), pool.take()]).toEqual([
    '10.1.0.0/24',
    '10.1.2.0/24',
    '10.1.3.0/24',
    undefined,
  ]);
  pool.release('10.1.1.0/24');
  expect(pool.take()).toBe('10.1.1.0/24');
});

test('nonsense is refused', () => {
  expect(() => ranges('nonsense', 24)).toThrow('no range');
  expect(() => ranges('10.0.0.0/26', 24)).toThrow('does not fit');
});
