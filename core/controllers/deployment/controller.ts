import { deployments, pods, replicaSets } from '#core/api/tokens';
import type { Deployment, ReplicaSet } from '#core/api/types/apps/v1';
import type { Pod } from '#core/api/types/core/v1';
import type { Informer } from '#core/client';
import { controller, controllerOf, eventRecorder, objects, watches } from '#core/operator';
import { equal } from '../common/equal.ts';
import { indexByController } from '../common/ownership.ts';
import { selectorFor } from '../common/selectors.ts';
import type { ControllerDefinition } from '../definition.ts';
import { reconcile } from './reconcile.ts';

export const deploymentController: ControllerDefinition = {
  name: 'deployment-controller',
  alias: 'deployment',
  watches: [deployments, replicaSets, pods],
  start({ informers, turns, random, log, metrics, clientFor }) {
    const client = clientFor('deployment-controller');
    const all = informers.get(deployments);
    const sets = informers.get(replicaSets);
    const podInformer = informers.get(pods);
    indexByController(sets);
    indexByController(podInformer);
    const events = eventRecorder({ client, turns, random, log, component: 'deployment-controller' });
    return controller({
      name: 'deployment',
      sources: [
        objects(all),
        watches(sets, (next, previous) => ofSet(all, next, previous)),
        watches(podInformer, (next, previous) => ofPod(all, sets, next, previous)),
      ],
      reconcile: reconcile({ client, clock: turns.clock, events, deployments: all, sets, pods: podInformer }),
      turns,
      log,
      metrics,
    });
  },
};

/** The Deployment that controls a set, if it is still the same. */
function controllingKey(all: Informer<Deployment>, set: ReplicaSet | undefined): string | undefined {
  const owner = controllerOf(set);
  if (owner?.kind !== 'Deployment') return undefined;
  const key = `${set!.metadata.namespace}/${owner.name}`;
  return all.cache.get(key)?.metadata.uid === owner.uid ? key : undefined;
}

function ofSet(
  all: Informer<Deployment>,
  next: ReplicaSet | undefined,
  previous: ReplicaSet | undefined,
): readonly string[] {
  const keys = new Set<string>();
  for (const set of [next, previous]) {
    const key = controllingKey(all, set);
    if (key !== undefined) keys.add(key);
  }
  if (next === undefined || controllerOf(next) !== undefined) return [...keys];
  if (previous !== undefined && keys.size === 0 && equal(previous.metadata.labels, next.metadata.labels)) return [];
  for (const { spec, metadata } of all.cache.inNamespace(next.metadata.namespace ?? '')) {
    const selector = selectorFor(spec.selector);
    if (!selector.everything && selector.matches(next.metadata.labels ?? {})) {
      keys.add(`${metadata.namespace}/${metadata.name}`);
    }
  }
  return [...keys];
}

/** Recreate waits for the last of the old pods to be gone. */
function ofPod(
  all: Informer<Deployment>,
  sets: Informer<ReplicaSet>,
  next: Pod | undefined,
  previous: Pod | undefined,
): readonly string[] {
  if (next !== undefined) return [];
  const owner = controllerOf(previous);
  if (owner?.kind !== 'ReplicaSet') return [];
  const key = controllingKey(all, sets.cache.get(`${previous!.metadata.namespace}/${owner.name}`));
  return key !== undefined && all.cache.get(key)?.spec.strategy?.type === 'Recreate' ? [key] : [];
}
