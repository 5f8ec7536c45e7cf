import type { StorageClass, VolumeAttributesClass } from '#core/api/types';
import { sameJson } from '#core/base';
import { byteLength, qualifiedNameProblems } from '#core/machinery/names';
import {
  duplicate,
  forbiddenField,
  invalid,
  notSupported,
  type Problem,
  required,
  tooLong,
} from '#core/machinery/status';
import { unchanged } from '#core/machinery/validation';

const MAX_COUNT = 512;
const MAX_SIZE = 256 * 1024;
const RECLAIM = ['Delete', 'Retain'];
const BINDING = ['Immediate', 'WaitForFirstConsumer'];

/** What fields that are not pointers are where nothing is given. */
const ABSENT: Partial<Record<keyof StorageClass, string>> = { provisioner: '' };

type Parameters = Readonly<Record<string, string>> | undefined;

function provisionerProblems(name: string | undefined, path: string, problems: Problem[]): void {
  if ((name ?? '') === '') problems.push(required(path));
  else {
    const lower = name!.toLowerCase();
    for (const detail of qualifiedNameProblems(lower)) problems.push(invalid(path, lower, detail));
  }
}

function parameterProblems(parameters: Parameters, mayBeEmpty: boolean, problems: Problem[]): void {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > MAX_COUNT) {
    problems.push(tooLong('parameters', MAX_COUNT));
    return;
  }
  let size = 0;
  for (const [key, value] of entries) {
    if (key === '') problems.push(invalid('parameters', key, 'field can not be empty.'));
    size += byteLength(key) + byteLength(value);
  }
  if (size > MAX_SIZE) problems.push(tooLong('parameters', MAX_SIZE));
  if (!mayBeEmpty && entries.length === 0) {
    problems.push(required('parameters', 'must contain at least one key/value pair'));
  }
}

function topologyProblems({ allowedTopologies }: StorageClass, problems: Problem[]): void {
  const seen: string[] = [];
  const count = allowedTopologies?.length ?? 0;
  for (const [i, { matchLabelExpressions }] of (allowedTopologies ?? []).entries()) {
    const path = `allowedTopologies[${i}].matchLabelExpressions`;
    const values = new Map<string, readonly string[]>();
    for (const [j, { key, values: list }] of (matchLabelExpressions ?? []).entries()) {
      const place = `${path}[${j}]`;
      const all = list ?? [];
      if (all.length === 0) problems.push(required(`${place}.values`));
      for (const [k, value] of all.entries()) {
        if (all.indexOf(value) < k) problems.push(duplicate(`${place}.values[${k}]`, value));
      }
      for (const detail of qualifiedNameProblems(key)) problems.push(invalid(`${place}.key`, key, detail));
      if (values.has(key)) problems.push(duplicate(`${place}.key`, key));
      values.set(key, [...new Set(all)].toSorted());
    }
    const text = JSON.stringify([...values].toSorted(([left], [right]) => (left < right ? -1 : 1)));
    // The original compares with as many empty terms as there are terms: an empty one is said so often.
    const twins = seen.filter((one) => one === text).length + (values.size === 0 ? count : 0);
    for (let n = 0; n < twins; n++) problems.push(duplicate(path, ''));
    seen.push(text);
  }
}

export function storageClassProblems(one: StorageClass, problems: Problem[]): void {
  provisionerProblems(one.provisioner, 'provisioner', problems);
  parameterProblems(one.parameters, true, problems);
  const { reclaimPolicy = '', volumeBindingMode: mode } = one;
  if (reclaimPolicy !== '' && !RECLAIM.includes(reclaimPolicy)) {
    problems.push(notSupported('reclaimPolicy', reclaimPolicy, RECLAIM));
  }
  if (mode === undefined) problems.push(required('volumeBindingMode'));
  else if (!BINDING.includes(mode)) problems.push(notSupported('volumeBindingMode', mode, BINDING));
  topologyProblems(one, problems);
}

export function storageClassUpdateProblems(next: StorageClass, old: StorageClass, problems: Problem[]): void {
  storageClassProblems(next, problems);
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const) {
    unchanged(next[field] ?? ABSENT[field], old[field] ?? ABSENT[field], field, problems);
  }
}

export function attributesClassProblems({ driverName, parameters }: VolumeAttributesClass, problems: Problem[]): void {
  provisionerProblems(driverName, 'driverName', problems);
  parameterProblems(parameters, false, problems);
}

export function attributesClassUpdateProblems(
  next: VolumeAttributesClass,
  old: VolumeAttributesClass,
  problems: Problem[],
): void {
  for (const field of ['driverName', 'parameters'] as const) {
    if (sameJson(next[field] ?? null, old[field] ?? null)) continue;
    problems.push(forbiddenField(field, `updates to ${field} are forbidden.`));
  }
  attributesClassProblems(next, problems);
}
