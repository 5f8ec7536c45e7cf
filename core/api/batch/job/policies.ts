import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '#core/api/types';
import { qualifiedNameProblems } from '#core/machinery/names';
import { duplicate, invalid, notSupported, type Problem, required, tooLong, tooMany } from '#core/machinery/status';
import { matching, notNegative } from '#core/machinery/validation';
import { parseIndexes } from './indexes.ts';

const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;
const MAX_INDEX_TEXT = 64 * 1024;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

/** A value that must be given and be one of some, which a refusal names as Go prints lists. */
function chosen(value: string, values: readonly string[], path: string, problems: Problem[]): void {
  const shown = values.map((one) => JSON.stringify(one)).join(' ');
  if (value === '') problems.push(required(path, `valid values: [${shown}]`));
  else if (!values.includes(value)) problems.push(notSupported(path, value, values));
}

/** A problem of a whole object that a refusal does not print. */
const invalidWhole = (path: string, detail: string): Problem => ({
  reason: 'FieldValueInvalid',
  path,
  message: `Invalid value: ${detail}`,
});

function exitCodeProblems(
  { operator: asked, containerName, values: codes }: PodFailurePolicyOnExitCodesRequirement,
  containers: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  const operator: string = asked ?? '';
  const values = codes ?? [];
  chosen(operator, OPERATORS, `${path}.operator`, problems);
  if (containerName !== undefined && !containers.has(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    problems.push(invalid(`${path}.containerName`, containerName, detail));
  }
  if (values.length === 0) problems.push(invalid(`${path}.values`, codes, 'at least one value is required'));
  else if (values.length > MAX_EXIT_CODES) {
    problems.push(tooMany(`${path}.values`, values.length, MAX_EXIT_CODES));
  }
  const seen = new Set<number>();
  for (const [i, value] of values.entries()) {
    const place = `${path}.values[${i}]`;
    if (operator === 'In' && value === 0) problems.push(invalid(place, value, 'must not be 0 for the In operator'));
    if (seen.has(value)) problems.push(duplicate(place, value));
    seen.add(value);
  }
  if (values.some((value, i) => i > 0 && values[i - 1]! > value)) {
    problems.push(invalid(`${path}.values`, values, 'must be ordered'));
  }
}

function failureRuleProblems(
  { action: asked, onExitCodes, onPodConditions: patterns }: PodFailurePolicyRule,
  spec: JobSpec,
  containers: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  const action: string = asked ?? '';
  const onPodConditions = patterns ?? [];
  if (action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) {
      problems.push(invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'));
    }
  } else chosen(action, ACTIONS, `${path}.action`, problems);
  if (onExitCodes !== undefined) exitCodeProblems(onExitCodes, containers, `${path}.onExitCodes`, problems);
  const place = `${path}.onPodConditions`;
  if (onPodConditions.length > MAX_RULES) problems.push(tooMany(place, onPodConditions.length, MAX_RULES));
  for (const [i, { type, status = '' }] of onPodConditions.entries()) {
    matching(qualifiedNameProblems)(type ?? '', `${place}[${i}].type`, problems);
    chosen(status, STATUSES, `${place}[${i}].status`, problems);
  }
  const both = onExitCodes !== undefined && onPodConditions.length > 0;
  const none = onExitCodes === undefined && onPodConditions.length === 0;
  if (both) problems.push(invalidWhole(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (none) problems.push(invalidWhole(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
}

/** Upstream: pkg/apis/batch/validation/validation.go (validatePodFailurePolicy). */
export function failurePolicyProblems(spec: JobSpec, path: string, problems: Problem[]): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > MAX_RULES) problems.push(tooMany(`${path}.rules`, rules.length, MAX_RULES));
  const { containers, initContainers } = spec.template?.spec ?? {};
  const names = new Set([...(containers ?? []), ...(initContainers ?? [])].map(({ name }) => name));
  for (const [i, rule] of rules.entries()) failureRuleProblems(rule, spec, names, `${path}.rules[${i}]`, problems);
}

function successRuleProblems(
  { succeededCount, succeededIndexes }: SuccessPolicyRule,
  completions: number,
  path: string,
  problems: Problem[],
): void {
  if (succeededCount === undefined && succeededIndexes === undefined) {
    problems.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let total = 0;
  if (succeededIndexes !== undefined) {
    const place = `${path}.succeededIndexes`;
    if (succeededIndexes.length > MAX_INDEX_TEXT) problems.push(tooLong(place, MAX_INDEX_TEXT));
    const { count, problem } = parseIndexes(succeededIndexes, completions);
    total = count;
    if (problem !== undefined) {
      problems.push(invalid(place, succeededIndexes, `error parsing succeededIndexes: ${problem}`));
    }
  }
  if (succeededCount === undefined) return;
  const place = `${path}.succeededCount`;
  notNegative(succeededCount, place, problems);
  const atMost = (most: number, what: string) =>
    problems.push(invalid(place, succeededCount, `must be less than or equal to ${most} (the number of ${what})`));
  if (succeededCount > completions) atMost(completions, 'specified completions');
  if (succeededIndexes !== undefined && succeededCount > total) {
    atMost(total, 'indexes in the specified succeededIndexes field');
  }
}

/** Upstream: pkg/apis/batch/validation/validation.go (validateSuccessPolicy). */
export function successPolicyProblems(spec: JobSpec, path: string, problems: Problem[]): void {
  const rules = spec.successPolicy?.rules ?? [];
  if (rules.length === 0) {
    problems.push(
      required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified'),
    );
  }
  if (rules.length > MAX_RULES) problems.push(tooMany(`${path}.rules`, rules.length, MAX_RULES));
  for (const [i, rule] of rules.entries()) {
    successRuleProblems(rule, spec.completions ?? 0, `${path}.rules[${i}]`, problems);
  }
}
