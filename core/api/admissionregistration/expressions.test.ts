import { expect, test } from 'vitest';
import type { Problem } from '#core/machinery/status';
import { expressionProblems, type Uses, variableType, WANTED } from './expressions.ts';

function said(expression: string, uses: Uses, wanted: keyof typeof WANTED = 'variable'): readonly string[] {
  const problems: Problem[] = [];
  expressionProblems(expression, uses, WANTED[wanted], 'path', problems, 'shown');
  return problems.map(({ message }) => message.replace('Invalid value: "shown": ', ''));
}

/** Measured from v1.36.1. */
test.each<[string, Uses, keyof typeof WANTED, string | undefined]>([
  ['object.spec.replicas <= 5', {}, 'condition', undefined],
  ['object.x', {}, 'condition', 'must evaluate to bool but got dyn'],
  ['1', {}, 'annotation', 'must evaluate to one of [string null_type] but got int'],
  ['null', {}, 'annotation', undefined],
  ['params.x == 1', { params: true }, 'condition', undefined],
  ['authorizer.requestResource.check("get").allowed()', { authorizer: true }, 'condition', undefined],
  ['Object{spec: Object.spec{replicas: 1}}', { patches: true }, 'object', undefined],
  ['Object.spec{}', { patches: true }, 'object', 'must evaluate to Object but got Object.spec'],
  ['[JSONPatch{op: "add", path: "/a", value: 1}]', { patches: true }, 'patch', undefined],
  ['[1]', { patches: true }, 'patch', 'must evaluate to list(JSONPatch) but got list(int)'],
  [
    'Object',
    { patches: true },
    'variable',
    'Internal error: program instantiation failed: reference to undefined type: Object',
  ],
  [
    'int("x")',
    {},
    'variable',
    "Internal error: program instantiation failed: type conversion error from 'string' to 'int'",
  ],
  ['uint(-1)', {}, 'variable', 'Internal error: program instantiation failed: unsigned integer overflow'],
])('%s', (expression, uses, wanted, detail) => {
  expect(said(expression, uses, wanted)).toEqual(detail === undefined ? [] : [detail]);
});

test('variables may be used by what comes after them', () => {
  const problems: Problem[] = [];
  const type = expressionProblems('request.name.size()', {}, WANTED.variable, 'path', problems);
  const variables = new Map([['n', variableType(type)]]);
  expect(said('variables.n > 1', { variables }, 'condition')).toEqual([]);
  expect(said('variables.n > "a"', { variables })[0]).toContain(
    "found no matching overload for '_>_' applied to '(int, string)'",
  );
  expect(said('variables.m', { variables })[0]).toContain("undefined field 'm'");
  expect(said('variables.n', {})[0]).toContain("undeclared reference to 'variables'");
});
