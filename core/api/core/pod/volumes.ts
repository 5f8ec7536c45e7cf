import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  Volume,
  VolumeProjection,
} from '#core/api/types';
import { dnsLabelProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { parseQuantity } from '#core/machinery/quantity';
import { duplicate, forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import {
  annotationProblems,
  at,
  each,
  given,
  labelProblems,
  matching,
  present,
  type Rule,
  type Rules,
} from '#core/machinery/validation';
import { claimSpecProblems } from '../persistentvolumeclaim/spec.ts';
import { withoutBacksteps as noBacksteps } from '../volumes/paths.ts';
import { driverNameProblems, iscsi, remoteSources } from '../volumes/sources.ts';
import { fileFieldReference, volumeResourceReference } from './env.ts';

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

export const fileMode: Rule<number | undefined> = (mode, path, problems) => {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) problems.push(invalid(path, mode, MODE));
};

/** A path within a volume. */
export const descending: Rule<string> = (target, path, problems) => {
  if (target.startsWith('/')) problems.push(invalid(path, target, 'must be a relative path'));
  noBacksteps(target, path, problems);
};

/** A path that a kubelet may write: its own bookkeeping starts with two dots. */
const writable: Rule<string> = (target, path, problems) => {
  descending(target, path, problems);
  if (target.startsWith('..') && !target.startsWith('../'))
    problems.push(invalid(path, target, "must not start with '..'"));
};

const item: Rules<KeyToPath> = [at('key', present()), at('path', present(), given(writable)), at('mode', fileMode)];

const downwardFile: Rule<DownwardAPIVolumeFile> = (file, path, problems) => {
  const { fieldRef, resourceFieldRef } = file;
  if (file.path === '') problems.push(required(`${path}.path`));
  writable(file.path, `${path}.path`, problems);
  if (fieldRef !== undefined) {
    fileFieldReference(fieldRef, `${path}.fieldRef`, problems);
    if (resourceFieldRef !== undefined) {
      problems.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (resourceFieldRef !== undefined)
    volumeResourceReference(resourceFieldRef, `${path}.resourceFieldRef`, problems);
  else problems.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  fileMode(file.mode, `${path}.mode`, problems);
};

const PROJECTIONS = [
  'secret',
  'configMap',
  'downwardAPI',
  'serviceAccountToken',
  'clusterTrustBundle',
  'podCertificate',
] as const;

const TEN_MINUTES = 600;

const projection: Rules<VolumeProjection> = [
  at('secret', given(at('name', present()), at('items', each(...item)))),
  at('configMap', given(at('name', present()), at('items', each(...item)))),
  at('downwardAPI', (source, path, problems) => {
    for (const file of source?.items ?? []) downwardFile(file, path, problems);
  }),
  at('serviceAccountToken.expirationSeconds', (seconds, path, problems) => {
    if (seconds === undefined) return;
    if (seconds < TEN_MINUTES) problems.push(invalid(path, seconds, 'may not specify a duration less than 10 minutes'));
    if (seconds > 2 ** 32) problems.push(invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }),
  (source, path, problems) => {
    if (PROJECTIONS.filter((name) => source[name] !== undefined).length > 1) {
      problems.push(forbiddenField(path, 'may not specify more than 1 volume type per source'));
    }
  },
];

/** Two sources may not write one file. */
const distinctPaths: Rule<ProjectedVolumeSource> = ({ sources }, path, problems) => {
  const seen = new Set<string>();
  const claim = (file: string, shown: string) => {
    if (seen.has(file)) problems.push(invalid(path, shown, 'conflicting duplicate paths'));
    seen.add(file);
  };
  for (const { secret, configMap, downwardAPI, serviceAccountToken } of sources ?? []) {
    for (const { path: file } of secret?.items ?? []) claim(file, secret?.name ?? '');
    for (const { path: file } of configMap?.items ?? []) claim(file, configMap?.name ?? '');
    for (const { path: file } of downwardAPI?.items ?? []) claim(file, file);
    if (serviceAccountToken === undefined) continue;
    if (serviceAccountToken.path === '') problems.push(required(`${path}.path`));
    else writable(serviceAccountToken.path, `${path}.path`, problems);
  }
};

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
  noBacksteps(source.path, `${path}.path`, problems);
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type)) {
    problems.push(notSupported(`${path}.type`, source.type, HOST_PATH_TYPES.toSorted()));
  }
};

const remote = (name: string): Rule<object> => remoteSources[name] as Rule<object>;

/** The sources that a volume may have, with their own rules; exactly one is given. */
const SOURCES: { readonly [K in keyof Volume]?: Rule<NonNullable<Volume[K]>> } = {
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
  projected: (source, path, problems) => {
    fileMode(source.defaultMode, `${path}.defaultMode`, problems);
    each(...projection)(source.sources, `${path}.sources`, problems);
    distinctPaths(source, path, problems);
  },
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
    annotationProblems(template.metadata?.annotations, `${place}.metadata.annotations`, problems);
    labelProblems(template.metadata?.labels, `${place}.metadata.labels`, problems);
    for (const field of Object.keys(template.metadata ?? {})) {
      if (field === 'annotations' || field === 'labels') continue;
      problems.push(forbiddenField(`${place}.metadata.${field}`, 'cannot be set'));
    }
    claimSpecProblems(template.spec, `${place}.spec`, problems);
  },
  image: ({ reference = '' }, path, problems) => {
    if (reference === '') problems.push(required(`${path}.reference`));
  },
};

function sourceProblems(volume: Volume, path: string, problems: Problem[]): void {
  let count = 0;
  for (const name of Object.keys(SOURCES) as (keyof Volume)[]) {
    const source = volume[name];
    if (source === undefined) continue;
    if (count++ > 0) problems.push(forbiddenField(`${path}.${name}`, 'may not specify more than 1 volume type'));
    else (SOURCES[name] as Rule<unknown>)(source, `${path}.${name}`, problems);
  }
  if (count === 0) problems.push(required(path, 'must specify a volume type'));
}

/** Gives the names of those volumes that are sound: containers may mount no others. */
export function volumeProblems(
  volumes: readonly Volume[] | undefined,
  path: string,
  problems: Problem[],
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [i, volume] of (volumes ?? []).entries()) {
    const own: Problem[] = [];
    const place = `${path}[${i}]`;
    sourceProblems(volume, place, own);
    if (volume.name === '') own.push(required(`${place}.name`));
    else matching(dnsLabelProblems)(volume.name, `${place}.name`, own);
    if (names.has(volume.name)) own.push(duplicate(`${place}.name`, volume.name));
    if (own.length === 0) names.add(volume.name);
    else problems.push(...own);
  }
  return names;
}
