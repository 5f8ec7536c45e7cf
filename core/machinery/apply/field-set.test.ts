import { expect, test } from 'vitest';
import { below, seededRandom } from '#core/base';
import {
  difference,
  differenceWithDescendants,
  EMPTY,
  type FieldSet,
  insertPath,
  intersection,
  isEmpty,
  type MutableFieldSet,
  parseSet,
  pathsOf,
  setText,
  union,
} from './field-set.ts';

const random = seededRandom(11);
const elements = ['f:a', 'f:b', 'k:{"name":"x"}', 'v:1', 'v:"1"', 'i:0'];

/** A set of paths, in both forms: the tree under test and plain texts. */
function randomSet(): { set: FieldSet; texts: Set<string> } {
  const set: MutableFieldSet = {};
  const texts = new Set<string>();
  for (let i = below(random, 8); i > 0; i--) {
    const path = Array.from({ length: 1 + below(random, 3) }, () => elements[below(random, elements.length)]!);
    insertPath(set, path);
    texts.add(path.join('/'));
  }
  return { set, texts };
}

const textsOf = (set: FieldSet) => pathsOf(set).map((path) => path.join('/'));
const sorted = (texts: Iterable<string>) => [...texts].toSorted();

test('sets behave as sets of paths, and survive their text', () => {
  for (let i = 0; i < 2000; i++) {
    const one = randomSet();
    const other = randomSet();
    expect(sorted(textsOf(one.set))).toEqual(sorted(one.texts));
    expect(sorted(textsOf(union(one.set, other.set)))).toEqual(sorted(one.texts.union(other.texts)));
    expect(sorted(textsOf(intersection(one.set, other.set)))).toEqual(sorted(one.texts.intersection(other.texts)));
    expect(sorted(textsOf(difference(one.set, other.set)))).toEqual(sorted(one.texts.difference(other.texts)));
    const apart = [...one.texts].filter(
      (text) => ![...other.texts].some((top) => text === top || text.startsWith(`${top}/`)),
    );
    expect(sorted(textsOf(differenceWithDescendants(one.set, other.set)))).toEqual(sorted(apart));
    expect(sorted(textsOf(parseSet(setText(one.set))))).toEqual(sorted(one.texts));
  }
});

test('what changes nothing gives the same set back', () => {
  const set = parseSet('{"f:a":{".":{},"f:b":{}}}');
  expect(difference(set, parseSet('{"f:c":{}}'))).toBe(set);
  expect(union(set, EMPTY)).toBe(set);
});

test('elements stand in the order in which the API writes them', () => {
  const text =
    '{"f:a":{},"f:z":{".":{},"f:b":{}},"k:{\\"name\\":\\"a\\"}":{},"k:{\\"port\\":9}":{},"k:{\\"port\\":80}":{},"v:1":{},"v:\\"1\\"":{}}';
  const shuffled = Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed());
  expect(setText(parseSet(shuffled))).toBe(text);
});

test('keys that are words stand in the order of what they say, however many there are', () => {
  const names = ['a', 'a-b', 'a.b', 'aa', 'b', ...Array.from({ length: 30 }, (_, i) => `c${100 + i}`)];
  const text = `{${names.map((name) => `"k:{\\"name\\":\\"${name}\\"}":{}`).join(',')}}`;
  const shuffled = Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed());
  expect(setText(parseSet(shuffled))).toBe(text);
});

test.each(['[]', '1', '{"f:a":1}'])('no set: %s', (text) => expect(() => parseSet(text)).toThrow(SyntaxError));

test('elements of a form from the future are dropped', () => {
  expect(setText(parseSet('{"x:new":{},"f:a":{"y:z":{}}}'))).toBe('{"f:a":{}}');
  expect(isEmpty(parseSet('{}'))).toBe(true);
});
