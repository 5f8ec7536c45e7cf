import type { JsonObject } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { type ObjectSchema, zeroObject } from '#core/machinery/schema';
import { afterLosses, type InVersion, losses, NEVER_OWNED, setOfPaths } from './change.ts';
import {
  capUpdaters,
  decodeManagers,
  identityOf,
  type Intern,
  isReset,
  type Managers,
  plainText,
  withManagers,
} from './entries.ts';
import { difference, differenceWithDescendants, isEmpty, union } from './field-set.ts';

/** One write of an object, in the version in which the client made it. */
export interface ManagedWrite {
  readonly schema: ObjectSchema;
  /** `apps/v1`. */
  readonly apiVersion: string;
  /** Who writes: the fieldManager parameter, else the user agent up to its first slash. */
  readonly manager: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  /** What the endpoint resets, so that no manager owns it there (`['status']`). */
  readonly resetFields?: readonly (readonly string[])[] | undefined;
  /** Where versions differ in shape: an object in another one. Without it all versions count as alike. */
  readonly inVersion?: InVersion | undefined;
  readonly intern?: Intern | undefined;
}

export interface ManagedUpdate<T extends KubeObject = KubeObject> extends ManagedWrite {
  /** What is stored; `undefined` on create. */
  readonly old: T | undefined;
  /**
   * What the client asks for, with defaults: before admission and strategies, since what those set is nobody's. Its own
   * managedFields count as a wish.
   */
  readonly next: T;
}

/** The name under which writes without one are kept. */
const UNKNOWN = 'unknown';

/**
 * `next` with its managed fields brought up to date for a create, update or patch: the writer owns what it added or
 * changed, nobody owns what is gone. Whoever tracks nothing (an object whose managed fields were wiped) keeps tracking
 * nothing. Upstream: apimachinery/pkg/util/managedfields.
 */
export function managedOnUpdate<T extends KubeObject>(write: ManagedUpdate<T>): T {
  const { old, next, intern = plainText } = write;
  const before = trackedBefore(write);
  if (before.size === 0 && old !== undefined) return withManagers(next, before, intern);
  return withManagers(next, trackUpdate(write, before), intern);
}

/** The managers that a write starts from: those it sends, else those stored. */
function trackedBefore({ old, next, subresource }: ManagedUpdate): Managers {
  const stored = old?.metadata.managedFields;
  const sent = next.metadata.managedFields;
  // Entries that nobody touched need no parsing to be told equal, but what they hold is needed below all the same.
  if (subresource !== '' || sent === stored) return decodeManagers(stored) ?? new Map();
  if (isReset(sent)) return new Map();
  const wished = decodeManagers(sent);
  return wished !== undefined && wished.size > 0 ? wished : (decodeManagers(stored) ?? new Map());
}

export function trackUpdate(write: ManagedUpdate, before: Managers): Managers {
  const { schema, apiVersion, old, next, manager, subresource, now, inVersion } = write;
  const ignored = setOfPaths(write.resetFields);
  const change = {
    schema,
    apiVersion,
    old: old === undefined ? zeroObject(schema) : withoutManaged(old),
    next: withoutManaged(next),
    ignored,
    inVersion,
  };
  const { comparison, losses: lost, gone } = losses(before, '', change);
  const after = afterLosses(before, lost, gone);
  const touched = union(comparison.modified, comparison.added);
  const set = difference(differenceWithDescendants(touched, ignored), NEVER_OWNED);
  if (!isEmpty(set)) {
    const identity = {
      name: manager === '' ? UNKNOWN : manager,
      operation: 'Update',
      apiVersion,
      subresource,
    } as const;
    const id = identityOf(identity);
    const previous = after.get(id);
    after.set(id, {
      ...identity,
      time: now,
      entry: undefined,
      set: previous === undefined ? set : union(set, previous.set),
    });
  }
  return capUpdaters(after);
}

/** Managed fields are nobody's fields. */
export function withoutManaged(object: KubeObject): JsonObject {
  if (object.metadata.managedFields === undefined) return object as unknown as JsonObject;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as JsonObject;
}
