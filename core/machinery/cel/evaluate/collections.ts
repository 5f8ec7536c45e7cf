import type { Json } from '#core/base';
import { type List, type Mapping, Uint, type Value } from './values.ts';

/** A list of values that are there. */
export function listOfValues(items: readonly Value[]): List {
  return { length: items.length, at: (index) => items[index]! };
}

/** The items of a list. */
export function* itemsOf(list: List): Generator<Value> {
  for (let i = 0; i < list.length; i++) yield list.at(i);
}

/** What two keys must share to be one: numbers of all types are compared by their worth. */
function keyOf(key: Value): unknown {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof Uint) return `n${key.value}`;
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : `d${key}`;
  return key;
}

/** A map of values that are there; of equal keys the last one counts. */
export function mapOfEntries(entries: Iterable<readonly [Value, Value]>): Mapping {
  const all = new Map<unknown, readonly [Value, Value]>();
  for (const [key, value] of entries) {
    all.set(keyOf(key), [key, value]);
  }
  return {
    size: all.size,
    find: (key) => all.get(keyOf(key))?.[1],
    *keys() {
      for (const [key] of all.values()) yield key;
    },
  };
}

/** The entries of a map. */
export function* entriesOf(map: Mapping): Generator<readonly [Value, Value]> {
  for (const key of map.keys()) yield [key, map.find(key)!];
}

/** The value of JSON: whole numbers are ints. What is within is made when it is asked for. */
export function valueOf(json: Json): Value {
  if (json === null || typeof json === 'string' || typeof json === 'boolean' || typeof json === 'bigint') return json;
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return { length: json.length, at: (index) => valueOf(json[index] as Json) };
  const object = json as Readonly<Record<string, Json>>;
  return {
    get size() {
      return Object.keys(object).length;
    },
    find: (key) => (typeof key === 'string' && Object.hasOwn(object, key) ? valueOf(object[key]!) : undefined),
    keys: () => Object.keys(object),
  };
}
