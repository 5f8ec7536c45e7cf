import type { PolicyRule, Subject } from '#core/api/types';
import type { Attributes, Authorizer, Decision, User } from '#core/apiserver';
import { getOrMake } from './map.ts';
import type { Grant, RbacIndex } from './rbac-index.ts';
import { rulesAllow } from './rules.ts';

/** All rules that a user has, for reviews and for the check that nobody grants what he has not. */
export interface UserRules {
  readonly rules: readonly PolicyRule[];
  /** Roles that bindings name and that do not exist. */
  readonly errors: readonly string[];
}

export interface Rbac extends Authorizer {
  decide(attributes: Attributes): Decision;
  rulesFor(user: User, namespace: string): UserRules;
}

/** Decisions remembered before they are all forgotten. */
const REMEMBERED = 50_000;

/** Role-based access control. A decision is made once and remembered until a role or binding changes. */
export function rbac(index: RbacIndex): Rbac {
  let version = index.version;
  let remembered = 0;
  let byUser = new Map<string, Map<string, Decision>>();
  let byIdentity = new WeakMap<User, Map<string, Decision>>();

  const forget = () => {
    version = index.version;
    remembered = 0;
    byUser = new Map();
    byIdentity = new WeakMap();
  };
  const memoryOf = (user: User) => {
    let memory = byIdentity.get(user);
    if (memory === undefined) {
      memory = getOrMake(byUser, `${user.name}\0${user.groups.join('\0')}`, () => new Map());
      byIdentity.set(user, memory);
    }
    return memory;
  };

  return {
    decide(attributes) {
      if (version !== index.version || remembered > REMEMBERED) forget();
      const { user, verb, isResource, path, group, resource, subresource, namespace, name } = attributes;
      const memory = memoryOf(user);
      const key = isResource ? `${verb} ${group}/${resource}/${subresource} ${namespace}/${name}` : `${verb} ${path}`;
      let decision = memory.get(key);
      if (decision === undefined) {
        decision = decide(index, attributes);
        memory.set(key, decision);
        remembered++;
      }
      return decision;
    },
    rulesFor(user, namespace) {
      const rules: PolicyRule[] = [];
      const errors: string[] = [];
      for (const grant of index.grants(user, namespace)) {
        const granted = rulesOf(index, grant);
        if (granted === undefined) errors.push(missingRole(grant));
        else rules.push(...granted);
      }
      return { rules, errors };
    },
  };
}

const rulesOf = (index: RbacIndex, { binding: { roleRef }, namespace }: Grant) =>
  index.rules(roleRef.kind, roleRef.name, namespace);

const missingRole = ({ binding: { roleRef } }: Grant) =>
  `${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(roleRef.name)} not found`;

function decide(index: RbacIndex, attributes: Attributes): Decision {
  const errors: string[] = [];
  for (const grant of index.grants(attributes.user, attributes.namespace)) {
    const rules = rulesOf(index, grant);
    if (rules === undefined) errors.push(missingRole(grant));
    else if (rulesAllow(rules, attributes)) {
      return { allowed: true, reason: `RBAC: allowed by ${describe(grant, attributes.user)}` };
    }
  }
  return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${aggregated(errors)}` };
}

const aggregated = (errors: readonly string[]) =>
  errors.length === 1 ? errors[0]! : `[${[...new Set(errors)].join(', ')}]`;

function describe({ binding, namespace }: Grant, user: User): string {
  const { roleRef, metadata, subjects = [] } = binding;
  const subject = subjects.find((one) => concerns(one, user, namespace));
  const name = namespace === '' ? metadata.name : `${metadata.name}/${namespace}`;
  const to = subject === undefined ? '' : subjectText(subject, namespace);
  return `${binding.kind} ${JSON.stringify(name)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${to}`;
}

function concerns(subject: Subject, user: User, namespace: string): boolean {
  if (subject.kind === 'User') return subject.name === user.name;
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  return user.name === `system:serviceaccount:${subject.namespace ?? namespace}:${subject.name}`;
}

const subjectText = ({ kind, name, namespace }: Subject, own: string) =>
  `${kind} ${JSON.stringify(kind === 'ServiceAccount' ? `${name}/${namespace ?? own}` : name)}`;
