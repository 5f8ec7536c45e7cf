import type { Strategy, StrategyContext } from '#core/api/definition';
import { genericStrategy, keptMetadata, withGeneration } from '#core/api/strategy';
import { qosClass } from '#core/api/pods';
import { remembered } from '#core/base';
import type { Container, Pod, PodCondition, PodSpec } from '#core/api/types';
import { dnsLabelProblems } from '#core/machinery/names';
import { timeOf } from '#core/machinery/values';
import { withMatchedLabels } from './affinity.ts';
import { withAppArmor } from './app-armor.ts';
import { resizeProblems } from './resize.ts';
import { podStatusProblems } from './status.ts';
import { podUpdateProblems } from './update.ts';
import { ephemeralContainersUpdateProblems, podProblems } from './validation.ts';

const traits = { group: '', version: 'v1', kind: 'Pod', status: true, counts: ['spec'] } as const;
const generic = genericStrategy(traits);

const classOf = remembered(qosClass);

function created(pod: Pod, { now, warn }: StrategyContext): Pod {
  const matched = withMatchedLabels(pod.spec!, pod.metadata.labels ?? {});
  const spec = withAppArmor(matched, pod.metadata.annotations, warn);
  const gated = (spec.schedulingGates?.length ?? 0) > 0;
  return {
    ...pod,
    metadata: { ...pod.metadata, generation: 1 },
    spec,
    status: { phase: 'Pending', ...(gated ? { conditions: [gatedSince(now)] } : {}), qosClass: classOf(spec) },
  };
}

const gatedSince = (now: number) =>
  ({
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: timeOf(now),
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  }) as unknown as PodCondition;

/** A kubelet may not lose what it does not know: the class, and which generation was observed. */
function statusWritten(next: Pod, old: Pod): Pod {
  const metadata = withOwners({ ...next.metadata }, old);
  const before = old.status ?? {};
  const after = next.status ?? {};
  return {
    ...old,
    metadata,
    status: {
      ...after,
      ...(after.qosClass === undefined && before.qosClass !== undefined ? { qosClass: before.qosClass } : {}),
      ...(after.observedGeneration === undefined && before.observedGeneration !== undefined
        ? { observedGeneration: before.observedGeneration }
        : {}),
      ...(after.conditions === undefined
        ? {}
        : { conditions: withObservedGenerations(after.conditions, before.conditions) }),
    },
  };
}

/** Owner references written by a status update would break garbage collection. */
function withOwners(metadata: Pod['metadata'], { metadata: { ownerReferences } }: Pod): Pod['metadata'] {
  const { ownerReferences: _, ...rest } = metadata;
  return ownerReferences === undefined ? rest : { ...rest, ownerReferences };
}

function withObservedGenerations(
  next: readonly PodCondition[],
  old: readonly PodCondition[] | undefined,
): readonly PodCondition[] {
  const known = Map.groupBy(old ?? [], ({ type }) => type);
  return next.map((condition) => {
    const before = known.get(condition.type)?.shift()?.observedGeneration;
    return condition.observedGeneration === undefined && before !== undefined
      ? { ...condition, observedGeneration: before }
      : condition;
  });
}

/** Only the ephemeral containers change. */
function ephemeralContainersWritten(next: Pod, old: Pod): Pod {
  const { ephemeralContainers: _, ...kept } = old.spec!;
  const added = next.spec?.ephemeralContainers;
  const spec: PodSpec = added === undefined ? kept : { ...kept, ephemeralContainers: added };
  return { ...old, metadata: keptMetadata(next.metadata, old.metadata, 'all'), spec };
}

/** Only resources and resize policies change; anything else about the containers is left for validation to refuse. */
function resized(next: Pod, old: Pod): Pod {
  const containers = resizedContainers(next.spec?.containers, old.spec?.containers);
  const initContainers = resizedContainers(next.spec?.initContainers, old.spec?.initContainers);
  if (containers === undefined || initContainers === undefined) return next;
  const { resources: _, ...kept } = old.spec!;
  const spec: PodSpec = {
    ...kept,
    containers,
    ...(old.spec?.initContainers === undefined ? {} : { initContainers }),
    ...(next.spec?.resources === undefined ? {} : { resources: next.spec.resources }),
  };
  return { ...old, metadata: keptMetadata(next.metadata, old.metadata, 'all'), spec };
}

function resizedContainers(
  next: readonly Container[] = [],
  old: readonly Container[] = [],
): readonly Container[] | undefined {
  if (next.length !== old.length || next.some(({ name }, i) => name !== old[i]!.name)) return undefined;
  return old.map(({ resources: _, resizePolicy: __, ...kept }, i) => {
    const { resources, resizePolicy } = next[i]!;
    return {
      ...kept,
      ...(resources === undefined ? {} : { resources }),
      ...(resizePolicy === undefined ? {} : { resizePolicy }),
    };
  });
}

function changed(next: Pod, old: Pod, subresource: string): Pod {
  switch (subresource) {
    case 'status':
      return statusWritten(next, old);
    case 'ephemeralcontainers':
      return withGeneration(ephemeralContainersWritten(next, old), old, traits) as Pod;
    case 'resize':
      return withGeneration(resized(next, old), old, traits) as Pod;
    default: {
      const { status: _, ...rest } = next;
      return withGeneration(
        { ...rest, ...(old.status === undefined ? {} : { status: old.status }) },
        old,
        traits,
      ) as Pod;
    }
  }
}

/** Seconds that a pod gets to end. One that runs nowhere, or has ended, goes at once. */
function gracePeriod({ spec, status }: Pod, asked: number | undefined): number {
  if ((spec?.nodeName ?? '') === '' || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  const seconds = asked ?? spec?.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

const updateProblems: Readonly<Record<string, typeof podUpdateProblems>> = {
  '': podUpdateProblems,
  status: podStatusProblems,
  ephemeralcontainers: ephemeralContainersUpdateProblems,
  resize: resizeProblems,
};

/** Upstream: pkg/registry/core/pod/strategy.go. */
export const podStrategy: Strategy = {
  ...generic,
  prepareForCreate: (object, context) => created(object as Pod, context),
  prepareForUpdate: (next, old, { subresource }) => changed(next as Pod, old as Pod, subresource),
  validateCreate: (object, { gates }) => podProblems(object as Pod, gates),
  validateUpdate: (next, old, { subresource, gates }) =>
    updateProblems[subresource]?.(next as Pod, old as Pod, gates) ?? [],
  gracePeriod: (object, asked) => gracePeriod(object as Pod, asked),
  warnings: (object, old) => {
    if (old !== undefined) return [];
    const problems = dnsLabelProblems(object.metadata.name ?? '');
    return problems.length === 0
      ? []
      : [
          `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
        ];
  },
  resetFields: {
    '': [['status']],
    status: [['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']],
  },
};
