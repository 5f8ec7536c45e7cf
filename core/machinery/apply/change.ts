import type { JsonObject } from '#core/base';
import type { ObjectSchema } from '#core/machinery/schema';
import { type Comparison, compare, isSame, without } from './compare.ts';
import type { Manager, Managers } from './entries.ts';
import {
  difference,
  EMPTY,
  type FieldSet,
  insertPath,
  intersection,
  isEmpty,
  type MutableFieldSet,
  union,
} from './field-set.ts';

/** Both objects in another version, and its schema; `undefined` where that version is no more. */
export type InVersion = (
  version: string,
  object: JsonObject,
) => { readonly schema: ObjectSchema; readonly object: JsonObject } | undefined;

/** What no manager ever owns. */
export const NEVER_OWNED: FieldSet = setOfPaths([
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => ['metadata', name]),
]);

/** Field paths of structs as a set. */
export function setOfPaths(paths: readonly (readonly string[])[] = []): FieldSet {
  if (paths.length === 0) return EMPTY;
  const set: MutableFieldSet = {};
  for (const path of paths) {
    insertPath(
      set,
      path.map((name) => `f:${name}`),
    );
  }
  return set;
}

export interface Change {
  readonly schema: ObjectSchema;
  readonly apiVersion: string;
  readonly old: JsonObject;
  readonly next: JsonObject;
  /** Fields that this endpoint resets. */
  readonly ignored: FieldSet;
  readonly inVersion: InVersion | undefined;
  readonly isKnown: ((apiVersion: string) => boolean) | undefined;
}

/** What one manager loses by a change. */
export interface Loss {
  readonly id: string;
  readonly manager: Manager;
  /** Owned by it and now with another value: a conflict for an applier. */
  readonly taken: FieldSet;
  /** No longer in the object. */
  readonly removed: FieldSet;
}

/** What differs, seen in the version of the change. */
export const comparisonOf = ({ schema, old, next, ignored }: Change): Comparison =>
  without(compare(schema, old, next), ignored);

/** What a change does to all managers but the one that makes it. A manager whose version is no more is gone. */
export function losses(
  managers: Managers,
  self: string,
  mine: Comparison,
  change: Change,
): { losses: readonly Loss[]; gone: readonly string[] } {
  const byVersion = new Map<string, Comparison | undefined>([[change.apiVersion, mine]]);
  const lost: Loss[] = [];
  const gone: string[] = [];
  for (const [id, manager] of managers) {
    if (id === self) continue;
    const { apiVersion } = manager;
    if (!byVersion.has(apiVersion)) byVersion.set(apiVersion, comparisonIn(apiVersion, change, mine));
    const comparison = byVersion.get(apiVersion);
    if (comparison === undefined) gone.push(id);
    else if (!isSame(comparison)) {
      const taken = intersection(manager.set, union(comparison.modified, comparison.added));
      if (!isEmpty(taken) || !isEmpty(comparison.removed))
        lost.push({ id, manager, taken, removed: comparison.removed });
    }
  }
  return { losses: lost, gone };
}

function comparisonIn(version: string, change: Change, mine: Comparison): Comparison | undefined {
  if (change.inVersion === undefined) return change.isKnown?.(version) === false ? undefined : mine;
  const old = change.inVersion(version, change.old);
  const next = change.inVersion(version, change.next);
  if (old === undefined || next === undefined) return undefined;
  return without(compare(next.schema, old.object, next.object), change.ignored);
}

/** The managers after their losses; who owns nothing any more is gone. */
export function afterLosses(managers: Managers, lost: readonly Loss[], gone: readonly string[]): Map<string, Manager> {
  const after = new Map(managers);
  for (const id of gone) after.delete(id);
  for (const { id, manager, taken, removed } of lost) {
    const set = difference(difference(manager.set, taken), removed);
    if (isEmpty(set)) after.delete(id);
    else if (set !== manager.set) after.set(id, { ...manager, set, entry: undefined });
  }
  return after;
}
