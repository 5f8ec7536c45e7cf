import type { Strategy } from '#core/api/definition';
import type { Json, JsonObject } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { templates } from './warnings/warnings.ts';

/** A field that counts only while its gate is open; `*` stands for the items of a list. */
interface GatedField {
  readonly gate: string;
  readonly path: readonly string[];
  /** What holds the field goes with it where nothing else is in it. */
  readonly withHolder?: boolean;
}

const OF_PODS: readonly GatedField[] = [
  { gate: 'GenericWorkload', path: ['spec', 'schedulingGroup'] },
  ...['containers', 'initContainers', 'ephemeralContainers'].map((list) => ({
    gate: 'ContainerStopSignals',
    path: ['spec', list, '*', 'lifecycle', 'stopSignal'],
    withHolder: true,
  })),
];

const OF_SETS: readonly GatedField[] = [
  { gate: 'MaxUnavailableStatefulSet', path: ['spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable'] },
];

function fieldsOf(id: string): readonly GatedField[] {
  const place = id === '/pods' ? [] : templates[id];
  if (place === undefined) return [];
  const ofPods = OF_PODS.map((field) => ({ ...field, path: [...place, ...field.path] }));
  return id === 'apps/statefulsets' ? [...ofPods, ...OF_SETS] : ofPods;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function has(value: Json | undefined, path: readonly string[]): boolean {
  const [part, ...rest] = path;
  if (part === undefined) return value !== undefined;
  if (part === '*') return Array.isArray(value) && value.some((item: Json) => has(item, rest));
  return isObject(value) && has(value[part], rest);
}

function without(value: Json, path: readonly string[], withHolder: boolean): Json {
  const [part, ...rest] = path;
  if (part === '*') return Array.isArray(value) ? value.map((item: Json) => without(item, rest, withHolder)) : value;
  if (part === undefined || !isObject(value) || value[part] === undefined) return value;
  const { [part]: inner, ...others } = value;
  if (rest.length === 0) return others;
  const left = without(inner!, rest, withHolder);
  const isEmpty = withHolder && rest.length === 1 && isObject(left) && Object.keys(left).length === 0;
  return isEmpty ? others : { ...value, [part]: left };
}

/**
 * A strategy that drops what is written to fields whose gates are closed, unless they were in use before. Upstream:
 * pkg/api/pod/util.go (dropDisabledFields), pkg/registry/apps/statefulset/strategy.go.
 */
export function withoutClosedFields(id: string, strategy: Strategy): Strategy {
  const fields = fieldsOf(id);
  if (fields.length === 0) return strategy;
  type Gates = Parameters<NonNullable<Strategy['prepareForCreate']>>[1]['gates'];
  const open = (next: KubeObject, old: KubeObject | undefined, gates: Gates): KubeObject =>
    fields.reduce((object, { gate, path, withHolder = false }) => {
      const value = object as unknown as JsonObject;
      if (!has(value, path) || gates.enabled(gate) || has(old as unknown as JsonObject | undefined, path))
        return object;
      return without(value, path, withHolder) as unknown as KubeObject;
    }, next);
  const { prepareForCreate, prepareForUpdate } = strategy;
  return {
    ...strategy,
    prepareForCreate: (object, context) => {
      const next = open(object, undefined, context.gates);
      return prepareForCreate === undefined ? next : prepareForCreate(next, context);
    },
    prepareForUpdate: (object, old, context) => {
      const next = open(object, old, context.gates);
      return prepareForUpdate === undefined ? next : prepareForUpdate(next, old, context);
    },
  };
}
