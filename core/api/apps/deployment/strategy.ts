import { judgedBy } from '#core/api/core';
import type { Strategy, StrategyContext } from '#core/api/definition';
import { amountOf, countProblems } from '#core/api/rules';
import { podNameWarnings } from '#core/api/rules';
import { genericStrategy, traits } from '#core/api/strategy';
import type { Deployment, DeploymentStrategy } from '#core/api/types';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { notNegative, unchanged } from '#core/machinery/validation';
import { collisionProblems, podSetProblems, replicaProblems } from '../workload.ts';

function strategyProblems(strategy: DeploymentStrategy | undefined, path: string, problems: Problem[]): void {
  const { type = '', rollingUpdate } = strategy ?? {};
  if (type === 'Recreate') {
    if (rollingUpdate === undefined) return;
    problems.push(forbiddenField(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'"));
  } else if (type !== 'RollingUpdate') problems.push(notSupported(path, strategy, ['Recreate', 'RollingUpdate']));
  else if (rollingUpdate === undefined) {
    problems.push(required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil'));
  } else {
    const { maxUnavailable, maxSurge } = rollingUpdate;
    const place = `${path}.rollingUpdate`;
    countProblems(maxUnavailable, `${place}.maxUnavailable`, problems);
    countProblems(maxSurge, `${place}.maxSurge`, problems);
    if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
      problems.push(invalid(`${place}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
    }
    if (typeof maxUnavailable === 'string' && amountOf(maxUnavailable) > 100) {
      problems.push(invalid(`${place}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'));
    }
  }
}

function specProblems(
  { spec = {} as NonNullable<Deployment['spec']> }: Deployment,
  old: Deployment | undefined,
  { gates }: StrategyContext,
): Problem[] {
  const problems: Problem[] = [];
  notNegative(spec.replicas, 'spec.replicas', problems);
  podSetProblems(spec, judgedBy(gates, old?.spec?.template.spec), 'spec', 'deployment', problems);
  strategyProblems(spec.strategy, 'spec.strategy', problems);
  notNegative(spec.minReadySeconds, 'spec.minReadySeconds', problems);
  notNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', problems);
  const deadline = spec.progressDeadlineSeconds;
  notNegative(deadline, 'spec.progressDeadlineSeconds', problems);
  if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)) {
    problems.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  }
  return problems;
}

const COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
] as const;
const PARTS = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const;

function statusProblems({ status }: Deployment, { status: before }: Deployment): readonly Problem[] {
  const problems = replicaProblems(status, COUNTS, PARTS);
  collisionProblems(status, before, problems);
  return problems;
}

function updateProblems(next: Deployment, old: Deployment, context: StrategyContext): readonly Problem[] {
  const problems = specProblems(next, old, context);
  unchanged(next.spec?.selector, old.spec?.selector, 'spec.selector', problems);
  return problems;
}

/** Upstream: pkg/registry/apps/deployment/strategy.go, pkg/apis/apps/validation/validation.go. */
export const deploymentStrategy: Strategy = {
  ...genericStrategy({ group: 'apps', version: 'v1', kind: 'Deployment', ...traits['apps/deployments'] }),
  validateCreate: (object, context) => specProblems(object as Deployment, undefined, context),
  validateUpdate: (next, old, context) =>
    context.subresource === 'status'
      ? statusProblems(next as Deployment, old as Deployment)
      : updateProblems(next as Deployment, old as Deployment, context),
  warnings: ({ metadata }, old) => (old === undefined ? podNameWarnings(metadata.name ?? '') : []),
};
