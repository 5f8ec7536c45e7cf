import type { Clock } from '#core/base';
import { pods } from '#core/api/tokens';
import type { Pod } from '#core/api/types/core/v1';
import type { Client, Informer } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import { isStatusError } from '#core/machinery/status';
import {
  controllerOf,
  controllerReference,
  type EventRecorder,
  type Expectations,
  type Reconcile,
} from '#core/operator';
import { equal } from '../common/equal.ts';
import { carryOutClaim, controlledBy, controlledOrOrphaned } from '../common/ownership.ts';
import { isTerminatingNamespace, messageOf } from '../common/refusals.ts';
import { slowStart } from '../common/slow-start.ts';
import type { PodSetKind } from './kinds.ts';
import { type Failure, plan, podOf, type PodSet, statusOf } from './plan.ts';

export interface Parts<T extends KubeObject> {
  readonly kind: PodSetKind<T>;
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly expectations: Expectations;
  readonly sets: Informer<T>;
  readonly pods: Informer<Pod>;
}

/** Carries out what `plan` says, then reports the status. */
export function reconcile<T extends KubeObject>(parts: Parts<T>): Reconcile {
  const { kind, client, clock, expectations } = parts;
  return async (key) => {
    const object = parts.sets.cache.get(key);
    if (object === undefined) return expectations.forget(key);
    const set = kind.view(object);
    const wanted = plan({
      set,
      pods: controlledOrOrphaned(parts.pods, object),
      related: () => related(parts, object),
      upToDate: expectations.fulfilled(key),
      now: clock.now(),
    });
    await carryOutClaim(client, pods, object, kind.token, wanted);
    const failed =
      wanted.create > 0
        ? await create(parts, key, set, wanted.create)
        : wanted.delete.length > 0
          ? await remove(parts, key, set, wanted.delete)
          : undefined;
    const status = statusOf(set, wanted, failed?.said, clock.now());
    const next = kind.withStatus(object, status);
    if (!equal(kind.view(next).status, set.status)) await client.update(kind.token, next, { subresource: 'status' });
    if (failed !== undefined) throw failed.cause;
    return wanted.lookAgain === undefined ? undefined : { after: wanted.lookAgain };
  };
}

interface Failed {
  readonly said: Failure;
  readonly cause: unknown;
}

async function create<T extends KubeObject>(
  parts: Parts<T>,
  key: string,
  set: PodSet,
  count: number,
): Promise<Failed | undefined> {
  const { client, events, expectations, kind } = parts;
  const pod = podOf(set, controllerReference(set.object, kind.token));
  expectations.creating(key, count);
  const { done, failure } = await slowStart(count, async () => {
    try {
      const made = await client.create(pods, pod);
      events.event(set.object, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`);
    } catch (refused) {
      if (isTerminatingNamespace(refused)) return expectations.created(key);
      events.event(set.object, 'Warning', 'FailedCreate', `Error creating: ${messageOf(refused)}`);
      throw refused;
    }
  });
  for (let missing = count - done; missing > 0; missing--) expectations.created(key);
  if (failure === undefined) return undefined;
  return { said: { reason: 'FailedCreate', message: messageOf(failure) }, cause: failure };
}

async function remove<T extends KubeObject>(
  parts: Parts<T>,
  key: string,
  set: PodSet,
  spare: readonly Pod[],
): Promise<Failed | undefined> {
  const { client, events, expectations } = parts;
  expectations.deleting(
    key,
    spare.map(({ metadata }) => metadata.uid ?? ''),
  );
  let failure: unknown;
  await Promise.all(
    spare.map(async ({ metadata: { namespace, name = '', uid = '' } }) => {
      try {
        await client.delete(pods, { namespace, name }, { preconditions: { uid } });
        events.event(set.object, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      } catch (refused) {
        expectations.deleted(key, uid);
        if (isStatusError(refused, 'NotFound')) return;
        events.event(set.object, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(refused)}`);
        failure ??= refused;
      }
    }),
  );
  if (failure === undefined) return undefined;
  return { said: { reason: 'FailedDelete', message: `unable to delete pods: ${messageOf(failure)}` }, cause: failure };
}

/** The pods of all sets that have the same owner; without one, of this set alone. */
function related<T extends KubeObject>(parts: Parts<T>, object: T): readonly Pod[] {
  const owner = controllerOf(object);
  const sets = owner === undefined ? [object] : controlledBy(parts.sets, owner.uid);
  return sets.flatMap((set) => controlledBy(parts.pods, set.metadata.uid ?? ''));
}

/** Keys of the sets in a namespace that select a pod which nobody controls. */
export function selecting<T extends KubeObject>({ kind, sets }: Pick<Parts<T>, 'kind' | 'sets'>, pod: Pod): string[] {
  const keys: string[] = [];
  for (const set of sets.cache.inNamespace(pod.metadata.namespace ?? '')) {
    if (kind.view(set).selector.matches(pod.metadata.labels ?? {}))
      keys.push(`${pod.metadata.namespace}/${set.metadata.name}`);
  }
  return keys;
}

/** The key of the set that controls the pod, if it is of this kind and still the same. */
export function setOf<T extends KubeObject>(
  { kind, sets }: Pick<Parts<T>, 'kind' | 'sets'>,
  pod: Pod,
): string | undefined {
  const owner = controllerOf(pod);
  if (owner === undefined || owner.kind !== kind.token.kind) return undefined;
  const key = `${pod.metadata.namespace}/${owner.name}`;
  return sets.cache.get(key)?.metadata.uid === owner.uid ? key : undefined;
}
