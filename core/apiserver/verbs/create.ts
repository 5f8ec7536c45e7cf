import { nameSuffix } from '#core/base';
import { managedOnUpdate } from '#core/machinery/apply';
import type { KubeObject } from '#core/machinery/object';
import {
  alreadyExists as exists,
  conflict,
  invalidObject,
  refusal,
  type Named,
  StatusError,
} from '#core/machinery/status';
import { timeOf } from '#core/machinery/values';
import type { Result } from '../context.ts';
import { inVersion, isCustom, metaWith } from '../encoding/emit.ts';
import { keyOf } from '../watch/range.ts';
import { defaulted, inNamespace, inOrder, newInOrder, sentObject, toStorage } from './decode.ts';
import { named, ofKind, type Target, type VerbHandler } from './kit.ts';
import { managedWrite } from './managed.ts';
import { newProblems } from './meta-rules.ts';
import { writeOptions } from './options.ts';
import { withoutTwinOwners } from './owners.ts';
import { ATTEMPTS } from './attempts.ts';
import { accompany, admit, commit, strategyContext, validateAdmission, type Writing } from './write.ts';

export const create: VerbHandler = async (kit, context, target) => {
  const options = writeOptions(context, 'CreateOptions');
  const { object: sent, hollow } = await sentObject(kit, context, target, options.fieldValidation);
  const { dryRun, manager, asSent } = options;
  const writing: Writing = { kit, context, target, dryRun, manager, options: asSent, hollow };
  // Only what stores it minds; a dry run answers with what was sent.
  if (!dryRun && (sent.metadata.resourceVersion ?? '') !== '') {
    throw refusal('BadRequest', 'resourceVersion should not be set on objects to be created');
  }
  const single = withoutTwinOwners(inNamespace(sent, target), context.warnings, false);
  const object = defaulted(kit, target, single);
  const next = managedOnUpdate({
    ...managedWrite(writing),
    old: undefined,
    next: withoutSystemFields(object, target, dryRun),
    hollow,
  });
  return insert(writing, toStorage(target, next));
};

/** What only the server says of a new object. */
export const withoutSystemFields = (object: KubeObject, { definition }: Target, dryRun: boolean): KubeObject => ({
  ...object,
  metadata: metaWith(
    object.metadata,
    {
      uid: undefined,
      ...(dryRun ? {} : { resourceVersion: undefined }),
      selfLink: undefined,
      creationTimestamp: undefined,
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
    },
    isCustom(definition),
  ),
});

/** Why a name is taken; whoever also wished for a generated one may try again. Upstream: apiserver/pkg/registry/rest/create.go, generic/registry/store.go. */
function alreadyExists(of: Named, generateName: string, old: KubeObject | undefined): StatusError {
  const { status } = exists(of);
  const dying = old?.metadata.deletionTimestamp !== undefined;
  const message = `${dying ? 'object is being deleted: ' : ''}${status.message ?? ''}`;
  if (generateName === '') return new StatusError({ ...status, message });
  return new StatusError({
    ...status,
    message: `${message}, the server was not able to generate a unique name for the object`,
    details: { ...status.details, retryAfterSeconds: 1 },
  });
}

/** Length of a generated suffix, and how long a name with one may be. Upstream: apiserver/pkg/storage/names/generate.go. */
const SUFFIX = 5;
const MAX_GENERATED = 63;

/**
 * Stores a new object (in the storage version, defaulted, with managed fields): admission, strategy, validation, commit.
 * A generated name that is taken is tried again with another. Upstream: apiserver/pkg/registry/generic/registry/store.go.
 */
export async function insert(writing: Writing, sent: KubeObject): Promise<Result> {
  const { kit, target } = writing;
  const { definition } = target;
  const { strategy } = definition;
  const custom = isCustom(definition);
  // It came out of the decoder in the form that is stored, unless it was converted since.
  const asSent = target.stored === definition && target.version === definition.storageVersion ? sent : undefined;
  const admitted = withoutTwinOwners(
    (await admit(writing, 'CREATE', sent, undefined))!,
    writing.context.warnings,
    true,
  );
  const { name: ownName = '', generateName = '' } = admitted.metadata;
  const generates = ownName === '' && generateName !== '';
  for (let attempt = 1; ; attempt++) {
    const name = !generates
      ? ownName
      : strategy.prefixIsName === true
        ? generateName
        : generateName.slice(0, MAX_GENERATED - SUFFIX) + nameSuffix(kit.parts.random, SUFFIX);
    let object: KubeObject = {
      ...admitted,
      metadata: metaWith(
        admitted.metadata,
        {
          ...(name === '' ? {} : { name }),
          uid: kit.parts.crypto.uuid(),
          creationTimestamp: timeOf(kit.now()),
          selfLink: undefined,
        },
        custom,
      ),
    };
    const about = strategyContext(writing);
    if (strategy.prepareForCreate !== undefined) object = strategy.prepareForCreate(object, about);
    if (strategy.generation === true && object.metadata.generation !== 1) {
      object = { ...object, metadata: metaWith(object.metadata, { generation: 1 }, custom) };
    }
    const companions = await accompany(writing, object, undefined);
    const form = writing.hollow === true ? 'given' : 'stored';
    const whole = companions.object ?? object;
    object =
      asSent === undefined || form === 'given'
        ? inOrder(target, whole, form, asSent)
        : newInOrder(target, whole, asSent);
    try {
      const problems = newProblems(definition, object, strategy.validateCreate?.(object, about) ?? []);
      if (problems.length > 0) throw invalidObject(ofKind(target.stored, object.metadata.name ?? ''), problems);
      if (strategy.canonicalize !== undefined) object = inOrder(target, strategy.canonicalize(object), form, object);
      writing.context.warnings.push(...(strategy.warnings?.(object, undefined, about) ?? []));
      await validateAdmission(writing, 'CREATE', object, undefined);
      if (form === 'given') object = inOrder(target, object);
    } catch (failure) {
      companions.settled(false);
      throw failure;
    }
    const key = keyOf(definition, target.namespace, object.metadata.name ?? name);
    if (writing.dryRun) {
      companions.settled(false);
      const old = kit.parts.store.get(key);
      if (old !== undefined) throw alreadyExists(named({ definition, name }), generateName, old.object);
      return { kind: 'object', status: 201, endpoint: target, object: inVersion(definition, object, target.version) };
    }
    const done = await commit(writing, object, 0, companions, key);
    if (done.done) return { kind: 'entry', status: 201, endpoint: target, entry: done.entry! };
    const again = (generates || !done.own) && attempt < ATTEMPTS;
    if (again) continue;
    if (done.own) throw alreadyExists(named({ definition, name }), generateName, kit.parts.store.latest(key)?.object);
    throw conflict(named({ definition, name }), 'what it needs was taken by others at the same time; please try again');
  }
}
