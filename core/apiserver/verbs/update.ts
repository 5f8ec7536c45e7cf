import { sameJson } from '#core/base';
import { keepTimes, managedOnUpdate } from '#core/machinery/apply';
import { apiVersionOf, type KubeObject } from '#core/machinery/object';
import { invalid, invalidObject, notFound } from '#core/machinery/status';
import type { Entry } from '#core/store';
import type { Result } from '../context.ts';
import { emitted, emittedAt, held, inVersion, isCustom, metaWith } from '../encoding/emit.ts';
import { attempt } from './attempts.ts';
import { modified, otherObject } from './conflicts.ts';
import { insert } from './create.ts';
import { deletionCustoms } from './customs.ts';
import { defaulted, expectedVersion, inNamespace, inOrder, requireName, sentObject, toStorage } from './decode.ts';
import { withEmpty } from './empty.ts';
import { named, ofKind, type Target, type VerbHandler } from './kit.ts';
import { managedWrite } from './managed.ts';
import { changedMetaProblems } from './meta-rules.ts';
import { writeOptions } from './options.ts';
import { withoutTwinOwners } from './owners.ts';
import { share } from './share.ts';
import { accompany, admit, commit, NOBODY, stands, strategyContext, validateAdmission, type Writing } from './write.ts';

/** Of kinds whose writers must say what they saw. */
export const UNVERSIONED = invalid('metadata.resourceVersion', 0, 'must be specified for an update');

export const update: VerbHandler = async (kit, context, target) => {
  const options = writeOptions(context, 'UpdateOptions');
  const { object: sent, hollow } = await sentObject(kit, context, target, options.fieldValidation);
  requireName(sent, target.name);
  const { dryRun, manager, asSent } = options;
  const writing: Writing = { kit, context, target, dryRun, manager, options: asSent, hollow };
  const single = withoutTwinOwners(inNamespace(sent, target), context.warnings, false);
  const object = defaulted(kit, target, single);
  const { strategy } = target.definition;
  const { uid = '' } = object.metadata;
  const resourceVersion = expectedVersion(object);
  return attempt(writing, async (entry) => {
    if (entry === undefined) {
      if (strategy.allowCreateOnUpdate !== true || target.subresource !== '') throw notFound(named(target));
      if (uid !== '') throw otherObject(target, dryRun, 'UID', uid);
      return insert(
        writing,
        toStorage(
          target,
          managedOnUpdate({ ...managedWrite(writing), old: undefined, next: unversioned(object, target), hollow }),
        ),
      );
    }
    // Before anything else: what was meant is another object.
    if (uid !== '' && uid !== entry.object.metadata.uid) {
      throw otherObject(target, dryRun, 'UID', uid, entry.object.metadata.uid);
    }
    if (resourceVersion === '' && strategy.allowUnconditionalUpdate === false) {
      throw invalidObject({ ...named(target) }, [UNVERSIONED]);
    }
    if (resourceVersion !== '' && resourceVersion !== String(entry.revision)) throw modified(target);
    const old = inVersion(target.definition, held(target.definition, entry.object), target.version);
    // What equals the old is the old: whatever compares them from here on sees it at a glance. In custom resources there may
    // be lists that cannot be compared, which is to be found out.
    const sentAnew = isCustom(target.definition)
      ? unversioned(object, target)
      : share(unversioned(object, target), old);
    const next = managedOnUpdate({ ...managedWrite(writing), old, next: sentAnew, hollow });
    return replace(writing, entry, toStorage(target, next));
  });
};

/** Stored objects hold no resourceVersion. */
export const unversioned = (object: KubeObject, { definition }: Target): KubeObject =>
  object.metadata.resourceVersion === undefined
    ? object
    : { ...object, metadata: metaWith(object.metadata, { resourceVersion: undefined }, isCustom(definition)) };

/**
 * Stores `sent` (storage version, defaulted, managed fields kept) in place of an entry: admission, strategy, validation,
 * commit. `undefined` means that somebody else wrote first. What changes nothing is not written. The last finalizer's going
 * removes an object that is being deleted. Upstream: apiserver/pkg/registry/generic/registry/store.go (Update).
 */
export async function replace(writing: Writing, entry: Entry, sent: KubeObject): Promise<Result | undefined> {
  const { target, context } = writing;
  const { definition, version } = target;
  const { strategy } = definition;
  const old = held(definition, entry.object);
  const admitted = withoutTwinOwners((await admit(writing, 'UPDATE', sent, old))!, context.warnings, true);
  const given = withKept(admitted, old, writing);
  const about = { ...strategyContext(writing), given };
  let next = writing.hollow === true ? inOrder(target, given) : given;
  if (strategy.prepareForUpdate !== undefined) next = strategy.prepareForUpdate(next, old, about);
  next = keepTimes(old, share(inOrder(target, share(next, old), 'stored', old), old));
  if (next === old && !writing.dryRun && isStoredSo(definition, entry.object)) {
    await validateAdmission(writing, 'UPDATE', next, old);
    return (await stands(writing.kit, entry)) ? { kind: 'entry', status: 200, endpoint: target, entry } : undefined;
  }
  const companions = await accompany(writing, next, old);
  if (companions.object !== undefined && companions.object !== next) {
    next = share(inOrder(target, companions.object, 'stored', next), old);
  }
  try {
    const empty = writing.hollow === true ? (strategy.prepareForUpdate?.(given, old, about) ?? given) : undefined;
    const judged = empty === undefined ? next : withEmpty(empty, next, old);
    const problems = [
      ...changedMetaProblems(next, old, definition, about.subresource),
      ...(strategy.validateUpdate?.(judged, old, about) ?? []),
    ];
    if (problems.length > 0) throw invalidObject(ofKind(target.stored, target.name), problems);
    if (strategy.canonicalize !== undefined)
      next = share(inOrder(target, strategy.canonicalize(next), 'stored', next), old);
    context.warnings.push(...(strategy.warnings?.(next, old, about) ?? []));
    await validateAdmission(writing, 'UPDATE', next, old);
  } catch (failure) {
    companions.settled(false);
    throw failure;
  }
  if (writing.dryRun) {
    companions.settled(false);
    const object = emittedAt(next, entry.revision, { definition, version });
    return { kind: 'object', status: 200, endpoint: target, object };
  }
  if (vanishes(next, old, target)) {
    companions.settled(false);
    return remove(writing, entry, emittedAt(next, entry.revision, target));
  }
  const done = await commit(writing, next, entry.revision, companions);
  if (!done.done) return undefined;
  return { kind: 'entry', status: 200, endpoint: target, entry: done.entry! };
}

/** Whether the object would be stored as it is: another storage version or a new default is written although nothing else changed. */
function isStoredSo({ stored, group, storedVersion = '' }: Target['definition'], object: KubeObject): boolean {
  if (stored === undefined) return true;
  // Of what somebody else converts only the version is known without asking.
  if (stored.prepare !== undefined) return object.apiVersion === apiVersionOf(group, storedVersion);
  return sameJson(stored.write(stored.read(object)), object);
}

/** Removes an object whose deletion nothing holds any more; the answer is the object as its writer last saw it. */
async function remove(writing: Writing, entry: Entry, object: KubeObject): Promise<Result | undefined> {
  const companions = await accompany(writing, undefined, held(writing.target.definition, entry.object));
  const done = await commit(writing, undefined, entry.revision, companions);
  return done.done ? { kind: 'object', status: 200, endpoint: writing.target, object } : undefined;
}

function vanishes(next: KubeObject, old: KubeObject, { definition }: Target): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = old.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0) return false;
  return (next.metadata.finalizers ?? []).length === 0 && !deletionCustoms(definition).isHeld(next);
}

/** What an update never changes is taken from what is stored. Upstream: apiserver/pkg/registry/rest/update.go. */
function withKept(next: KubeObject, old: KubeObject, { target, dryRun }: Writing): KubeObject {
  const { metadata } = next;
  const { generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, uid } = old.metadata;
  return {
    ...next,
    metadata: metaWith(
      metadata,
      {
        uid: metadata.uid === undefined || metadata.uid === '' ? uid : metadata.uid,
        generation,
        creationTimestamp: creationTimestamp ?? metadata.creationTimestamp,
        deletionTimestamp: metadata.deletionTimestamp ?? deletionTimestamp,
        deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds ?? deletionGracePeriodSeconds,
        resourceVersion: undefined,
        // Storage wipes it; a dry run does not get that far.
        selfLink: dryRun ? metadata.selfLink : undefined,
      },
      isCustom(target.definition),
    ),
  };
}

/** The entry as a client would get it; what patches start from. */
export const shown = (entry: Entry, target: Target): KubeObject => emitted(entry, target);

/**
 * Reads, changes and writes until nobody comes between, past admission and strategies: for what the server itself does to
 * an object. `change` gives the next object in the storage version, or throws a refusal.
 */
export async function changeDirectly(
  writing: Writing,
  change: (old: KubeObject, entry: Entry) => KubeObject,
): Promise<KubeObject> {
  const { kit, target, dryRun } = writing;
  return attempt(writing, async (entry) => {
    if (entry === undefined) throw notFound(named(target));
    const old = held(target.definition, entry.object);
    const next = share(inOrder(target, change(old, entry), 'stored', old), old);
    if (dryRun) return next;
    const done = next === old ? await stands(kit, entry) : (await commit(writing, next, entry.revision, NOBODY)).done;
    return done ? next : undefined;
  });
}
