import { goName } from './go-name.ts';
import { Failure, isList, isMapping, Optional, typeNameOf, Uint, type Value } from './values.ts';

/** A field or an index; `key` is what gives it. */
export interface Qualifier<T> {
  readonly key: T;
  /** What is absent is no failure. */
  readonly optional: boolean;
  /** Asks only whether it is there. */
  readonly test: boolean;
}

const shown = (key: Value): string => {
  if (key instanceof Uint) return String(key.value);
  return typeof key === 'object' ? 'object' : String(key);
};
const missing = (key: Value): Failure => new Failure(`no such key: ${shown(key)}`);

function indexOf(key: Value): number | undefined {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof Uint) return Number(key.value);
  return typeof key === 'number' && Number.isInteger(key) ? key : undefined;
}

/** What is under a key; undefined if nothing is, a failure if there can be nothing. */
function under(value: Value, key: Value): Value | undefined {
  if (key === null || (typeof key === 'object' && !(key instanceof Uint))) {
    return new Failure(`invalid qualifier type: ${goName(key)}`);
  }
  if (isMapping(value)) return value.find(key);
  if (!isList(value)) return undefined;
  const index = indexOf(key);
  if (index === undefined && typeof key === 'number') return new Failure(`unsupported index value ${key} in list`);
  if (index === undefined) return new Failure(`unsupported index type '${typeNameOf(key)}' in list`);
  return index < 0 || index >= value.length ? undefined : value.at(index);
}

const absent = (value: Value, key: Value): Failure =>
  isList(value) ? new Failure(`index out of bounds: ${shown(key)}`) : missing(key);

/**
 * Walks from a value along fields and indexes. Once an optional is met, what follows is one too.
 * Upstream: cel-go/interpreter/attributes.go.
 */
export function attribute<T>(
  start: Value,
  qualifiers: readonly Qualifier<T>[],
  keyOf: (key: T) => Value,
  spend: (cost: number) => void,
): Value {
  let value = start;
  let optional = false;
  for (const { key: from, optional: mayLack, test } of qualifiers) {
    if (value instanceof Failure) return value;
    if (value instanceof Optional) {
      if (value.value === undefined) return test ? false : value;
      value = value.value;
      optional = true;
    }
    optional ||= mayLack;
    const key = keyOf(from);
    const next = key instanceof Failure ? key : under(value, key);
    if (!optional || (next !== undefined && !(next instanceof Failure))) spend(1);
    if (test) return next instanceof Failure ? next : next !== undefined;
    if (next instanceof Failure) return next;
    if (next === undefined) return optional ? new Optional() : absent(value, key);
    value = next;
  }
  return optional && !(value instanceof Failure) ? new Optional(value) : value;
}
