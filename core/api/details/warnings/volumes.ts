import type { Volume } from '#core/api/types';
import { overlapWarnings } from './overlaps.ts';
import { fractions } from './quantities.ts';

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

/** Of the claim that is made for a volume. */
function claimWarnings({ ephemeral }: Volume, path: string): readonly string[] {
  const { requests, limits } = ephemeral?.volumeClaimTemplate?.spec.resources ?? {};
  const place = `${path}.ephemeral.volumeClaimTemplate.spec.resources`;
  return [
    ...fractions(requests, `${place}.requests`, ['storage']),
    ...fractions(limits, `${place}.limits`, ['storage']),
  ];
}

const ofVolume = (volume: Volume, path: string): readonly string[] => [
  ...OLD_SOURCES.flatMap(([source, why]) =>
    Object.hasOwn(volume, source) ? [`${path}.${source === 'storageos' ? 'storageOS' : source}: ${why}`] : [],
  ),
  ...claimWarnings(volume, path),
];

export const volumeWarnings = (volumes: readonly Volume[], path: string): readonly string[] => [
  ...volumes.flatMap((volume, n) => ofVolume(volume, `${path}[${n}]`)),
  ...overlapWarnings(volumes),
];
