import type { Volume } from '#core/api/types';

/** Sources of volumes that are on their way out, or gone. */
const OLD_SOURCES: readonly (readonly [source: string, why: string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

export const volumeWarnings = (volumes: readonly Volume[], path: string): readonly string[] =>
  volumes.flatMap((volume, n) =>
    OLD_SOURCES.flatMap(([source, why]) =>
      Object.hasOwn(volume, source) ? [`${path}[${n}].${source === 'storageos' ? 'storageOS' : source}: ${why}`] : [],
    ),
  );
