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

const isOld = (source: string): boolean => OLD_SOURCES.some(([old]) => old === source);

function ofVolume(volume: Volume, path: string, told: string[]): void {
  if (Object.keys(volume).some(isOld)) {
    for (const [source, why] of OLD_SOURCES)
      if (Object.hasOwn(volume, source)) told.push(`${path}.${source === 'storageos' ? 'storageOS' : source}: ${why}`);
  }
  if (volume.ephemeral !== undefined) told.push(...claimWarnings(volume, path));
}

export function volumeWarnings(volumes: readonly Volume[], path: string): readonly string[] {
  const told: string[] = [];
  for (let n = 0; n < volumes.length; n++) ofVolume(volumes[n]!, `${path}[${n}]`, told);
  for (const volume of volumes) told.push(...overlapWarnings(volume));
  return told;
}
