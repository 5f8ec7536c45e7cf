import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '#core/api/types';
import type { Change, Store, Watch } from '#core/store';
import type { User } from '#core/apiserver';
import { getOrMake } from './map.ts';
import { accountUserName } from '../authentication/service-accounts.ts';

/** A binding, as decisions need it. */
export interface Grant {
  readonly binding: RoleBinding | ClusterRoleBinding;
  /** '' for a ClusterRoleBinding. */
  readonly namespace: string;
}

interface Subjects {
  readonly users: Map<string, Set<Grant>>;
  readonly groups: Map<string, Set<Grant>>;
}

/** Roles and bindings as they lie in the store, found by whom they concern; `version` counts their changes. */
export interface RbacIndex {
  readonly version: number;
  /** All that concern the user, of the cluster first, then of the namespace; by name within each. */
  grants(user: User, namespace: string): readonly Grant[];
  /** What a binding of that namespace grants; `undefined` where there is no such role. */
  rules(kind: string, name: string, namespace: string): readonly PolicyRule[] | undefined;
  close(): void;
}

const GROUP = 'rbac.authorization.k8s.io';

/** Follows the store from now on. */
export function rbacIndex(store: Store): RbacIndex {
  let version = 0;
  /** By namespace, '' for the cluster. */
  const bySubject = new Map<string, Subjects>();
  const grantOf = new Map<string, Grant>();
  const roles = new Map<string, readonly PolicyRule[]>();

  const place = (grant: Grant, subject: Subject): [Map<string, Set<Grant>>, string] | undefined => {
    const subjects = getOrMake(bySubject, grant.namespace, () => ({ users: new Map(), groups: new Map() }));
    switch (subject.kind) {
      case 'User':
        return [subjects.users, subject.name];
      case 'Group':
        return [subjects.groups, subject.name];
      case 'ServiceAccount': {
        const namespace = subject.namespace ?? grant.namespace;
        return namespace === '' ? undefined : [subjects.users, accountUserName(namespace, subject.name)];
      }
      default:
        return undefined;
    }
  };
  const add = (grant: Grant) => {
    for (const subject of grant.binding.subjects ?? []) {
      const [map, key] = place(grant, subject) ?? [];
      if (map !== undefined) getOrMake(map, key!, () => new Set<Grant>()).add(grant);
    }
  };
  const remove = (grant: Grant) => {
    for (const subject of grant.binding.subjects ?? []) {
      const [map, key] = place(grant, subject) ?? [];
      const set = map?.get(key!);
      set?.delete(grant);
      if (set?.size === 0) map!.delete(key!);
    }
  };
  const setBinding = (key: string, binding: RoleBinding | ClusterRoleBinding | undefined) => {
    const before = grantOf.get(key);
    if (before !== undefined) {
      remove(before);
      grantOf.delete(key);
    }
    if (binding === undefined) return;
    const grant = { binding, namespace: binding.metadata.namespace ?? '' };
    grantOf.set(key, grant);
    add(grant);
  };
  const setRole = (key: string, role: Role | ClusterRole | undefined) => {
    if (role === undefined) roles.delete(key);
    else roles.set(key, role.rules ?? []);
  };

  const watches: Watch[] = [];
  const follow = (resource: string, set: (key: string, object: never) => void) => {
    const prefix = `${GROUP}/${resource}/`;
    const view = store.view(prefix);
    for (const entry of view.range()) set(entry.key, entry.object as never);
    const watch = store.watch(prefix, view.revision, {
      changes(changes: readonly Change[]) {
        for (const { key, entry } of changes) set(key, entry?.object as never);
        version++;
      },
      closed() {},
    });
    if ('failure' in watch) throw new Error(`cannot follow ${prefix}: ${watch.failure}`);
    watches.push(watch);
  };
  follow('roles', setRole);
  follow('clusterroles', setRole);
  follow('rolebindings', setBinding);
  follow('clusterrolebindings', setBinding);

  const collect = (user: User, namespace: string, into: Grant[]) => {
    const subjects = bySubject.get(namespace);
    if (subjects === undefined) return;
    const found = new Set(subjects.users.get(user.name));
    for (const group of user.groups) for (const grant of subjects.groups.get(group) ?? []) found.add(grant);
    into.push(...[...found].sort(byName));
  };

  return {
    get version() {
      return version;
    },
    grants(user, namespace) {
      const grants: Grant[] = [];
      collect(user, '', grants);
      if (namespace !== '') collect(user, namespace, grants);
      return grants;
    },
    rules: (kind, name, namespace) =>
      roles.get(kind === 'ClusterRole' ? `${GROUP}/clusterroles/${name}` : `${GROUP}/roles/${namespace}/${name}`),
    close() {
      for (const watch of watches) watch.close();
    },
  };
}

const byName = (a: Grant, b: Grant) => ((a.binding.metadata.name ?? '') < (b.binding.metadata.name ?? '') ? -1 : 1);
