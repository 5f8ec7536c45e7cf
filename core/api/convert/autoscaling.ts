import { isObject, type Json, type JsonObject } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { type Form, formed } from './rename.ts';

const V1: Form = { group: 'autoscaling', version: 'v1', kind: 'HorizontalPodAutoscaler' };
const V2: Form = { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' };

/** Where version 1 keeps what it has no fields for. */
const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';

type Fields = Readonly<Record<string, Json | undefined>>;

const at = (value: Json | undefined, field: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject)[field] : undefined;

const given = (fields: Fields): JsonObject => {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept;
};

/** One metric of version 2 as the text form of version 1 has it, `target` wishes and `current` values alike. */
function oldMetric(metric: JsonObject, side: 'target' | 'current'): JsonObject {
  const prefix = side;
  const named = (name: string) => `${prefix}${name}`;
  const values = (of: Json | undefined): Fields => {
    const amounts = at(of, side);
    return {
      [named('AverageUtilization')]: at(amounts, 'averageUtilization'),
      [named('AverageValue')]: at(amounts, 'averageValue') ?? (side === 'current' ? '0' : undefined),
    };
  };
  const { type } = metric;
  switch (type) {
    case 'Resource':
      return given({ type, resource: given({ name: at(metric['resource'], 'name'), ...values(metric['resource']) }) });
    case 'ContainerResource': {
      const of = metric['containerResource'];
      return given({
        type,
        containerResource: given({ name: at(of, 'name'), ...values(of), container: at(of, 'container') }),
      });
    }
    case 'Pods': {
      const of = metric['pods'];
      const { averageValue } = (at(of, side) ?? {}) as Fields;
      return given({
        type,
        pods: given({
          metricName: at(at(of, 'metric'), 'name'),
          [named('AverageValue')]: averageValue,
          selector: at(at(of, 'metric'), 'selector'),
        }),
      });
    }
    case 'Object': {
      const of = metric['object'];
      const { value, averageValue } = (at(of, side) ?? {}) as Fields;
      return given({
        type,
        object: given({
          target: at(of, 'describedObject'),
          metricName: at(at(of, 'metric'), 'name'),
          [named('Value')]: value,
          selector: at(at(of, 'metric'), 'selector'),
          averageValue,
        }),
      });
    }
    default: {
      const of = metric['external'];
      const { value, averageValue } = (at(of, side) ?? {}) as Fields;
      return given({
        type,
        external: given({
          metricName: at(at(of, 'metric'), 'name'),
          metricSelector: at(at(of, 'metric'), 'selector'),
          [named('Value')]: value,
          [named('AverageValue')]: averageValue,
        }),
      });
    }
  }
}

function newMetric(metric: JsonObject, side: 'target' | 'current'): JsonObject {
  const amounts = (of: Json | undefined): JsonObject => {
    const utilization = at(of, `${side}AverageUtilization`);
    const averageValue =
      at(of, `${side}AverageValue`) ?? (metric['type'] === 'Object' ? at(of, 'averageValue') : undefined);
    const value = at(of, `${side}Value`);
    const type = utilization !== undefined ? 'Utilization' : averageValue !== undefined ? 'AverageValue' : 'Value';
    return given({ ...(side === 'target' ? { type } : {}), averageUtilization: utilization, averageValue, value });
  };
  const { type } = metric;
  const identified = (of: Json | undefined, selector: string): JsonObject =>
    given({ name: at(of, 'metricName'), selector: at(of, selector) });
  switch (type) {
    case 'Resource': {
      const of = metric['resource'];
      return given({ type, resource: given({ name: at(of, 'name'), [side]: amounts(of) }) });
    }
    case 'ContainerResource': {
      const of = metric['containerResource'];
      return given({
        type,
        containerResource: given({ name: at(of, 'name'), container: at(of, 'container'), [side]: amounts(of) }),
      });
    }
    case 'Pods': {
      const of = metric['pods'];
      return given({ type, pods: given({ metric: identified(of, 'selector'), [side]: amounts(of) }) });
    }
    case 'Object': {
      const of = metric['object'];
      return given({
        type,
        object: given({ describedObject: at(of, 'target'), [side]: amounts(of), metric: identified(of, 'selector') }),
      });
    }
    default: {
      const of = metric['external'];
      return given({ type, external: given({ metric: identified(of, 'metricSelector'), [side]: amounts(of) }) });
    }
  }
}

const isCpuShare = (metric: JsonObject, side: 'target' | 'current'): boolean =>
  metric['type'] === 'Resource' &&
  at(metric['resource'], 'name') === 'cpu' &&
  at(at(metric['resource'], side), 'averageUtilization') !== undefined;

const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonObject[]) : [];

/** Version 2 as version 1: the share of cpu has a field, the rest goes into annotations. Upstream: pkg/apis/autoscaling/v1/conversion.go. */
export function autoscalerV1(object: KubeObject): KubeObject {
  if (object.apiVersion === 'autoscaling/v1') return object;
  const { spec = {}, status = {} } = object as KubeObject & { spec?: JsonObject; status?: JsonObject };
  const { metrics, behavior, ...restOfSpec } = spec as JsonObject;
  const { currentMetrics, conditions, ...restOfStatus } = status as JsonObject;
  const wishes = list(metrics);
  const current = list(currentMetrics);
  const cpu = wishes.find((metric) => isCpuShare(metric, 'target'));
  const cpuNow = current.find((metric) => isCpuShare(metric, 'current'));
  const others = wishes.filter((metric) => metric !== cpu).map((metric) => oldMetric(metric, 'target'));
  const othersNow = current.map((metric) => oldMetric(metric, 'current'));
  const more = given({
    [METRICS]: others.length === 0 ? undefined : JSON.stringify(others),
    [CURRENT]: othersNow.length === 0 ? undefined : JSON.stringify(othersNow),
    [CONDITIONS]: list(conditions).length === 0 ? undefined : JSON.stringify(conditions),
    [BEHAVIOR]: behavior === undefined ? undefined : JSON.stringify(internalBehavior(behavior as JsonObject)),
  });
  const annotations = { ...object.metadata.annotations, ...more };
  return formed(V1, {
    metadata: withAnnotations(object, annotations as Record<string, string>),
    spec: given({
      ...restOfSpec,
      targetCPUUtilizationPercentage: at(at(cpu?.['resource'], 'target'), 'averageUtilization'),
    }),
    status: given({
      ...restOfStatus,
      currentCPUUtilizationPercentage: at(at(cpuNow?.['resource'], 'current'), 'averageUtilization'),
    }),
  });
}

/** Version 1 as version 2. Annotations that are no JSON are dropped, as upstream does. */
export function autoscalerV2(object: KubeObject): KubeObject {
  if (object.apiVersion === 'autoscaling/v2') return object;
  const { spec = {}, status = {} } = object as KubeObject & { spec?: JsonObject; status?: JsonObject };
  const { targetCPUUtilizationPercentage: share, ...restOfSpec } = spec as JsonObject;
  const { currentCPUUtilizationPercentage: shareNow, ...restOfStatus } = status as JsonObject;
  const {
    [METRICS]: others,
    [CURRENT]: othersNow,
    [CONDITIONS]: conditions,
    [BEHAVIOR]: behavior,
    ...annotations
  } = object.metadata.annotations ?? {};
  const cpu: JsonObject[] =
    share === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: share } } }];
  const metrics = [...list(parsed(others)).map((metric) => newMetric(metric, 'target')), ...cpu];
  const told = parsed(othersNow);
  const cpuNow =
    shareNow === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: shareNow } } }];
  // The annotation knows more than the field does.
  const current = told === undefined ? cpuNow : list(told).map((metric) => newMetric(metric, 'current'));
  return formed(V2, {
    metadata: withAnnotations(object, annotations),
    spec: given({
      ...restOfSpec,
      metrics: metrics.length === 0 ? undefined : metrics,
      behavior: saying(external(parsed(behavior))),
    }),
    status: given({
      ...restOfStatus,
      currentMetrics: current.length === 0 ? undefined : current,
      conditions: parsed(conditions),
    }),
  });
}

function withAnnotations({ metadata }: KubeObject, annotations: Readonly<Record<string, string>>): JsonObject {
  const { annotations: _before, ...rest } = metadata;
  return (Object.keys(annotations).length === 0 ? rest : { ...rest, annotations }) as unknown as JsonObject;
}

/** The behavior as the annotation keeps it: under the names of Go's fields, what is absent as null. */
function internalBehavior({ scaleUp, scaleDown }: JsonObject): JsonObject {
  return { ScaleUp: internalRules(scaleUp), ScaleDown: internalRules(scaleDown) };
}

function internalRules(rules: Json | undefined): Json {
  if (rules === undefined || rules === null) return null;
  const { stabilizationWindowSeconds = null, selectPolicy = null, policies, tolerance = null } = rules as JsonObject;
  return {
    StabilizationWindowSeconds: stabilizationWindowSeconds,
    SelectPolicy: selectPolicy,
    Policies:
      policies === undefined
        ? null
        : list(policies).map(({ type = '', value = 0, periodSeconds = 0 }) => ({
            Type: type,
            Value: value,
            PeriodSeconds: periodSeconds,
          })),
    Tolerance: tolerance,
  };
}

/** The other way: names as in the API, nulls gone. Names in either form are read. */
function external(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[]).map((one) => external(one) ?? null);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const fields = Object.entries(value as JsonObject).flatMap(([name, one]) => {
    const inner = external(one);
    return inner === undefined ? [] : [[`${name.slice(0, 1).toLowerCase()}${name.slice(1)}`, inner] as const];
  });
  return Object.fromEntries(fields);
}

/** A behavior that says nothing is none. */
const saying = (behavior: Json | undefined): Json | undefined =>
  isObject(behavior) && Object.keys(behavior).length === 0 ? undefined : behavior;

function parsed(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
