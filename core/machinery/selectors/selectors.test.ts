import { expect, test } from 'vitest';
import {
  compileFields,
  exactFieldOf,
  exactValueOf,
  parseFieldSelector,
  parseLabelSelector,
  selectorOfLabels,
  selectorOfObject,
} from './index.ts';

test.each([
  ['', {}, true, ''],
  ['x=a', { x: 'a' }, true, 'x=a'],
  ['x==a', { x: 'b' }, false, 'x==a'],
  ['x!=a', {}, true, 'x!=a'],
  ['x', { x: '' }, true, 'x'],
  ['!x', { x: '' }, false, '!x'],
  [' ! x ', {}, true, '!x'],
  ['x in (b,a)', { x: 'a' }, true, 'x in (a,b)'],
  ['x notin (a,b)', { x: 'a' }, false, 'x notin (a,b)'],
  ['x notin (a,b)', {}, true, 'x notin (a,b)'],
  ['x in ()', { x: '' }, true, 'x in ()'],
  ['x in (,a)', { x: '' }, true, 'x in (,a)'],
  ['x in (in,notin)', { x: 'in' }, true, 'x in (in,notin)'],
  ['in in (a)', { in: 'a' }, true, 'in in (a)'],
  ['x>1', { x: '2' }, true, 'x>1'],
  ['x<1', { x: '2' }, false, 'x<1'],
  ['x<1', { x: 'no' }, false, 'x<1'],
  ['x=', { x: '' }, true, 'x='],
  ['z=1,a=2', { a: '2', z: '1' }, true, 'a=2,z=1'],
  ['z=1,a=2', { a: '2' }, false, 'a=2,z=1'],
  ['constructor', {}, false, 'constructor'],
  ['!toString', {}, true, '!toString'],
])('"%s" on %j: %s', (text, labels, matches, canonical) => {
  const selector = parseLabelSelector(text);
  expect(selector.matches(labels)).toBe(matches);
  expect(selector.text).toBe(canonical);
  expect(parseLabelSelector(canonical).text).toBe(canonical);
});

test.each([
  [',', "found ',', expected: !, identifier, or 'end of string'"],
  ['x,', "found '', expected: identifier after ','"],
  ['x=a b', "found 'b', expected: ',' or 'end of string'"],
  ['x in a', "unable to parse requirement: found 'a' expected: '('"],
  ['x in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['x in (a b)', "unable to parse requirement: found 'b', expected: ',' or ')'"],
  ['x ! a', "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt"],
  ['x=-a', 'unable to parse requirement: values[0][x]: Invalid value: "-a": a valid label must be'],
  ['-x', 'unable to parse requirement: <nil>: Invalid value: "-x": name part must consist of'],
  ['x>a', 'the value must be an integer'],
])('refuses "%s"', (text, message) => expect(() => parseLabelSelector(text)).toThrow(message));

test('selectors of objects', () => {
  expect(selectorOfObject(undefined).matches({})).toBe(false);
  expect(selectorOfObject({}).matches({ a: '1' })).toBe(true);
  const selector = selectorOfObject({
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'NotIn', values: ['a'] },
      { key: 'app', operator: 'Exists' },
    ],
  });
  expect(selector.matches({ app: 'web' })).toBe(true);
  expect(selector.matches({ app: 'web', tier: 'a' })).toBe(false);
  expect(exactValueOf(selector, 'app')).toBe('web');
  expect(() => selectorOfObject({ matchExpressions: [{ key: 'a', operator: 'toString' }] })).toThrow(
    '"toString" is not a valid label selector operator',
  );
  expect(selectorOfLabels({ b: '1', a: '2' }).text).toBe('a=2,b=1');
});

const valueOf = (object: Record<string, string>, field: string) => object[field] ?? '';

test.each([
  ['', { a: '1' }, true],
  ['a=1', { a: '1' }, true],
  ['a==1,b!=2', { a: '1', b: '2' }, false],
  ['a!=1', {}, true],
  ['a=x\\,y\\=z\\\\', { a: 'x,y=z\\' }, true],
])('fields "%s" on %j: %s', (text, object, matches) => {
  expect(compileFields(parseFieldSelector(text), valueOf)(object as Record<string, string>)).toBe(matches);
});

test.each([
  ['a', "invalid selector: 'a'; can't understand 'a'"],
  ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
  ['a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
])('refuses fields "%s"', (text, message) => expect(() => parseFieldSelector(text)).toThrow(message));

test('exact fields', () => {
  expect(exactFieldOf(parseFieldSelector('metadata.name=a,spec.nodeName!=b'), 'metadata.name')).toBe('a');
  expect(exactFieldOf(parseFieldSelector('metadata.name!=a'), 'metadata.name')).toBeUndefined();
});
