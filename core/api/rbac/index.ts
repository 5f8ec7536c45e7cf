import type { Strategy } from '#core/api/definition';
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '#core/api/types';
import { genericStrategy, traits } from '#core/api/strategy';
import type { KubeObject } from '#core/machinery/object';
import type { Problem } from '#core/machinery/status';
import { bindingProblems, bindingUpdateProblems, clusterRoleProblems, ruleProblems } from './validation.ts';

export { aggregatedRules } from './aggregation.ts';

const GROUP = 'rbac.authorization.k8s.io';

type Check = (object: never) => readonly Problem[];
type UpdateCheck = (next: never, old: never) => readonly Problem[];

function strategy(
  resource: string,
  kind: string,
  check: Check,
  checkUpdate?: UpdateCheck,
): readonly [string, Strategy] {
  const id = `${GROUP}/${resource}`;
  const generic = genericStrategy({ group: GROUP, version: 'v1', kind, ...traits[id] });
  const whole = (object: KubeObject) => check(object as never);
  return [
    id,
    {
      ...generic,
      validateCreate: (object, context) => [...(generic.validateCreate?.(object, context) ?? []), ...whole(object)],
      validateUpdate: (next, old, context) => [
        ...(generic.validateUpdate?.(next, old, context) ?? []),
        ...whole(next),
        ...(checkUpdate?.(next as never, old as never) ?? []),
      ],
    },
  ];
}

/** Strategies of the rbac group. Upstream: pkg/registry/rbac. */
export const rbac: Readonly<Record<string, Strategy>> = Object.fromEntries([
  strategy('roles', 'Role', (role: Role) => ruleProblems(role.rules, true)),
  strategy('clusterroles', 'ClusterRole', (role: ClusterRole) => clusterRoleProblems(role)),
  strategy('rolebindings', 'RoleBinding', (one: RoleBinding) => bindingProblems(one, true), bindingUpdateProblems),
  strategy(
    'clusterrolebindings',
    'ClusterRoleBinding',
    (one: ClusterRoleBinding) => bindingProblems(one, false),
    bindingUpdateProblems,
  ),
]);
