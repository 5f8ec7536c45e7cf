import { templateMetadataProblems } from '#core/api/rules';
import type { Volume } from '#core/api/types';
import { dnsLabelProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { parseQuantity } from '#core/machinery/quantity';
import { duplicate, forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { each, matching, once, type Rule } from '#core/machinery/validation';
import { claimSpecProblems } from '../persistentvolumeclaim/spec.ts';
import { withoutBacksteps } from '../volumes/paths.ts';
import { driverNameProblems, iscsi, remoteSources } from '../volumes/sources.ts';
import { pullPolicy } from './images.ts';
import type { Judged } from './judged.ts';
import { descending } from './paths.ts';
import { projectedProblems } from './projections.ts';
import { downwardFile, fileMode, item } from './volume-files.ts';

const HOST_PATH_TYPES = [
  '',
  'DirectoryOrCreate',
  'Directory',
  'FileOrCreate',
  'File',
  'Socket',
  'CharDevice',
  'BlockDevice',
];

const hostPath: Rule<NonNullable<Volume['hostPath']>> = (source, path, problems) => {
  if (source.path === '') {
    problems.push(required(`${path}.path`));
    return;
  }
  withoutBacksteps(source.path, `${path}.path`, problems);
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type)) {
    problems.push(notSupported(`${path}.type`, source.type, HOST_PATH_TYPES.toSorted()));
  }
};

const remote = (name: string): Rule<object> => remoteSources[name] as Rule<object>;

type SourceRule<T> = (source: T, path: string, problems: Problem[], judged: Judged) => void;

/** The sources that a volume may have, with their own rules; exactly one is given. */
const SOURCES: { readonly [K in keyof Volume]?: SourceRule<NonNullable<Volume[K]>> } = {
  emptyDir: ({ sizeLimit }, path, problems) => {
    if (sizeLimit !== undefined && parseQuantity(sizeLimit).nano < 0n) {
      problems.push(forbiddenField(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
    }
  },
  hostPath,
  gitRepo: ({ repository, directory = '' }, path, problems) => {
    if (repository === '') problems.push(required(`${path}.repository`));
    descending(directory, `${path}.directory`, problems);
  },
  gcePersistentDisk: remote('gcePersistentDisk'),
  awsElasticBlockStore: remote('awsElasticBlockStore'),
  secret: (source, path, problems) => {
    if ((source.secretName ?? '') === '') problems.push(required(`${path}.secretName`));
    fileMode(source.defaultMode, `${path}.defaultMode`, problems);
    each(...item)(source.items, `${path}.items`, problems);
  },
  nfs: remote('nfs'),
  iscsi: iscsi('must be valid format starting with iqn, eui, or naa') as Rule<object>,
  glusterfs: remote('glusterfs'),
  flocker: remote('flocker'),
  persistentVolumeClaim: ({ claimName }, path, problems) => {
    if (claimName === '') problems.push(required(`${path}.claimName`));
  },
  rbd: remote('rbd'),
  cinder: remote('cinder'),
  cephfs: remote('cephfs'),
  quobyte: remote('quobyte'),
  downwardAPI: (source, path, problems) => {
    fileMode(source.defaultMode, `${path}.defaultMode`, problems);
    for (const file of source.items ?? []) downwardFile(file, path, problems);
  },
  fc: remote('fc'),
  flexVolume: remote('flexVolume'),
  configMap: (source, path, problems) => {
    if ((source.name ?? '') === '') problems.push(required(`${path}.name`));
    fileMode(source.defaultMode, `${path}.defaultMode`, problems);
    each(...item)(source.items, `${path}.items`, problems);
  },
  azureFile: remote('azureFile'),
  vsphereVolume: remote('vsphereVolume'),
  photonPersistentDisk: remote('photonPersistentDisk'),
  portworxVolume: remote('portworxVolume'),
  azureDisk: remote('azureDisk'),
  storageos: remote('storageos'),
  projected: once(projectedProblems),
  scaleIO: remote('scaleIO'),
  csi: ({ driver, nodePublishSecretRef: secret }, path, problems) => {
    driverNameProblems(driver, `${path}.driver`, problems);
    if (secret === undefined) return;
    const { name = '' } = secret;
    if (name === '') problems.push(required(`${path}.nodePublishSecretRef.name`));
    else matching(dnsSubdomainProblems)(name, `${path}.name`, problems);
  },
  ephemeral: ({ volumeClaimTemplate: template }, path, problems) => {
    const place = `${path}.volumeClaimTemplate`;
    if (template === undefined) {
      problems.push(required(place));
      return;
    }
    templateMetadataProblems(template.metadata, `${place}.metadata`, problems);
    claimSpecProblems(template.spec, `${place}.spec`, problems);
  },
  image: ({ reference = '', pullPolicy: policy }, path, problems, { pod }) => {
    // Whoever makes pods of a template may fill it in.
    if (pod !== undefined && reference === '') problems.push(required(`${path}.reference`));
    pullPolicy(policy, `${path}.pullPolicy`, problems);
  },
};

/** Two sources have another name where they are one too many; clients have always seen them so. */
const SPELLED: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };
const MAX_SESSION = 64;
const label = matching(dnsLabelProblems);

/** What depends on more than the source itself. */
function placedProblems(volume: Volume, { pod }: Judged, path: string, problems: Problem[]): void {
  const { name, iscsi: session, ephemeral } = volume;
  if (session?.initiatorName !== undefined && `${name}:${session.targetPortal}`.length > MAX_SESSION) {
    const detail =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    problems.push(invalid(`${path}.name`, name, detail));
  }
  if (pod === undefined) return;
  const { name: podName = '' } = pod;
  if (ephemeral === undefined || podName === '' || name === '') return;
  const claim = `${podName}-${name}`;
  for (const why of dnsSubdomainProblems(claim)) {
    problems.push(invalid(`${path}.name`, name, `PVC name ${JSON.stringify(claim)}: ${why}`));
  }
}

const IN_ORDER = Object.keys(SOURCES) as readonly (keyof Volume)[];

/** In the order of `SOURCES`. */
function sourcesOf(volume: Volume): readonly (keyof Volume)[] {
  const given = (Object.keys(volume) as (keyof Volume)[]).filter(
    (name) => volume[name] !== undefined && Object.hasOwn(SOURCES, name),
  );
  return given.length < 2 ? given : IN_ORDER.filter((name) => given.includes(name));
}

function sourceProblems(volume: Volume, judged: Judged, path: string, problems: Problem[]): void {
  const [first, ...others] = sourcesOf(volume);
  if (first !== undefined) {
    (SOURCES[first] as SourceRule<unknown>)(volume[first], `${path}.${first}`, problems, judged);
    for (const name of others)
      problems.push(forbiddenField(`${path}.${SPELLED[name] ?? name}`, 'may not specify more than 1 volume type'));
  }
  placedProblems(volume, judged, path, problems);
  if (first === undefined) problems.push(required(path, 'must specify a volume type'));
}

/** Those volumes that are sound, by their names: containers may mount no others. */
export type SoundVolumes = ReadonlyMap<string, Volume>;

/** Upstream: pkg/apis/core/validation/validation.go (ValidateVolumes). */
export function volumeProblems(
  volumes: readonly Volume[] | undefined,
  judged: Judged,
  path: string,
  problems: Problem[],
): SoundVolumes {
  const sound = new Map<string, Volume>();
  if (volumes === undefined) return sound;
  const podName = judged.pod?.name ?? '';
  const made = volumes.filter(({ ephemeral }) => ephemeral).map(({ name }) => `${podName}-${name}`);
  for (const [i, volume] of volumes.entries()) {
    const own: Problem[] = [];
    const place = `${path}[${i}]`;
    sourceProblems(volume, judged, place, own);
    if (volume.name === '') own.push(required(`${place}.name`));
    else label(volume.name, `${place}.name`, own);
    if (sound.has(volume.name)) own.push(duplicate(`${place}.name`, volume.name));
    if (own.length === 0) sound.set(volume.name, volume);
    else problems.push(...own);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (podName === '' || claim === undefined || !made.includes(claim)) continue;
    const detail = 'must not reference a PVC that gets created for an ephemeral volume';
    problems.push(invalid(`${place}.persistentVolumeClaim.claimName`, claim, detail));
  }
  return sound;
}
