import { pods, replicaSets, replicationControllers } from '#core/api/tokens';
import type { Pod } from '#core/api/types/core/v1';
import type { KubeObject } from '#core/machinery/object';
import { controller, createExpectations, eventRecorder, type Expectations, objects, watches } from '#core/operator';
import { equal } from '../common/equal.ts';
import { indexByController } from '../common/ownership.ts';
import type { ControllerDefinition, ControllerParts, RunningController } from '../definition.ts';
import { type PodSetKind, replicaSetKind, replicationControllerKind } from './kinds.ts';
import { reconcile, selecting, setOf } from './reconcile.ts';

interface Identity {
  readonly account: string;
  /** Who its events come from. */
  readonly component: string;
  /** Of its queue. */
  readonly name: string;
}

function start<T extends KubeObject>(
  { informers, turns, random, log, metrics, clientFor }: ControllerParts,
  kind: PodSetKind<T>,
  { account, component, name }: Identity,
): RunningController {
  const client = clientFor(account);
  const sets = informers.get(kind.token);
  const podInformer = informers.get(pods);
  indexByController(sets);
  indexByController(podInformer);
  const expectations = createExpectations(turns.clock);
  const events = eventRecorder({ client, turns, random, log, component });
  const parts = { kind, client, clock: turns.clock, events, expectations, sets, pods: podInformer };
  return controller({
    name,
    sources: [
      objects(sets, (next, previous) => {
        // One of the same name starts without a past.
        if (next === undefined) expectations.forget(`${previous!.metadata.namespace}/${previous!.metadata.name}`);
        return true;
      }),
      watches(podInformer, (next, previous) => concerned(parts, expectations, next, previous)),
    ],
    reconcile: reconcile(parts),
    turns,
    log,
    metrics,
  });
}

/** The sets that a pod's change concerns; notes on the way what was expected. */
function concerned<T extends KubeObject>(
  parts: Parameters<typeof setOf<T>>[0],
  expectations: Expectations,
  next: Pod | undefined,
  previous: Pod | undefined,
): readonly string[] {
  const pod = (next ?? previous)!;
  const now = setOf(parts, pod);
  const keys = new Set<string>();
  if (now !== undefined) {
    keys.add(now);
    // A pod that is on its way out counts as gone, whether or not it was ever seen to come.
    if (next === undefined || next.metadata.deletionTimestamp !== undefined) {
      expectations.deleted(now, pod.metadata.uid ?? '');
    } else if (previous === undefined) {
      expectations.created(now);
    }
  }
  if (next !== undefined && previous !== undefined) {
    const before = setOf(parts, previous);
    if (before !== undefined) keys.add(before);
  }
  if (next !== undefined && next.metadata.ownerReferences?.some((owner) => owner.controller === true) !== true) {
    const moved = previous === undefined || !equal(previous.metadata.labels, next.metadata.labels) || keys.size > 0;
    if (moved && next.metadata.deletionTimestamp === undefined) for (const key of selecting(parts, next)) keys.add(key);
  }
  return [...keys];
}

export const replicaSetController: ControllerDefinition = {
  name: 'replicaset-controller',
  alias: 'replicaset',
  watches: [replicaSets, pods],
  start: (parts) =>
    start(parts, replicaSetKind, {
      account: 'replicaset-controller',
      component: 'replicaset-controller',
      name: 'replicaset',
    }),
};

export const replicationController: ControllerDefinition = {
  name: 'replicationcontroller-controller',
  alias: 'replicationcontroller',
  watches: [replicationControllers, pods],
  start: (parts) =>
    start(parts, replicationControllerKind, {
      account: 'replication-controller',
      component: 'replication-controller',
      name: 'replicationmanager',
    }),
};
