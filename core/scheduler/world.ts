import {
  csiNodes,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  storageClasses,
} from '#core/api/tokens';
import type { Node } from '#core/api/types/core/v1';
import type { Informers } from '#core/client';
import { equal } from '#core/machinery/object';
import { ownersOf } from './owners.ts';
import type { ClusterChange } from './plugins/index.ts';
import type { Snapshot } from './snapshot.ts';

/** Keeps a snapshot in step with all but the pods, and says what changed. */
export function followWorld(
  informers: Informers,
  snapshot: Snapshot,
  wake: (change: ClusterChange) => void,
): { readonly synced: Promise<unknown>; leave(): void } {
  const claims = informers.get(persistentVolumeClaims);
  const volumes = informers.get(persistentVolumes);
  const classes = informers.get(storageClasses);
  const drivers = informers.get(csiNodes);
  const nodeInformer = informers.get(nodes);
  const namespaceInformer = informers.get(namespaces);
  const owners = ownersOf(informers);

  snapshot.owners = owners;
  snapshot.volumes = {
    claim: (namespace, claim) => claims.cache.get(`${namespace}/${claim}`),
    volume: (volume) => volumes.cache.get(volume),
    waitsForConsumer: (storageClass) => classes.cache.get(storageClass)?.volumeBindingMode === 'WaitForFirstConsumer',
    attachable: (node, driver) =>
      drivers.cache.get(node)?.spec?.drivers?.find(({ name }) => name === driver)?.allocatable?.count,
  };
  const volumesChanged = () => wake('volumesChanged');
  const leaves = [
    nodeInformer.handle((next, previous) => {
      if (next === undefined) return snapshot.removeNode(previous!.metadata.name!);
      snapshot.setNode(next);
      if (previous === undefined) wake('nodeAdded');
      else if (matters(next, previous)) wake('nodeChanged');
    }),
    namespaceInformer.handle((next, previous) => {
      if (next !== undefined && previous !== undefined && equal(next.metadata.labels, previous.metadata.labels)) return;
      const namespace = (next ?? previous)!.metadata;
      snapshot.tallies.setNamespace(namespace.name!, next === undefined ? undefined : (namespace.labels ?? {}));
      wake('podChanged');
    }),
    claims.handle(volumesChanged),
    volumes.handle(volumesChanged),
    classes.handle(volumesChanged),
    drivers.handle(volumesChanged),
  ];
  const all = [claims, volumes, classes, drivers, nodeInformer, namespaceInformer, owners];
  return {
    synced: Promise.all(all.map(({ synced }) => synced)),
    leave() {
      for (const leave of leaves) leave();
    },
  };
}

/** Whether a node's change can let a pod fit: its heartbeats cannot. */
const matters = (next: Node, previous: Node): boolean =>
  !equal(next.spec, previous.spec) ||
  !equal(next.metadata.labels, previous.metadata.labels) ||
  !equal(next.status?.allocatable, previous.status?.allocatable);
