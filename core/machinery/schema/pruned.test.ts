import { expect, test } from 'vitest';
import type { Json, JsonObject } from '#core/base';
import { filled, type Field, normalise, type ObjectSchema, type Schema } from './index.ts';

const field = (name: string, schema: Schema, more: Partial<Field> = {}): Field => ({
  name,
  schema,
  required: false,
  pointer: true,
  omitempty: true,
  ...more,
});
const struct = (fields: readonly Field[], more: Partial<ObjectSchema> = {}): ObjectSchema => ({
  type: 'object',
  fields,
  byName: new Map(fields.map((one) => [one.name, one])),
  mapType: 'granular',
  ...more,
});
const text: Schema = { type: 'string' };
const count: Schema = { type: 'int64' };
const items: Schema = {
  type: 'list',
  listType: 'atomic',
  keys: [],
  items: struct([field('name', text), field('count', count, { default: 1 })]),
};
const spec = struct([
  field('colour', text, { default: 'red' }),
  field('note', { type: 'string', constraints: { nullable: true } }),
  field('code', text),
  field('items', items),
  field('open', struct([field('known', struct([field('a', text)]))], { preserveUnknown: true })),
  field('map', { type: 'map', values: count, mapType: 'granular' }),
]);
const schema = struct([field('apiVersion', text), field('kind', text), field('spec', spec)], { structural: true });
const of = (given: Json): JsonObject => ({ kind: 'Thing', spec: given });

test.each([
  { it: 'fields that are not known go', given: { code: 'x', other: 1 }, wants: { code: 'x' }, unknown: ['spec.other'] },
  { it: 'in lists too', given: { items: [{ x: 1 }] }, wants: { items: [{}] }, unknown: ['spec.items[0].x'] },
  {
    it: 'all but those in what is open',
    given: { open: { z: { y: 1 }, known: { b: 1 } } },
    wants: { open: { known: {}, z: { y: 1 } } },
    unknown: ['spec.open.known.b'],
  },
  {
    it: 'keys are put in order',
    given: { map: { b: 1, a: 2 }, code: 'x' },
    wants: { code: 'x', map: { a: 2, b: 1 } },
    unknown: [],
  },
  { it: 'null goes where it may not be', given: { code: null, map: { a: null } }, wants: { map: {} }, unknown: [] },
  { it: 'but where it may', given: { note: null }, wants: { note: null }, unknown: [] },
  { it: 'or where a default takes its place', given: { colour: null }, wants: { colour: null }, unknown: [] },
  { it: 'values of the wrong type stay', given: { code: 5, items: 'x' }, wants: { code: 5, items: 'x' }, unknown: [] },
  {
    it: 'objects that should be none are emptied',
    given: { code: { a: 1 } },
    wants: { code: {} },
    unknown: ['spec.code.a'],
  },
])('pruning: $it', ({ given, wants, unknown }) => {
  const { value, unknown: told } = normalise(schema, of(given));
  expect(JSON.stringify(value)).toBe(JSON.stringify(of(wants)));
  expect(told).toEqual(unknown);
});

test('what is in order is returned as it is', () => {
  const whole = of({ code: 'x', items: [{ count: 2, name: 'a' }], open: { a: [{ b: 1 }] } });
  expect(normalise(schema, whole).value).toBe(whole);
});

test.each([
  { it: 'fields that are absent', given: {}, wants: { colour: 'red' } },
  { it: 'fields that are null', given: { colour: null }, wants: { colour: 'red' } },
  {
    it: 'of items',
    given: { colour: 'blue', items: [{ name: 'a' }] },
    wants: { colour: 'blue', items: [{ count: 1, name: 'a' }] },
  },
])('defaults fill $it', ({ given, wants }) => {
  expect(JSON.stringify(filled(schema, of(given)))).toBe(JSON.stringify(of(wants)));
});

test('nothing is filled where what holds it is not there', () => {
  const whole = { kind: 'Thing' };
  expect(filled(schema, whole)).toBe(whole);
});
