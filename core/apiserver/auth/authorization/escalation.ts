import type { ClusterRole, PolicyRule, Role, RoleBinding } from '#core/api/types';
import type { KubeObject } from '#core/machinery/object';
import { forbidden, notFound } from '#core/machinery/status';
import type { AdmissionAttributes, AdmissionPlugin, Attributes, Authorizer, User } from '#core/apiserver';
import { quotedList, ruleText, uncovered } from './cover.ts';
import type { RbacIndex } from './rbac-index.ts';
import type { Rbac } from './rbac.ts';

const GROUP = 'rbac.authorization.k8s.io';
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/**
 * Nobody grants what he has not, unless he may `escalate` the role or `bind` it. Stands here as an admission plugin; upstream
 * checks it in the storage of these kinds (pkg/registry/rbac/*\/policybased).
 */
export const escalationCheck = (authorizer: Authorizer, rbac: Rbac, index: RbacIndex): AdmissionPlugin => ({
  name: 'RBACEscalationCheck',
  handles: (operation, definition, subresource) =>
    definition.group === GROUP && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  async validate(attributes) {
    const { object, old, user, definition, name } = attributes;
    if (object === undefined || user.groups.includes('system:masters') || onlyForDeletion(object, old)) return;
    const refusal = (why: string) =>
      forbidden({ group: GROUP, resource: definition.resource, name: object.metadata.name ?? name }, why);
    const mustHave = (rules: readonly PolicyRule[], why?: string) => {
      const missing = uncovered(rbac.rulesFor(user, attributes.namespace).rules, rules);
      if (missing.length > 0) throw refusal(why ?? escalationText(user, missing));
    };
    if ('roleRef' in object) {
      const { kind, name: role } = (object as unknown as RoleBinding).roleRef;
      if (await mayBind(authorizer, attributes, kind, role)) return;
      const rules = index.rules(kind, role, attributes.namespace);
      if (rules === undefined)
        throw notFound({ group: GROUP, resource: kind === 'Role' ? 'roles' : 'clusterroles', name: role });
      mustHave(rules);
      return;
    }
    if (await mayEscalate(authorizer, attributes)) return;
    mustHave((object as unknown as Role).rules ?? []);
    if (aggregates(object) || (old !== undefined && aggregates(old))) {
      mustHave(EVERYTHING, 'must have cluster-admin privileges to use the aggregationRule');
    }
  },
});

const aggregates = (object: KubeObject) => (object as unknown as ClusterRole).aggregationRule !== undefined;

/** Finalizers and owners may change without the right to grant: the garbage collector needs it. */
function onlyForDeletion(object: KubeObject, old: KubeObject | undefined): boolean {
  if (old === undefined) return false;
  const bare = (one: KubeObject) => {
    const { managedFields, resourceVersion, ownerReferences, finalizers, generation, ...metadata } = one.metadata;
    return JSON.stringify({ ...one, metadata });
  };
  return bare(object) === bare(old);
}

const attributesFor = (
  { user, definition, namespace, name }: AdmissionAttributes,
  more: Partial<Attributes>,
): Attributes => ({
  user,
  verb: '',
  isResource: true,
  path: '',
  group: GROUP,
  version: 'v1',
  resource: definition.resource,
  subresource: '',
  namespace,
  name,
  ...more,
});

const mayEscalate = async (authorizer: Authorizer, attributes: AdmissionAttributes) =>
  (await authorizer.decide(attributesFor(attributes, { verb: 'escalate' }))).allowed;

const mayBind = async (authorizer: Authorizer, attributes: AdmissionAttributes, kind: string, name: string) =>
  (
    await authorizer.decide(
      attributesFor(attributes, { verb: 'bind', resource: kind === 'Role' ? 'roles' : 'clusterroles', name }),
    )
  ).allowed;

const escalationText = ({ name, groups }: User, missing: readonly PolicyRule[]) =>
  `user ${JSON.stringify(name)} (groups=${quotedList(groups)}) is attempting to grant RBAC permissions not currently held:\n${[
    ...new Set(missing.map(ruleText)),
  ]
    .sort()
    .join('\n')}`;
