import type { PersistentVolume, PersistentVolumeClaim, Pod } from '#core/api/types/core/v1';
import type { KubeObject } from '#core/machinery/object';

/** The finalizers that keep what is in use. Upstream: pkg/volume/util/finalizer.go. */
export const FINALIZERS = {
  claim: 'kubernetes.io/pvc-protection',
  volume: 'kubernetes.io/pv-protection',
  attributes: 'kubernetes.io/vac-protection',
} as const;

/** What its finalizers shall be; `undefined`: as they are. It is protected until it is to go and nobody uses it. */
export function finalizersOf(
  { metadata }: KubeObject,
  finalizer: string,
  isUsed: boolean,
): readonly string[] | undefined {
  const { finalizers = [], deletionTimestamp } = metadata;
  const has = finalizers.includes(finalizer);
  if (deletionTimestamp === undefined) return has ? undefined : [...finalizers, finalizer];
  return has && !isUsed ? finalizers.filter((one) => one !== finalizer) : undefined;
}

/** Names of the claims of a pod's volumes; a generic ephemeral volume's claim is called `POD-VOLUME`. */
export function claimsOf({ spec, metadata }: Pod): readonly string[] {
  const names: string[] = [];
  for (const { name, persistentVolumeClaim, ephemeral } of spec.volumes ?? []) {
    if (persistentVolumeClaim !== undefined) names.push(persistentVolumeClaim.claimName);
    else if (ephemeral !== undefined) names.push(`${metadata.name}-${name}`);
  }
  return names;
}

/**
 * Whether a pod holds a claim that is to go. A pod without a node does not: no kubelet starts one whose claim is going. One that its
 * kubelet is done with no longer holds the claims that were made for it.
 */
export function holds(pod: Pod, claim: PersistentVolumeClaim): boolean {
  if ((pod.spec.nodeName ?? '') === '') return false;
  const { name } = claim.metadata;
  const own = claim.metadata.ownerReferences?.some(({ uid }) => uid === pod.metadata.uid) === true;
  const isDone = pod.metadata.deletionTimestamp !== undefined && pod.metadata.deletionGracePeriodSeconds === 0;
  return (pod.spec.volumes ?? []).some(
    ({ name: volume, persistentVolumeClaim, ephemeral }) =>
      persistentVolumeClaim?.claimName === name ||
      (ephemeral !== undefined && !isDone && own && `${pod.metadata.name}-${volume}` === name),
  );
}

/** The VolumeAttributesClasses that a claim or a volume names. */
export function attributesOf(object: PersistentVolume | PersistentVolumeClaim | undefined): readonly string[] {
  if (object === undefined) return [];
  const status = object.status as PersistentVolumeClaim['status'];
  const names = [
    object.spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return names.filter((name) => name !== undefined && name !== '') as string[];
}
