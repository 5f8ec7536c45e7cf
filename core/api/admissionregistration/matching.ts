import type { MatchResources, NamedRuleWithOperations, ParamKind, ParamRef, Variable } from '#core/api/types';
import type { Type } from '#core/machinery/cel';
import { dns1035LabelProblems, dnsSubdomainProblems, pathSegmentProblems } from '#core/machinery/names';
import { duplicate, forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { oneOf, selectorProblems } from '#core/machinery/validation';
import { expressionProblems, variableType, WANTED } from './expressions.ts';
import { ruleProblems } from './rule.ts';

function namedRuleProblems(rule: NamedRuleWithOperations, path: string, problems: Problem[]): void {
  const names = rule.resourceNames ?? [];
  for (const [i, name] of names.entries()) {
    const place = `${path}.resourceNames[${i}]`;
    for (const detail of pathSegmentProblems(name, false)) problems.push(invalid(place, name, detail));
    if (names.indexOf(name) < i) problems.push(duplicate(place, name));
  }
  ruleProblems(rule, path, problems);
}

/** What a policy or its binding is about. Upstream: pkg/apis/admissionregistration/validation/validation.go. */
export function matchResourcesProblems(one: MatchResources | undefined, path: string, problems: Problem[]): void {
  if (one === undefined) return;
  if (one.matchPolicy === undefined) problems.push(required(`${path}.matchPolicy`));
  oneOf('Equivalent', 'Exact')(one.matchPolicy, `${path}.matchPolicy`, problems);
  for (const field of ['namespaceSelector', 'objectSelector'] as const) {
    if (one[field] === undefined) problems.push(required(`${path}.${field}`));
    else selectorProblems(one[field], `${path}.${field}`, problems);
  }
  for (const field of ['resourceRules', 'excludeResourceRules'] as const) {
    for (const [i, rule] of (one[field] ?? []).entries()) namedRuleProblems(rule, `${path}.${field}[${i}]`, problems);
  }
}

/** A policy says what it is about, and names at least one resource. */
export function matchConstraintsProblems(one: MatchResources | undefined, path: string, problems: Problem[]): void {
  if (one === undefined) {
    problems.push(required(path));
    return;
  }
  matchResourcesProblems(one, path, problems);
  if ((one.resourceRules ?? []).length === 0) problems.push(required(`${path}.resourceRules`));
}

function versionProblems(apiVersion: string, path: string, problems: Problem[]): void {
  const [first = '', second, ...more] = apiVersion.split('/');
  if (more.length > 0) {
    problems.push(invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
    return;
  }
  const [group, version] = second === undefined ? ['', first] : [first, second];
  const wrongGroup = group === '' ? [] : dnsSubdomainProblems(group);
  if (wrongGroup.length > 0) problems.push(invalid(path, group, wrongGroup.join(',')));
  const wrongVersion = dns1035LabelProblems(version);
  if (version === '') problems.push(invalid(path, apiVersion, 'version must be specified'));
  else if (wrongVersion.length > 0) problems.push(invalid(path, version, wrongVersion.join(',')));
}

/** The kind of a policy's parameters. */
export function paramKindProblems(one: ParamKind | undefined, path: string, problems: Problem[]): void {
  if (one === undefined) return;
  const { apiVersion = '', kind = '' } = one;
  if (apiVersion === '') problems.push(required(`${path}.apiVersion`));
  else versionProblems(apiVersion, `${path}.apiVersion`, problems);
  const wrong = dns1035LabelProblems(kind.toLowerCase());
  if (kind === '') problems.push(required(`${path}.kind`));
  else if (wrong.length > 0) {
    const detail = `may have mixed case, but should otherwise match: ${wrong.join(',')}`;
    problems.push(invalid(`${path}.kind`, kind, detail));
  }
}

/** Which parameters a binding takes. */
export function paramRefProblems(one: ParamRef | undefined, path: string, problems: Problem[]): void {
  if (one === undefined) return;
  const { name = '', selector, parameterNotFoundAction: action = '' as string } = one;
  const both = 'name and selector are mutually exclusive';
  if (name !== '') {
    for (const detail of pathSegmentProblems(name, false)) problems.push(invalid(`${path}.name`, name, detail));
    if (selector !== undefined) problems.push(forbiddenField(`${path}.name`, both));
  }
  selectorProblems(selector, `${path}.selector`, problems);
  if (selector !== undefined && name !== '') problems.push(forbiddenField(`${path}.selector`, both));
  if (selector === undefined && name === '') problems.push(required(path, 'one of name or selector must be specified'));
  const place = `${path}.parameterNotFoundAction`;
  if (action === '') problems.push(required(place));
  else if (action !== 'Deny' && action !== 'Allow') problems.push(notSupported(place, action, ['Deny', 'Allow']));
}

const RESERVED = [
  'as',
  'break',
  'const',
  'continue',
  'else',
  'false',
  'for',
  'function',
  'if',
  'import',
  'in',
  'let',
  'loop',
  'namespace',
  'null',
  'package',
  'return',
  'true',
  'var',
  'void',
  'while',
];

/** Values that expressions share, each of which may use those before it: their types. */
export function variableProblems(
  variables: readonly Variable[] | undefined,
  params: boolean,
  problems: Problem[],
): ReadonlyMap<string, Type> {
  const types = new Map<string, Type>();
  for (const [i, { name = '', expression = '' }] of (variables ?? []).entries()) {
    const path = `spec.variables[${i}]`;
    if (name.trim() === '') problems.push(required(`${path}.name`, 'name is not specified'));
    else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || RESERVED.includes(name)) {
      problems.push(invalid(`${path}.name`, name, 'must be a valid CEL identifier'));
    }
    const place = `${path}.expression`;
    if (expression.trim() === '') problems.push(required(place, 'expression is not specified'));
    else {
      const uses = { params, authorizer: true, variables: types };
      types.set(name, variableType(expressionProblems(expression, uses, WANTED.variable, place, problems)));
    }
  }
  return types;
}
