import { type JsonObject, sameJson } from '#core/base';
import type { KubeObject, ManagedFieldsEntry } from '#core/machinery/object';
import { normalise, type ObjectSchema, zeroObject } from '#core/machinery/schema';
import { afterLosses, type Change, comparisonOf, type InVersion, losses, NEVER_OWNED, setOfPaths } from './change.ts';
import { type Comparison, isSame } from './compare.ts';
import { Untypable } from './element.ts';
import {
  capUpdaters,
  decodeManagers,
  identityOf,
  type Intern,
  isReset,
  type Manager,
  type Managers,
  plainText,
  withEntries,
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
  /** Without `inVersion`: whether the kind is (`apps/v1`) in a version at all. Managers of others are gone. */
  readonly isKnown?: ((apiVersion: string) => boolean) | undefined;
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
  /** `next` holds what is empty, and nobody owns what is not written. */
  readonly hollow?: boolean | undefined;
}

/** The name under which writes without one are kept. */
const UNKNOWN = 'unknown';

/**
 * `next` with its managed fields brought up to date for a create, update or patch: the writer owns what it added or
 * changed, nobody owns what is gone. Whoever tracks nothing (an object whose managed fields were wiped) keeps tracking
 * nothing, and of an object whose fields cannot be told apart nothing is kept. Upstream: apimachinery/pkg/util/managedfields.
 */
export function managedOnUpdate<T extends KubeObject>(write: ManagedUpdate<T>): T {
  try {
    return managed(write);
  } catch (failure) {
    if (failure instanceof Untypable) return withEntries(write.next, []);
    throw failure;
  }
}

function managed<T extends KubeObject>(write: ManagedUpdate<T>): T {
  const { old, next, subresource, intern = plainText } = write;
  const stored = old?.metadata.managedFields;
  const sent = next.metadata.managedFields;
  const change = changeOf(write);
  const comparison = comparisonOf(change);
  const keepsStored = sent === undefined || subresource !== '' || sent === stored || sameJson(sent, stored);
  // Nothing changed: no set needs parsing.
  if (stored !== undefined && keepsStored && isSame(comparison)) return withEntries(next, stored);
  const before = keepsStored ? (decodeManagers(stored) ?? new Map<string, Manager>()) : wished(sent, stored);
  if (before.size === 0 && old !== undefined) return withManagers(next, before, intern);
  return withManagers(next, track(write, change, comparison, before), intern);
}

/** The managers that a client sends; those stored where it sends none that can be read. */
function wished(sent: readonly ManagedFieldsEntry[], stored: readonly ManagedFieldsEntry[] | undefined): Managers {
  if (isReset(sent)) return new Map();
  const managers = decodeManagers(sent);
  return managers !== undefined && managers.size > 0 ? managers : (decodeManagers(stored) ?? new Map());
}

/** The managers after a write that is no apply. */
export function trackUpdate(write: ManagedUpdate, before: Managers): Managers {
  const change = changeOf(write);
  return track(write, change, comparisonOf(change), before);
}

function changeOf({ schema, apiVersion, old, next, hollow, resetFields, inVersion, isKnown }: ManagedUpdate): Change {
  const sent = withoutManaged(next);
  return {
    schema,
    apiVersion,
    old: old === undefined ? zeroObject(schema) : withoutManaged(old),
    next: hollow === true ? normalise(schema, sent, 'written').value : sent,
    ignored: setOfPaths(resetFields),
    inVersion,
    isKnown,
  };
}

function track(write: ManagedUpdate, change: Change, comparison: Comparison, before: Managers): Managers {
  const { apiVersion, manager, subresource, now } = write;
  const { losses: lost, gone } = losses(before, '', comparison, change);
  const after = afterLosses(before, lost, gone);
  const touched = union(comparison.modified, comparison.added);
  const set = difference(differenceWithDescendants(touched, change.ignored), NEVER_OWNED);
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
