import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, ResourceFieldSelector } from '#core/api/types';
import {
  configKeyProblems,
  dnsSubdomainProblems,
  envVarNameProblems,
  qualifiedNameProblems,
} from '#core/machinery/names';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { at, each, given, matching, present, type Rule, type Rules } from '#core/machinery/validation';

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

/** `metadata.labels['a']` is `metadata.labels` and `a`. */
const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/;

const fieldReference =
  (supported: readonly string[]): Rule<ObjectFieldSelector> =>
  ({ apiVersion = '', fieldPath = '' }, path, problems) => {
    if (apiVersion === '') problems.push(required(`${path}.apiVersion`));
    else if (fieldPath === '') problems.push(required(`${path}.fieldPath`));
    else if (apiVersion !== 'v1') {
      problems.push(
        invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`),
      );
    } else {
      const match = subscript.exec(fieldPath);
      if (match === null && !KNOWN.has(fieldPath)) {
        const detail = `error converting fieldPath: field label not supported: ${fieldPath}`;
        problems.push(invalid(`${path}.fieldPath`, fieldPath, detail));
        return;
      }
      if (match === null) {
        if (!supported.includes(fieldPath))
          problems.push(notSupported(`${path}.fieldPath`, fieldPath, supported.toSorted()));
        return;
      }
      const key = match[1] === 'metadata.annotations' ? match[2]!.toLowerCase() : match[2]!;
      for (const detail of qualifiedNameProblems(key)) problems.push(invalid(path, key, detail));
    }
  };

const resourceReference =
  (inVolume: boolean): Rule<ResourceFieldSelector> =>
  ({ resource, containerName = '' }, path, problems) => {
    if (inVolume && containerName === '') problems.push(required(`${path}.containerName`));
    else if (resource === '') problems.push(required(`${path}.resource`));
    else if (!RESOURCES.includes(resource) && !/^(?:requests|limits)\.hugepages-/.test(resource)) {
      problems.push(notSupported(`${path}.resource`, resource, RESOURCES.toSorted()));
    }
  };

export const fileFieldReference = fieldReference(FILE_FIELDS);
export const volumeResourceReference = resourceReference(true);

interface KeyReference {
  readonly name?: string;
  readonly key?: string;
}
const keyReference: Rules<KeyReference> = [
  at('name', (name = '', path, problems) => matching(dnsSubdomainProblems)(name, path, problems)),
  at('key', (key, path, problems) => {
    if (key === undefined || key === '') problems.push(required(path));
    else for (const detail of configKeyProblems(key)) problems.push(invalid(path, key, detail));
  }),
];

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;

const oneSource: Rule<EnvVar> = ({ value = '', valueFrom }, path, problems) => {
  if (valueFrom === undefined) return;
  const place = `${path}.valueFrom`;
  const count = SOURCES.filter((source) => valueFrom[source] !== undefined).length;
  if (count === 0) {
    const all =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    problems.push(invalid(place, '', all));
  } else if (value !== '') problems.push(invalid(place, '', 'may not be specified when `value` is not empty'));
  else if (count > 1) problems.push(invalid(place, '', 'may not have more than one field specified at a time'));
};

export const env = each<EnvVar>(
  at(
    'name',
    present(),
    given((name, path, problems) => name !== '' && matching(envVarNameProblems)(name, path, problems)),
  ),
  at(
    'valueFrom',
    given<EnvVarSource>(
      at('fieldRef', given(fieldReference(POD_FIELDS))),
      at('resourceFieldRef', given(resourceReference(false))),
      at('configMapKeyRef', given(...keyReference)),
      at('secretKeyRef', given(...keyReference)),
    ),
  ),
  oneSource,
);

/** A problem of one of these sources is told of the list as a whole, as clients know it. */
export function envFromProblems(
  sources: readonly EnvFromSource[] | undefined,
  path: string,
  problems: Problem[],
): void {
  for (const [i, { prefix = '', configMapRef, secretRef }] of (sources ?? []).entries()) {
    if (prefix !== '') matching(envVarNameProblems)(prefix, `${path}[${i}].prefix`, problems);
    if (configMapRef !== undefined && (configMapRef.name ?? '') === '')
      problems.push(required(`${path}[${i}].configMapRef.name`));
    if (secretRef !== undefined && (secretRef.name ?? '') === '')
      problems.push(required(`${path}[${i}].secretRef.name`));
    if (configMapRef === undefined && secretRef === undefined) {
      problems.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      problems.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
  }
}
