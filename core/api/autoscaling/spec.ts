import { notNegativeQuantity } from '#core/api/rules';
import type { HPAScalingRules, HorizontalPodAutoscaler } from '#core/api/types';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { positive } from '#core/machinery/validation';
import { metricProblems } from './metrics.ts';
import { referenceProblems } from './reference.ts';

type Spec = NonNullable<HorizontalPodAutoscaler['spec']>;

const MAX_PERIOD = 1800;
const MAX_WINDOW = 3600;

function scalingProblems(rules: HPAScalingRules | undefined, path: string, problems: Problem[]): void {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds: window, selectPolicy, tolerance } = rules;
  const windowPath = `${path}.stabilizationWindowSeconds`;
  if (window !== undefined && window < 0) {
    problems.push(invalid(windowPath, window, 'must be greater than or equal to zero'));
  }
  if (window !== undefined && window > MAX_WINDOW) {
    problems.push(invalid(windowPath, window, `must be less than or equal to ${MAX_WINDOW}`));
  }
  const choices = ['Disabled', 'Max', 'Min'];
  if (selectPolicy !== undefined && !choices.includes(selectPolicy)) {
    problems.push(notSupported(`${path}.selectPolicy`, selectPolicy, choices));
  }
  const policies = rules.policies ?? [];
  if (policies.length === 0) problems.push(required(`${path}.policies`, 'must specify at least one Policy'));
  for (const [i, { type, value, periodSeconds }] of policies.entries()) {
    const place = `${path}.policies[${i}]`;
    if (type !== 'Pods' && type !== 'Percent') {
      problems.push(notSupported(`${place}.type`, type ?? '', ['Percent', 'Pods']));
    }
    positive(value ?? 0, `${place}.value`, problems);
    positive(periodSeconds ?? 0, `${place}.periodSeconds`, problems);
    if (periodSeconds > MAX_PERIOD) {
      const detail = `must be less than or equal to ${MAX_PERIOD}`;
      problems.push(invalid(`${place}.periodSeconds`, periodSeconds, detail));
    }
  }
  notNegativeQuantity(tolerance, `${path}.tolerance`, problems);
}

function boundProblems({ minReplicas, maxReplicas = 0 }: Spec, low: number, problems: Problem[]): void {
  if (minReplicas !== undefined && minReplicas < low) {
    problems.push(invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${low}`));
  }
  if (maxReplicas === 0) problems.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  else if (maxReplicas < 0) {
    problems.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1'));
  }
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    problems.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
}

/** `low` is the least number of pods that may be asked for. Upstream: pkg/apis/autoscaling/validation/validation.go. */
export function autoscalerProblems(
  given: Spec | undefined,
  old: Spec | undefined,
  low: number,
  problems: Problem[],
): void {
  const spec = given ?? ({} as Spec);
  boundProblems(spec, low, problems);
  const target = spec.scaleTargetRef;
  const before = old?.scaleTargetRef;
  const same = before !== undefined && before.kind === target?.kind && before.apiVersion === target.apiVersion;
  const group = same ? 'any' : target?.kind === 'ReplicationController' ? 'readable' : 'named';
  referenceProblems(target, group, 'spec.scaleTargetRef', problems);
  const metrics = spec.metrics ?? [];
  for (const [i, metric] of metrics.entries()) metricProblems(metric, `spec.metrics[${i}]`, problems);
  if (spec.minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const detail = 'must specify at least one Object or External metric to support scaling to zero replicas';
    problems.push(forbiddenField('spec.metrics', detail));
  }
  scalingProblems(spec.behavior?.scaleUp, 'spec.behavior.scaleUp', problems);
  scalingProblems(spec.behavior?.scaleDown, 'spec.behavior.scaleDown', problems);
}
