import type { Json } from '#core/base';
import { type List, type Mapping, Uint, type Value } from './values.ts';

/** A list that is the beginning of an array, which others may share: it can grow without a copy. */
interface Beginning extends List {
  readonly items: Value[];
}

const beginning = (items: Value[], length: number): Beginning => ({ items, length, at: (index) => items[index]! });

/** A list of values that are there. */
export const listOfValues = (items: readonly Value[]): List => beginning([...items], items.length);

/** A list and what follows it. What grows step by step does so in constant time. */
export function concatenated(list: List, more: List): List {
  const items =
    'items' in list && (list as Beginning).items.length === list.length
      ? (list as Beginning).items
      : [...itemsOf(list)];
  for (const item of itemsOf(more)) items.push(item);
  return beginning(items, list.length + more.length);
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

interface Entry {
  readonly key: Value;
  value: Value;
  /** When it came: a map has those that were there when it was made. */
  readonly order: number;
}

/** A map that is the beginning of entries, which others may share: it can grow without a copy. */
interface BeginningMap extends Mapping {
  readonly entries: Map<unknown, Entry>;
}

const beginningMap = (entries: Map<unknown, Entry>, size: number): BeginningMap => ({
  entries,
  size,
  find: (key) => {
    const entry = entries.get(keyOf(key));
    return entry && entry.order < size ? entry.value : undefined;
  },
  *keys() {
    for (const { key, order } of entries.values()) if (order < size) yield key;
  },
});

/** A map of values that are there; of equal keys the last one counts. */
export function mapOfEntries(all: Iterable<readonly [Value, Value]>): Mapping {
  const entries = new Map<unknown, Entry>();
  for (const [key, value] of all) {
    const known = entries.get(keyOf(key));
    if (known) known.value = value;
    else entries.set(keyOf(key), { key, value, order: entries.size });
  }
  return beginningMap(entries, entries.size);
}

/** A map and a new entry. What grows step by step does so in constant time. */
export function withEntry(map: Mapping, key: Value, value: Value): Mapping {
  const grows = 'entries' in map && (map as BeginningMap).entries.size === map.size;
  const { entries } = (grows ? map : mapOfEntries(entriesOf(map))) as BeginningMap;
  entries.set(keyOf(key), { key, value, order: entries.size });
  return beginningMap(entries, entries.size);
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
