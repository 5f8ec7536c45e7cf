import { expect, test } from 'vitest';
import { withEmpty } from './empty.ts';

const object = (spec: object) => ({ apiVersion: 'v1', kind: 'K', metadata: {}, spec });

test.each([
  { it: 'tells an empty list where there was one', given: { a: [] }, stored: {}, old: { a: [1] }, is: { a: [] } },
  {
    it: 'tells an empty map where null would be stored',
    given: { a: {} },
    stored: { a: null },
    old: { a: { b: 1 } },
    is: { a: {} },
  },
  { it: 'leaves out what was not there before', given: { a: [], b: 1 }, stored: { b: 1 }, old: { b: 2 }, is: { b: 1 } },
  {
    it: 'tells it in what is new',
    given: { items: [{ name: 'a', values: [] }] },
    stored: { items: [{ name: 'a' }] },
    old: {},
    is: { items: [{ name: 'a', values: [] }] },
  },
  {
    it: 'keeps what a strategy put there',
    given: { a: [] },
    stored: { a: [], status: 1 },
    old: { a: [1] },
    is: { a: [], status: 1 },
  },
])('$it', ({ given, stored, old, is }) =>
  expect(withEmpty(object(given), object(stored), object(old))).toEqual(object(is)),
);

test('what is stored as it was is the old one', () => {
  const old = object({ a: [1] });
  expect(withEmpty(object({ a: [1], b: [] }), old, old)).toBe(old);
});
