import { subdomainProblems } from '#core/api/rules';
import type { PersistentVolumeClaimSpec, TypedLocalObjectReference, TypedObjectReference } from '#core/api/types';
import { dnsLabelProblems } from '#core/machinery/names';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching, selectorProblems } from '#core/machinery/validation';
import { accessModeProblems, positiveQuantity, VOLUME_MODES } from '../persistentvolume/spec.ts';

function dataSourceProblems(
  { name, kind, apiGroup: asked }: TypedLocalObjectReference | TypedObjectReference,
  path: string,
  problems: Problem[],
): void {
  const apiGroup = asked ?? '';
  if (!name) problems.push(required(`${path}.name`));
  if (!kind) problems.push(required(`${path}.kind`));
  if (apiGroup !== '') subdomainProblems(apiGroup, `${path}.apiGroup`, problems);
  else if (kind !== 'PersistentVolumeClaim') {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    problems.push(invalid(path, kind, detail));
  }
}

/** Two fields for one thing: where both are given they say the same, unless the newer one looks into another namespace. */
function sourcesProblems({ dataSource, dataSourceRef }: PersistentVolumeClaimSpec, path: string, problems: Problem[]) {
  if (dataSource !== undefined) dataSourceProblems(dataSource, `${path}.dataSource`, problems);
  if (dataSourceRef === undefined) return;
  dataSourceProblems(dataSourceRef, `${path}.dataSourceRef`, problems);
  const { namespace = '' } = dataSourceRef;
  if (namespace !== '') matching(dnsLabelProblems)(namespace, `${path}.dataSourceRef.namespace`, problems);
  if (dataSource === undefined) return;
  const same =
    dataSource.name === dataSourceRef.name &&
    dataSource.kind === dataSourceRef.kind &&
    (dataSource.apiGroup ?? '') === (dataSourceRef.apiGroup ?? '');
  const why =
    namespace !== '' ? 'may not be specified when dataSourceRef.namespace is specified' : 'must match dataSourceRef';
  // What is shown is the place, not the value: clients know it so.
  if (namespace !== '' || !same) problems.push(invalid(path, {}, why));
}

/** Of a claim, or of a template of claims. Upstream: pkg/apis/core/validation/validation.go (ValidatePersistentVolumeClaimSpec). */
export function claimSpecProblems(spec: PersistentVolumeClaimSpec, path: string, problems: Problem[]): void {
  if ((spec.accessModes ?? []).length === 0) {
    problems.push(required(`${path}.accessModes`, 'at least 1 access mode is required'));
  }
  selectorProblems(spec.selector, `${path}.selector`, problems);
  accessModeProblems(spec.accessModes, `${path}.accessModes`, problems);
  const size = spec.resources?.requests?.['storage'];
  const place = `${path}.resources[storage]`;
  if (size === undefined) problems.push(required(place));
  else positiveQuantity(size, place, problems);
  const { storageClassName = '', volumeMode, volumeAttributesClassName = '' } = spec;
  if (storageClassName !== '') subdomainProblems(storageClassName, `${path}.storageClassName`, problems);
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    problems.push(notSupported(`${path}.volumeMode`, volumeMode, VOLUME_MODES));
  }
  sourcesProblems(spec, path, problems);
  if (volumeAttributesClassName === '') return;
  subdomainProblems(volumeAttributesClassName, `${path}.volumeAttributesClassName`, problems);
}
