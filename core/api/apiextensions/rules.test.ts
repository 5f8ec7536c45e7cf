import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JSONSchemaProps } from '#core/api/types';
import type { Problem } from '#core/machinery/status';
import { ruleBudget } from './rule-costs.ts';
import { compiledRuleProblems } from './rules.ts';
import { schemaProblems } from './schemas.ts';

/** What v1.36.1 says of rules of one schema: the detail of the refusal, none if it takes them. */
interface Recorded {
  readonly schema: JSONSchemaProps;
  readonly rules: Readonly<Record<string, { readonly detail?: string; readonly usesOldSelf?: boolean }>>;
}

const file = new URL('./recorded/rules.json', import.meta.url);
const { schema, rules } = JSON.parse(readFileSync(file, 'utf8')) as Recorded;

function problemsOf(rule: object, apart?: string): readonly Problem[] {
  const problems: Problem[] = [];
  const whole = { ...schema, 'x-kubernetes-validations': [rule] } as unknown as JSONSchemaProps;
  const place = { isRoot: true, often: 1n, ...(apart && { apart }) };
  compiledRuleProblems(whole, place, 'schema', ruleBudget(), problems);
  return problems;
}

test.each(Object.entries(rules))('%s', (rule, { detail }) => {
  const said = problemsOf({ rule }).map(({ message }) => message.replace(/^Invalid value: \{.*?\}: /, ''));
  expect(said).toEqual(detail === undefined ? [] : [detail]);
});

test('what is told of rules beside their own expression', () => {
  const said = (rule: object, apart?: string) =>
    problemsOf(rule, apart).map(
      ({ path, message }) =>
        `${path.slice(path.lastIndexOf('.') + 1)} ${message.replace(/Invalid value: .*?: (?=m|o)/, '')}`,
    );
  expect(said({ rule: 'true', optionalOldSelf: true })).toEqual([
    'optionalOldSelf may not be set if oldSelf is not used in rule',
  ]);
  expect(said({ rule: 'oldSelf.hasValue()', optionalOldSelf: true })).toEqual([]);
  expect(said({ rule: 'self == oldSelf' }, 'spec.list')).toEqual([
    'rule oldSelf cannot be used on the uncorrelatable portion of the schema within spec.list',
  ]);
  expect(said({ rule: 'true', messageExpression: '1' })).toEqual([
    expect.stringMatching(/^messageExpression .*messageExpression must evaluate to a string$/),
  ]);
});

/** Whole schemas, and what v1.36.1 refuses of them: reason, path and detail. */
interface RecordedSchema {
  readonly schema: JSONSchemaProps;
  readonly problems: readonly string[];
}

const schemas = JSON.parse(
  readFileSync(new URL('./recorded/rule-problems.json', import.meta.url), 'utf8'),
) as readonly RecordedSchema[];

const VALUE =
  /^(?:Invalid value: (?:\{.*?\}|"(?:[^"\\]|\\.)*"|true|false)|Unsupported value: .*?|Forbidden|Internal error): /;

test.each(schemas.map((one) => [JSON.stringify(one.schema), one] as const))('%s', (_, { schema, problems: wanted }) => {
  const problems: Problem[] = [];
  schemaProblems(schema, false, 'schema', problems);
  const said = problems.map(({ reason, path, message }) => `${reason} ${path} ${message.replace(VALUE, '')}`);
  expect(said.toSorted()).toEqual(wanted.toSorted());
});
