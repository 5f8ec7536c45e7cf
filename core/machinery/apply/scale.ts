import type { KubeObject, ManagedFieldsEntry } from '#core/machinery/object';
import { setOfPaths } from './change.ts';
import { decodeManagers, encodeManagers, type Intern, type Manager, withManagers } from './entries.ts';
import { difference, type FieldSet, intersection, isEmpty } from './field-set.ts';

/** Where each version of a kind keeps the replicas that its Scale shows; `undefined` for versions that are no more. */
export type ReplicasPath = (apiVersion: string) => readonly string[] | undefined;

const SCALE = 'autoscaling/v1';
const IN_SCALE = setOfPaths([['spec', 'replicas']]);

const holds = (set: FieldSet, path: FieldSet): boolean => !isEmpty(intersection(set, path));

/** The managers of an object's Scale: whoever owns the replicas. Upstream: apimachinery/pkg/util/managedfields/scalehandler.go. */
export function managersOfScale(
  object: KubeObject,
  pathOf: ReplicasPath,
  intern: Intern,
): readonly ManagedFieldsEntry[] {
  const owners = new Map<string, Manager>();
  for (const [id, manager] of decodeManagers(object.metadata.managedFields) ?? []) {
    const path = pathOf(manager.apiVersion);
    if (path === undefined || !holds(manager.set, setOfPaths([path]))) continue;
    owners.set(id, { ...manager, apiVersion: SCALE, set: IN_SCALE, entry: undefined });
  }
  return encodeManagers(owners, intern);
}

/**
 * The object with its replicas owned by the managers of its Scale, and by nobody else. An owner that is not known under the
 * same name, version included, has no time: only appliers, whose names hold no version, keep theirs.
 */
export function withScaleManagers<T extends KubeObject>(
  object: T,
  entries: readonly ManagedFieldsEntry[] | undefined,
  apiVersion: string,
  pathOf: ReplicasPath,
  intern: Intern,
): T {
  const before = decodeManagers(object.metadata.managedFields) ?? new Map<string, Manager>();
  const owners = new Map(decodeManagers(entries));
  const after = new Map<string, Manager>();
  for (const [id, manager] of before) {
    const path = pathOf(manager.apiVersion);
    if (path === undefined) continue;
    const replicas = setOfPaths([path]);
    if (!holds(manager.set, replicas) || owners.delete(id)) {
      after.set(id, manager);
      continue;
    }
    const set = difference(manager.set, replicas);
    if (!isEmpty(set)) after.set(id, { ...manager, set, entry: undefined });
  }
  const replicas = setOfPaths([pathOf(apiVersion)!]);
  for (const [id, owner] of owners) {
    if (!holds(owner.set, IN_SCALE)) continue;
    after.set(id, { ...owner, apiVersion, set: replicas, time: before.get(id)?.time, entry: undefined });
  }
  return withManagers(object, after, intern);
}
