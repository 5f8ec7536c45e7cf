import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '#core/api/types';
import { aggregatedRules } from '#core/api/rbac';
import { sameJson } from '#core/base';
import { defaultPolicy, uncovered } from '#core/apiserver/auth';
import type { ObjectMeta } from '#core/machinery/object';
import { type Wanted, wanted } from './wanted.ts';

const GROUP = 'rbac.authorization.k8s.io';
const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

/** The default roles and bindings. What users took away comes back, what they added stays, unless they switched that off. */
export function defaultRoles(): readonly Wanted[] {
  const { clusterRoles, clusterRoleBindings, roles, roleBindings } = defaultPolicy();
  return [
    ...clusterRoles.map((role) =>
      wanted(GROUP, 'clusterroles', complete(role, clusterRoles), (old: ClusterRole) => withRole(old, role)),
    ),
    ...roles.map((role) => wanted(GROUP, 'roles', role, (old: Role) => withRole(old, role))),
    ...clusterRoleBindings.map((one) =>
      wanted(GROUP, 'clusterrolebindings', one, (old: ClusterRoleBinding) => withBinding(old, one)),
    ),
    ...roleBindings.map((one) => wanted(GROUP, 'rolebindings', one, (old: RoleBinding) => withBinding(old, one))),
  ];
}

/** Aggregated roles start with what they will gather anyway. */
const complete = (role: ClusterRole, all: readonly ClusterRole[]): ClusterRole =>
  role.aggregationRule === undefined ? role : { ...role, rules: aggregatedRules(role, all) };

const isProtected = ({ annotations }: ObjectMeta) => annotations?.[AUTOUPDATE] === 'false';

function withMetadata(old: ObjectMeta, own: ObjectMeta): ObjectMeta {
  const labels = { ...old.labels, ...own.labels };
  const annotations = { ...old.annotations, ...own.annotations };
  return sameJson(labels, old.labels) && sameJson(annotations, old.annotations) ? old : { ...old, labels, annotations };
}

function withRole<R extends Role | ClusterRole>(old: R, own: R): R | undefined {
  if (isProtected(old.metadata)) return undefined;
  const metadata = withMetadata(old.metadata, own.metadata);
  const before = old.rules ?? [];
  const missing: readonly PolicyRule[] = 'aggregationRule' in own ? [] : uncovered(before, own.rules ?? []);
  if (metadata === old.metadata && missing.length === 0) return undefined;
  return { ...old, metadata, ...(missing.length === 0 ? {} : { rules: [...before, ...missing] }) };
}

function withBinding<B extends RoleBinding | ClusterRoleBinding>(old: B, own: B): B | undefined {
  if (isProtected(old.metadata) || !sameJson(old.roleRef, own.roleRef)) return undefined;
  const metadata = withMetadata(old.metadata, own.metadata);
  const before: readonly Subject[] = old.subjects ?? [];
  const missing = (own.subjects ?? []).filter((subject) => !before.some((one) => sameJson(one, subject)));
  if (metadata === old.metadata && missing.length === 0) return undefined;
  return { ...old, metadata, ...(missing.length === 0 ? {} : { subjects: [...before, ...missing] }) };
}
