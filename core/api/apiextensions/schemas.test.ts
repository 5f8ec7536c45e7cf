import type { JSONSchemaProps } from '#core/api/types';
import type { Problem } from '#core/machinery/status';
import { expect, test } from 'vitest';
import type { CustomResourceDefinition } from '#core/api/types';
import { formatWarnings } from './formats.ts';
import { schemaProblems, selectableProblems } from './schemas.ts';

const root = (properties: object, more: object = {}): JSONSchemaProps =>
  ({ type: 'object', properties, ...more }) as JSONSchemaProps;
const list = (type: string, more: object) => ({ type: 'array', 'x-kubernetes-list-type': type, ...more });

test.each([
  { it: 'a typed field is well', schema: root({ a: { type: 'string' } }), wants: [] },
  { it: 'a field has a type', schema: root({ a: {} }), wants: ['a].type'] },
  { it: 'the root is an object', schema: { type: 'string' }, wants: ['type'] },
  { it: 'a list says of what', schema: root({ a: { type: 'array' } }), wants: ['a].items'] },
  {
    it: 'conditions say no types',
    schema: root({ a: { type: 'string', anyOf: [{ type: 'string' }] } }),
    wants: ['a].anyOf[0].type'],
  },
  {
    it: 'but for what is a number or a text',
    schema: root({ a: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] } }),
    wants: [],
  },
  {
    it: 'conditions speak of what is there',
    schema: root({ a: { type: 'string' } }, { not: { properties: { b: { minLength: 1 } } } }),
    wants: ['b]'],
  },
  { it: 'types are known ones', schema: root({ a: { type: 'text' } }), wants: ['a].type'] },
  { it: 'no definitions', schema: root({}, { definitions: { a: { type: 'string' } } }), wants: ['definitions'] },
  { it: 'no schema of the schema', schema: root({}, { $schema: 'x' }), wants: ['schema'] },
  {
    it: 'keys of a map are needed in its items',
    schema: root({
      a: list('map', {
        'x-kubernetes-list-map-keys': ['k'],
        items: { type: 'object', properties: { k: { type: 'string' } } },
      }),
    }),
    wants: ['k].default'],
  },
  {
    it: 'metadata is not described',
    schema: root({ metadata: { type: 'object', properties: { labels: { type: 'object' } } } }),
    wants: ['metadata]'],
  },
  {
    it: 'a rule has text',
    schema: root({ a: { type: 'string', 'x-kubernetes-validations': [{ rule: ' ' }] } }),
    wants: ['x-kubernetes-validations[0].rule'],
  },
])('$it', ({ schema, wants }) => {
  const problems: Problem[] = [];
  schemaProblems(schema, false, 'schema', problems);
  expect(problems.map(({ path }) => path)).toEqual(wants.map((end) => expect.stringMatching(ending(end))));
});

const ending = (end: string) => new RegExp(`${end.replaceAll(/[[\].]/g, '\\$&')}$`);

test.each([
  { type: 'string', format: 'k8s-short-name', warned: [] },
  { type: 'string', format: 'date-time', warned: [] },
  { type: 'integer', format: 'int64', warned: [] },
  { type: 'integer', format: 'double', warned: ['unrecognized format "double"'] },
  { type: 'object', format: 'date', warned: ['unrecognized format "date"'] },
])('$type with format $format: $warned', ({ type, format, warned }) => {
  const of = (part: object) =>
    ({
      spec: { versions: [{ name: 'v1', schema: { openAPIV3Schema: { type: 'object', properties: { a: part } } } }] },
    }) as unknown as CustomResourceDefinition;
  expect(formatWarnings(of({ type, format }), undefined)).toEqual(warned);
  expect(formatWarnings(of({ type, format }), of({ type, format }))).toEqual([]);
});

test('beside a status of its own the root says little', () => {
  const problems: Problem[] = [];
  schemaProblems(root({}, { maxProperties: 3 }), true, 'schema', problems);
  expect(problems).toHaveLength(1);
});

test.each([
  { path: '.spec.a', wants: 0 },
  { path: 'spec', wants: 1 },
  { path: '.spec', wants: 1 },
  { path: '.spec.none', wants: 1 },
  { path: '.spec[a]', wants: 1 },
  { path: '', wants: 1 },
])('what can be selected by: $path', ({ path, wants }) => {
  const problems: Problem[] = [];
  const schema = root({ spec: { type: 'object', properties: { a: { type: 'string' } } } });
  selectableProblems([{ jsonPath: path }], schema, 'selectableFields', problems);
  expect(problems).toHaveLength(wants);
});
