import type { ClusterRole, PolicyRule } from '#core/api/types';
import { sameJson } from '#core/base';
import { selectorOfObject } from '#core/machinery/selectors';

/**
 * The rules that a role with an aggregation rule gathers, none twice: for one selector after the other those of all other
 * roles that it matches, by name. Upstream: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.
 */
export function aggregatedRules(
  { metadata, aggregationRule }: ClusterRole,
  all: Iterable<ClusterRole>,
): readonly PolicyRule[] {
  const others = [...all]
    .filter((role) => role.metadata.name !== metadata.name)
    .sort((left, right) => ((left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1));
  const rules: PolicyRule[] = [];
  for (const one of aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = selectorOfObject(one as never);
    for (const role of others) {
      if (!selector.matches(role.metadata.labels)) continue;
      for (const rule of role.rules ?? []) if (!rules.some((known) => sameJson(known, rule))) rules.push(rule);
    }
  }
  return rules;
}
