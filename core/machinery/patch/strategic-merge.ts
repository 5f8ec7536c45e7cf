import { isObject, type Json, type JsonObject, setField } from '#core/base';
import type { Field, Schema } from '#core/machinery/schema';
import { badRequest, unexplained } from '#core/machinery/status';
import { goText } from '#core/machinery/values';
import { withoutNulls } from './merge-patch.ts';
import { mergeList, orderedAs } from './merge-list.ts';
import { fieldOf, isList, kindOf, type MutableObject } from './own.ts';

const PATCH = '$patch';
const RETAIN = '$retainKeys';
const ORDER = '$setElementOrder/';
const DELETE = '$deleteFromPrimitiveList/';

/** How a value is merged: what its parts are, and how its field wants it done. */
interface Way {
  readonly schema: Schema | undefined;
  readonly merges: boolean;
  readonly replaces: boolean;
  readonly mergeKey: string | undefined;
}

const UNKNOWN: Way = { schema: undefined, merges: false, replaces: false, mergeKey: undefined };

function wayOf(schema: Schema | undefined, key: string): Way {
  if (schema?.type === 'map') return { ...UNKNOWN, schema: schema.values };
  if (schema?.type !== 'object') return UNKNOWN;
  const field: Field | undefined = schema.byName.get(key);
  if (field === undefined) return UNKNOWN;
  return {
    schema: field.schema,
    merges: field.patchStrategy?.includes('merge') ?? false,
    replaces: field.patchStrategy?.includes('replace') ?? false,
    mergeKey: field.patchMergeKey,
  };
}

/**
 * The object after a strategic merge patch: objects merge, lists merge where the schema says so and by the key that it
 * names, and directives (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) say the rest.
 * Pure; throws a StatusError. Upstream: apimachinery/pkg/util/strategicpatch/patch.go.
 */
export function applyStrategicMergePatch(schema: Schema | undefined, original: JsonObject, patch: Json): JsonObject {
  if (patch === null) return original;
  if (!isObject(patch)) {
    throw badRequest(`json: cannot unmarshal ${kindOf(patch)} into Go value of type map[string]interface {}`);
  }
  return mergeObject(schema, original, patch);
}

function mergeObject(schema: Schema | undefined, original: JsonObject, patch: JsonObject): JsonObject {
  const directive = fieldOf(patch, PATCH);
  if (directive === 'replace') return withoutField(patch, PATCH);
  if (directive === 'delete') return {};
  if (directive !== undefined) throw unknownDirective(directive, patch);

  const merged: MutableObject = retain(original, patch);
  const settled = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (key.startsWith(ORDER)) settled.add(applyOrder(schema, merged, patch, key.slice(ORDER.length), patch[key]!));
  }
  for (const key of Object.keys(patch)) {
    if (key === RETAIN || key.startsWith(ORDER) || settled.has(key)) continue;
    if (key.startsWith('$setElementOrder')) throw badRequest('invalid patch format of setElementOrder list');
    const value = patch[key]!;
    if (key.startsWith(DELETE)) deleteItems(merged, key.slice(DELETE.length), value);
    else if (value === null) delete merged[key];
    else {
      const result = mergeValue(wayOf(schema, key), fieldOf(merged, key), value);
      if (result === undefined) delete merged[key];
      else setField(merged, key, result);
    }
  }
  return merged;
}

/** `undefined` where the patch asks for the value to go. */
function mergeValue(way: Way, current: Json | undefined, patch: Json): Json | undefined {
  if (isObject(patch) && isObject(current)) {
    return way.replaces ? patch : mergeObject(way.schema, current, patch);
  }
  if (isList(patch) && isList(current)) {
    return way.merges ? mergeItems(way, current, patch) : patch;
  }
  return withoutDirectives(withoutNulls(patch));
}

function mergeItems(way: Way, current: readonly Json[], patch: readonly Json[]): readonly Json[] {
  const itemSchema = way.schema?.type === 'list' ? way.schema.items : undefined;
  return mergeList(current, patch, way.mergeKey, {
    merge: (item, change) => mergeObject(itemSchema, item, change),
    fresh: (item) => item,
  });
}

/** The fields that `$retainKeys` leaves, all where there is none. Every field of the patch must be among them. */
function retain(original: JsonObject, patch: JsonObject): MutableObject {
  const keys = fieldOf(patch, RETAIN);
  if (keys === undefined) return { ...original };
  const problem = 'invalid patch format of retainKeys';
  if (!isList(keys)) throw badRequest(problem);
  const kept = new Set<Json>(keys);
  for (const key of Object.keys(patch)) {
    const free = key === RETAIN || patch[key] === null || key.startsWith(DELETE) || key.startsWith(ORDER);
    if (!free && !kept.has(key)) throw badRequest(problem);
  }
  const retained: MutableObject = {};
  for (const key of Object.keys(original)) if (kept.has(key)) setField(retained, key, original[key]!);
  return retained;
}

/** Merges the list `key` and puts it in the order asked for; gives the key, which is settled thereby. */
function applyOrder(
  schema: Schema | undefined,
  merged: MutableObject,
  patch: JsonObject,
  key: string,
  order: Json,
): string {
  const problem = 'invalid patch format of setElementOrder list';
  const current = fieldOf(merged, key);
  const change = fieldOf(patch, key);
  if (!isList(order)) throw unexplained(`expected a []interface {}, but received a ${goKindOf(order)}`);
  if (change === undefined && current === undefined) return key;
  if ((change !== undefined && !isList(change)) || (current !== undefined && !isList(current)))
    throw badRequest(problem);
  const way = wayOf(schema, key);
  if (change !== undefined) requireSameOrder(change, order, way.mergeKey);
  const list =
    change === undefined
      ? current!
      : current === undefined
        ? (withoutDirectives(withoutNulls(change)) as readonly Json[])
        : way.merges
          ? mergeItems(way, current, change)
          : change;
  setField(merged, key, orderedAs(list, order, current ?? [], way.mergeKey));
  return key;
}

/** The items that a patch changes must stand in its order list, in the same order. */
function requireSameOrder(change: readonly Json[], order: readonly Json[], mergeKey: string | undefined): void {
  if (order.length === 0) return;
  const keyOf = (item: Json): Json | undefined =>
    mergeKey !== undefined && isObject(item) ? fieldOf(item, mergeKey) : item;
  let at = 0;
  for (const item of change) {
    if (isObject(item) && Object.hasOwn(item, PATCH)) continue;
    const wanted = keyOf(item);
    while (at < order.length && keyOf(order[at]!) !== wanted) at++;
    if (at++ === order.length) {
      throw unexplained(
        `The order in patch list:\n${goText(change)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`,
      );
    }
  }
}

function deleteItems(merged: MutableObject, key: string, unwanted: Json): void {
  // Of another type than the list is: of no account.
  if (!isList(unwanted)) return;
  const current = fieldOf(merged, key);
  if (!isList(current)) return;
  const gone = new Set<Json>(unwanted);
  setField(
    merged,
    key,
    current.filter((item) => !gone.has(item)),
  );
}

/** What a patch says of a value that does not exist yet; other directives count as its fields. `undefined` where it asks for nothing. */
function withoutDirectives(value: Json): Json | undefined {
  if (isList(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, PATCH)) return undefined;
  const kept: MutableObject = {};
  for (const key of Object.keys(value)) {
    const field = withoutDirectives(value[key]!);
    if (field !== undefined) setField(kept, key, field);
  }
  return kept;
}

function withoutField(object: JsonObject, key: string): JsonObject {
  const rest: MutableObject = { ...object };
  delete rest[key];
  return rest;
}

const unknownDirective = (directive: Json, patch: JsonObject) =>
  unexplained(`unknown patch type: ${String(directive)} in map: ${goText(patch)}`);

/** As Go names the kind of a JSON value. */
const goKindOf = (value: Json): string =>
  typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'bool' : isObject(value) ? 'map' : 'float64';
