import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Json } from '#core/base';
import { compile } from '../compile.ts';
import { extend } from '../environment.ts';
import { baseEnvironment } from '../library/index.ts';
import { DYN } from '../types.ts';
import { valueOf } from './collections.ts';
import type { Tools } from './functions/index.ts';
import { plan } from './program.ts';
import { show } from './show.ts';

/** What expressions come to and cost, measured from cel-go in the environment of v1.36.1. */
interface Recorded {
  readonly object: Json;
  readonly cases: Readonly<Record<string, { readonly value: string; readonly cost?: number }>>;
}

const file = new URL('./recorded/evaluated.json', import.meta.url);
const { object, cases } = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
const environment = extend(baseEnvironment(), { variables: { object: DYN } });

/** The patterns of the table mean the same to the engine's own. */
const tools: Tools = {
  pattern: (text) => ({
    test: (subject) => new RegExp(text, 'u').test(subject),
    find: (subject, most) => [...subject.matchAll(new RegExp(text, 'gu'))].slice(0, most).map(([found]) => found),
  }),
};

function evaluate(text: string, costLimit = 1_000_000) {
  const compiled = compile(text, environment);
  if ('faults' in compiled) throw new Error(compiled.faults);
  const program = plan(compiled, tools);
  if (typeof program !== 'function') return { value: `program: ${program.failure}` };
  const variable = (name: string) => (name === 'object' ? valueOf(object) : undefined);
  const { value, cost } = program({ variable, costLimit });
  return { value: show(value), cost };
}

test.each(Object.entries(cases))('%s', (text, wanted) => expect(evaluate(text)).toEqual(wanted));

test('an evaluation that costs too much is ended', () => {
  const text = '[1,2,3,4,5,6,7,8].all(a, [1,2,3,4,5,6,7,8].all(b, [1,2,3,4,5,6,7,8].all(c, a + b + c < 100)))';
  expect(evaluate(text, 1000).value).toBe('error: operation cancelled: actual cost limit exceeded');
  expect(evaluate(text).value).toBe('true');
});
