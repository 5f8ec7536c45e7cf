import { entriesOf, itemsOf, listOfValues, withEntry } from '../collections.ts';
import { compare, equal } from '../compare.ts';
import { Failure, isList, isMapping, type List, Optional, type Value } from '../values.ts';
import { ARITHMETIC } from './arithmetic.ts';
import type { Function, Functions, Tools } from './function.ts';
import { indexOfText, lastIndexOfText } from './texts.ts';

const ofList =
  (apply: (list: List, args: readonly Value[]) => Value | undefined): Function =>
  ([list, ...args]) =>
    isList(list!) ? apply(list, args) : undefined;

const order = (a: Value, b: Value): number | Failure => {
  const result = compare(a, b);
  return typeof result === 'number' ? result : new Failure('list elements must be comparable');
};

function sorted(values: readonly Value[], keys: readonly Value[]): Value {
  let failure: Failure | undefined;
  const numbers = [...values.keys()].toSorted((a, b) => {
    const result = order(keys[a]!, keys[b]!);
    if (typeof result === 'number') return result;
    failure ??= result;
    return 0;
  });
  return failure ?? listOfValues(numbers.map((n) => values[n]!));
}

const extreme = (name: string, wanted: (order: number) => boolean): Function =>
  ofList((list) => {
    if (list.length === 0) return new Failure(`${name} called on empty list`);
    let best = list.at(0);
    for (const item of itemsOf(list)) {
      const result = compare(item, best);
      if (typeof result !== 'number') return undefined;
      if (wanted(result)) best = item;
    }
    return best;
  });

const sum = (list: List, tools: Tools): Value | undefined => {
  let total: Value | undefined;
  for (const item of itemsOf(list)) total = total === undefined ? item : ARITHMETIC['_+_']!([total, item], tools);
  return total ?? 0n;
};

function flattened(list: List, depth: number): Value[] {
  return [...itemsOf(list)].flatMap((item) => (isList(item) && depth > 0 ? flattened(item, depth - 1) : [item]));
}

const flatten = ofList((list, [depth = 1n]) => {
  if (typeof depth !== 'bigint') return undefined;
  return depth < 0n ? new Failure('level must be non-negative') : listOfValues(flattened(list, Number(depth)));
});

const slice = ofList((list, [start, end]) => {
  if (typeof start !== 'bigint' || typeof end !== 'bigint') return undefined;
  const what = `cannot slice(${start}, ${end}),`;
  if (start < 0n || end < 0n) return new Failure(`${what} negative indexes not supported`);
  if (start > end) return new Failure(`${what} start index must be less than or equal to end index`);
  if (BigInt(list.length) < end) return new Failure(`${what} list is length ${list.length}`);
  return listOfValues([...itemsOf(list)].slice(Number(start), Number(end)));
});

const MOST_RANGE = 1_000_000n;
const range: Function = ([size]) => {
  if (typeof size !== 'bigint') return undefined;
  if (size > MOST_RANGE) return new Failure('operation cancelled: actual cost limit exceeded');
  return listOfValues(Array.from({ length: Math.max(0, Number(size)) }, (_, n) => BigInt(n)));
};

const has = (list: List, value: Value): boolean => itemsOf(list).some((item) => equal(item, value));
const containsAll = (a: List, b: List): boolean => itemsOf(b).every((item) => has(a, item));
const ofLists =
  (apply: (a: List, b: List) => boolean): Function =>
  ([a, b]) =>
    isList(a!) && isList(b!) ? apply(a, b) : undefined;

const insert: Function = ([map, key, value]) => {
  if (!isMapping(map!)) return undefined;
  const more = value === undefined ? isMapping(key!) && entriesOf(key) : [[key!, value] as const];
  if (!more) return undefined;
  let result = map;
  for (const [one, inserted] of more) {
    if (result.find(one) !== undefined) return new Failure(`insert failed: key ${String(one)} already exists`);
    result = withEntry(result, one, inserted);
  }
  return result;
};

/** Upstream: apiserver/pkg/cel/library/lists.go, cel-go/ext/{lists,sets,comprehensions}.go. */
export const LISTS: Functions = {
  '@sortByAssociatedKeys': ofList((list, [keys]) =>
    isList(keys!) ? sorted([...itemsOf(list)], [...itemsOf(keys)]) : undefined,
  ),
  'cel.@mapInsert': insert,
  distinct: ofList((list) => {
    const kept: Value[] = [];
    for (const item of itemsOf(list)) if (!kept.some((one) => equal(one, item))) kept.push(item);
    return listOfValues(kept);
  }),
  first: ofList((list) => (list.length === 0 ? new Optional() : new Optional(list.at(0)))),
  last: ofList((list) => (list.length === 0 ? new Optional() : new Optional(list.at(list.length - 1)))),
  flatten,
  indexOf: ([target, item, offset]) => {
    if (typeof target === 'string') {
      if (typeof item !== 'string' || (offset !== undefined && typeof offset !== 'bigint')) return undefined;
      return indexOfText(target, item, offset);
    }
    return isList(target!) ? BigInt([...itemsOf(target)].findIndex((one) => equal(one, item!))) : undefined;
  },
  lastIndexOf: ([target, item, offset]) => {
    if (typeof target === 'string') {
      if (typeof item !== 'string' || (offset !== undefined && typeof offset !== 'bigint')) return undefined;
      return lastIndexOfText(target, item, offset);
    }
    return isList(target!) ? BigInt([...itemsOf(target)].findLastIndex((one) => equal(one, item!))) : undefined;
  },
  isSorted: ofList((list) => {
    for (let n = 1; n < list.length; n++) {
      const result = compare(list.at(n - 1), list.at(n));
      if (result === 1 || (typeof result === 'number' && result > 0)) return false;
    }
    return true;
  }),
  'lists.range': range,
  max: extreme('max', (result) => result > 0),
  min: extreme('min', (result) => result < 0),
  reverse: ofList((list) => listOfValues([...itemsOf(list)].toReversed())),
  slice,
  sort: ofList((list) => sorted([...itemsOf(list)], [...itemsOf(list)])),
  sum: ([list], tools) => (isList(list!) ? sum(list, tools) : undefined),
  'sets.contains': ofLists(containsAll),
  'sets.equivalent': ofLists((a, b) => containsAll(a, b) && containsAll(b, a)),
  'sets.intersects': ofLists((a, b) => itemsOf(b).some((item) => has(a, item))),
};
