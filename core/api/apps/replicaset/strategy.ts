import { judgedBy } from '#core/api/core';
import type { Strategy, StrategyContext } from '#core/api/definition';
import { podNameWarnings } from '#core/api/rules';
import { genericStrategy, traits } from '#core/api/strategy';
import type { ReplicaSet } from '#core/api/types';
import type { Problem } from '#core/machinery/status';
import { notNegative, unchanged } from '#core/machinery/validation';
import { podSetProblems, replicaProblems } from '../workload.ts';

function specProblems(
  { spec = {} as NonNullable<ReplicaSet['spec']> }: ReplicaSet,
  old: ReplicaSet | undefined,
  { gates }: StrategyContext,
): Problem[] {
  const problems: Problem[] = [];
  notNegative(spec.replicas, 'spec.replicas', problems);
  notNegative(spec.minReadySeconds, 'spec.minReadySeconds', problems);
  // The original says `deployment` here too, and clients know it so.
  podSetProblems(spec, judgedBy(gates, old?.spec?.template?.spec), 'spec', 'deployment', problems);
  return problems;
}

const COUNTS = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
  'terminatingReplicas',
] as const;
const PARTS = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;

function updateProblems(next: ReplicaSet, old: ReplicaSet, context: StrategyContext): readonly Problem[] {
  const problems = specProblems(next, old, context);
  unchanged(next.spec?.selector, old.spec?.selector, 'spec.selector', problems);
  return problems;
}

/** Upstream: pkg/registry/apps/replicaset/strategy.go, pkg/apis/apps/validation/validation.go. */
export const replicaSetStrategy: Strategy = {
  ...genericStrategy({ group: 'apps', version: 'v1', kind: 'ReplicaSet', ...traits['apps/replicasets'] }),
  warnings: ({ metadata }, old) => (old === undefined ? podNameWarnings(metadata.name ?? '') : []),
  validateCreate: (object, context) => specProblems(object as ReplicaSet, undefined, context),
  validateUpdate: (next, old, context) =>
    context.subresource === 'status'
      ? replicaProblems((next as ReplicaSet).status, COUNTS, PARTS)
      : updateProblems(next as ReplicaSet, old as ReplicaSet, context),
};
