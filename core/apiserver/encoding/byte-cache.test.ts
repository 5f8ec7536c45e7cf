import { expect, test } from 'vitest';
import { ByteCache } from './byte-cache.ts';

const keys = Array.from({ length: 8 }, () => ({}));

test('what was read lately is kept, what was not goes', () => {
  const cache = new ByteCache<object>(1000);
  let made = 0;
  const read = (key: object) => cache.get(key, 'json', () => (made++, new Uint8Array(100)));
  for (const key of [keys[0]!, keys[0]!, keys[1]!, keys[0]!]) read(key);
  expect(made).toBe(2);
  for (const key of keys) read(key);
  expect(made).toBe(8);
  read(keys[7]!);
  expect(made).toBe(8);
});

test('what is not worth keeping is made anew, unless it is there', () => {
  const cache = new ByteCache<object>(1000);
  expect([cache.holds(5, 100), cache.holds(6, 100)]).toEqual([true, false]);
  let made = 0;
  const read = (keep: boolean) => cache.get(keys[0]!, 'json', () => (made++, new Uint8Array(100)), keep);
  for (const keep of [false, false, true, false, true]) read(keep);
  expect(made).toBe(3);
});

test('blocks and items share the room', () => {
  const cache = new ByteCache<object>(2000);
  const block = { bytes: new Uint8Array(600) };
  cache.keepBlock('a', block);
  expect(cache.block('a')).toBe(block);
  // In place of the one before: no more room is taken.
  for (let i = 0; i < 10; i++) cache.keepBlock('a', block);
  expect(cache.block('a')).toBe(block);
  for (const key of keys) cache.get(key, 'json', () => new Uint8Array(300));
  expect(cache.block('a')).toBeUndefined();
});
