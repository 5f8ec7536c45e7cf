import type { Strategy, StrategyContext } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference } from '#core/api/types';
import { sameJson } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { qualifiedNameProblems } from '#core/machinery/names';
import { compareQuantities, isFractional, parseQuantity } from '#core/machinery/quantity';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { unchanged } from '#core/machinery/validation';
import { validQuantity } from '../persistentvolume/spec.ts';
import { isNative, resourceAmountProblems } from '../resources/names.ts';
import { claimSpecProblems } from './spec.ts';

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const RESIZES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].toSorted();
const NONE = {} as PersistentVolumeClaimSpec;

const sizeOf = (amounts: Readonly<Record<string, string>> | undefined) => parseQuantity(amounts?.['storage'] ?? '0');

/** `next` with everything that may change set back: what is left must be as it was. */
function withChangeableSetBack(next: PersistentVolumeClaim, old: PersistentVolumeClaim): PersistentVolumeClaimSpec {
  const [after, before] = [next.spec ?? NONE, old.spec ?? NONE];
  const take = (spec: PersistentVolumeClaimSpec, field: keyof PersistentVolumeClaimSpec): PersistentVolumeClaimSpec => {
    const { [field]: _, ...rest } = spec;
    return before[field] === undefined ? rest : { ...rest, [field]: before[field] };
  };
  let spec = after;
  if ((before.volumeName ?? '') === '') spec = take(spec, 'volumeName');
  const annotated = old.metadata.annotations?.[CLASS_ANNOTATION];
  const fromAnnotation = annotated !== undefined && after.storageClassName === annotated;
  const fromNothing = annotated === undefined && after.storageClassName !== undefined;
  if (before.storageClassName === undefined && (fromAnnotation || fromNothing)) spec = take(spec, 'storageClassName');
  if (next.status?.phase !== 'Bound') return spec;
  const size = before.resources?.requests?.['storage'];
  if (spec.resources?.requests !== undefined && size !== undefined) {
    spec = { ...spec, resources: { ...spec.resources, requests: { ...spec.resources.requests, storage: size } } };
  }
  return take(spec, 'volumeAttributesClassName');
}

function updateProblems(next: PersistentVolumeClaim, old: PersistentVolumeClaim, problems: Problem[]): void {
  const [after, before] = [next.spec ?? NONE, old.spec ?? NONE];
  claimSpecProblems(after, 'spec', problems);
  if (!sameJson(withChangeableSetBack(next, old), before)) {
    const detail =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n';
    problems.push(forbiddenField('spec', detail));
  }
  const size = sizeOf(after.resources?.requests);
  const shrinks = compareQuantities(size, sizeOf(before.resources?.requests)) < 0;
  if (shrinks && compareQuantities(size, sizeOf(old.status?.capacity)) <= 0) {
    problems.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  }
  unchanged(after.volumeMode, before.volumeMode, 'volumeMode', problems);
  const name = after.volumeAttributesClassName;
  if (name === before.volumeAttributesClassName || old.status?.currentVolumeAttributesClassName === undefined) return;
  if (name !== undefined && name !== '') return;
  const what = name === undefined ? 'nil' : 'empty string';
  const detail = `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  problems.push(forbiddenField('spec.volumeAttributesClassName', detail));
}

/** Resources of which a claim is told how far they are; gives whether there is nothing to say. */
function resourceProblems(name: string, path: string, problems: Problem[]): boolean {
  const before = problems.length;
  for (const detail of qualifiedNameProblems(name)) problems.push(invalid(path, name, detail));
  if (problems.length === before && isNative(name) && name !== 'storage') {
    problems.push(notSupported(path, name, ['storage']));
  }
  return problems.length === before;
}

function statusProblems({ spec, status = {} }: PersistentVolumeClaim, problems: Problem[]): void {
  if ((spec?.accessModes ?? []).length === 0) problems.push(required('Spec.accessModes'));
  for (const [name, amount] of Object.entries(status.capacity ?? {})) {
    validQuantity(amount, `status.capacity[${name}]`, problems);
  }
  for (const [name, state] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    const path = 'status.allocatedResourceStatuses';
    resourceProblems(name, path, problems);
    if (!RESIZES.includes(state)) problems.push(notSupported(path, name, RESIZES));
  }
  for (const [name, amount] of Object.entries(status.allocatedResources ?? {})) {
    if (!resourceProblems(name, 'status.allocatedResources', problems)) continue;
    const path = `status.allocatedResources[${name}]`;
    const before = problems.length;
    validQuantity(amount, path, problems);
    if (problems.length === before) resourceAmountProblems('storage', amount, path, problems);
  }
}

const isPlainSource = ({ kind, apiGroup }: TypedLocalObjectReference): boolean =>
  kind === 'PersistentVolumeClaim'
    ? (apiGroup ?? '') === ''
    : kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io';

/** The older and the newer field of one thing say the same; what the older could never name is not taken there. */
function withBothSources(claim: PersistentVolumeClaim, old?: PersistentVolumeClaim): PersistentVolumeClaim {
  const { dataSource, dataSourceRef, ...spec } = claim.spec ?? NONE;
  if (dataSource === undefined && dataSourceRef === undefined) return claim;
  const used = old?.spec?.dataSource !== undefined || old?.spec?.dataSourceRef !== undefined;
  if (dataSourceRef === undefined) {
    if (!used && !isPlainSource(dataSource!)) return { ...claim, spec };
    return { ...claim, spec: { ...spec, dataSource: dataSource!, dataSourceRef: dataSource! } };
  }
  const { namespace = '', ...plain } = dataSourceRef;
  if (dataSource !== undefined || namespace !== '') return claim;
  return { ...claim, spec: { ...spec, dataSource: plain, dataSourceRef } };
}

const ACROSS = 'CrossNamespaceVolumeDataSource';

/** Sources in other namespaces are off by default. */
function withoutForeignSource(claim: PersistentVolumeClaim, old?: PersistentVolumeClaim): PersistentVolumeClaim {
  const { dataSourceRef, ...spec } = claim.spec ?? NONE;
  const foreign = (dataSourceRef?.namespace ?? '') !== '' && old?.spec?.dataSourceRef === undefined;
  return foreign ? { ...claim, spec } : claim;
}

const prepared = (claim: KubeObject, old: KubeObject | undefined, { gates }: StrategyContext): KubeObject => {
  const [next, before] = [claim as PersistentVolumeClaim, old as PersistentVolumeClaim | undefined];
  return withBothSources(gates.enabled(ACROSS) ? next : withoutForeignSource(next, before), before);
};

/** Upstream: pkg/registry/core/persistentvolumeclaim/strategy.go, pkg/apis/core/validation/validation.go. */
const checked = checkedStrategy<PersistentVolumeClaim>('/persistentvolumeclaims', 'PersistentVolumeClaim', 'v1', {
  create: ({ spec = NONE }, problems) => claimSpecProblems(spec, 'spec', problems),
  update: updateProblems,
  status: (next, _old, problems) => statusProblems(next, problems),
});

/** Bytes cannot be cut in pieces. */
const claimWarnings = ({ spec }: PersistentVolumeClaim): readonly string[] =>
  (['requests', 'limits'] as const).flatMap((field) => {
    const size = spec?.resources?.[field]?.['storage'];
    if (size === undefined || !isFractional(parseQuantity(size))) return [];
    const path = `spec.resources.${field}[storage]`;
    return [`${path}: fractional byte value ${JSON.stringify(size)} is invalid, must be an integer`];
  });

export const persistentVolumeClaimStrategy: Strategy = {
  ...checked,
  warnings: (object) => claimWarnings(object as PersistentVolumeClaim),
  prepareForCreate: (object, context) => checked.prepareForCreate!(prepared(object, undefined, context), context),
  prepareForUpdate: (next, old, context) =>
    checked.prepareForUpdate!(context.subresource === '' ? prepared(next, old, context) : next, old, context),
};
