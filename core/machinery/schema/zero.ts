import type { Json, JsonObject } from '#core/base';
import type { Field, ObjectSchema, Schema } from './model.ts';

/**
 * What stands in an object for a field that nobody gave, as Go's encoder writes its zero value: `{}` for a struct, `null`
 * for a list or pointer, `""`, `0`, `false`; `undefined` where it is left out.
 */
export function absentValue(field: Field): Json | undefined {
  if (field.pointer) return field.omitempty ? undefined : null;
  switch (field.schema.type) {
    case 'object':
      return field.omitzero === true ? undefined : zeroObject(field.schema);
    case 'list':
    case 'map':
    case 'bytes':
      return field.omitempty ? undefined : null;
    case 'time':
    case 'microTime':
      return field.omitzero === true ? undefined : null;
    case 'quantity':
      return field.omitzero === true ? undefined : '0';
    case 'duration':
      return field.omitzero === true ? undefined : '0s';
    case 'intOrString':
      return field.omitzero === true ? undefined : 0;
    case 'any':
      return null;
    case 'fieldsV1':
      return field.omitempty ? undefined : null;
    case 'string':
      return field.omitempty ? undefined : '';
    case 'boolean':
      return field.omitempty ? undefined : false;
    default:
      return field.omitempty ? undefined : 0;
  }
}

const zeroes = new WeakMap<ObjectSchema, JsonObject>();

/** The struct with nothing set, as it is written. One frozen value a schema, shared by all that need it. */
export function zeroObject(schema: ObjectSchema): JsonObject {
  const known = zeroes.get(schema);
  if (known !== undefined) return known;
  const zero: Record<string, Json> = {};
  for (const field of schema.fields) {
    const value = absentValue(field);
    if (value !== undefined) zero[field.name] = value;
  }
  Object.freeze(zero);
  zeroes.set(schema, zero);
  return zero;
}

/** Whether a list, map or bytes are given and empty. */
export function isHollow({ type }: Schema, value: Json): boolean {
  switch (type) {
    case 'list':
      return (value as readonly Json[]).length === 0;
    case 'map':
      for (const _ in value as JsonObject) return false;
      return true;
    case 'bytes':
      return value === '';
    default:
      return false;
  }
}

/** Whether a scalar that was given is left out all the same: Go's omitempty for what is no pointer. */
export function isDropped(field: Field, value: Json): boolean {
  if (value === null) return true;
  if (field.pointer || !field.omitempty) return false;
  switch (field.schema.type) {
    case 'string':
      return value === '';
    case 'boolean':
      return value === false;
    case 'int32':
    case 'int64':
    case 'float64':
      return value === 0;
    default:
      return false;
  }
}
