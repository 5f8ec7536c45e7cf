import type { JSONSchemaProps } from '#core/api/types';
import { isObject, type Json, sameJson } from '#core/base';
import { extraOf, itemsOf } from '../structural.ts';

/** A value as it was before a change, and what the structure of the schema says of it. */
export interface Past {
  readonly value: Json;
  readonly schema: JSONSchemaProps;
}

/** What belonged to a field before; undefined where nothing is known to. */
export function pastField(past: Past | undefined, name: string): Past | undefined {
  if (past === undefined || !isObject(past.value) || !Object.hasOwn(past.value, name)) return undefined;
  const { properties = {} } = past.schema;
  const schema = Object.hasOwn(properties, name) ? properties[name] : extraOf(past.schema);
  return schema === undefined ? undefined : { value: past.value[name]!, schema };
}

/**
 * What belonged to an item before: only items of lists with keys are told apart. Upstream:
 * apiserver/pkg/cel/common/equality.go (CorrelatedObject).
 */
export function pastItem(past: Past | undefined, item: Json): Past | undefined {
  if (past?.schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(past.value) || !isObject(item))
    return undefined;
  const schema = itemsOf(past.schema);
  const keys = past.schema['x-kubernetes-list-map-keys'] ?? [];
  if (schema === undefined) return undefined;
  const same = (one: Json): boolean =>
    isObject(one) && keys.every((key) => sameJson(one[key] ?? null, item[key] ?? null));
  const value = (past.value as readonly Json[]).find(same);
  return value === undefined ? undefined : { value, schema };
}

/** Whether a value is what it was. */
export const isUnchanged = (past: Past | undefined, value: Json): boolean =>
  past !== undefined && (past.value === value || sameJson(past.value, value));
