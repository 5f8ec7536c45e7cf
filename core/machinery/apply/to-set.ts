import { isObject, type Json, type JsonObject } from '#core/base';
import type { ListSchema, Schema } from '#core/machinery/schema';
import { fieldElement, itemElement } from './element.ts';
import { below, type FieldSet, isEmpty, LEAF, type MutableFieldSet } from './field-set.ts';
import { fieldSchema, hasNothing, isList, isNamed, shapeOf } from './values.ts';

/** All fields that an object sets, as the schema divides ownership. */
export const fieldsOf = (schema: Schema, object: JsonObject): FieldSet => fieldsWithin(schema, object);

const owned = (inner: FieldSet): FieldSet => (isEmpty(inner) ? LEAF : { '.': LEAF, ...inner });

/** The fields within a value, itself not among them. */
function fieldsWithin(schema: Schema, object: JsonObject): FieldSet {
  const set: MutableFieldSet = {};
  for (const name of Object.keys(object)) {
    const value = object[name]!;
    const node = nodeOf(fieldSchema(schema, name), value, !isNamed(schema, name));
    if (node !== undefined) set[fieldElement(name)] = node;
  }
  return set;
}

/** `member`: that the value itself is in the set, whatever lies within it. */
function nodeOf(schema: Schema, value: Json, member: boolean): FieldSet | undefined {
  const shape = shapeOf(schema, value);
  if (shape.kind === 'items' && isList(value)) {
    const items = itemsWithin(shape.schema, value);
    return member ? owned(items) : isEmpty(items) ? undefined : items;
  }
  if (shape.kind !== 'fields' || !isObject(value)) return LEAF;
  const inner = fieldsWithin(schema, value);
  if (member || hasNothing(value)) return owned(inner);
  return isEmpty(inner) ? undefined : inner;
}

function itemsWithin(schema: ListSchema, list: readonly Json[]): FieldSet {
  const set: MutableFieldSet = {};
  const duplicates = new Set<string>();
  for (const item of list) {
    const element = itemElement(schema, item);
    if (element === undefined) continue;
    // Several items of one key are owned as a whole.
    if (below(set, element) !== undefined || duplicates.has(element)) {
      duplicates.add(element);
      set[element] = LEAF;
    } else set[element] = nodeOf(schema.items, item, true) ?? LEAF;
  }
  return set;
}

/** The set with the named fields that lead to its members made members themselves. */
export function withNamedFields(schema: Schema, set: FieldSet): FieldSet {
  const all: MutableFieldSet = {};
  for (const element in set) {
    if (element === '.') {
      all[element] = LEAF;
      continue;
    }
    const node = set[element]!;
    if (isEmpty(node)) {
      all[element] = node;
      continue;
    }
    const name = element.slice(2);
    const inner = withNamedFields(innerSchema(schema, element), node);
    all[element] = element.startsWith('f:') && isNamed(schema, name) ? { '.': LEAF, ...inner } : inner;
  }
  return all;
}

const innerSchema = (schema: Schema, element: string): Schema =>
  element.startsWith('f:') ? fieldSchema(schema, element.slice(2)) : schema.type === 'list' ? schema.items : schema;
