import type { Strategy } from '#core/api/definition';
import { checkedStrategy, conditionProblems, countProblems, notNegativeFields, shareProblems } from '#core/api/rules';
import type { PodDisruptionBudget } from '#core/api/types';
import { invalid, notSupported, type Problem } from '#core/machinery/status';
import { selectorProblems } from '#core/machinery/validation';

function budgetProblems({ spec = {} }: PodDisruptionBudget, problems: Problem[]): void {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    problems.push(invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    countProblems(spec[field], `spec.${field}`, problems);
    shareProblems(spec[field], `spec.${field}`, problems);
  }
  selectorProblems(selector ?? undefined, 'spec.selector', problems);
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  if (policy !== undefined && !policies.includes(policy)) {
    problems.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, policies));
  }
}

const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'];

/** Upstream: pkg/registry/policy/poddisruptionbudget/strategy.go, pkg/apis/policy/validation/validation.go. */
const budgetStrategy = checkedStrategy<PodDisruptionBudget>(
  'policy/poddisruptionbudgets',
  'PodDisruptionBudget',
  'v1',
  {
    create: budgetProblems,
    status: ({ status }, _old, problems) => {
      conditionProblems(status?.conditions, 'status.conditions', problems);
      notNegativeFields(status, COUNTS, 'status', problems);
    },
  },
);

/** Strategies of the policy group. */
export const policy: Readonly<Record<string, Strategy>> = { 'policy/poddisruptionbudgets': budgetStrategy };
