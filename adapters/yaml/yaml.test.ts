import { expect, test } from 'vitest';
import { yamlCodec } from './index.ts';

test.each([
  { it: 'maps and lists', text: 'a: 1\nb: [x, true, null]', is: { a: 1, b: ['x', true, null] } },
  { it: "yaml.v2's booleans", text: 'a: yes\nb: off', is: { a: true, b: false } },
  { it: 'octal', text: 'mode: 0755', is: { mode: 493 } },
  {
    it: 'dates and times stay text',
    text: 'd: 2001-02-03\nt: 2001-02-03T04:05:06Z\ns: 1:30',
    is: { d: '2001-02-03', t: '2001-02-03T04:05:06Z', s: '1:30' },
  },
  { it: 'long integers', text: 'big: 9007199254740993', is: { big: 9007199254740993n } },
  { it: 'floats', text: 'f: 1.5', is: { f: 1.5 } },
  { it: 'merge keys', text: 'base: &b {x: 1}\nc: {<<: *b, z: 2}', is: { base: { x: 1 }, c: { x: 1, z: 2 } } },
  { it: 'block text', text: 'a: |\n  one\n  two\n', is: { a: 'one\ntwo\n' } },
  { it: 'JSON', text: '{"a": "b"}', is: { a: 'b' } },
])('$it', ({ text, is }) => expect(yamlCodec.parse(text)).toEqual(is));

test('what follows a document in brackets is none of its own', () =>
  expect(yamlCodec.parse('{"a": "b"}x')).toEqual({ a: 'b' }));

test('__proto__ is data', () => {
  const value = yamlCodec.parse('__proto__: {x: 1}') as object;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.hasOwn(value, '__proto__')).toBe(true);
});

test.each([
  { it: 'a duplicate key', text: 'a: 1\nspec:\n  foo: 1\n  foo: 2\n', says: /line 4: key "foo" already set in map/ },
  { it: 'lists within lists without end', text: `a: ${'['.repeat(2000)}`, says: /exceeded max depth/ },
  { it: 'a broken flow', text: 'a: [1\nb: }', says: /^yaml: line/ },
  { it: 'a list that is cut off', text: '{"a":[{"b":1}', says: /^yaml: line 1: did not find expected ',' or '\]'$/ },
  { it: 'a text that is cut off', text: '{"a":"b', says: /^yaml: found unexpected end of stream$/ },
  {
    it: 'an alias bomb',
    text: `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c]`,
    says: /alias/i,
  },
])('$it is refused', ({ text, says }) => expect(() => yamlCodec.parse(text)).toThrow(says));

test('brackets in texts are no lists', () => {
  const brackets = '[31m'.repeat(2000);
  expect(yamlCodec.parse(`a: "${brackets}"\nb: |\n  ${brackets}\n`)).toEqual({ a: brackets, b: `${brackets}\n` });
});

test('duplicates are told in the order of the text, the last value counts', async () => {
  expect(await yamlCodec.read('a: 1\nb: {c: 1, c: 2}\na: 3\n')).toEqual({
    value: { a: 3, b: { c: 2 } },
    duplicates: ['line 2: key "c" already set in map', 'line 3: key "a" already set in map'],
  });
});

const large = Array.from({ length: 2000 }, (_, i) => `key-${i}: {n: ${i}, big: 9007199254740993, __proto__: x}`).join(
  '\n',
);

test('a large text says the same, and keeps nobody waiting', async () => {
  let turns = 0;
  const turning = setInterval(() => turns++, 5);
  expect(await yamlCodec.read(large)).toEqual({ value: yamlCodec.parse(large), duplicates: [] });
  clearInterval(turning);
  expect(turns).toBeGreaterThan(5);
});

test('large texts are refused as small ones are, and the next is read', async () => {
  await expect(yamlCodec.read(`${large}\na: [1\nb: }`)).rejects.toThrow(/^yaml: line 200/);
  const texts = [large, `${large}\nkey-7: 1\n`].map((text) => yamlCodec.read(text));
  expect((await Promise.all(texts)).map(({ duplicates }) => duplicates)).toEqual([
    [],
    ['line 2001: key "key-7" already set in map'],
  ]);
});
