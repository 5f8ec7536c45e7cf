import type { MatchCondition, MutatingWebhook, ValidatingWebhook } from '#core/api/types';
import { dns1035LabelProblems, dnsSubdomainProblems, qualifiedNameProblems } from '#core/machinery/names';
import { duplicate, invalid, notSupported, type Problem, required, tooMany } from '#core/machinery/status';
import { matching, oneOf, selectorProblems } from '#core/machinery/validation';
import { clientConfigProblems } from './client-config.ts';
import { expressionProblems, WANTED } from './expressions.ts';
import { ruleProblems } from './rule.ts';

type Hook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const REVIEWS = ['v1', 'v1beta1'];
const MAX_CONDITIONS = 64;

function nameProblems(name: string, path: string, problems: Problem[]): void {
  const grammar = dnsSubdomainProblems(name);
  if (name === '') problems.push(required(path));
  else if (grammar.length > 0) problems.push(invalid(path, name, grammar.join(',')));
  else if (name.split('.').length < 3) {
    problems.push(invalid(path, name, 'should be a domain with at least three segments separated by dots'));
  }
}

function reviewProblems(versions: readonly string[], path: string, problems: Problem[]): void {
  if (versions.length === 0) {
    problems.push(required(path, `must specify one of ${REVIEWS.join(', ')}`));
    return;
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) problems.push(invalid(`${path}[${i}]`, version, 'duplicate version'));
    else matching(dns1035LabelProblems)(version, `${path}[${i}]`, problems);
  }
  if (versions.some((version) => REVIEWS.includes(version))) return;
  problems.push(invalid(path, versions, `must include at least one of ${REVIEWS.join(', ')}`));
}

/** Conditions have names, and expressions, which may speak of parameters where there are some. */
export function matchConditionProblems(
  conditions: readonly MatchCondition[] | undefined,
  params: boolean,
  path: string,
  problems: Problem[],
): void {
  const all = conditions ?? [];
  if (all.length > MAX_CONDITIONS) problems.push(tooMany(path, all.length, MAX_CONDITIONS));
  const names = new Set<string>();
  for (const [i, { name = '', expression = '' }] of all.entries()) {
    const place = `${path}[${i}]`;
    if (expression.trim() === '') problems.push(required(`${place}.expression`));
    else {
      const uses = { params, authorizer: true };
      expressionProblems(expression, uses, WANTED.condition, `${place}.expression`, problems);
    }
    if (name === '') {
      problems.push(required(`${place}.name`));
      continue;
    }
    matching(qualifiedNameProblems)(name, `${place}.name`, problems);
    if (names.has(name)) problems.push(duplicate(`${place}.name`, name));
    names.add(name);
  }
}

function hookProblems(hook: Hook, path: string, problems: Problem[]): void {
  nameProblems(hook.name ?? '', `${path}.name`, problems);
  for (const [i, rule] of (hook.rules ?? []).entries()) ruleProblems(rule, `${path}.rules[${i}]`, problems);
  oneOf('Fail', 'Ignore')(hook.failurePolicy, `${path}.failurePolicy`, problems);
  oneOf('Equivalent', 'Exact')(hook.matchPolicy, `${path}.matchPolicy`, problems);
  const { sideEffects, timeoutSeconds: timeout } = hook;
  if (sideEffects === undefined || sideEffects === null)
    problems.push(required(`${path}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(', ')}`));
  else if (!SIDE_EFFECTS.includes(sideEffects)) {
    problems.push(notSupported(`${path}.sideEffects`, sideEffects, SIDE_EFFECTS));
  }
  if (timeout !== undefined && (timeout < 1 || timeout > 30)) {
    const detail = 'the timeout value must be between 1 and 30 seconds';
    problems.push(invalid(`${path}.timeoutSeconds`, timeout, detail));
  }
  selectorProblems(hook.namespaceSelector, `${path}.namespaceSelector`, problems);
  selectorProblems(hook.objectSelector, `${path}.objectSelector`, problems);
  oneOf('IfNeeded', 'Never')(hook.reinvocationPolicy, `${path}.reinvocationPolicy`, problems);
  clientConfigProblems(hook.clientConfig, `${path}.clientConfig`, problems);
  matchConditionProblems(hook.matchConditions, false, `${path}.matchConditions`, problems);
  reviewProblems(hook.admissionReviewVersions ?? [], `${path}.admissionReviewVersions`, problems);
}

/** Upstream: pkg/apis/admissionregistration/validation/validation.go (validateValidatingWebhookConfiguration and its mutating sister). */
export function webhooksProblems(hooks: readonly Hook[] | undefined, problems: Problem[]): void {
  const names = new Set<string>();
  for (const [i, hook] of (hooks ?? []).entries()) {
    const path = `webhooks[${i}]`;
    hookProblems(hook, path, problems);
    const { name = '' } = hook;
    if (name !== '' && names.has(name)) problems.push(duplicate(`${path}.name`, name));
    names.add(name);
  }
}
