import { isObject, type Json, type JsonObject } from '#core/base';
import { type ListSchema, type ObjectSchema, type Schema, zeroObject } from '#core/machinery/schema';

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export type MutableObject = { [key: string]: Json };

/** How ownership goes through a value: not at all (one owner for the whole), by its fields, or by its items. */
export type Shape =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'fields' }
  | { readonly kind: 'items'; readonly schema: ListSchema };

const WHOLE: Shape = { kind: 'leaf' };
const FIELDS: Shape = { kind: 'fields' };

/**
 * The schema of what a custom resource may hold beyond its named fields: owned field by field where it is an object, and
 * whole otherwise. (A built-in's untyped values, such as a ControllerRevision's data, are owned whole.)
 */
const UNTYPED: ObjectSchema = {
  type: 'object',
  fields: [],
  byName: new Map(),
  mapType: 'granular',
  preserveUnknown: true,
};

const itemShapes = new WeakMap<ListSchema, Shape>();

export function shapeOf(schema: Schema, value: Json | undefined): Shape {
  switch (schema.type) {
    case 'object':
      return schema.mapType === 'atomic' || (schema.preserveUnknown === true && !isObject(value)) ? WHOLE : FIELDS;
    case 'map':
      return schema.mapType === 'atomic' ? WHOLE : FIELDS;
    case 'list': {
      if (schema.listType === 'atomic') return WHOLE;
      let shape = itemShapes.get(schema);
      if (shape === undefined) itemShapes.set(schema, (shape = { kind: 'items', schema }));
      return shape;
    }
    default:
      return WHOLE;
  }
}

/** The schema of one field. Fields that a struct does not name are untyped. */
export function fieldSchema(schema: Schema, name: string): Schema {
  if (schema.type === 'map') return schema.values;
  return (schema.type === 'object' ? schema.byName.get(name)?.schema : undefined) ?? UNTYPED;
}

/** Whether the schema names the field; the keys of maps and untyped objects are no named fields. */
export const isNamed = (schema: Schema, name: string): boolean => schema.type === 'object' && schema.byName.has(name);

/** A field's value; where it is not given, the zero value that Go's struct would hold and write. */
export function present(schema: Schema, object: JsonObject | undefined, name: string): Json | undefined {
  if (object === undefined) return undefined;
  if (Object.hasOwn(object, name)) return object[name];
  return schema.type === 'object' ? zeroField(schema, name) : undefined;
}

function zeroField(schema: ObjectSchema, name: string): Json | undefined {
  const zero = zeroObject(schema);
  return Object.hasOwn(zero, name) ? zero[name] : undefined;
}

export function hasNothing(value: Json | undefined): boolean {
  if (isList(value)) return value.length === 0;
  if (!isObject(value)) return true;
  for (const _ in value) return false;
  return true;
}
