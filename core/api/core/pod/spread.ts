import type { TopologySpreadConstraint } from '#core/api/types';
import { duplicate, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { at, given, oneOf, positive, type Rule, type Rules, selectorProblems } from '#core/machinery/validation';
import { labelKeyProblems } from './label-keys.ts';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const policy = oneOf('Honor', 'Ignore');

/** No two constraints of one topology say what to do where they do not hold. */
const notRepeated =
  (later: readonly TopologySpreadConstraint[]): Rule<TopologySpreadConstraint> =>
  ({ topologyKey, whenUnsatisfiable }, path, problems) => {
    const again = later.some((one) => one.topologyKey === topologyKey && one.whenUnsatisfiable === whenUnsatisfiable);
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (again) problems.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair));
  };

const before: Rules<TopologySpreadConstraint> = [
  at('maxSkew', positive),
  at('topologyKey', (key, path, problems) => {
    if (key === '') problems.push(required(path, 'can not be empty'));
  }),
  at('whenUnsatisfiable', (action, path, problems) => {
    if (!ACTIONS.includes(action ?? '')) problems.push(notSupported(path, action ?? '', ACTIONS));
  }),
];

const after: Rules<TopologySpreadConstraint> = [
  at('minDomains', positive),
  ({ minDomains, whenUnsatisfiable: action }, path, problems) => {
    if (minDomains === undefined || action === 'DoNotSchedule') return;
    const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
    problems.push(invalid(`${path}.minDomains`, minDomains, detail));
  },
  at('nodeAffinityPolicy', policy),
  at('nodeTaintsPolicy', policy),
  labelKeyProblems,
  at('labelSelector', given(selectorProblems)),
];

/** Upstream: pkg/apis/core/validation/validation.go (validateTopologySpreadConstraints). */
export function spreadProblems(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
  problems: Problem[],
): void {
  for (const [i, constraint] of (constraints ?? []).entries()) {
    const rules = [...before, notRepeated(constraints!.slice(i + 1)), ...after];
    for (const rule of rules) rule(constraint, `${path}[${i}]`, problems);
  }
}
