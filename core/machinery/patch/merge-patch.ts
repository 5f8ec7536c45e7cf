import { isObject, type Json, type JsonObject, setField } from '#core/base';
import { badRequest } from '#core/machinery/status';
import { fieldOf, isList, kindOf, type MutableObject } from './own.ts';

/** The document after a merge patch (RFC 7386): null removes, objects merge, all else replaces. Throws a StatusError. */
export function applyMergePatch(document: Json, patch: Json): Json {
  if (!isObject(patch)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${kindOf(patch)} into Go value of type map[string]interface {}`,
    );
  }
  return isObject(document) ? mergeObjects(document, patch) : withoutNulls(patch);
}

function mergeObjects(document: JsonObject, patch: JsonObject): JsonObject {
  const merged: MutableObject = { ...document };
  for (const key of Object.keys(patch)) {
    const value = patch[key]!;
    const current = fieldOf(document, key);
    if (value === null) delete merged[key];
    else
      setField(merged, key, isObject(value) && isObject(current) ? mergeObjects(current, value) : withoutNulls(value));
  }
  return merged;
}

/** What a patch made, as the original writes it: by name where it has opened an object to merge it, and as it was elsewhere. */
export function openedByMerge(result: Json, patch: Json): Json {
  if (isList(result) && isList(patch)) return result.map((item, i) => openedByMerge(item, patch[i] ?? null));
  if (!isObject(result) || !isObject(patch)) return result;
  const sorted: MutableObject = {};
  for (const key of Object.keys(result).toSorted()) {
    setField(sorted, key, openedByMerge(result[key]!, fieldOf(patch, key) ?? null));
  }
  return sorted;
}

/** Drops null fields at every depth; null items of lists stay. */
export function withoutNulls(value: Json): Json {
  if (isList(value)) return value.some(isCompound) ? value.map(withoutNulls) : value;
  if (!isObject(value)) return value;
  const kept: MutableObject = {};
  for (const key of Object.keys(value)) if (value[key] !== null) setField(kept, key, withoutNulls(value[key]!));
  return kept;
}

const isCompound = (value: Json): boolean => typeof value === 'object' && value !== null;
