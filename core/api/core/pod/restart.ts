import type { Container, PodSpec } from '#core/api/types';
import { duplicate, invalid, notSupported, type Problem, required, tooMany } from '#core/machinery/status';

const POLICIES = ['Always', 'Never', 'OnFailure'];
const ACTIONS = ['Restart', 'RestartAllContainers'];
const OPERATORS = ['In', 'NotIn'];
const MAX_RULES = 20;
const MAX_CODES = 255;

/** When a container of its own is started again. Upstream: pkg/apis/core/validation/validation.go (validateContainerRestartPolicy). */
export function restartProblems(
  { restartPolicy, restartPolicyRules }: Container,
  path: string,
  problems: Problem[],
): void {
  const rules = restartPolicyRules ?? [];
  const place = `${path}.restartPolicy`;
  if (restartPolicy !== undefined) {
    if (!POLICIES.includes(restartPolicy)) problems.push(notSupported(place, restartPolicy, POLICIES));
  } else if (rules.length > 0) {
    problems.push(required(place, 'must specify restartPolicy when restart rules are used'));
  }
  if (rules.length > MAX_RULES) problems.push(tooMany(`${path}.restartPolicyRules`, rules.length, MAX_RULES));
  for (const [i, { action, exitCodes }] of rules.entries()) {
    const rulePath = `${path}.restartPolicyRules[${i}]`;
    if (!ACTIONS.includes(action ?? '')) problems.push(notSupported(`${rulePath}.action`, action ?? '', ACTIONS));
    if (exitCodes === undefined) {
      problems.push(required(`${rulePath}.exitCodes`, 'must be specified'));
      continue;
    }
    const { operator, values } = exitCodes;
    if (!OPERATORS.includes(operator ?? '')) {
      problems.push(notSupported(`${rulePath}.exitCodes.operator`, operator ?? '', OPERATORS));
    }
    const count = values?.length ?? 0;
    if (count > MAX_CODES) problems.push(tooMany(`${rulePath}.exitCodes.values`, count, MAX_CODES));
  }
}

function chosen(value: string | undefined, values: readonly string[], path: string, problems: Problem[]): void {
  if (!value) problems.push(required(path));
  else if (!values.includes(value)) problems.push(notSupported(path, value, values));
}

/** Whether a container is started again when its resources change. */
export function resizeProblems({ resizePolicy }: Container, spec: PodSpec, path: string, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, { resourceName, restartPolicy }] of (resizePolicy ?? []).entries()) {
    if (seen.has(resourceName)) problems.push(duplicate(`${path}[${i}]`, resourceName));
    seen.add(resourceName);
    chosen(resourceName, ['cpu', 'memory'], path, problems);
    chosen(restartPolicy, ['NotRequired', 'RestartContainer'], path, problems);
    if (spec.restartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      problems.push(invalid(path, restartPolicy, detail));
    }
  }
}
