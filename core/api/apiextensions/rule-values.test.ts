import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JSONSchemaProps } from '#core/api/types';
import type { Json } from '#core/base';
import { compile } from '#core/machinery/cel';
import { plan, show } from '#core/machinery/cel/evaluate';
import { ruleEnvironments } from './rule-types.ts';
import { ruleValue } from './rule-values.ts';

/** What expressions come to for an object of a schema, measured from v1.36.1. */
interface Recorded {
  readonly schema: JSONSchemaProps;
  readonly object: Json;
  readonly values: Readonly<Record<string, string>>;
}

const file = new URL('./recorded/rule-values.json', import.meta.url);
const { schema, object, values } = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
const environment = ruleEnvironments(schema, true)!.plain;
const self = ruleValue(object, schema, true);

test.each(Object.entries(values))('%s', (text, wanted) => {
  const compiled = compile(text, environment);
  if ('faults' in compiled) throw new Error(compiled.faults);
  const program = plan(compiled, { pattern: () => ({ test: () => false, find: () => [] }) });
  if (typeof program !== 'function') throw new Error(program.failure);
  expect(show(program({ variable: () => self, costLimit: 10_000 }).value)).toBe(wanted);
});
