import type { Container, PodSpec } from '#core/api/types';
import { duplicate, invalid, notSupported, type Problem, required, tooMany } from '#core/machinery/status';
import { chosen } from '#core/machinery/validation';

const POLICIES = ['Always', 'Never', 'OnFailure'];
const ACTIONS = ['Restart', 'RestartAllContainers'];
const OPERATORS = ['In', 'NotIn'];
const MAX_RULES = 20;
const MAX_CODES = 255;

function rulesProblems({ restartPolicyRules: rules = [] }: Container, path: string, problems: Problem[]): void {
  if (rules.length > MAX_RULES) problems.push(tooMany(path, rules.length, MAX_RULES));
  for (const [i, { action, exitCodes }] of rules.entries()) {
    const place = `${path}[${i}]`;
    if (!ACTIONS.includes(action ?? '')) problems.push(notSupported(`${place}.action`, action ?? '', ACTIONS));
    if (exitCodes === undefined) {
      problems.push(required(`${place}.exitCodes`, 'must be specified'));
      continue;
    }
    const { operator, values } = exitCodes;
    if (!OPERATORS.includes(operator ?? '')) {
      problems.push(notSupported(`${place}.exitCodes.operator`, operator ?? '', OPERATORS));
    }
    const count = values?.length ?? 0;
    if (count > MAX_CODES) problems.push(tooMany(`${place}.exitCodes.values`, count, MAX_CODES));
  }
}

function policyProblems({ restartPolicy, restartPolicyRules }: Container, path: string, problems: Problem[]): void {
  if (restartPolicy !== undefined) {
    if (!POLICIES.includes(restartPolicy)) problems.push(notSupported(path, restartPolicy, POLICIES));
  } else if ((restartPolicyRules?.length ?? 0) > 0) {
    problems.push(required(path, 'must specify restartPolicy when restart rules are used'));
  }
}

/** When a container of its own is started again. Upstream: pkg/apis/core/validation/validation.go (validateContainerRestartPolicy). */
export function restartProblems(container: Container, path: string, problems: Problem[]): void {
  policyProblems(container, `${path}.restartPolicy`, problems);
  rulesProblems(container, `${path}.restartPolicyRules`, problems);
}

/** The rules of an init container are looked into only where it says itself when it is started again. */
export function initRestartProblems(container: Container, path: string, problems: Problem[]): void {
  if (container.restartPolicy === undefined) policyProblems(container, `${path}.restartPolicy`, problems);
  else restartProblems(container, path, problems);
}

const resource = chosen('cpu', 'memory');
const policy = chosen('NotRequired', 'RestartContainer');

/** Whether a container is started again when its resources change. Upstream: pkg/apis/core/validation/validation.go (validateResizePolicy). */
export function resizePolicyProblems(
  { resizePolicy }: Container,
  spec: PodSpec,
  path: string,
  problems: Problem[],
): void {
  if (resizePolicy === undefined) return;
  const seen = new Set<string>();
  for (const [i, { resourceName, restartPolicy }] of resizePolicy.entries()) {
    if (seen.has(resourceName)) problems.push(duplicate(`${path}[${i}]`, resourceName));
    seen.add(resourceName);
    resource(resourceName, path, problems);
    policy(restartPolicy, path, problems);
    if (spec.restartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      problems.push(invalid(path, restartPolicy, detail));
    }
  }
}
