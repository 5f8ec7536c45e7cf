import { type JsonObject, sameJson, stringify } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { withSortedKeys, zeroObject } from '#core/machinery/schema';
import { unexplained } from '#core/machinery/status';
import { afterLosses, comparisonOf, losses, NEVER_OWNED, setOfPaths } from './change.ts';
import { compare, type Comparison, without } from './compare.ts';
import { type Conflict, conflictsOf } from './conflict.ts';
import { decodeManagers, identityOf, type Manager, type Managers, plainText, withManagers } from './entries.ts';
import {
  difference,
  differenceWithDescendants,
  type FieldSet,
  intersection,
  isEmpty,
  parseSet,
  union,
} from './field-set.ts';
import { hasNullsBeside, merge, nullsOver, removeFields } from './merge.ts';
import { fieldsOf, withNamedFields } from './to-set.ts';
import { nameOf, requireApplicable, untypable } from './applicable.ts';
import { Untypable } from './element.ts';
import { type ManagedWrite, trackUpdate, withoutManaged } from './update.ts';

export interface ManagedApply extends ManagedWrite {
  /** What is stored; `undefined` where the apply creates it. */
  readonly old: KubeObject | undefined;
  /** The configuration as it was sent, in the request's version, without defaults. */
  readonly applied: JsonObject;
  /** Take what others own. */
  readonly force: boolean;
  /** The configuration changes something that is not merged (an empty resourceVersion). */
  readonly changes?: boolean;
}

export interface Applied {
  /** The merged object with its managed fields; defaults and strategies come after. `old` itself where nothing changed. */
  readonly object: KubeObject;
  /** Not empty where others own what was applied and `force` was not given; then `object` is `old` as it was. */
  readonly conflicts: readonly Conflict[];
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const KUBECTL = 'kubectl';

/**
 * Server-side apply: lays the configuration over the object, takes away what this manager applied before and no longer
 * does and nobody else owns, and finds what others own. Throws a StatusError where the configuration itself is wrong.
 * Upstream: apimachinery/pkg/util/managedfields, structured-merge-diff/merge/update.go.
 */
export function managedOnApply(request: ManagedApply): Applied {
  requireApplicable(request);
  const outcome = attempt(request, request.force);
  if (outcome.conflicts.length === 0 || request.manager !== KUBECTL) return outcome;
  const allowed = lastAppliedFields(request);
  if (allowed === undefined) return outcome;
  const conflicts = outcome.conflicts.filter(({ path }) => isEmpty(intersection(allowed, pathSet(path))));
  return conflicts.length > 0 ? { ...outcome, conflicts } : attempt(request, true);
}

const pathSet = (path: readonly string[]): FieldSet =>
  path.reduceRight<FieldSet>((inner, element) => ({ [element]: inner }), {});

function attempt(request: ManagedApply, force: boolean): Applied {
  try {
    return merged(request, force);
  } catch (failure) {
    if (!(failure instanceof Untypable)) throw failure;
    throw unexplained(untypableText(request, failure));
  }
}

/** What exists is typed as if it had been written by somebody before, where nobody is known to have. */
function untypableText(request: ManagedApply, failure: Untypable): string {
  const { schema, apiVersion, applied, old } = request;
  const live = old as unknown as JsonObject | undefined;
  const why = live === undefined ? failure.message : (untypable(schema, live) ?? failure.message);
  const isTracked = (old?.metadata.managedFields ?? []).length > 0;
  return isTracked || live === undefined
    ? `failed to create typed live object (${nameOf({ apiVersion, applied })}): ${why}`
    : `failed to create manager for existing fields: failed to convert new object (${nameOf({ apiVersion, applied: live })}) to smd typed: ${why}`;
}

function merged(request: ManagedApply, force: boolean): Applied {
  const { schema, apiVersion, manager, subresource, now, applied, inVersion, isKnown, intern = plainText } = request;
  const old = request.old ?? (zeroObject(schema) as unknown as KubeObject);
  const live = request.old === undefined ? zeroObject(schema) : withoutManaged(request.old);
  const identity = { name: manager, operation: 'Apply', apiVersion, subresource } as const;
  const self = identityOf(identity);
  const before = trackedBefore(request);
  const last = before.get(self);
  const ignored = setOfPaths(request.resetFields);
  const set = differenceWithDescendants(fieldsOf(schema, applied), ignored);
  const mine: Manager = { ...identity, time: last?.time, entry: undefined, set };
  const managers: Managers = new Map([...before, [self, mine]]);

  const whole = merge(schema, live, applied);
  // Whoever applies all that he applied before gives nothing up.
  const givesUp = last !== undefined && !isEmpty(difference(last.set, set));
  const next = givesUp ? prune(request, whole, last.set, managers) : whole;
  const change = { schema, apiVersion, old: live, next, ignored, inVersion, isKnown };
  const nulls = without({ removed: {}, modified: nullsOver(schema, live, applied), added: {} }, ignored).modified;
  const { losses: lost, gone } = losses(managers, self, withModified(comparisonOf(change), nulls), change);
  const conflicts = force ? [] : lost.flatMap(({ manager: other, taken }) => conflictsOf(other, taken));
  if (conflicts.length > 0) return { object: old, conflicts };

  const after = afterLosses(managers, lost, gone);
  const changed =
    request.old === undefined ||
    request.changes === true ||
    !sameJson(live, next) ||
    hasNullsBeside(schema, live, applied);
  const owned = difference(set, NEVER_OWNED);
  const same = !changed && last?.apiVersion === apiVersion && sameJson(last.set, owned);
  if (isEmpty(owned)) after.delete(self);
  else after.set(self, same ? last : { ...mine, set: owned, time: changed ? now : last?.time });
  const object = changed ? withLastApplied(request, next) : live;
  return { object: withManagers(object as unknown as KubeObject, after, intern), conflicts: [] };
}

/** A null in the place of a value changes it, though what is written in the end is the default. */
const withModified = (comparison: Comparison, fields: FieldSet): Comparison =>
  isEmpty(fields)
    ? comparison
    : {
        ...comparison,
        removed: difference(comparison.removed, fields),
        modified: union(comparison.modified, fields),
      };

/** What existed before anybody tracked it belongs to `before-first-apply`. */
function trackedBefore(request: ManagedApply): Managers {
  const { old } = request;
  if (old === undefined) return new Map();
  const managers = decodeManagers(old.metadata.managedFields) ?? new Map<string, Manager>();
  if (managers.size > 0) return managers;
  return trackUpdate({ ...request, old: undefined, next: old, manager: 'before-first-apply' }, managers);
}

/** Takes away what this manager applied last time, not now, and nobody else owns. */
function prune({ schema }: ManagedApply, merged: JsonObject, last: FieldSet, managers: Managers): JsonObject {
  const named = (set: FieldSet): FieldSet => withNamedFields(schema, set);
  let owned: FieldSet = parseSet({});
  for (const { set } of managers.values()) owned = union(owned, set);
  const lastNamed = named(last);
  const bare = removeFields(schema, merged, lastNamed);
  const all = named(fieldsOf(schema, merged));
  const kept = union(named(fieldsOf(schema, bare)), named(owned));
  const pruned = removeFields(schema, merged, difference(all, kept));
  const dropped = difference(all, named(fieldsOf(schema, pruned)));
  return removeFields(schema, merged, intersection(dropped, lastNamed));
}

/** The fields that client-side apply last set and that still stand as it set them: kubectl may take those over. */
function lastAppliedFields({ schema, apiVersion, old }: ManagedApply): FieldSet | undefined {
  const text = old?.metadata.annotations?.[LAST_APPLIED];
  if (old === undefined || text === undefined || text === '') return undefined;
  let last: JsonObject;
  try {
    last = JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
  if (typeof last !== 'object' || last === null || last['apiVersion'] !== apiVersion) return undefined;
  const { modified, added, removed } = compare(schema, last, withoutManaged(old));
  return difference(difference(difference(fieldsOf(schema, last), modified), added), removed);
}

/** Keeps client-side apply's annotation true, where there is one. */
function withLastApplied({ manager, applied }: ManagedApply, object: JsonObject): JsonObject {
  const metadata = object['metadata'] as KubeObject['metadata'] | undefined;
  const current = metadata?.annotations?.[LAST_APPLIED];
  if (manager !== KUBECTL || current === undefined || current === '') return object;
  const appliedMetadata = (applied['metadata'] ?? {}) as KubeObject['metadata'];
  const { [LAST_APPLIED]: _, ...annotations } = appliedMetadata.annotations ?? {};
  const own = appliedMetadata.annotations === undefined ? appliedMetadata : { ...appliedMetadata, annotations };
  const text = `${stringify(withSortedKeys({ ...applied, metadata: own } as unknown as JsonObject))}\n`;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...metadata!.annotations, [LAST_APPLIED]: text } },
  } as unknown as JsonObject;
}
