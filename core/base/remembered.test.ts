import { expect, test } from 'vitest';
import { remembered, rememberedWith } from './index.ts';

test('what was made of a value is made once, however many others come between', () => {
  let made = 0;
  const of = remembered((key: { n: number }) => ({ made: ++made, n: key.n }));
  const key = { n: 7 };
  const first = of(key);
  expect(of(key)).toBe(first);
  for (let n = 0; n < 1000; n++) expect(of({ n }).n).toBe(n);
  expect(of(key)).toBe(first);
  expect(made).toBe(1001);
});

test('equal values are not the same value', () => {
  const of = remembered((key: object) => ({ key }));
  expect(of({})).not.toBe(of({}));
});

test('undefined is remembered, a failure is not', () => {
  let asked = 0;
  const of = remembered((_: object) => {
    if (++asked === 1) throw new Error('once');
  });
  const key = {};
  expect(() => of(key)).toThrow('once');
  for (let n = 0; n < 3; n++) expect(of(key)).toBeUndefined();
  expect(asked).toBe(2);
});

test('of the second argument the latest counts', () => {
  const of = rememberedWith((key: { n: number }, other: number) => [key.n + other]);
  const key = { n: 1 };
  const first = of(key, 1);
  expect(of(key, 1)).toBe(first);
  expect(of(key, 2)).toEqual([3]);
  expect(of(key, 2)).toBe(of(key, 2));
  expect(of(key, 1)).toEqual([2]);
});
