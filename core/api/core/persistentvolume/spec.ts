import type { PersistentVolumeSpec } from '#core/api/types';
import { dnsSubdomainProblems } from '#core/machinery/names';
import { parseQuantity, wholeOf } from '#core/machinery/quantity';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';
import { nodeSelector } from '../pod/scheduling.ts';
import type { Source } from '../volumes/sources.ts';
import { volumeSources } from './sources.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const RECLAIM = ['Delete', 'Recycle', 'Retain'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

/** Modes that exist, and the exclusive one alone. */
export function accessModeProblems(modes: readonly string[] | undefined, path: string, problems: Problem[]): void {
  const known = (modes ?? []).filter((mode) => ACCESS_MODES.includes(mode));
  for (const mode of modes ?? []) {
    if (!ACCESS_MODES.includes(mode)) problems.push(notSupported(path, mode, ACCESS_MODES));
  }
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')) {
    problems.push(forbiddenField(path, 'may not use ReadWriteOncePod with other access modes'));
  }
}

export function positiveQuantity(text: string, path: string, problems: Problem[]): void {
  if (parseQuantity(text).nano <= 0n) problems.push(invalid(path, text, 'must be greater than zero'));
}

export function validQuantity(text: string, path: string, problems: Problem[]): void {
  const whole = wholeOf(parseQuantity(text));
  if (whole < 0n) problems.push(invalid(path, Number(whole), 'must be a valid resource quantity'));
}

function capacityProblems(spec: PersistentVolumeSpec, path: string, problems: Problem[]): void {
  const { capacity = {} } = spec;
  const names = Object.keys(capacity);
  if (names.length === 0) problems.push(required(path));
  if (names.length !== 1 || names[0] !== 'storage')
    problems.push(notSupported(path, spec.capacity ?? null, ['storage']));
  for (const name of names) {
    validQuantity(capacity[name]!, `${path}[${name}]`, problems);
    positiveQuantity(capacity[name]!, `${path}[${name}]`, problems);
  }
}

function sourceProblems(spec: PersistentVolumeSpec, name: string, path: string, problems: Problem[]): void {
  let count = 0;
  for (const [field, rule] of Object.entries(volumeSources(name))) {
    const source = spec[field as keyof PersistentVolumeSpec] as Source | undefined;
    if (source === undefined) continue;
    const place = `${path}.${field}`;
    if (count++ > 0 && field !== 'flexVolume') {
      const shown = field === 'cephfs' ? `${path}.cephFS` : place;
      problems.push(forbiddenField(shown, 'may not specify more than 1 volume type'));
      continue;
    }
    rule(source, place, problems);
    if (field === 'local' && spec.nodeAffinity === undefined) {
      problems.push(required(`${path}.nodeAffinity`, 'Local volume requires node affinity'));
    }
  }
  if (count === 0) problems.push(required(path, 'must specify a volume type'));
}

const INLINE = 'in the context of inline volumes';

/** What a volume that lies in its attachment may not say. */
function inlineProblems(spec: PersistentVolumeSpec, path: string, problems: Problem[]): void {
  const forbid = (field: string, detail = `may not be specified ${INLINE}`) =>
    problems.push(forbiddenField(`${path}.${field}`, detail));
  const { persistentVolumeReclaimPolicy: reclaim = '', storageClassName = '', volumeMode = 'Filesystem' } = spec;
  if (spec.claimRef !== undefined) forbid('claimRef');
  if (Object.keys(spec.capacity ?? {}).length > 0) forbid('capacity');
  if (spec.csi === undefined) problems.push(required(`${path}.csi`, `has to be specified ${INLINE}`));
  if (reclaim !== '' && reclaim !== 'Retain') forbid('persistentVolumeReclaimPolicy', `may only be Retain ${INLINE}`);
  if (spec.nodeAffinity !== undefined) forbid('nodeAffinity');
  if (storageClassName !== '') forbid('storageClassName');
  if (volumeMode !== 'Filesystem') {
    forbid('volumeMode', `may not specify volumeMode other than Filesystem ${INLINE}`);
  }
}

function ownProblems(spec: PersistentVolumeSpec, path: string, problems: Problem[]): void {
  capacityProblems(spec, `${path}.capacity`, problems);
  const { persistentVolumeReclaimPolicy: reclaim = '', storageClassName = '', volumeMode, nodeAffinity } = spec;
  if (reclaim !== '' && !RECLAIM.includes(reclaim)) {
    problems.push(notSupported(`${path}.persistentVolumeReclaimPolicy`, reclaim, RECLAIM));
  }
  if (nodeAffinity !== undefined) {
    const place = `${path}.nodeAffinity.required`;
    if (nodeAffinity.required === undefined) problems.push(required(place, 'must specify required node constraints'));
    else nodeSelector(nodeAffinity.required, place, problems);
  }
  if (storageClassName !== '') matching(dnsSubdomainProblems)(storageClassName, `${path}.storageClassName`, problems);
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    problems.push(notSupported(`${path}.volumeMode`, volumeMode, VOLUME_MODES));
  }
}

function attributesProblems(
  { volumeAttributesClassName: name, csi }: PersistentVolumeSpec,
  path: string,
  problems: Problem[],
) {
  if (name === undefined) return;
  if (name === '') problems.push(required(`${path}.volumeAttributesClassName`, 'an empty string is disallowed'));
  else matching(dnsSubdomainProblems)(name, `${path}.volumeAttributesClassName`, problems);
  if (csi === undefined) {
    problems.push(required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName'));
  }
}

/** `inline`: it lies in a VolumeAttachment. Upstream: pkg/apis/core/validation/validation.go (ValidatePersistentVolumeSpec). */
export function volumeSpecProblems(
  spec: PersistentVolumeSpec,
  name: string,
  inline: boolean,
  path: string,
  problems: Problem[],
): void {
  if (inline) inlineProblems(spec, path, problems);
  else ownProblems(spec, path, problems);
  if ((spec.accessModes ?? []).length === 0) problems.push(required(`${path}.accessModes`));
  accessModeProblems(spec.accessModes, `${path}.accessModes`, problems);
  sourceProblems(spec, name, path, problems);
  if (/^\/+\.?\/*$/.test(spec.hostPath?.path ?? '') && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    const detail = "may not be 'recycle' for a hostPath mount of '/'";
    problems.push(forbiddenField(`${path}.persistentVolumeReclaimPolicy`, detail));
  }
  attributesProblems(spec, path, problems);
}
