import { containerResourceNameProblems } from '#core/api/core';
import type { MetricIdentifier, MetricSpec, MetricTarget } from '#core/api/types';
import { dnsLabelProblems, pathSegmentProblems } from '#core/machinery/names';
import { parseQuantity } from '#core/machinery/quantity';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { referenceProblems } from './reference.ts';

/** The field of each type of metric, in the order in which they are looked at. */
const FIELDS = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
} as const;
const TYPES = Object.keys(FIELDS).toSorted();

function targetProblems(target: MetricTarget | undefined, path: string, problems: Problem[]): void {
  const type: string = target?.type ?? '';
  if (type === '') problems.push(required(`${path}.type`, 'must specify a metric target type'));
  if (type !== 'Utilization' && type !== 'Value' && type !== 'AverageValue') {
    problems.push(invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const field of ['value', 'averageValue'] as const) {
    const amount = target?.[field];
    if (amount !== undefined && parseQuantity(amount).nano <= 0n) {
      problems.push(invalid(`${path}.${field}`, amount, 'must be positive'));
    }
  }
  const share = target?.averageUtilization;
  if (share !== undefined && share < 1) {
    problems.push(invalid(`${path}.averageUtilization`, share, 'must be greater than 0'));
  }
}

function identifierProblems(metric: MetricIdentifier | undefined, path: string, problems: Problem[]): void {
  const name = metric?.name ?? '';
  if (name === '') problems.push(required(`${path}.name`, 'must specify a metric name'));
  else for (const detail of pathSegmentProblems(name, false)) problems.push(invalid(`${path}.name`, name, detail));
}

/** Of resources that pods use: a share of what they ask for, or an amount, never both. */
function usageProblems(target: MetricTarget | undefined, path: string, problems: Problem[]): void {
  targetProblems(target, path, problems);
  const [share, amount] = [target?.averageUtilization, target?.averageValue];
  if (share === undefined && amount === undefined) {
    const detail = 'must set either a target raw value or a target utilization';
    problems.push(required(`${path}.averageUtilization`, detail));
  }
  if (share !== undefined && amount !== undefined) {
    const detail = 'may not set both a target raw value and a target utilization';
    problems.push(forbiddenField(`${path}.averageValue`, detail));
  }
}

const SOURCES: {
  readonly [K in keyof typeof FIELDS]: (metric: MetricSpec, path: string, problems: Problem[]) => void;
} = {
  Object: ({ object }, path, problems) => {
    const { describedObject, metric, target } = object!;
    referenceProblems(describedObject, 'readable', `${path}.describedObject`, problems);
    identifierProblems(metric, `${path}.metric`, problems);
    targetProblems(target, `${path}.target`, problems);
    if (target?.value === undefined && target?.averageValue === undefined) {
      problems.push(required(`${path}.target.averageValue`, 'must set either a target value or averageValue'));
    }
  },
  External: ({ external }, path, problems) => {
    const { metric, target } = external!;
    identifierProblems(metric, `${path}.metric`, problems);
    targetProblems(target, `${path}.target`, problems);
    const [whole, each] = [target?.value, target?.averageValue];
    if (whole === undefined && each === undefined) {
      const detail = 'must set either a target value for metric or a per-pod target';
      problems.push(required(`${path}.target.averageValue`, detail));
    }
    if (whole !== undefined && each !== undefined) {
      const detail = 'may not set both a target value for metric and a per-pod target';
      problems.push(forbiddenField(`${path}.target.value`, detail));
    }
  },
  Pods: ({ pods }, path, problems) => {
    const { metric, target } = pods!;
    identifierProblems(metric, `${path}.metric`, problems);
    targetProblems(target, `${path}.target`, problems);
    if (target?.averageValue === undefined) {
      problems.push(required(`${path}.target.averageValue`, 'must specify a positive target averageValue'));
    }
  },
  Resource: ({ resource }, path, problems) => {
    if ((resource!.name ?? '') === '') problems.push(required(`${path}.name`, 'must specify a resource name'));
    usageProblems(resource!.target, `${path}.target`, problems);
  },
  ContainerResource: ({ containerResource }, path, problems) => {
    const { name = '', container = '', target } = containerResource!;
    if (name === '') problems.push(required(`${path}.name`, 'must specify a resource name'));
    else containerResourceNameProblems(name, `${path}.name`, problems);
    if (container === '') problems.push(required(`${path}.container`, 'must specify a container'));
    else
      for (const detail of dnsLabelProblems(container)) problems.push(invalid(`${path}.container`, container, detail));
    usageProblems(target, `${path}.target`, problems);
  },
};

/** Upstream: pkg/apis/autoscaling/validation/validation.go (validateMetricSpec). */
export function metricProblems(metric: MetricSpec, path: string, problems: Problem[]): void {
  const type: string = metric.type ?? '';
  if (type === '') problems.push(required(`${path}.type`, 'must specify a metric source type'));
  const known = Object.hasOwn(FIELDS, type);
  if (!known) problems.push(notSupported(`${path}.type`, type, TYPES));
  const present = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).filter((one) => metric[FIELDS[one]] !== undefined);
  const [first] = present;
  if (first !== undefined) SOURCES[first](metric, `${path}.${FIELDS[first]}`, problems);
  // The original looks at the type twice, and says so twice.
  if (!known) problems.push(notSupported(`${path}.type`, type, TYPES));
  else if (!present.includes(type as keyof typeof FIELDS)) {
    const detail = 'must populate information for the given metric source';
    problems.push(required(`${path}.${FIELDS[type as keyof typeof FIELDS]}`, detail));
  }
  if (present.length === 1) return;
  for (const other of present) {
    if (other === type) continue;
    problems.push(forbiddenField(`${path}.${FIELDS[other]}`, 'must populate the given metric source only'));
  }
}
