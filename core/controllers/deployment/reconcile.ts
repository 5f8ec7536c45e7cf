import type { Clock } from '#core/base';
import { deployments, replicaSets } from '#core/api/tokens';
import type { Deployment, ReplicaSet } from '#core/api/types/apps/v1';
import type { Pod } from '#core/api/types/core/v1';
import type { Client, Informer } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import { controllerOf, type EventRecorder, type Reconcile } from '#core/operator';
import { claim } from '../common/claim.ts';
import { equal } from '../common/equal.ts';
import { carryOutClaim, controlledBy, controlledOrOrphaned } from '../common/ownership.ts';
import { isTerminatingNamespace, messageOf } from '../common/refusals.ts';
import { selectorFor } from '../common/selectors.ts';
import { progressDeadline } from './limits.ts';
import { plan, type Plan } from './plan.ts';
import { REVISION, sameTemplate, sizeOf } from './sets.ts';
import { put } from './status.ts';

export interface Parts {
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly deployments: Informer<Deployment>;
  readonly sets: Informer<ReplicaSet>;
  readonly pods: Informer<Pod>;
}

/** Claims its sets, carries out what `plan` says of them, then reports the status. */
export function reconcile(parts: Parts): Reconcile {
  const { client, clock } = parts;
  return async (key) => {
    const deployment = parts.deployments.cache.get(key);
    if (deployment === undefined) return;
    const selector = selectorFor(deployment.spec.selector);
    // It would take every set of the namespace.
    if (selector.everything) return;
    const claimed = claim(deployment, selector, controlledOrOrphaned(parts.sets, deployment));
    await carryOutClaim(client, replicaSets, deployment, deployments, claimed);
    const wanted = plan({
      deployment,
      sets: claimed.mine,
      podsOf: (set) => controlledBy(parts.pods, set.metadata.uid ?? ''),
      now: clock.now(),
    });
    if (wanted.create !== undefined) await create(parts, deployment, wanted.create);
    for (const { from, to } of wanted.update) await update(parts, deployment, from, to);
    for (const set of wanted.delete) await remove(client, set);
    await report(client, deployment, wanted);
    return wanted.lookAgain === undefined ? undefined : { after: wanted.lookAgain };
  };
}

const told = (parts: Parts, deployment: Deployment, name: string | undefined, from: number, to: number) => {
  if (from === to) return;
  const direction = from < to ? 'up' : 'down';
  parts.events.event(
    deployment,
    'Normal',
    'ScalingReplicaSet',
    `Scaled ${direction} replica set ${name} from ${from} to ${to}`,
  );
};

async function create(parts: Parts, deployment: Deployment, set: ReplicaSet): Promise<void> {
  const { client } = parts;
  try {
    const made = await client.create(replicaSets, set);
    told(parts, deployment, made.metadata.name, 0, sizeOf(made));
  } catch (refused) {
    if (isStatusError(refused, 'AlreadyExists')) return collide(client, deployment, set, refused);
    if (!isTerminatingNamespace(refused)) await fail(parts, deployment, set, refused);
    throw refused;
  }
}

/** The name is taken: by this Deployment's own set, which the cache does not show yet, or by another template of the same hash. */
async function collide(client: Client, deployment: Deployment, set: ReplicaSet, refused: unknown): Promise<void> {
  const { namespace, name = '' } = set.metadata;
  const taken = await client.get(replicaSets, { namespace, name });
  const own = controllerOf(taken)?.uid === deployment.metadata.uid;
  if (own && sameTemplate(taken.spec.template, deployment.spec.template)) return;
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  const next: Deployment = { ...deployment, status: { ...deployment.status, collisionCount } };
  await client.update(deployments, next, { subresource: 'status' });
  throw refused;
}

async function fail(parts: Parts, deployment: Deployment, set: ReplicaSet, refused: unknown): Promise<void> {
  const message = `Failed to create new replica set "${set.metadata.name}": ${messageOf(refused)}`;
  parts.events.event(deployment, 'Warning', 'ReplicaSetCreateError', message);
  if (progressDeadline(deployment) === undefined) return;
  const conditions = put(deployment.status?.conditions, parts.clock.now(), {
    type: 'Progressing',
    status: 'False',
    reason: 'ReplicaSetCreateError',
    message,
  });
  const next: Deployment = { ...deployment, status: { ...deployment.status, conditions } };
  // The refusal of the set matters more than one of the status.
  await parts.client.update(deployments, next, { subresource: 'status' }).catch(() => undefined);
}

async function update(parts: Parts, deployment: Deployment, from: ReplicaSet, to: ReplicaSet): Promise<void> {
  const written = await parts.client.update(replicaSets, to);
  told(parts, deployment, written.metadata.name, sizeOf(from), sizeOf(written));
}

async function remove(client: Client, { metadata }: ReplicaSet): Promise<void> {
  const { namespace, name = '', uid = '' } = metadata;
  try {
    await client.delete(replicaSets, { namespace, name }, { preconditions: { uid }, propagationPolicy: 'Background' });
  } catch (refused) {
    if (!isStatusError(refused, 'NotFound')) throw refused;
  }
}

async function report(client: Client, deployment: Deployment, { status, revision }: Plan): Promise<void> {
  if (revision === undefined && equal(status, deployment.status)) return;
  const { metadata } = deployment;
  const next: Deployment = {
    ...deployment,
    ...(revision === undefined
      ? {}
      : { metadata: { ...metadata, annotations: { ...metadata.annotations, [REVISION]: revision } } }),
    status,
  };
  await client.update(deployments, next, { subresource: 'status' });
}
