import { dnsLabelProblems, dnsSubdomainProblems, rangeProblem } from '#core/machinery/names';
import { invalid, notSupported, type Problem, required, tooLong } from '#core/machinery/status';
import { matching, type Rule } from '#core/machinery/validation';

/** A source as it came: what a rule does not look at, it does not know. */
export type Source = Readonly<Record<string, unknown>>;
export type SourceRule = Rule<Source>;

const text = (source: Source, field: string): string => (source[field] as string | undefined) ?? '';
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Fields that must be there. */
export const needs =
  (...fields: readonly string[]): SourceRule =>
  (source, path, problems) => {
    for (const field of fields) if (isEmpty(source[field])) problems.push(required(`${path}.${field}`));
  };

export const all =
  (...rules: readonly SourceRule[]): SourceRule =>
  (source, path, problems) => {
    for (const rule of rules) rule(source, path, problems);
  };

/** A reference, where there is one, with these fields. */
export const secretNeeds =
  (...fields: readonly string[]): SourceRule =>
  ({ secretRef }, path, problems) => {
    if (secretRef !== undefined) needs(...fields)(secretRef as Source, `${path}.secretRef`, problems);
  };

const partition: SourceRule = (source, path, problems) => {
  const number = (source['partition'] as number | undefined) ?? 0;
  if (number < 0 || number > 255) problems.push(invalid(`${path}.partition`, number, rangeProblem(1, 255)));
};

const unit = (value: unknown, path: string, problems: Problem[]): void => {
  const number = (value as number | undefined) ?? 0;
  if (number < 0 || number > 255) problems.push(invalid(path, number, rangeProblem(0, 255)));
};

const flocker: SourceRule = (source, path, problems) => {
  const [name, uuid] = [text(source, 'datasetName'), text(source, 'datasetUUID')];
  if (name === '' && uuid === '') problems.push(required(path, 'one of datasetName and datasetUUID is required'));
  if (name !== '' && uuid !== '') {
    problems.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (name.includes('/')) problems.push(invalid(`${path}.datasetName`, name, "must not contain '/'"));
};

const PAIRS = 'must be a host:port pair or multiple pairs separated by commas';
const isPair = (pair: string): boolean => /^(\[[^\]]*\]|[^:[\]]*):[^:]*$/.test(pair);

const quobyte: SourceRule = (source, path, problems) => {
  const registry = text(source, 'registry');
  if (registry === '') problems.push(required(`${path}.registry`, PAIRS));
  else if (text(source, 'tenant').length >= 65) {
    problems.push(required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    for (const pair of registry.split(',')) {
      if (!isPair(pair)) problems.push(invalid(`${path}.registry`, registry, PAIRS));
    }
  }
  needs('volume')(source, path, problems);
};

const fc: SourceRule = (source, path, problems) => {
  const names = (source['targetWWNs'] as readonly string[] | undefined) ?? [];
  const identifiers = (source['wwids'] as readonly string[] | undefined) ?? [];
  const place = `${path}.targetWWNs`;
  if (names.length === 0 && identifiers.length === 0) {
    problems.push(required(place, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (names.length > 0 && identifiers.length > 0) {
    problems.push(invalid(place, names, 'targetWWNs and wwids can not be specified simultaneously'));
  }
  if (names.length === 0) return;
  if (source['lun'] === undefined) problems.push(required(`${path}.lun`, 'lun is required if targetWWNs is specified'));
  else unit(source['lun'], `${path}.lun`, problems);
};

const flexVolume: SourceRule = (source, path, problems) => {
  needs('driver')(source, path, problems);
  for (const key of Object.keys((source['options'] as object | undefined) ?? {})) {
    const namespace = `.${key.split('/')[0]!.toLowerCase()}`;
    if (!namespace.endsWith('.kubernetes.io') && !namespace.endsWith('.k8s.io')) continue;
    problems.push(invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'));
  }
};

const CACHING = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_DISK = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

const azureDisk: SourceRule = (source, path, problems) => {
  needs('diskName', 'diskURI')(source, path, problems);
  const { cachingMode, kind } = source as { readonly cachingMode?: string; readonly kind?: string };
  const uri = text(source, 'diskURI');
  if (cachingMode !== undefined && !CACHING.includes(cachingMode)) {
    problems.push(notSupported(`${path}.cachingMode`, cachingMode, CACHING));
  }
  if (kind === undefined) return;
  if (!DISK_KINDS.includes(kind)) problems.push(notSupported(`${path}.kind`, kind, DISK_KINDS));
  const [start, form] = kind === 'Managed' ? ['/subscriptions/', MANAGED_DISK] : ['https://', BLOB_DISK];
  if (!uri.startsWith(start)) problems.push(notSupported(`${path}.diskURI`, uri, [form]));
};

const storageos: SourceRule = (source, path, problems) => {
  const [name, namespace] = [text(source, 'volumeName'), text(source, 'volumeNamespace')];
  if (name === '') problems.push(required(`${path}.volumeName`));
  else matching(dnsLabelProblems)(name, `${path}.volumeName`, problems);
  if (namespace !== '') matching(dnsLabelProblems)(namespace, `${path}.volumeNamespace`, problems);
};

const INITIATORS: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};

function initiatorProblems(name: string, start: string, path: string, problems: Problem[]): void {
  const form = INITIATORS[name.slice(0, 3)];
  if (form === undefined) problems.push(invalid(path, name, start));
  else if (!form.test(name)) problems.push(invalid(path, name, 'must be valid format'));
}

/** `start` is what is said of a name that starts like none of the three forms. */
export const iscsi =
  (start: string): SourceRule =>
  (source, path, problems) => {
    needs('targetPortal', 'iqn')(source, path, problems);
    const iqn = text(source, 'iqn');
    if (iqn !== '') initiatorProblems(iqn, start, `${path}.iqn`, problems);
    unit(source['lun'], `${path}.lun`, problems);
    const asks = source['chapAuthDiscovery'] === true || source['chapAuthSession'] === true;
    if (asks && source['secretRef'] === undefined) problems.push(required(`${path}.secretRef`));
    const { initiatorName } = source as { readonly initiatorName?: string };
    if (initiatorName !== undefined) initiatorProblems(initiatorName, start, `${path}.initiatorname`, problems);
  };

const MAX_DRIVER = 63;

/** The name of a CSI driver; case does not count. */
export function driverNameProblems(name: string | undefined, path: string, problems: Problem[]): void {
  if ((name ?? '') === '') {
    problems.push(required(path));
    return;
  }
  if (name!.length > MAX_DRIVER) problems.push(tooLong(path, MAX_DRIVER));
  for (const detail of dnsSubdomainProblems(name!.toLowerCase())) problems.push(invalid(path, name, detail));
}

export const nfs: SourceRule = (source, path, problems) => {
  needs('server', 'path')(source, path, problems);
  const target = text(source, 'path');
  if (!target.startsWith('/')) {
    problems.push(invalid(`${path}.path`, target, 'must be an absolute path'));
  }
};

/** Storage that pods and PersistentVolumes reach alike. Upstream: pkg/apis/core/validation/validation.go. */
export const remoteSources: Readonly<Record<string, SourceRule>> = {
  gcePersistentDisk: (source, path, problems) =>
    all(needs('pdName'), partition)(source, path.replace(/gcePersistentDisk$/, 'persistentDisk'), problems),
  awsElasticBlockStore: all(needs('volumeID'), partition),
  nfs,
  glusterfs: needs('endpoints', 'path'),
  flocker,
  rbd: needs('monitors', 'image'),
  quobyte,
  cinder: all(needs('volumeID'), secretNeeds('name')),
  cephfs: needs('monitors'),
  fc,
  flexVolume,
  azureFile: needs('secretName', 'shareName'),
  vsphereVolume: needs('volumePath'),
  photonPersistentDisk: needs('pdID'),
  portworxVolume: needs('volumeID'),
  azureDisk,
  storageos: all(storageos, secretNeeds('name')),
  scaleIO: needs('gateway', 'system', 'volumeName'),
};
