import type { Json, JsonObject } from '#core/base';

const isAstral = /[\ud800-\uffff]/;

/** Orders texts by their UTF-8 bytes, as Go orders a map's keys; JavaScript's own order differs above the surrogates. */
export function byKeyBytes(left: string, right: string): number {
  if (left === right) return 0;
  if (!isAstral.test(left) && !isAstral.test(right)) return left < right ? -1 : 1;
  const [one, other] = [Array.from(left), Array.from(right)];
  for (let i = 0; i < one.length && i < other.length; i++) {
    const difference = one[i]!.codePointAt(0)! - other[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** A value with the keys of all objects in it in order: how Go writes what has no schema. */
export function withSortedKeys(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(withSortedKeys);
  const given = value as JsonObject;
  const names = Object.keys(given).sort(byKeyBytes);
  return Object.fromEntries(names.map((name) => [name, withSortedKeys(given[name]!)]));
}
