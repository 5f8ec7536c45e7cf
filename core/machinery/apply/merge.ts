import { isObject, type Json, type JsonObject, setField } from '#core/base';
import type { ListSchema, Schema } from '#core/machinery/schema';
import { itemElement } from './element.ts';
import { below, type FieldSet, hasMember, insertPath, type MutableFieldSet } from './field-set.ts';
import { fieldElement } from './element.ts';
import { fieldSchema, hasNothing, isList, type MutableObject, present, shapeOf } from './values.ts';

/** The live object with all that was applied laid over it. Upstream: structured-merge-diff/typed/merge.go. */
export const merge = (schema: Schema, live: JsonObject, applied: JsonObject): JsonObject =>
  mergeFields(schema, live, applied);

function mergeValues(schema: Schema, live: Json | undefined, applied: Json): Json {
  if (live === undefined || live === null || live === applied) return applied;
  const shape = shapeOf(schema, applied ?? live);
  if (shape.kind === 'leaf' || (hasNothing(live) && hasNothing(applied))) return applied;
  if (shape.kind === 'items')
    return isList(live) ? mergeItems(shape.schema, live, isList(applied) ? applied : []) : applied;
  return isObject(live) ? mergeFields(schema, live, isObject(applied) ? applied : {}) : applied;
}

function mergeFields(schema: Schema, live: JsonObject, applied: JsonObject): JsonObject {
  const merged: MutableObject = { ...live };
  for (const name of Object.keys(applied)) {
    const current = Object.hasOwn(live, name) ? live[name] : undefined;
    const value = mergeValues(fieldSchema(schema, name), current, applied[name]!);
    // A map keeps a key of null, whose value is then the zero of its type.
    if (value === null && schema.type !== 'map') delete merged[name];
    else setField(merged, name, value);
  }
  return merged;
}

/** Whether fields are applied as null that the object does not have: merged they would be new, though nothing is written. */
export function hasNullsBeside(schema: Schema, live: JsonObject, applied: JsonObject): boolean {
  return Object.keys(applied).some((name) => {
    const current = present(schema, live, name);
    const value = applied[name]!;
    if (value === null) return current === undefined;
    const inner = fieldSchema(schema, name);
    return (
      isObject(value) &&
      shapeOf(inner, value).kind === 'fields' &&
      isObject(current) &&
      hasNullsBeside(inner, current, value)
    );
  });
}

/** The fields that are owned whole, have a value, and are applied as null. */
export function nullsOver(schema: Schema, live: JsonObject, applied: JsonObject): FieldSet {
  const nulls: MutableFieldSet = {};
  collectNulls(schema, live, applied, [], nulls);
  return nulls;
}

function collectNulls(
  schema: Schema,
  live: JsonObject,
  applied: JsonObject,
  path: string[],
  nulls: MutableFieldSet,
): void {
  for (const name of Object.keys(applied)) {
    const current = Object.hasOwn(live, name) ? live[name] : undefined;
    if (current === undefined || current === null) continue;
    const value = applied[name];
    const inner = fieldSchema(schema, name);
    path.push(fieldElement(name));
    if (value === null && shapeOf(inner, current).kind === 'leaf') insertPath(nulls, path);
    else if (isObject(value) && isObject(current) && shapeOf(inner, value).kind === 'fields')
      collectNulls(inner, current, value, path, nulls);
    else if (isList(value) && isList(current) && inner.type === 'list' && shapeOf(inner, value).kind === 'items')
      collectNullsOfItems(inner, current, value, path, nulls);
    path.pop();
  }
}

function collectNullsOfItems(
  schema: ListSchema,
  live: readonly Json[],
  applied: readonly Json[],
  path: string[],
  nulls: MutableFieldSet,
): void {
  for (const item of applied) {
    const element = itemElement(schema, item);
    const current = live.find((one) => itemElement(schema, one) === element);
    if (element === undefined || !isObject(item) || !isObject(current)) continue;
    path.push(element);
    collectNulls(schema.items, current, item, path, nulls);
    path.pop();
  }
}

/**
 * The items of both. Those in both stand in the order applied; those only in the live list keep their place before the
 * shared one that they preceded.
 */
function mergeItems(schema: ListSchema, live: readonly Json[], applied: readonly Json[]): Json {
  const elements = live.map((item) => itemElement(schema, item));
  const wanted = applied.map((item) => itemElement(schema, item));
  const current = new Map<string | undefined, Json | undefined>();
  // Several live items of one key merge with nothing.
  for (const [i, element] of elements.entries()) current.set(element, current.has(element) ? undefined : live[i]!);
  const inBoth = wanted.filter((element) => current.has(element));
  const isWanted = new Set(wanted);
  const done = new Set<string | undefined>();
  const merged: Json[] = [];
  let nextShared = 0;
  let left = 0;
  let right = 0;
  const take = () => {
    const element = wanted[right];
    done.add(element);
    merged.push(mergeValues(schema.items, current.get(element), applied[right]!));
    if (inBoth[nextShared] === element) nextShared++;
    right++;
  };
  while (left < live.length || right < applied.length) {
    const element = elements[left];
    if (left < live.length && right < applied.length) {
      if (element === wanted[right]) {
        take();
        left++;
        continue;
      }
      // Shared, but not the one whose turn it is: it comes where the applied list has it.
      if (isWanted.has(element) && nextShared < inBoth.length && inBoth[nextShared] !== element) {
        left++;
        continue;
      }
    }
    if (left < live.length) {
      if (!isWanted.has(element)) {
        merged.push(live[left++]!);
        continue;
      }
      if (done.has(element)) left++;
    }
    if (right < applied.length) take();
  }
  return merged;
}

/** The value without the members of the set. What becomes empty stays, empty. Upstream: structured-merge-diff/typed/remove.go. */
export function removeFields(schema: Schema, value: JsonObject, set: FieldSet): JsonObject {
  return removeWithin(schema, value, set) as JsonObject;
}

function removeWithin(schema: Schema, value: Json, set: FieldSet): Json {
  const shape = shapeOf(schema, value);
  if (shape.kind === 'items' && isList(value)) {
    const kept: Json[] = [];
    for (const item of value) {
      const element = itemElement(shape.schema, item);
      if (element !== undefined && hasMember(set, element)) continue;
      const inner = element === undefined ? undefined : below(set, element);
      kept.push(inner === undefined ? item : removeWithin(shape.schema.items, item, inner));
    }
    return kept;
  }
  if (shape.kind !== 'fields' || !isObject(value)) return value;
  const kept: MutableObject = {};
  for (const name of Object.keys(value)) {
    const element = fieldElement(name);
    if (hasMember(set, element)) continue;
    const inner = below(set, element);
    setField(
      kept,
      name,
      inner === undefined ? value[name]! : removeWithin(fieldSchema(schema, name), value[name]!, inner),
    );
  }
  return kept;
}
