import { isObject, type Json, type JsonObject } from '#core/base';
import { refusal, unexplained } from '#core/machinery/status';
import { goText } from '#core/machinery/values';
import { fieldOf, isList } from './own.ts';

const PATCH = '$patch';

interface ItemMerge {
  /** An item that exists, changed. */
  merge(item: JsonObject, change: JsonObject): JsonObject;
  /** An item that does not exist yet. */
  fresh(item: Json): Json;
}

/**
 * A list changed by a patch's list: scalars are united, objects are merged by the value of `mergeKey`. What the patch
 * names stands in the patch's order, the rest where it stood relative to it.
 */
export function mergeList(
  current: readonly Json[],
  patch: readonly Json[],
  mergeKey: string | undefined,
  items: ItemMerge,
): readonly Json[] {
  const first = current[0] ?? patch[0];
  if (first === undefined) return current;
  for (const item of [...current, ...patch]) {
    if (isObject(item) !== isObject(first) || isList(item) !== isList(first))
      throw unexplained(`list element types are not identical: ${goText([current, patch])}`);
  }
  if (isList(first)) throw refusal('Invalid', 'lists of lists are not supported');
  if (!isObject(first)) return orderedAs([...new Set([...current, ...patch])], patch, current, undefined);
  if (mergeKey === undefined) throw unexplained('cannot merge lists without merge key');
  return mergeObjects(current as readonly JsonObject[], patch as readonly JsonObject[], mergeKey, items);
}

function mergeObjects(
  current: readonly JsonObject[],
  patch: readonly JsonObject[],
  mergeKey: string,
  { merge, fresh }: ItemMerge,
): readonly Json[] {
  const changes: JsonObject[] = [];
  const gone = new Set<Json>();
  let replaces = false;
  for (const item of patch) {
    const directive = fieldOf(item, PATCH);
    if (directive === undefined) changes.push(item);
    else if (directive === 'replace') replaces = true;
    else if (directive === 'delete') gone.add(keyOf(item, mergeKey));
    else if (directive === 'merge') throw unexplained('merging lists cannot yet be specified in the patch');
    else throw unexplained(`unknown patch type: ${String(directive)} in map: ${goText(item)}`);
  }
  if (replaces) return changes.map(fresh);
  const kept = gone.size === 0 ? current : current.filter((item) => !gone.has(fieldOf(item, mergeKey) ?? null));
  const merged: JsonObject[] = [...kept];
  const places = new Map<Json, number>();
  for (const [place, item] of kept.entries()) {
    const key = keyOf(item, mergeKey);
    if (!places.has(key)) places.set(key, place);
  }
  for (const change of changes) {
    const key = keyOf(change, mergeKey);
    const place = places.get(key);
    if (place !== undefined) merged[place] = merge(merged[place]!, change);
    else {
      places.set(key, merged.length);
      const item = fresh(change) as JsonObject;
      // A key of null is a key; it is no text only when the item is read.
      merged.push(key === null ? { ...item, [mergeKey]: null } : item);
    }
  }
  return orderedAs(merged, changes, kept, mergeKey);
}

function keyOf(item: Json, mergeKey: string): Json {
  const key = isObject(item) ? fieldOf(item, mergeKey) : undefined;
  if (key === undefined) throw unexplained(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
  return key;
}

/** First place of each key. */
function placesOf(list: readonly Json[], mergeKey: string | undefined): ReadonlyMap<Json, number> {
  const places = new Map<Json, number>();
  for (const [place, item] of list.entries()) {
    const key = mergeKey === undefined ? item : keyOf(item, mergeKey);
    if (!places.has(key)) places.set(key, place);
  }
  return places;
}

/**
 * The items that `order` names in its order; each other item before the first named one that it stood before in
 * `server`.
 */
export function orderedAs(
  list: readonly Json[],
  order: readonly Json[],
  server: readonly Json[],
  mergeKey: string | undefined,
): readonly Json[] {
  const wanted = placesOf(order, mergeKey);
  const stood = placesOf(server, mergeKey);
  const key = (item: Json): Json => (mergeKey === undefined ? item : keyOf(item, mergeKey));
  const named = list
    .filter((item) => wanted.has(key(item)))
    .toSorted((a, b) => wanted.get(key(a))! - wanted.get(key(b))!);
  const others = list.filter((item) => !wanted.has(key(item)));
  if (others.length === 0) return named;
  const result: Json[] = [];
  let next = 0;
  for (const item of named) {
    const place = stood.get(key(item));
    while (place !== undefined && next < others.length) {
      const other = stood.get(key(others[next]!));
      if (other === undefined || other >= place) break;
      result.push(others[next++]!);
    }
    result.push(item);
  }
  for (; next < others.length; next++) result.push(others[next]!);
  return result;
}
