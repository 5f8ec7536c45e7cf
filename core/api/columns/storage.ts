import type {
  CSIDriver,
  CSINode,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
  VolumeAttributesClass,
} from '#core/api/types';
import { age, nameOf, orNone, orUnset, show } from './kit.ts';

const MODES = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

const accessModes = (modes: readonly string[] | undefined): string =>
  MODES.flatMap(([mode, short]) => (modes?.includes(mode) === true ? [short] : [])).join();

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export const persistentVolumes = show<PersistentVolume>(
  [
    'Name',
    'Capacity',
    'Access Modes',
    'Reclaim Policy',
    'Status',
    'Claim',
    'StorageClass',
    'VolumeAttributesClass',
    'Reason',
    'Age',
    '*VolumeMode',
  ],
  (object, now) => {
    const { spec, status, metadata } = object;
    const claim = spec?.claimRef;
    return [
      nameOf(object),
      spec?.capacity?.['storage'] ?? '0',
      accessModes(spec?.accessModes),
      spec?.persistentVolumeReclaimPolicy ?? '',
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
      claim === undefined ? '' : `${claim.namespace ?? ''}/${claim.name ?? ''}`,
      metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '',
      orUnset(spec?.volumeAttributesClassName),
      status?.reason ?? '',
      age(object, now),
      orUnset(spec?.volumeMode),
    ];
  },
);

export const persistentVolumeClaims = show<PersistentVolumeClaim>(
  [
    'Name',
    'Status',
    'Volume',
    'Capacity',
    'Access Modes',
    'StorageClass',
    'VolumeAttributesClass',
    'Age',
    '*VolumeMode',
  ],
  (object, now) => {
    const { spec, status, metadata } = object;
    const bound = (spec?.volumeName ?? '') !== '';
    return [
      nameOf(object),
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
      spec?.volumeName ?? '',
      bound ? (status?.capacity?.['storage'] ?? '0') : '',
      bound ? accessModes(status?.accessModes) : '',
      metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '',
      orUnset(spec?.volumeAttributesClassName),
      age(object, now),
      orUnset(spec?.volumeMode),
    ];
  },
);

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export const storageClasses = show<StorageClass>(
  ['Name', 'Provisioner', 'ReclaimPolicy', 'VolumeBindingMode', 'AllowVolumeExpansion', 'Age'],
  (object, now) => {
    const standard = DEFAULT_CLASS.some((annotation) => object.metadata.annotations?.[annotation] === 'true');
    return [
      `${nameOf(object)}${standard ? ' (default)' : ''}`,
      object.provisioner,
      object.reclaimPolicy ?? 'Delete',
      object.volumeBindingMode ?? 'Immediate',
      object.allowVolumeExpansion === true,
      age(object, now),
    ];
  },
);

export const volumeAttributesClasses = show<VolumeAttributesClass>(['Name', 'DriverName', 'Age'], (object, now) => [
  nameOf(object),
  object.driverName,
  age(object, now),
]);

export const volumeAttachments = show<VolumeAttachment>(
  ['Name', 'Attacher@', 'PV', 'Node', 'Attached?', 'Age'],
  (object, now) => {
    const { spec, status } = object;
    return [
      nameOf(object),
      spec?.attacher ?? '',
      spec?.source.persistentVolumeName ?? '',
      spec?.nodeName ?? '',
      status?.attached === true,
      age(object, now),
    ];
  },
);

export const csiNodes = show<CSINode>(['Name', 'Drivers#', 'Age'], (object, now) => [
  nameOf(object),
  object.spec?.drivers?.length ?? 0,
  age(object, now),
]);

export const csiDrivers = show<CSIDriver>(
  [
    'Name',
    'AttachRequired?',
    'PodInfoOnMount?',
    'StorageCapacity?',
    'TokenRequests',
    'RequiresRepublish?',
    'Modes',
    'Age',
  ],
  (object, now) => {
    const { spec } = object;
    return [
      nameOf(object),
      spec?.attachRequired ?? true,
      spec?.podInfoOnMount ?? false,
      spec?.storageCapacity ?? false,
      orUnset(spec?.tokenRequests?.map(({ audience }) => audience).join()),
      spec?.requiresRepublish ?? false,
      orNone(spec?.volumeLifecycleModes?.join()),
      age(object, now),
    ];
  },
);
