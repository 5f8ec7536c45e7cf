import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { PriorityClass } from '#core/api/types';
import { forbiddenField, notSupported, type Problem, required } from '#core/machinery/status';
import { unchanged } from '#core/machinery/validation';

/** The greatest that a user may give; the system's own are above. */
const MAX_USER_PRIORITY = 1_000_000_000;
const SYSTEM: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2 * MAX_USER_PRIORITY],
  ['system-node-critical', 2 * MAX_USER_PRIORITY + 1000],
]);

/** Why a class is not one of the system's own. */
function notSystem({ metadata: { name = '' }, value, globalDefault }: PriorityClass): string | undefined {
  const known = SYSTEM.get(name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault === true ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function classProblems(one: PriorityClass, problems: Problem[]): void {
  if (one.metadata.name?.startsWith('system-') === true) {
    const why = notSystem(one);
    if (why !== undefined) {
      const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`;
      problems.push(forbiddenField('metadata.name', detail));
    }
  } else if (one.value > MAX_USER_PRIORITY) {
    const detail = `maximum allowed value of a user defined priority is ${MAX_USER_PRIORITY}`;
    problems.push(forbiddenField('value', detail));
  }
  const { preemptionPolicy: policy } = one;
  if ((policy as string | undefined) === '') problems.push(required('preemptionPolicy'));
  else if (policy !== undefined && policy !== 'Never' && policy !== 'PreemptLowerPriority') {
    problems.push(notSupported('preemptionPolicy', policy, ['PreemptLowerPriority', 'Never']));
  }
}

/** Upstream: pkg/registry/scheduling/priorityclass/strategy.go, pkg/apis/scheduling/validation/validation.go. */
const priorityClassStrategy = checkedStrategy<PriorityClass>(
  'scheduling.k8s.io/priorityclasses',
  'PriorityClass',
  'v1',
  {
    create: classProblems,
    // The class may not change in what clients rely on; the rest is looked at no more.
    update: (next, old, problems) => {
      if ((next.value ?? 0) !== (old.value ?? 0))
        problems.push(forbiddenField('value', 'may not be changed in an update.'));
      unchanged(next.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy', problems);
    },
  },
);

/** Strategies of the scheduling group. */
export const scheduling: Readonly<Record<string, Strategy>> = {
  'scheduling.k8s.io/priorityclasses': priorityClassStrategy,
};
