import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
  VolumeAttributesClass,
} from '#core/api/types';
import { attachmentProblems, attachmentUpdateProblems } from './attachment.ts';
import { capacityProblems, capacityUpdateProblems } from './capacity.ts';
import {
  attributesClassProblems,
  attributesClassUpdateProblems,
  storageClassProblems,
  storageClassUpdateProblems,
} from './classes.ts';
import {
  csiNodeProblems,
  csiNodeUpdateProblems,
  driverProblems,
  driverUpdateProblems,
  driverWarnings,
} from './drivers.ts';

const GROUP = 'storage.k8s.io';

/** Strategies of the storage group. Upstream: pkg/registry/storage, pkg/apis/storage/validation/validation.go. */
export const storage: Readonly<Record<string, Strategy>> = {
  // A new driver has no generation; it is counted from the first change on.
  [`${GROUP}/csidrivers`]: checkedStrategy<CSIDriver>(
    `${GROUP}/csidrivers`,
    'CSIDriver',
    'v1',
    { create: driverProblems, update: driverUpdateProblems },
    {
      generation: false,
      warnings: (object, old) =>
        driverWarnings(object as unknown as CSIDriver, old as unknown as CSIDriver | undefined),
    },
  ),
  [`${GROUP}/csinodes`]: checkedStrategy<CSINode>(`${GROUP}/csinodes`, 'CSINode', 'v1', {
    create: csiNodeProblems,
    update: csiNodeUpdateProblems,
  }),
  [`${GROUP}/csistoragecapacities`]: checkedStrategy<CSIStorageCapacity>(
    `${GROUP}/csistoragecapacities`,
    'CSIStorageCapacity',
    'v1',
    { create: capacityProblems, update: capacityUpdateProblems },
  ),
  [`${GROUP}/storageclasses`]: checkedStrategy<StorageClass>(`${GROUP}/storageclasses`, 'StorageClass', 'v1', {
    create: storageClassProblems,
    update: storageClassUpdateProblems,
  }),
  [`${GROUP}/volumeattachments`]: checkedStrategy<VolumeAttachment>(
    `${GROUP}/volumeattachments`,
    'VolumeAttachment',
    'v1',
    { create: attachmentProblems, update: attachmentUpdateProblems, status: attachmentUpdateProblems },
  ),
  [`${GROUP}/volumeattributesclasses`]: checkedStrategy<VolumeAttributesClass>(
    `${GROUP}/volumeattributesclasses`,
    'VolumeAttributesClass',
    'v1',
    { create: attributesClassProblems, update: attributesClassUpdateProblems },
  ),
};
