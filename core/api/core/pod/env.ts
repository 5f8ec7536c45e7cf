import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, PodSpec } from '#core/api/types';
import {
  configKeyProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  envVarNameProblems,
  objectName,
} from '#core/machinery/names';
import { invalid, notFoundValue, type Problem, required } from '#core/machinery/status';
import { at, each, given, matching, present, type Rule, type Rules, when } from '#core/machinery/validation';
import { withoutBacksteps } from '../volumes/paths.ts';
import { envFieldReference, envResourceReference } from './downward.ts';
import { everyContainer, someContainer } from './every-container.ts';

const subdomain = matching(dnsSubdomainProblems);

interface KeyReference {
  readonly name?: string;
  readonly key?: string;
}
const keyReference: Rules<KeyReference> = [
  at('name', (name = '', path, problems) => subdomain(name, path, problems)),
  at('key', (key, path, problems) => {
    if (key === undefined || key === '') problems.push(required(path));
    else for (const detail of configKeyProblems(key)) problems.push(invalid(path, key, detail));
  }),
];

const variableName = matching(envVarNameProblems);
const isText = (value: string | undefined): boolean => value !== undefined && value !== '';

const fileReference: Rules<FileKeySelector> = [
  at('key', present(), when(isText, variableName)),
  at('volumeName', present(), when(isText, matching(dnsLabelProblems))),
  at('path', present(), given(withoutBacksteps)),
];

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;

const oneSource: Rule<EnvVar> = ({ value = '', valueFrom }, path, problems) => {
  if (valueFrom === undefined) return;
  const count = SOURCES.filter((source) => valueFrom[source] !== undefined).length;
  if (count === 1 && value === '') return;
  const place = `${path}.valueFrom`;
  if (count === 0) {
    const all =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    problems.push(invalid(place, '', all));
  } else if (value !== '') problems.push(invalid(place, '', 'may not be specified when `value` is not empty'));
  else if (count > 1) problems.push(invalid(place, '', 'may not have more than one field specified at a time'));
};

export const env = each<EnvVar>(
  at('name', present(), when(isText, variableName)),
  at(
    'valueFrom',
    given<EnvVarSource>(
      at('fieldRef', given(envFieldReference)),
      at('resourceFieldRef', given(envResourceReference)),
      at('configMapKeyRef', given(...keyReference)),
      at('secretKeyRef', given(...keyReference)),
      at('fileKeyRef', given(...fileReference)),
    ),
  ),
  oneSource,
);

const readsFiles = ({ env }: { readonly env?: readonly EnvVar[] }): boolean =>
  env?.some(({ valueFrom }) => valueFrom?.fileKeyRef !== undefined) === true;

/**
 * The volumes that files of variables are read from are there, and the pod's own.
 * Upstream: pkg/apis/core/validation/validation.go (validateFileKeyRefVolumes).
 */
export function fileVolumeProblems(spec: PodSpec, path: string, problems: Problem[]): void {
  if (!someContainer(spec, readsFiles)) return;
  const volumes = new Map(spec.volumes?.map((volume) => [volume.name, volume]));
  for (const [container, place] of everyContainer(spec, path)) {
    for (const [i, { valueFrom }] of (container.env ?? []).entries()) {
      if (valueFrom?.fileKeyRef === undefined) continue;
      const { volumeName } = valueFrom.fileKeyRef;
      const field = `${place}.env[${i}].valueFrom.fileKeyRef.volumeName`;
      const volume = volumes.get(volumeName);
      if (volume === undefined) problems.push(notFoundValue(field, volumeName));
      else if (volume.emptyDir === undefined) {
        problems.push(invalid(field, volumeName, 'referenced volume must be of type emptyDir'));
      }
    }
  }
}

/** The name may be meant as a prefix. */
const sourceName: Rule<string | undefined> = (name = '', path, problems) => {
  if (name === '') problems.push(required(path));
  else for (const detail of objectName(dnsSubdomainProblems)(name, true)) problems.push(invalid(path, name, detail));
};

/** A problem of one of these sources is told of the list as a whole, as clients know it. */
export function envFromProblems(
  sources: readonly EnvFromSource[] | undefined,
  path: string,
  problems: Problem[],
): void {
  for (const [i, { prefix = '', configMapRef, secretRef }] of (sources ?? []).entries()) {
    if (prefix !== '') variableName(prefix, `${path}[${i}].prefix`, problems);
    for (const [field, source] of Object.entries({ configMapRef, secretRef })) {
      if (source !== undefined) sourceName(source.name, `${path}[${i}].${field}.name`, problems);
    }
    if (configMapRef === undefined && secretRef === undefined) {
      problems.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      problems.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
  }
}
