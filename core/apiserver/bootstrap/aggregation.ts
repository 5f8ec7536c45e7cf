import type { ClusterRole, PolicyRule } from '#core/api/types';
import { sameJson, type Turns } from '#core/base';
import { selectorOfObject } from '#core/machinery/selectors';
import type { KubeObject } from '#core/machinery/object';
import type { Store } from '#core/store';
import { keep, type Kept } from './keep.ts';

const CLUSTER_ROLES = 'rbac.authorization.k8s.io/clusterroles/';

/**
 * The rules that a role with an aggregation rule gathers: those of all other roles that one of its selectors matches, by name, none
 * twice. Upstream: pkg/controller/clusterroleaggregation.
 */
export function aggregatedRules(
  { metadata, aggregationRule }: ClusterRole,
  all: Iterable<ClusterRole>,
): readonly PolicyRule[] {
  const selectors = (aggregationRule?.clusterRoleSelectors ?? []).map((one) => selectorOfObject(one as never));
  const found = new Map<string, ClusterRole>();
  for (const role of all) {
    const name = role.metadata.name ?? '';
    if (name !== metadata.name && selectors.some((selector) => selector.matches(role.metadata.labels)))
      found.set(name, role);
  }
  const rules: PolicyRule[] = [];
  for (const name of [...found.keys()].sort()) {
    for (const rule of found.get(name)?.rules ?? []) if (!rules.some((one) => sameJson(one, rule))) rules.push(rule);
  }
  return rules;
}

/** Keeps aggregated roles in step with what they gather, from now on. */
export const keepAggregated = (store: Store, turns: Turns): Kept =>
  keep(store, turns, 'clusterroleaggregation', [CLUSTER_ROLES], () => reconcile(store));

async function reconcile(store: Store): Promise<void> {
  const entries = [...store.view(CLUSTER_ROLES).range()];
  const roles = entries.map(({ object }) => object as unknown as ClusterRole);
  for (const { key, revision, object } of entries) {
    const role = object as unknown as ClusterRole;
    if (role.aggregationRule === undefined) continue;
    const rules = aggregatedRules(role, roles);
    if (sameJson(rules, role.rules ?? [])) continue;
    await store.commit({
      guards: [{ key, revision }],
      writes: [{ key, object: { ...role, rules } as unknown as KubeObject }],
      cause: {
        user: 'system:serviceaccount:kube-system:clusterrole-aggregation-controller',
        verb: 'update',
        reason: 'aggregated roles changed',
      },
    });
  }
}
