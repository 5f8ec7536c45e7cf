import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { baseEnvironment } from './library/index.ts';
import { typeName } from './types.ts';

/** The type that an expression comes to, or its faults, measured from cel-go in the environment of v1.36.1. */
type Recorded = Readonly<Record<string, { readonly type: string } | { readonly faults: string }>>;

const recorded = JSON.parse(readFileSync(new URL('./recorded/compiled.json', import.meta.url), 'utf8')) as Recorded;

test.each(Object.entries(recorded))('%j', (text, wanted) => {
  const result = compile(text, baseEnvironment());
  expect('faults' in result ? { faults: result.faults } : { type: typeName(result.type) }).toEqual(wanted);
});
