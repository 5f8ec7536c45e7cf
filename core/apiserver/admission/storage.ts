import type { PersistentVolumeClaim, StorageClass } from '#core/api/types';
import type { AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { compareQuantities, tryQuantity } from '#core/machinery/quantity';
import { newestDefault } from './default-class.ts';
import type { AdmissionParts } from './parts.ts';
import { isOf, refusalOf } from './refuse.ts';

const CLASS = 'volume.beta.kubernetes.io/storage-class';

const classOf = ({ metadata, spec }: PersistentVolumeClaim) => metadata.annotations?.[CLASS] ?? spec?.storageClassName;

/** A claim that names no class gets the default one. Upstream: plugin/pkg/admission/storage/storageclass/setdefault. */
export const defaultStorageClass = ({ stored }: Pick<AdmissionParts, 'stored'>): AdmissionPlugin => ({
  name: 'DefaultStorageClass',
  handles: (operation, definition, subresource) =>
    operation === 'CREATE' && isOf(definition, '', 'persistentvolumeclaims') && subresource === '',
  admit({ object }) {
    const claim = object as PersistentVolumeClaim;
    if (classOf(claim) !== undefined) return object;
    const found = newestDefault(stored.list<StorageClass>('storage.k8s.io', 'storageclasses'), [
      'storageclass.kubernetes.io/is-default-class',
      'storageclass.beta.kubernetes.io/is-default-class',
    ]);
    return found === undefined
      ? object
      : ({ ...claim, spec: { ...claim.spec, storageClassName: found } } as KubeObject);
  },
});

const FINALIZERS: Readonly<Record<string, string>> = {
  '/persistentvolumes': 'kubernetes.io/pv-protection',
  '/persistentvolumeclaims': 'kubernetes.io/pvc-protection',
  'storage.k8s.io/volumeattributesclasses': 'kubernetes.io/vac-protection',
};

/** What is in use is not removed before its controller says so. Upstream: plugin/pkg/admission/storage/storageobjectinuseprotection. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  handles: (operation, { group, resource }, subresource) =>
    operation === 'CREATE' && subresource === '' && FINALIZERS[`${group}/${resource}`] !== undefined,
  admit({ object, definition: { group, resource } }) {
    const finalizer = FINALIZERS[`${group}/${resource}`]!;
    const { metadata } = object!;
    if (metadata.finalizers?.includes(finalizer)) return object;
    return { ...object!, metadata: { ...metadata, finalizers: [...(metadata.finalizers ?? []), finalizer] } };
  },
};

/** Only bound claims of a class that allows it grow. Upstream: plugin/pkg/admission/storage/persistentvolume/resize. */
export const persistentVolumeClaimResize = ({ stored }: Pick<AdmissionParts, 'stored'>): AdmissionPlugin => ({
  name: 'PersistentVolumeClaimResize',
  handles: (operation, definition, subresource) =>
    operation === 'UPDATE' && isOf(definition, '', 'persistentvolumeclaims') && subresource === '',
  validate(attributes) {
    const next = attributes.object as PersistentVolumeClaim;
    const old = attributes.old as PersistentVolumeClaim;
    const asked = tryQuantity(next.spec?.resources?.requests?.['storage'] ?? '0');
    const before = tryQuantity(old.spec?.resources?.requests?.['storage'] ?? '0');
    if (asked === undefined || before === undefined || compareQuantities(asked, before) <= 0) return;
    if (old.status?.phase !== 'Bound')
      throw refusalOf(attributes, 'Only bound persistent volume claims can be expanded');
    const name = classOf(next);
    const found = name ? stored.get<StorageClass>('storage.k8s.io', 'storageclasses', '', name) : undefined;
    if (name === classOf(old) && found?.allowVolumeExpansion === true) return;
    throw refusalOf(
      attributes,
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  },
});
