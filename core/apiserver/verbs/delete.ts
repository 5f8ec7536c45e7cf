import type { JsonObject } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { conflict, notFound } from '#core/machinery/status';
import { millisecondsOf, timeOf } from '#core/machinery/values';
import type { Entry } from '#core/store';
import type { Context, Result } from '../context.ts';
import { decodeObject } from '../encoding/decode.ts';
import { emittedAt, held, isCustom, metaWith } from '../encoding/emit.ts';
import { keyOf } from '../watch/range.ts';
import { selectionOf } from '../watch/selection.ts';
import { attempt } from './attempts.ts';
import { mismatch } from './conflicts.ts';
import { answersDeleted, deletionCustoms, silentDeletionWarning } from './customs.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';
import { listOptions } from './list-options.ts';
import { type DeleteOptions, deleteOptions, deleteQuery, managerOf } from './options.ts';
import { listSelected } from './read.ts';
import { accompany, admit, commit, stands, validateAdmission, type Writing } from './write.ts';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

export const remove: VerbHandler = async (kit, context, target) => {
  const options = await sentDeleteOptions(kit, context);
  warnOfSilence(context, target, options);
  return deleteOne(kit, context, target, options);
};

function warnOfSilence(context: Context, { definition }: Target, options: DeleteOptions): void {
  if (options.propagationPolicy !== undefined || options.orphanDependents !== undefined) return;
  const warning = silentDeletionWarning(definition);
  if (warning !== undefined) context.warnings.push(warning);
}

/** DeleteOptions of the body, else of the query. Throws a StatusError (400, 413, 415, 422). */
export async function sentDeleteOptions(kit: Kit, context: Context): Promise<DeleteOptions> {
  const { parts, bodyLimit } = kit;
  const { body, info } = context;
  if (body.kind === 'value') {
    return deleteOptions(body.value === undefined ? deleteQuery(info.query) : (body.value as JsonObject));
  }
  const bytes = await body.read(bodyLimit);
  if (bytes.length === 0) return deleteOptions(deleteQuery(info.query));
  const schema = parts.registry.schema('meta.k8s.io', 'v1', 'DeleteOptions');
  if (schema === undefined) throw new Error('DeleteOptions has no schema');
  const read = { ...body, read: () => Promise.resolve(bytes) };
  // Clients send it under v1, under meta.k8s.io/v1, or under the resource's own group: it is the same everywhere.
  const expected = { group: 'meta.k8s.io', version: 'v1', kind: 'DeleteOptions', schema, anyGroup: true };
  const { object } = await decodeObject(kit, read, expected, false);
  const { kind: _kind, apiVersion: _apiVersion, ...sent } = object;
  return deleteOptions(sent);
}

/**
 * Deletes one object: at once, gracefully, or only marked where finalizers hold it. Also what eviction does.
 * Upstream: apiserver/pkg/registry/generic/registry/store.go (Delete), pkg/registry/rest/delete.go.
 */
export async function deleteOne(kit: Kit, context: Context, target: Target, options: DeleteOptions): Promise<Result> {
  const { dryRun } = options;
  const manager = managerOf(context.userAgent);
  const writing: Writing = { kit, context, target, dryRun, manager, options: options.asSent };
  return attempt(writing, async (entry) => {
    if (entry === undefined) throw notFound(named(target));
    checkPreconditions(target, entry, options);
    const object = held(target.definition, entry.object);
    await admit(writing, 'DELETE', undefined, object);
    await validateAdmission(writing, 'DELETE', undefined, object);
    const plan = planDeletion(target, object, options, kit.now());
    return carryOut(writing, entry, object, plan);
  });
}

const APART = new Set(['/namespaces', 'apiextensions.k8s.io/customresourcedefinitions']);

/** Throws a StatusError (409) where the object is not the one that was meant. */
export function checkPreconditions(
  target: Target,
  { object, revision }: Entry,
  { preconditions }: DeleteOptions,
): void {
  const { definition, stored, name } = target;
  // Events are told of by where they are stored, in the core group.
  const of = { group: stored.group, resource: definition.kind, name };
  const { uid, resourceVersion } = preconditions ?? {};
  if (uid !== undefined && uid !== object.metadata.uid) {
    // Some are deleted in a way of their own, and say so in other words.
    if (APART.has(`${definition.group}/${definition.resource}`)) {
      throw conflict(named(target), mismatch('UID', uid, object.metadata.uid));
    }
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${object.metadata.uid ?? ''}). The object might have been deleted and then recreated`;
    throw conflict(of, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== String(revision)) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${revision}). The object might have been modified`;
    throw conflict(of, why);
  }
}

/** What a deletion does: first perhaps a write, then perhaps the removal. */
export interface DeletionPlan {
  /** The object marked as being deleted; the stored one itself where it already is. */
  readonly marked: KubeObject;
  readonly removes: boolean;
  /** Watchers are to see the mark before the object goes. */
  readonly marksFirst: boolean;
}

/** Pure: the object as stored, what was asked, the time in milliseconds. */
export function planDeletion(
  { definition }: Pick<Target, 'definition'>,
  object: KubeObject,
  options: DeleteOptions,
  now: number,
): DeletionPlan {
  const { strategy } = definition;
  const custom = isCustom(definition);
  const customs = deletionCustoms(definition);
  const { metadata } = object;
  const dying = metadata.deletionTimestamp !== undefined;
  if (!dying && customs.begin !== undefined) {
    const begun = customs.begin(object, now);
    return { marked: { ...begun, metadata: metaWith(begun.metadata, {}, custom) }, removes: false, marksFirst: true };
  }
  const finalizers = finalizersFor(metadata.finalizers ?? [], options, strategy.defaultPropagation);

  if (strategy.gracePeriod !== undefined) {
    const graceful = gracePlan(object, options, strategy.gracePeriod, now);
    if (graceful === 'pending') return { marked: object, removes: false, marksFirst: false };
    if (graceful !== undefined) {
      // Asked to go once more, it is held still: nothing is written, or whoever asks again at every change asks for ever.
      const asBefore = Object.keys(graceful).length === 0 && sameList(finalizers, metadata.finalizers ?? []);
      if (asBefore && finalizers.length > 0) return { marked: object, removes: false, marksFirst: false };
      const marked: KubeObject = {
        ...object,
        metadata: metaWith(
          metadata,
          { ...graceful, finalizers: finalizers.length === 0 ? undefined : finalizers },
          custom,
        ),
      };
      const stays = (graceful.deletionGracePeriodSeconds ?? 0) > 0 || finalizers.length > 0;
      return { marked, removes: !stays, marksFirst: stays || !dying };
    }
  }

  // A namespace that is going asks nobody again what becomes of what it holds.
  if (dying && customs.isHeld(object)) return { marked: object, removes: false, marksFirst: false };
  if (finalizers.length === 0 && !customs.isHeld(object)) return { marked: object, removes: true, marksFirst: false };
  const sameFinalizers = sameList(finalizers, metadata.finalizers ?? []);
  if (dying && sameFinalizers) return { marked: object, removes: false, marksFirst: false };
  const changes = {
    ...(sameFinalizers ? {} : { finalizers: finalizers.length === 0 ? undefined : finalizers }),
    ...(dying ? {} : { deletionTimestamp: timeOf(now), ...counted(object) }),
    ...(customs.tellsGrace ? { deletionGracePeriodSeconds: 0 } : {}),
  };
  const marked = customs.mark({ ...object, metadata: metaWith(metadata, changes, custom) });
  return { marked, removes: false, marksFirst: true };
}

/** Being deleted is a change that counts. */
const counted = ({ metadata: { generation = 0 } }: KubeObject) =>
  generation > 0 ? { generation: generation + 1 } : {};

interface GraceMark {
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly generation?: number;
}

/** How a graceful deletion marks the object; `pending` where it is under way and nothing changes, `undefined` for at once. */
function gracePlan(
  object: KubeObject,
  { gracePeriodSeconds: asked }: DeleteOptions,
  gracePeriod: (object: KubeObject, asked: number | undefined) => number,
  now: number,
): GraceMark | 'pending' | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  if (deletionTimestamp === undefined) {
    const seconds = gracePeriod(object, asked);
    return { deletionTimestamp: timeOf(now + seconds * 1000), deletionGracePeriodSeconds: seconds, ...counted(object) };
  }
  if (deletionGracePeriodSeconds === undefined) return undefined;
  // Only a shorter period may be given later on.
  if (asked === undefined || asked >= deletionGracePeriodSeconds) {
    return deletionGracePeriodSeconds > 0 ? 'pending' : asked === 0 ? {} : 'pending';
  }
  const since = millisecondsOf(deletionTimestamp)! - deletionGracePeriodSeconds * 1000;
  return { deletionTimestamp: timeOf(since + asked * 1000), deletionGracePeriodSeconds: asked };
}

/** The finalizers with those that say what becomes of the dependents. */
export function finalizersFor(
  present: readonly string[],
  { propagationPolicy, orphanDependents }: DeleteOptions,
  byDefault: 'Background' | 'Orphan' | 'Foreground' | 'Unsupported' | undefined,
): readonly string[] {
  // Nobody owns anything through such a kind: what is asked for dependents is of no account.
  if (byDefault === 'Unsupported') return present;
  const orphan =
    orphanDependents ??
    (propagationPolicy === undefined
      ? present.includes(ORPHAN) || (!present.includes(FOREGROUND) && byDefault === 'Orphan')
      : propagationPolicy === 'Orphan');
  const foreground =
    orphanDependents === undefined &&
    (propagationPolicy === undefined
      ? present.includes(FOREGROUND) || (!present.includes(ORPHAN) && byDefault === 'Foreground')
      : propagationPolicy === 'Foreground');
  const others = present.filter((one) => one !== ORPHAN && one !== FOREGROUND);
  const next = [...others, ...(orphan ? [ORPHAN] : []), ...(foreground ? [FOREGROUND] : [])];
  return sameList(next.toSorted(), present.toSorted()) ? present : next;
}

const sameList = (left: readonly string[], right: readonly string[]): boolean =>
  left === right || (left.length === right.length && left.every((one, i) => one === right[i]));

/** `undefined` means that somebody else wrote first. */
async function carryOut(
  writing: Writing,
  entry: Entry,
  object: KubeObject,
  plan: DeletionPlan,
): Promise<Result | undefined> {
  const { target, dryRun } = writing;
  const { marked, removes, marksFirst } = plan;
  if (dryRun) {
    return removes && marked === object && !answersDeleted(target.definition)
      ? success(target, object)
      : { kind: 'object', status: 200, endpoint: target, object: emittedAt(marked, entry.revision, target) };
  }
  let left = entry;
  if (marksFirst && marked !== object) {
    const companions = await accompany(writing, marked, object);
    const done = await commit(writing, companions.object ?? marked, entry.revision, companions);
    if (!done.done) return undefined;
    left = done.entry!;
  }
  if (!removes) {
    if (left === entry && !(await stands(writing.kit, entry))) return undefined;
    return { kind: 'entry', status: 200, endpoint: target, entry: left };
  }
  const companions = await accompany(writing, undefined, held(target.definition, left.object));
  const done = await commit(writing, undefined, left.revision, companions);
  if (!done.done) return undefined;
  if (marked === object && !answersDeleted(target.definition)) return success(target, object);
  return { kind: 'object', status: 200, endpoint: target, object: emittedAt(marked, done.revision, target) };
}

/** What a deletion at once answers. */
function success({ definition, name }: Target, { metadata: { uid = '' } }: KubeObject): Result {
  const { group, resource } = definition;
  const details = { name, ...(group === '' ? {} : { group }), kind: resource, uid };
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  return { kind: 'object', status: 200, object: status as unknown as KubeObject };
}

/** Objects deleted at the same time of one deletecollection. */
const WORKERS = 8;

/** Deletes what a list would show, and answers that list. Upstream: apiserver/pkg/registry/generic/registry/store.go (DeleteCollection). */
export const removeCollection: VerbHandler = async (kit, context, target) => {
  const list = listOptions(context, false);
  const options = await sentDeleteOptions(kit, context);
  warnOfSilence(context, target, options);
  const selection = selectionOf(target.definition, target.namespace, '', list.labelSelector, list.fieldSelector);
  const found = await listSelected(kit, target, selection, list);
  const queue = found.entries.values();
  const work = async () => {
    for (const { object } of queue) {
      const { namespace = '', name = '' } = object.metadata;
      const one = { ...target, namespace, name, key: keyOf(target.definition, namespace, name) };
      try {
        await deleteOne(kit, context, one, options);
      } catch (failure) {
        // Gone meanwhile is as good as deleted.
        if (!isNotFound(failure)) throw failure;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(WORKERS, found.entries.length) }, work));
  return found;
};

const isNotFound = (failure: unknown): boolean => (failure as { readonly reason?: string }).reason === 'NotFound';
