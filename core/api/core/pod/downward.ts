import type { ObjectFieldSelector, ResourceFieldSelector } from '#core/api/types';
import { qualifiedNameProblems } from '#core/machinery/names';
import { parseQuantity } from '#core/machinery/quantity';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching, type Rule } from '#core/machinery/validation';

const POD_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const FILE_FIELDS = ['metadata.name', 'metadata.namespace', 'metadata.labels', 'metadata.annotations', 'metadata.uid'];
const RESOURCES = [
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
];

/** All that pods have ever shown of themselves; which of them may be used depends on where. */
const KNOWN = new Set([
  ...POD_FIELDS,
  ...FILE_FIELDS,
  'spec.host',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);
const SUBSCRIPTED = new Set(['metadata.labels', 'metadata.annotations']);

/** `metadata.labels['a']` is `metadata.labels` and `a`. */
const subscript = /^(.+?)\['(.*)'\]$/s;

/** Why a field cannot be read at all. */
function unknownField(apiVersion: string, fieldPath: string): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  const match = subscript.exec(fieldPath);
  if (match === null) return KNOWN.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`;
  return SUBSCRIPTED.has(match[1]!) ? undefined : `field label does not support subscript: ${fieldPath}`;
}

const fieldReference =
  (supported: readonly string[]): Rule<ObjectFieldSelector> =>
  ({ apiVersion = '', fieldPath = '' }, path, problems) => {
    if (apiVersion === '') problems.push(required(`${path}.apiVersion`));
    else if (fieldPath === '') problems.push(required(`${path}.fieldPath`));
    else {
      const place = `${path}.fieldPath`;
      const unknown = unknownField(apiVersion, fieldPath);
      const [, field, key] = subscript.exec(fieldPath) ?? [];
      const name = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
      if (unknown !== undefined) problems.push(invalid(place, fieldPath, `error converting fieldPath: ${unknown}`));
      else if (key !== undefined) {
        matching(qualifiedNameProblems)(field === 'metadata.annotations' ? key.toLowerCase() : key, path, problems);
      } else if (!supported.includes(name)) problems.push(notSupported(place, name, supported.toSorted()));
    }
  };

const BYTES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** In which units a resource may be told, and what a refusal calls it. */
function unitsOf(resource: string): readonly [units: readonly string[], name: string] | undefined {
  switch (/^(?:limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-)/.exec(resource)?.[1]) {
    case 'cpu':
      return [['1m', '1'], 'cpu'];
    case 'memory':
      return [BYTES, 'memory'];
    case 'ephemeral-storage':
      return [BYTES, 'local ephemeral storage'];
    case 'hugepages-':
      return [BYTES, 'hugepages'];
    default:
      return undefined;
  }
}

function divisorProblems({ resource, divisor }: ResourceFieldSelector, path: string, problems: Problem[]): void {
  const [units, name] = unitsOf(resource) ?? [];
  if (divisor === undefined || units === undefined || parseQuantity(divisor).nano === 0n) return;
  if (units.includes(divisor)) return;
  const all = name === 'cpu' ? units.join(' and ') : units.join(', ');
  const detail = `only divisor's values ${all} are supported with the ${name} resource`;
  problems.push(invalid(path, resource, detail));
}

const resourceReference =
  (inVolume: boolean): Rule<ResourceFieldSelector> =>
  (reference, path, problems) => {
    const { resource, containerName = '' } = reference;
    if (inVolume && containerName === '') problems.push(required(`${path}.containerName`));
    else if (resource === '') problems.push(required(`${path}.resource`));
    else if (!RESOURCES.includes(resource) && !/^(?:requests|limits)\.hugepages-/.test(resource)) {
      problems.push(notSupported(`${path}.resource`, resource, RESOURCES.toSorted()));
    }
    divisorProblems(reference, `${path}.divisor`, problems);
  };

/** For variables, and for files of volumes. */
export const envFieldReference = fieldReference(POD_FIELDS);
export const fileFieldReference = fieldReference(FILE_FIELDS);
export const envResourceReference = resourceReference(false);
export const fileResourceReference = resourceReference(true);
