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
  // The original counts in 64 bits, around the clock.
  const whole = BigInt.asIntN(64, wholeOf(parseQuantity(text)));
  if (whole < 0n) problems.push(invalid(path, whole, 'must be a valid resource quantity'));
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

/** A rule of a volume; `inline`: it lies in its VolumeAttachment, where it may say less. */
type SpecRule = (spec: PersistentVolumeSpec, inline: boolean, path: string, problems: Problem[]) => void;

/** A rule of what only volumes of their own may say, and what is said of others that do. */
const ownOnly =
  (rule: (spec: PersistentVolumeSpec, path: string, problems: Problem[]) => void, field: keyof PersistentVolumeSpec) =>
  (spec: PersistentVolumeSpec, inline: boolean, path: string, problems: Problem[]): void => {
    const value = spec[field];
    if (!inline) rule(spec, path, problems);
    else if (value !== undefined && value !== '') {
      problems.push(forbiddenField(`${path}.${field}`, `may not be specified ${INLINE}`));
    }
  };

const inlineFields: SpecRule = (spec, inline, path, problems) => {
  if (!inline) return;
  if (spec.claimRef !== undefined) problems.push(forbiddenField(`${path}.claimRef`, `may not be specified ${INLINE}`));
  if (Object.keys(spec.capacity ?? {}).length > 0) {
    problems.push(forbiddenField(`${path}.capacity`, `may not be specified ${INLINE}`));
  }
  if (spec.csi === undefined) problems.push(required(`${path}.csi`, `has to be specified ${INLINE}`));
};

const accessModes: SpecRule = ({ accessModes: modes }, _, path, problems) => {
  if ((modes ?? []).length === 0) problems.push(required(`${path}.accessModes`));
  accessModeProblems(modes, `${path}.accessModes`, problems);
};

const reclaimPolicy: SpecRule = ({ persistentVolumeReclaimPolicy: reclaim = '' }, inline, path, problems) => {
  const place = `${path}.persistentVolumeReclaimPolicy`;
  if (reclaim === '') return;
  if (inline && reclaim !== 'Retain') problems.push(forbiddenField(place, `may only be Retain ${INLINE}`));
  if (!inline && !RECLAIM.includes(reclaim)) problems.push(notSupported(place, reclaim, RECLAIM));
};

const nodes = ownOnly(({ nodeAffinity }, path, problems) => {
  if (nodeAffinity === undefined) return;
  const place = `${path}.nodeAffinity.required`;
  if (nodeAffinity.required === undefined) problems.push(required(place, 'must specify required node constraints'));
  else nodeSelector(nodeAffinity.required, place, problems);
}, 'nodeAffinity');

const recycledRoot: SpecRule = ({ hostPath, persistentVolumeReclaimPolicy }, _, path, problems) => {
  if (!/^\/+\.?\/*$/.test(hostPath?.path ?? '') || persistentVolumeReclaimPolicy !== 'Recycle') return;
  const detail = "may not be 'recycle' for a hostPath mount of '/'";
  problems.push(forbiddenField(`${path}.persistentVolumeReclaimPolicy`, detail));
};

const storageClass = ownOnly(({ storageClassName: name = '' }, path, problems) => {
  if (name !== '') matching(dnsSubdomainProblems)(name, `${path}.storageClassName`, problems);
}, 'storageClassName');

const volumeMode: SpecRule = ({ volumeMode: mode = 'Filesystem' }, inline, path, problems) => {
  const place = `${path}.volumeMode`;
  if (!inline && !VOLUME_MODES.includes(mode)) problems.push(notSupported(place, mode, VOLUME_MODES));
  if (inline && mode !== 'Filesystem') {
    problems.push(forbiddenField(place, `may not specify volumeMode other than Filesystem ${INLINE}`));
  }
};

/** Its VolumeAttachment may name any class. Upstream: pkg/apis/storage/validation/validation.go (validateVolumeAttachmentSource). */
const attributesClass: SpecRule = ({ volumeAttributesClassName: name, csi }, inline, path, problems) => {
  if (name === undefined || inline) return;
  if (name === '') problems.push(required(`${path}.volumeAttributesClassName`, 'an empty string is disallowed'));
  else matching(dnsSubdomainProblems)(name, `${path}.volumeAttributesClassName`, problems);
  if (csi === undefined) {
    problems.push(required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName'));
  }
};

/** Upstream: pkg/apis/core/validation/validation.go (ValidatePersistentVolumeSpec). */
export function volumeSpecProblems(
  spec: PersistentVolumeSpec,
  name: string,
  inline: boolean,
  path: string,
  problems: Problem[],
): void {
  const capacity: SpecRule = () => inline || capacityProblems(spec, `${path}.capacity`, problems);
  const source: SpecRule = () => sourceProblems(spec, name, path, problems);
  const before = [inlineFields, accessModes, capacity, reclaimPolicy, nodes, source];
  for (const rule of [...before, recycledRoot, storageClass, volumeMode, attributesClass]) {
    rule(spec, inline, path, problems);
  }
}
