import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '#core/api/types';
import type { ObjectMeta } from '#core/machinery/object';
import { clusterRoleBindingText, clusterRoleText, roleBindingText, roleText } from './default-policy-data.ts';

/** The roles and bindings that every cluster starts with. Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy. */
export interface DefaultPolicy {
  readonly clusterRoles: readonly ClusterRole[];
  readonly clusterRoleBindings: readonly ClusterRoleBinding[];
  readonly roles: readonly Role[];
  readonly roleBindings: readonly RoleBinding[];
}

const GROUP = 'rbac.authorization.k8s.io';
const apiVersion = `${GROUP}/v1`;

let policy: DefaultPolicy | undefined;

/** Read from its compact form on first use. */
export function defaultPolicy(): DefaultPolicy {
  policy ??= {
    clusterRoles: rolesOf(clusterRoleText).map(({ name, labels, aggregates, rules }) => ({
      kind: 'ClusterRole',
      apiVersion,
      metadata: metadataOf(name, labels),
      rules: aggregates.length > 0 ? null : rules,
      ...(aggregates.length === 0
        ? {}
        : {
            aggregationRule: {
              clusterRoleSelectors: aggregates.map((label) => ({ matchLabels: { [label]: 'true' } })),
            },
          }),
    })),
    roles: rolesOf(roleText).map(({ name, rules }) => ({
      kind: 'Role',
      apiVersion,
      metadata: metadataOf(name),
      rules,
    })),
    clusterRoleBindings: bindingsOf(clusterRoleBindingText).map((one) => ({
      kind: 'ClusterRoleBinding',
      apiVersion,
      ...one,
    })),
    roleBindings: bindingsOf(roleBindingText).map((one) => ({ kind: 'RoleBinding', apiVersion, ...one })),
  };
  return policy;
}

/** What any node may do, beyond which the node authorizer narrows it down to what is the node's own. */
export const nodeRules = (): readonly PolicyRule[] =>
  defaultPolicy().clusterRoles.find(({ metadata }) => metadata.name === 'system:node')?.rules ?? [];

function metadataOf(name: string, labels: readonly string[] = []): ObjectMeta {
  const slash = name.indexOf('/');
  return {
    name: name.slice(slash + 1),
    ...(slash < 0 ? {} : { namespace: name.slice(0, slash) }),
    labels: {
      'kubernetes.io/bootstrapping': 'rbac-defaults',
      ...Object.fromEntries(labels.map((label) => [label, 'true'])),
    },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  };
}

interface RoleLines {
  readonly name: string;
  readonly labels: readonly string[];
  readonly aggregates: readonly string[];
  readonly rules: PolicyRule[];
}

function rolesOf(text: string): RoleLines[] {
  const roles: RoleLines[] = [];
  for (const line of text.trim().split('\n')) {
    const [first = '', ...words] = line.split(' ');
    if (first.startsWith('@')) {
      const marked = (mark: string) =>
        words.filter((word) => word.startsWith(mark)).map((word) => `${GROUP}/${word.slice(1)}`);
      roles.push({ name: first.slice(1), labels: marked('+'), aggregates: marked('='), rules: [] });
    } else roles.at(-1)!.rules.push(ruleOf(first, words));
  }
  return roles;
}

function ruleOf(verbText: string, words: readonly string[]): PolicyRule {
  const verbs = verbText.split(',');
  const [groups = '', resources, names] = words;
  if (resources === undefined || groups.startsWith('/')) return { verbs, nonResourceURLs: words };
  return {
    verbs,
    apiGroups: groups.split(',').map((group) => (group === 'core' ? '' : group)),
    resources: resources.split(','),
    ...(names === undefined ? {} : { resourceNames: names.slice(1).split(',') }),
  };
}

function bindingsOf(text: string) {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', role = '', ...subjects] = line.split(' ');
      const own = role.startsWith('Role/');
      return {
        metadata: metadataOf(name),
        ...(subjects.length === 0 ? {} : { subjects: subjects.map(subjectOf) }),
        roleRef: { apiGroup: GROUP, kind: own ? 'Role' : 'ClusterRole', name: own ? role.slice(5) : role },
      };
    });
}

function subjectOf(text: string): Subject {
  const name = text.slice(2);
  if (text.startsWith('s:')) {
    const [namespace = '', account = ''] = name.split('/');
    return { kind: 'ServiceAccount', name: account, namespace };
  }
  return { kind: text.startsWith('g:') ? 'Group' : 'User', apiGroup: GROUP, name };
}
