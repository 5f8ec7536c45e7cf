import { expect, test } from 'vitest';
import { regularExpressions } from './index.ts';

const { pattern } = regularExpressions();

test('an expression is found anywhere in a text, unless it says otherwise', () => {
  expect([pattern('b+').test('abbc'), pattern('^b+').test('abbc'), pattern('(?i)B').test('abc')]).toEqual([
    true,
    false,
    true,
  ]);
});

test('so many matches are given as are asked for', () => {
  expect(pattern('[a-z]').find('a1b2c3', 2)).toEqual(['a', 'b']);
});

test('what is none is refused', () => expect(() => pattern('(?=a)')).toThrow());

test('an expression that others take for ever to match is matched in time', () => {
  expect(pattern('^(a+)+$').test(`${'a'.repeat(5000)}!`)).toBe(false);
});
