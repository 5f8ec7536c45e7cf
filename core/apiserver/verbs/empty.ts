import { isObject, type Json, type JsonObject } from '#core/base';
import type { KubeObject } from '#core/machinery/object';

/**
 * What is about to be stored with what was given and is empty put back, but where nothing changed: so that what is judged tells
 * `[]` from none as Go does, and what compares itself with the old finds equal what is stored alike. `stored` lacks what is
 * empty, and shares with `old` what is the same.
 */
export const withEmpty = (given: KubeObject, stored: KubeObject, old: KubeObject): KubeObject =>
  told(asJson(given), asJson(stored), asJson(old)) as unknown as KubeObject;

const asJson = (object: KubeObject) => object as unknown as JsonObject;

type Value = Json | undefined;

/** `isNew`: nothing was where this lies. */
function told(given: Value, stored: Value, old: Value, isNew = false): Value {
  if (stored === undefined || stored === null) {
    const differs = isNew || (old !== undefined && old !== null);
    return differs && isEmpty(given) ? given : stored;
  }
  if (stored === old || stored === given) return stored;
  if (Array.isArray(stored)) {
    if (!Array.isArray(given) || given.length !== stored.length) return stored;
    return stored.map((item: Json, i) => told(given[i], item, Array.isArray(old) ? old[i] : undefined)!);
  }
  if (!isObject(stored) || !isObject(given)) return stored;
  const before = isObject(old) ? old : undefined;
  const all: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(stored), ...Object.keys(given)])) {
    const value = told(own(given, name), own(stored, name), own(before, name), before === undefined);
    if (value !== undefined) Object.defineProperty(all, name, { value, enumerable: true });
  }
  return all;
}

const own = (object: JsonObject | undefined, name: string): Value =>
  object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;

const isEmpty = (value: Value): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
