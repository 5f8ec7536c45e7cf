import type { PersistentVolume, Pod, PodSpec, SecretReference } from '#core/api/types';
import type { Change, Store, Watch } from '#core/store';
import { getOrMake } from './map.ts';
import { keyIn, storedIn } from '../stored.ts';

/** Which nodes an object concerns, through the pods that run there. */
export interface NodeGraph {
  concerns(node: string, group: string, resource: string, namespace: string, name: string): boolean;
  close(): void;
}

/**
 * Follows the pods that are bound, from the first question of a node on: until then no pod is decoded for it, which would be
 * most of a start. Upstream: plugin/pkg/auth/authorizer/node/graph.go.
 */
export function nodeGraph(store: Store): NodeGraph {
  const stored = storedIn(store);
  /** By what pods refer to: nodes, and how many of their pods do. */
  const nodesOf = new Map<string, Map<string, number>>();
  const known = new Map<string, { readonly node: string; readonly references: readonly string[] }>();

  const set = (key: string, pod: Pod | undefined) => {
    const before = known.get(key);
    const node = pod?.spec?.nodeName ?? '';
    const references = pod === undefined || node === '' ? [] : referencesOf(pod, key);
    if (before !== undefined) {
      if (before.node === node && sameList(before.references, references)) return;
      for (const reference of before.references) {
        const counts = nodesOf.get(reference);
        const left = (counts?.get(before.node) ?? 1) - 1;
        if (left > 0) counts!.set(before.node, left);
        else if (counts !== undefined && counts.delete(before.node) && counts.size === 0) nodesOf.delete(reference);
      }
      known.delete(key);
    }
    if (references.length === 0) return;
    known.set(key, { node, references });
    for (const reference of references) {
      const counts = getOrMake(nodesOf, reference, () => new Map());
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
  };

  let following: Watch | undefined;
  const follow = (): Watch => {
    const view = store.view('/pods/');
    for (const entry of view.range()) set(entry.key, entry.object as unknown as Pod);
    const watch = store.watch('/pods/', view.revision, {
      changes(changes: readonly Change[]) {
        for (const { key, entry } of changes) set(key, entry?.object as unknown as Pod | undefined);
      },
      closed() {},
    });
    if ('failure' in watch) throw new Error(`cannot follow pods: ${watch.failure}`);
    return watch;
  };

  const has = (node: string, key: string) => nodesOf.get(key)?.has(node) ?? false;
  const claimed = (node: string, volume: PersistentVolume | undefined) => {
    const claim = volume?.spec?.claimRef;
    return (
      claim !== undefined && has(node, keyIn('', 'persistentvolumeclaims', claim.namespace ?? '', claim.name ?? ''))
    );
  };
  const nodeNamed = (group: string, resource: string, name: string) =>
    stored.get<{ spec?: { nodeName?: string } }>(group, resource, '', name)?.spec?.nodeName;

  return {
    concerns(node, group, resource, namespace, name) {
      following ??= follow();
      switch (resource) {
        case 'persistentvolumes':
          return claimed(node, stored.get<PersistentVolume>('', resource, '', name));
        case 'volumeattachments':
        case 'resourceslices':
          return nodeNamed(group, resource, name) === node;
        case 'secrets': {
          if (has(node, keyIn('', resource, namespace, name))) return true;
          for (const volume of stored.list<PersistentVolume>('', 'persistentvolumes')) {
            if (volumeNeeds(volume, namespace, name) && claimed(node, volume)) return true;
          }
          return false;
        }
        default:
          return has(node, keyIn(group, resource, namespace, name));
      }
    },
    close: () => following?.close(),
  };
}

const sameList = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one, i) => one === b[i]);

/** The keys of all that a pod's node must read to run it; a mirror pod is the node's own and refers to nothing. */
function referencesOf(pod: Pod, key: string): string[] {
  const { namespace = '', annotations } = pod.metadata;
  const keys = new Set([key]);
  if (annotations?.['kubernetes.io/config.mirror'] !== undefined) return [key];
  const refer = (resource: string, name: string | undefined, group = '') => {
    if (name !== undefined && name !== '') keys.add(keyIn(group, resource, namespace, name));
  };
  const spec: Partial<PodSpec> = pod.spec ?? {};
  refer('serviceaccounts', spec.serviceAccountName);
  for (const secret of spec.imagePullSecrets ?? []) refer('secrets', secret.name);
  referToEnvironment(spec, refer);
  referToVolumes(pod, refer);
  const claims = (pod.status?.resourceClaimStatuses ?? []).map(({ resourceClaimName }) => resourceClaimName);
  for (const { resourceClaimName } of spec.resourceClaims ?? []) claims.push(resourceClaimName);
  for (const name of claims) refer('resourceclaims', name, 'resource.k8s.io');
  refer('resourceclaims', pod.status?.extendedResourceClaimStatus?.resourceClaimName, 'resource.k8s.io');
  return [...keys];
}

type Refer = (resource: string, name: string | undefined, group?: string) => void;

function referToEnvironment(spec: Partial<PodSpec>, refer: Refer): void {
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers]) {
    for (const { env = [], envFrom = [] } of list ?? []) {
      for (const { valueFrom } of env) {
        refer('secrets', valueFrom?.secretKeyRef?.name);
        refer('configmaps', valueFrom?.configMapKeyRef?.name);
      }
      for (const { secretRef, configMapRef } of envFrom) {
        refer('secrets', secretRef?.name);
        refer('configmaps', configMapRef?.name);
      }
    }
  }
}

/** Volume types whose source names a secret of the pod's namespace. */
interface SecretSources {
  readonly [type: string]:
    | { readonly secretRef?: { readonly name?: string }; readonly secretName?: string }
    | undefined;
}

function referToVolumes(pod: Pod, refer: Refer): void {
  for (const volume of pod.spec?.volumes ?? []) {
    refer('configmaps', volume.configMap?.name);
    refer('persistentvolumeclaims', volume.persistentVolumeClaim?.claimName);
    // A generic ephemeral volume's claim is named after the pod and the volume.
    if (volume.ephemeral !== undefined) refer('persistentvolumeclaims', `${pod.metadata.name}-${volume.name}`);
    refer('secrets', volume.csi?.nodePublishSecretRef?.name);
    for (const type in volume as unknown as SecretSources) {
      const source = (volume as unknown as SecretSources)[type];
      if (typeof source !== 'object') continue;
      refer('secrets', source.secretName);
      refer('secrets', source.secretRef?.name);
    }
    for (const { secret, configMap } of volume.projected?.sources ?? []) {
      refer('secrets', secret?.name);
      refer('configmaps', configMap?.name);
    }
  }
}

/** Whether a volume's driver uses that secret on nodes. */
function volumeNeeds({ spec }: PersistentVolume, namespace: string, name: string): boolean {
  const csi = spec?.csi;
  const references: readonly (SecretReference | undefined)[] = [
    csi?.nodePublishSecretRef,
    csi?.nodeStageSecretRef,
    csi?.nodeExpandSecretRef,
    spec?.iscsi?.secretRef,
    spec?.cephfs?.secretRef,
    spec?.rbd?.secretRef,
    spec?.flexVolume?.secretRef,
    spec?.scaleIO?.secretRef,
  ];
  return references.some((one) => one?.name === name && (one.namespace ?? spec?.claimRef?.namespace) === namespace);
}
