import type { PersistentVolume } from '#core/api/types';
import { oldNodeLabel } from './labels.ts';

const OLD_ANNOTATIONS: readonly (readonly [key: string, why: string])[] = [
  ['volume.beta.kubernetes.io/storage-class', 'deprecated since v1.8; use "storageClassName" attribute instead'],
  ['volume.beta.kubernetes.io/mount-options', 'deprecated since v1.31; use "mountOptions" attribute instead'],
];

/** Sources that are on their way out, or gone; one has another name where it is told of. */
const OLD_SOURCES: readonly (readonly [source: string, why: string])[] = [
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

const RECYCLE =
  'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';

/** Upstream: pkg/api/persistentvolume/util.go. */
export function persistentVolumeWarnings({ metadata, spec = {} }: PersistentVolume): readonly string[] {
  const annotations = OLD_ANNOTATIONS.filter(([key]) => Object.hasOwn(metadata.annotations ?? {}, key));
  const sources = OLD_SOURCES.filter(([source]) => Object.hasOwn(spec, source));
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const labels = terms.flatMap(({ matchExpressions }, i) =>
    (matchExpressions ?? []).flatMap(({ key }, j) => {
      const why = oldNodeLabel(key);
      const path = `spec.nodeAffinity.required.nodeSelectorTerms[${i}].matchExpressions[${j}].key`;
      return why === undefined ? [] : [`${path}: ${key} is ${why}`];
    }),
  );
  return [
    ...annotations.map(([key, why]) => `metadata.annotations[${key}]: ${why}`),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle' ? [RECYCLE] : []),
    ...labels,
    ...sources.map(([source, why]) => `spec.${source === 'storageos' ? 'storageOS' : source}: ${why}`),
  ];
}
