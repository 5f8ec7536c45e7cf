import { expect, test } from 'vitest';
import { share } from './share.ts';

const old = { metadata: { name: 'a', labels: { x: '1' } }, spec: { list: [{ a: 1 }, { b: 2 }] } };

test('an equal value is the old one itself', () => expect(share(structuredClone(old), old)).toBe(old));
test('key order does not count', () => {
  const { metadata, spec } = structuredClone(old);
  expect(share({ spec, metadata }, old)).toBe(old);
});
test('equal parts of a changed value are shared, and the given one is not changed', () => {
  const next = { ...structuredClone(old), spec: { list: [{ a: 1 }, { b: 3 }] } };
  const result = share(next, old);
  expect(result).toEqual(next);
  expect(result.metadata).toBe(old.metadata);
  expect(result.spec.list[0]).toBe(old.spec.list[0]);
  expect(next.metadata).not.toBe(old.metadata);
});
test.each([
  ['a key less', { metadata: old.metadata }],
  ['a key more', { ...old, data: {} }],
  ['an item less', { ...old, spec: { list: [{ a: 1 }] } }],
  ['a list for an object', { ...old, metadata: [] }],
])('%s is a change', (_, next) => {
  const result = share<object>(structuredClone(next), old);
  expect(result).not.toBe(old);
  expect(result).toEqual(next);
});
test('__proto__ is data', () => {
  const one = JSON.parse('{"a":{"__proto__":{"x":1},"b":{"c":1}}}') as object;
  const two = JSON.parse('{"a":{"__proto__":{"x":2},"b":{"c":1}}}') as object;
  expect(JSON.stringify(share(two, one))).toBe(JSON.stringify(two));
});
