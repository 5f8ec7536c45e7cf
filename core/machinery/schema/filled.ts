import { isObject, type Json } from '#core/base';
import { byKeyBytes } from './key-order.ts';
import type { Field, ObjectSchema, Schema } from './model.ts';

const defaultsOf = new WeakMap<ObjectSchema, readonly Field[]>();

function withDefault(schema: ObjectSchema): readonly Field[] {
  let fields = defaultsOf.get(schema);
  if (fields === undefined)
    defaultsOf.set(schema, (fields = schema.fields.filter((field) => field.default !== undefined)));
  return fields;
}

const wants = (value: Json | undefined, { schema }: Field): boolean =>
  value === undefined || (value === null && schema.constraints?.nullable !== true);

/**
 * A custom resource with the defaults that its schema names, wherever what holds the field is there; the same object where
 * nothing is missing. Upstream: apiextensions-apiserver/pkg/apiserver/schema/defaulting/algorithm.go.
 */
export function filled(schema: Schema, value: Json): Json {
  if (Array.isArray(value)) {
    if (schema.type !== 'list') return value;
    const list = value as readonly Json[];
    const after = list.map((item) => filled(schema.items, item));
    return after.some((item, i) => item !== list[i]) ? after : list;
  }
  if (!isObject(value) || (schema.type !== 'object' && schema.type !== 'map')) return value;
  const changes = new Map<string, Json>();
  if (schema.type === 'object')
    for (const field of withDefault(schema)) {
      const given = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
      if (wants(given, field)) changes.set(field.name, field.default!);
    }
  for (const name of new Set([...Object.keys(value), ...changes.keys()])) {
    const inner = schema.type === 'map' ? schema.values : schema.byName.get(name)?.schema;
    const before = changes.get(name) ?? value[name];
    if (inner === undefined || before === undefined) continue;
    const after = filled(inner, before);
    if (after !== before) changes.set(name, after);
  }
  if (changes.size === 0) return value;
  const all = new Map<string, Json>([...Object.entries(value), ...changes]);
  return Object.fromEntries([...all].sort(([left], [right]) => byKeyBytes(left, right)));
}
