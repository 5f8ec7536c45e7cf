import type { ClusterRole, ClusterRoleBinding, PolicyRule, RoleBinding, Subject } from '#core/api/types';
import { sameJson } from '#core/base';
import { dnsSubdomainProblems, pathSegmentProblems } from '#core/machinery/names';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { selectorProblems } from '#core/machinery/validation';

const GROUP = 'rbac.authorization.k8s.io';

/** Upstream: pkg/apis/rbac/validation/validation.go. */
export function ruleProblems(rules: readonly PolicyRule[] | null | undefined, namespaced: boolean): Problem[] {
  return (rules ?? []).flatMap((rule, i) => oneRuleProblems(rule, namespaced, `rules[${i}]`));
}

function oneRuleProblems(rule: PolicyRule, namespaced: boolean, path: string): Problem[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const problems: Problem[] = [];
  if (!verbs?.length) problems.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const refuse = (why: string) => problems.push(invalid(`${path}.nonResourceURLs`, nonResourceURLs, why));
    if (namespaced) refuse('namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      refuse('rules cannot apply to both regular resources and non-resource URLs');
    }
    return problems;
  }
  if (apiGroups.length === 0)
    problems.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (resources.length === 0)
    problems.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  return problems;
}

export function clusterRoleProblems({ rules, aggregationRule }: ClusterRole): Problem[] {
  const problems = ruleProblems(rules, false);
  if (aggregationRule === undefined) return problems;
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    problems.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  }
  selectors.forEach((selector, i) => {
    const before = problems.length;
    selectorProblems(selector as never, `${path}[${i}]`, problems);
    // A selector with something wrong cannot be read as a whole either, which is said too.
    if (problems.length > before) problems.push(invalid(`${path}[${i}]`, null, 'invalid label selector.'));
  });
  return problems;
}

export function bindingProblems(
  { roleRef, subjects = [] }: RoleBinding | ClusterRoleBinding,
  namespaced: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const { apiGroup, kind, name } = roleRef;
  if (apiGroup !== GROUP) problems.push(notSupported('roleRef.apiGroup', apiGroup ?? '', [GROUP]));
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(kind)) problems.push(notSupported('roleRef.kind', kind ?? '', kinds));
  if (!name) problems.push(required('roleRef.name'));
  else for (const why of pathSegmentProblems(name, false)) problems.push(invalid('roleRef.name', name, why));
  subjects.forEach((subject, i) => problems.push(...subjectProblems(subject, namespaced, `subjects[${i}]`)));
  return problems;
}

function subjectProblems(
  { kind, name, namespace, apiGroup = '' }: Subject,
  namespaced: boolean,
  path: string,
): Problem[] {
  const problems: Problem[] = [];
  if (!name) problems.push(required(`${path}.name`));
  switch (kind) {
    case 'ServiceAccount':
      if (name) for (const why of dnsSubdomainProblems(name)) problems.push(invalid(`${path}.name`, name, why));
      if (apiGroup !== '') problems.push(notSupported(`${path}.apiGroup`, apiGroup, ['']));
      if (!namespaced && !namespace) problems.push(required(`${path}.namespace`));
      break;
    case 'User':
    case 'Group':
      if (apiGroup !== GROUP) problems.push(notSupported(`${path}.apiGroup`, apiGroup, [GROUP]));
      break;
    default:
      problems.push(notSupported(`${path}.kind`, kind ?? '', ['ServiceAccount', 'User', 'Group']));
  }
  return problems;
}

/** A binding is to one role for life. */
export const bindingUpdateProblems = (
  next: RoleBinding | ClusterRoleBinding,
  old: RoleBinding | ClusterRoleBinding,
): Problem[] =>
  sameJson(next.roleRef, old.roleRef) ? [] : [invalid('roleRef', next.roleRef, 'cannot change roleRef')];
