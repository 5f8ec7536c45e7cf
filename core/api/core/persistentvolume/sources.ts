import { dnsLabelProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { invalid, notSupported, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';
import { withoutBacksteps } from '../volumes/paths.ts';
import {
  all,
  driverNameProblems,
  iscsi,
  needs,
  remoteSources,
  secretNeeds,
  type SourceRule,
} from '../volumes/sources.ts';

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

const hostPath: SourceRule = (source, path, problems) => {
  const { path: target = '', type } = source as { readonly path?: string; readonly type?: string };
  if (target === '') {
    problems.push(required(`${path}.path`));
    return;
  }
  withoutBacksteps(target, `${path}.path`, problems);
  if (type !== undefined && !HOST_PATH_TYPES.includes(type)) {
    problems.push(notSupported(`${path}.type`, type, HOST_PATH_TYPES));
  }
};

const local: SourceRule = (source, path, problems) => {
  const { path: target = '' } = source as { readonly path?: string };
  if (target === '') problems.push(required(`${path}.path`));
  else withoutBacksteps(target, `${path}.path`, problems);
};

const glusterfs: SourceRule = (source, path, problems) => {
  needs('endpoints', 'path')(source, path, problems);
  const { endpointsNamespace: namespace } = source as { readonly endpointsNamespace?: string };
  if (namespace === undefined) return;
  const place = `${path}.endpointsNamespace`;
  if (namespace === '') {
    problems.push(invalid(place, namespace, 'if the endpointnamespace is set, it must be a valid namespace name'));
  } else matching(dnsLabelProblems)(namespace, place, problems);
};

const azureFile: SourceRule = (source, path, problems) => {
  needs('secretName', 'shareName')(source, path, problems);
  if (source['secretNamespace'] === '') problems.push(required(`${path}.secretNamespace`));
};

const SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
];

const csi: SourceRule = (source, path, problems) => {
  driverNameProblems(source['driver'] as string | undefined, `${path}.driver`, problems);
  needs('volumeHandle')(source, path, problems);
  for (const field of SECRETS) {
    const reference = source[field] as { readonly name?: string; readonly namespace?: string } | undefined;
    if (reference === undefined) continue;
    const { name = '', namespace = '' } = reference;
    const place = `${path}.${field}`;
    if (name === '') problems.push(required(`${place}.name`));
    else matching(dnsSubdomainProblems)(name, `${place}.name`, problems);
    if (namespace === '') problems.push(required(`${place}.namespace`));
    else matching(dnsLabelProblems)(namespace, `${place}.namespace`, problems);
  }
};

const MAX_SESSION = 64;

/** `name` is the volume's: it is part of the session's name. */
const iscsiOf =
  (name: string): SourceRule =>
  (source, path, problems) => {
    iscsi('must be valid format')(source, path, problems);
    const { targetPortal = '', initiatorName } = source as {
      readonly targetPortal?: string;
      readonly initiatorName?: string;
    };
    if (initiatorName !== undefined && `${name}:${targetPortal}`.length > MAX_SESSION) {
      const detail =
        'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
      problems.push(invalid(`${path}.targetportal`, targetPortal, detail));
    }
    secretNeeds('name')(source, path, problems);
  };

/** The sources of a volume that the cluster knows, in the order in which they are looked at: the first given counts. */
export const volumeSources = (name: string): Readonly<Record<string, SourceRule>> => ({
  hostPath,
  gcePersistentDisk: remoteSources['gcePersistentDisk']!,
  awsElasticBlockStore: remoteSources['awsElasticBlockStore']!,
  glusterfs,
  flocker: remoteSources['flocker']!,
  nfs: remoteSources['nfs']!,
  rbd: remoteSources['rbd']!,
  quobyte: remoteSources['quobyte']!,
  cephfs: remoteSources['cephfs']!,
  iscsi: iscsiOf(name),
  cinder: all(remoteSources['cinder']!, secretNeeds('namespace')),
  fc: remoteSources['fc']!,
  flexVolume: remoteSources['flexVolume']!,
  azureFile,
  vsphereVolume: remoteSources['vsphereVolume']!,
  photonPersistentDisk: remoteSources['photonPersistentDisk']!,
  portworxVolume: remoteSources['portworxVolume']!,
  azureDisk: remoteSources['azureDisk']!,
  scaleIO: remoteSources['scaleIO']!,
  local,
  storageos: all(remoteSources['storageos']!, secretNeeds('namespace')),
  csi,
});
