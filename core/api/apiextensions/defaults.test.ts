import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JSONSchemaProps } from '#core/api/types';
import { defaultsProblems } from './defaults.ts';

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./recorded/${name}.json`, import.meta.url), 'utf8'));

const told = (schema: JSONSchemaProps) =>
  defaultsProblems(schema, 's').map(({ reason, path, message }) => `${reason} ${path}: ${message}`);

/** Schemas and what is wrong with their defaults, and texts that are of a format and that are not, measured from v1.36.1. */
const schemas = recorded('defaults') as readonly { schema: JSONSchemaProps; problems: readonly string[] }[];
const formats = recorded('text-formats') as Readonly<
  Record<string, Readonly<Record<'good' | 'bad', readonly string[]>>>
>;

test.each(schemas.map((one) => [JSON.stringify(one.schema), one] as const))('%s', (_, { schema, problems }) => {
  expect(told(schema).toSorted()).toEqual(problems);
});

test.each(Object.entries(formats))('format %s', (format, { good, bad }) => {
  const ofFormat = (text: string) =>
    told({ type: 'object', properties: { text: { type: 'string', format, default: text } } });
  expect(good.filter((text) => ofFormat(text).length > 0)).toEqual([]);
  expect(bad.filter((text) => ofFormat(text).length === 0)).toEqual([]);
});

test('patterns are looked at where somebody can', () => {
  const schema = { type: 'object', properties: { text: { type: 'string', pattern: '^a+$', default: 'b' } } };
  expect(told(schema)).toEqual([]);
  expect(defaultsProblems(schema, 's', { matches: () => true })).toEqual([]);
  const [problem] = defaultsProblems(schema, 's', { matches: (pattern, text) => new RegExp(pattern).test(text) });
  expect(problem).toEqual({
    reason: 'FieldValueInvalid',
    path: 's.properties[text].default',
    message: `Invalid value: "b":  in body should match '^a+$'`,
  });
});
