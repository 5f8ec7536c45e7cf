import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { PersistentVolume, PersistentVolumeSpec } from '#core/api/types';
import { sameJson } from '#core/base';
import { forbiddenField, type Problem } from '#core/machinery/status';
import { unchanged } from '#core/machinery/validation';
import type { KubeObject } from '#core/machinery/object';
import { timeOf } from '#core/machinery/values';
import { volumeSources } from './sources.ts';
import { volumeSpecProblems } from './spec.ts';

function volumeProblems({ spec, metadata: { name = '' } }: PersistentVolume, problems: Problem[]): void {
  volumeSpecProblems(spec ?? {}, name, false, 'spec', problems);
}

/** Where the storage lies, but for a secret that may be added. */
function sourceOf(spec: PersistentVolumeSpec, old: PersistentVolumeSpec): object {
  const fields = Object.keys(volumeSources('')) as (keyof PersistentVolumeSpec)[];
  const source = Object.fromEntries(fields.flatMap((name) => (spec[name] === undefined ? [] : [[name, spec[name]]])));
  if (spec.csi === undefined || old.csi === undefined || old.csi.controllerExpandSecretRef !== undefined) return source;
  const { controllerExpandSecretRef: _, ...csi } = spec.csi;
  return { ...source, csi };
}

const generic = checkedStrategy<PersistentVolume>('/persistentvolumes', 'PersistentVolume', 'v1', {
  create: volumeProblems,
  update: (next, old, problems) => {
    // Judged twice, as a new one and as a change of one: clients are told twice.
    volumeProblems(next, problems);
    volumeProblems(next, problems);
    const [after, before] = [next.spec ?? {}, old.spec ?? {}];
    if (!sameJson(sourceOf(after, before), sourceOf(before, before))) {
      const detail = 'spec.persistentvolumesource is immutable after creation\n';
      problems.push(forbiddenField('spec.persistentvolumesource', detail));
    }
    unchanged(after.volumeMode, before.volumeMode, 'volumeMode', problems);
    if (before.volumeAttributesClassName !== undefined && after.volumeAttributesClassName === undefined) {
      problems.push(forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
    }
  },
});

const phaseOf = (object: KubeObject): string | undefined => (object as PersistentVolume).status?.phase;

/** When the phase last changed; a client may say so itself. */
function withTransition(next: KubeObject, old: KubeObject, now: number): KubeObject {
  const { status = {} } = next as PersistentVolume;
  const before = (old as PersistentVolume).status?.lastPhaseTransitionTime;
  const given = status.lastPhaseTransitionTime;
  if (phaseOf(next) === phaseOf(old)) {
    if (given !== undefined || before === undefined) return next;
    return { ...next, status: { ...status, lastPhaseTransitionTime: before } } as KubeObject;
  }
  if (given !== undefined && given !== before) return next;
  return { ...next, status: { ...status, lastPhaseTransitionTime: timeOf(now) } } as KubeObject;
}

/** Upstream: pkg/registry/core/persistentvolume/strategy.go, pkg/apis/core/validation/validation.go. */
export const persistentVolumeStrategy: Strategy = {
  ...generic,
  prepareForCreate: (object, { now }) =>
    ({ ...object, status: { phase: 'Pending', lastPhaseTransitionTime: timeOf(now) } }) as KubeObject,
  prepareForUpdate: (next, old, context) => {
    const prepared = generic.prepareForUpdate!(next, old, context);
    return context.subresource === 'status' ? withTransition(prepared, old, context.now) : prepared;
  },
};
