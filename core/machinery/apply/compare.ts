import { isObject, type Json, type JsonObject, rememberedWith, sameJson } from '#core/base';
import type { ListSchema, ObjectSchema, Schema } from '#core/machinery/schema';
import { zeroObject } from '#core/machinery/schema';
import { fieldElement, itemElement, Untypable, withoutKey } from './element.ts';
import {
  differenceWithDescendants,
  type FieldSet,
  insertPath,
  isEmpty,
  LEAF,
  type MutableFieldSet,
} from './field-set.ts';
import { fieldSchema, hasNothing, isList, present, shapeOf } from './values.ts';

/** What differs between two objects. No field is in more than one of the sets. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

const PARTS = ['removed', 'modified', 'added'] as const;

interface Sets extends Comparison {
  readonly removed: MutableFieldSet;
  readonly modified: MutableFieldSet;
  readonly added: MutableFieldSet;
}

/** Compares field by field as the schema divides ownership; parts that are the same value in memory cost nothing. Throws Untypable. */
export function compare(schema: Schema, left: JsonObject, right: JsonObject): Comparison {
  const sets: Sets = { removed: {}, modified: {}, added: {} };
  compareValues(schema, left, right, [], sets);
  return sets;
}

export const isSame = ({ removed, modified, added }: Comparison): boolean =>
  isEmpty(removed) && isEmpty(modified) && isEmpty(added);

export const without = (comparison: Comparison, fields: FieldSet): Comparison =>
  isEmpty(fields)
    ? comparison
    : {
        removed: differenceWithDescendants(comparison.removed, fields),
        modified: differenceWithDescendants(comparison.modified, fields),
        added: differenceWithDescendants(comparison.added, fields),
      };

function compareValues(
  schema: Schema,
  left: Json | undefined,
  right: Json | undefined,
  path: string[],
  sets: Sets,
): void {
  if (left === right) return;
  if (left === undefined) return insertPath(sets.added, path, whole(schema, right!));
  if (right === undefined) return insertPath(sets.removed, path, whole(schema, left));
  const shape = shapeOf(schema, left ?? right);
  if (shape.kind === 'leaf' || (hasNothing(left) && hasNothing(right))) {
    if (!sameJson(left, right)) insertPath(sets.modified, path);
  } else if (shape.kind === 'items') compareItems(shape.schema, left, right, path, sets);
  else if (path.length === 1 && schema.type === 'object' && isObject(right) && left === zeroObject(schema)) {
    const over = overZero(right, schema);
    for (const part of PARTS) if (!isEmpty(over[part])) insertPath(sets[part], path, over[part]);
  } else compareFields(schema, left, right, path, sets);
}

/** What a member of an object has over the zero of its schema: the same `spec` comes with each pod of a template. */
const overZero = rememberedWith((value: JsonObject, schema: ObjectSchema): Comparison => {
  const sets: Sets = { removed: {}, modified: {}, added: {} };
  compareFields(schema, zeroObject(schema), value, [], sets);
  return sets;
});

/** All that there is in a value which the other side lacks, itself included. */
function whole(schema: Schema, value: Json): FieldSet {
  const shape = shapeOf(schema, value);
  if (shape.kind === 'leaf' || hasNothing(value)) return LEAF;
  const set: MutableFieldSet = {};
  if (shape.kind === 'items') {
    for (const [element, item] of itemsOf(shape.schema, value))
      set[element] = areDuplicates(item) ? LEAF : whole(shape.schema.items, item as Json);
  } else if (isObject(value)) {
    for (const name in value) {
      const field = value[name];
      if (field !== undefined) set[fieldElement(name)] = whole(fieldSchema(schema, name), field);
    }
    // Not given, yet written.
    const zero = schema.type === 'object' ? zeroObject(schema) : undefined;
    for (const name in zero)
      if (!Object.hasOwn(value, name)) set[fieldElement(name)] = whole(fieldSchema(schema, name), zero[name]!);
  }
  if (isEmpty(set)) return LEAF;
  set['.'] = LEAF;
  return set;
}

function compareFields(
  schema: Schema,
  left: Json | undefined,
  right: Json | undefined,
  path: string[],
  sets: Sets,
): void {
  const before = isObject(left) ? left : undefined;
  const after = isObject(right) ? right : undefined;
  const zero = schema.type === 'object' ? zeroObject(schema) : undefined;
  for (const name in before) compareField(schema, before, after, name, path, sets);
  for (const name in after) {
    if (before === undefined || !Object.hasOwn(before, name)) compareField(schema, before, after, name, path, sets);
  }
  // Given by neither, yet written in the one that there is.
  if (zero === undefined || (before !== undefined && after !== undefined)) return;
  const only = before ?? after;
  for (const name in zero) {
    if (only === undefined || !Object.hasOwn(only, name)) compareField(schema, before, after, name, path, sets);
  }
}

function compareField(
  schema: Schema,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  name: string,
  path: string[],
  sets: Sets,
): void {
  const left = present(schema, before, name);
  const right = present(schema, after, name);
  if (left === right) return;
  path.push(fieldElement(name));
  compareValues(fieldSchema(schema, name), left, right, path, sets);
  path.pop();
}

type Items = ReadonlyMap<string, Json | readonly Duplicate[]>;

/** Marks several items of one key, which are compared as a whole. */
class Duplicate {
  readonly item: Json;
  constructor(item: Json) {
    this.item = item;
  }
}

const areDuplicates = (entry: Json | readonly Duplicate[] | undefined): entry is readonly Duplicate[] =>
  Array.isArray(entry) && entry[0] instanceof Duplicate;

/** Throws Untypable. */
function itemsOf(schema: ListSchema, list: Json | undefined): Items {
  const items = new Map<string, Json | readonly Duplicate[]>();
  if (!isList(list)) return items;
  for (const [index, item] of list.entries()) {
    const element = itemElement(schema, item);
    if (element === undefined) throw new Untypable(`element ${index}: ${withoutKey(schema, item)}`);
    const known = items.get(element);
    if (known === undefined) items.set(element, item);
    else {
      const all = areDuplicates(known) ? known : [new Duplicate(known as Json)];
      items.set(element, [...all, new Duplicate(item)]);
    }
  }
  return items;
}

function compareItems(
  schema: ListSchema,
  left: Json | undefined,
  right: Json | undefined,
  path: string[],
  sets: Sets,
): void {
  const before = itemsOf(schema, left);
  const after = itemsOf(schema, right);
  for (const [element, item] of before) compareItem(schema, element, item, after.get(element), path, sets);
  for (const [element, item] of after)
    if (!before.has(element)) compareItem(schema, element, undefined, item, path, sets);
}

function compareItem(
  schema: ListSchema,
  element: string,
  left: Json | readonly Duplicate[] | undefined,
  right: Json | readonly Duplicate[] | undefined,
  path: string[],
  sets: Sets,
): void {
  if (left === right) return;
  path.push(element);
  const many = areDuplicates(left);
  if (many && areDuplicates(right)) {
    const same = left.length === right.length && left.every(({ item }, i) => sameJson(item, right[i]!.item));
    if (!same) insertPath(sets.modified, path);
  } else if (many) {
    if (right !== undefined) compareValues(schema.items, undefined, right as Json, path, sets);
    insertPath(sets.removed, path);
  } else if (areDuplicates(right)) {
    if (left !== undefined) compareValues(schema.items, left as Json, undefined, path, sets);
    insertPath(sets.added, path);
  } else compareValues(schema.items, left as Json | undefined, right as Json | undefined, path, sets);
  path.pop();
}
