import { itemsOf } from './collections.ts';
import type { List, Value } from './values.ts';

/** What tells items of a list apart; items of the same key are one. */
export type KeyOf = (item: Value) => string;

/**
 * A list whose items are told apart by a key, in any order: two are equal if they hold the same, and together they hold
 * each once, the later one of equals. Upstream: apiserver/pkg/cel/common/valuesunstructured.go.
 */
export function keyedList(items: List, keyOf: KeyOf, same: (a: Value, b: Value) => boolean): List {
  const byKey = (): Map<string, Value> => new Map(itemsOf(items).map((item) => [keyOf(item), item]));
  return {
    length: items.length,
    at: (index) => items.at(index),
    equals: (other) => {
      if (other.length !== items.length) return false;
      const own = byKey();
      return itemsOf(other).every((item) => {
        const mine = own.get(keyOf(item));
        return mine !== undefined && same(mine, item);
      });
    },
    plus: (other) => {
      const all = byKey();
      for (const item of itemsOf(other)) all.set(keyOf(item), item);
      const values = [...all.values()];
      return keyedList({ length: values.length, at: (index) => values[index]! }, keyOf, same);
    },
  };
}
