import { entriesOf } from './collections.ts';
import {
  Bytes,
  Duration,
  isForeign,
  isList,
  isMapping,
  NO_OVERLOAD,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts';

type Numeric = bigint | number;

const numberOf = (value: Value): Numeric | undefined => {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Uint ? value.value : undefined;
};

/** Whether two values are equal; values of different types are not, but for numbers. Upstream: cel-go/common/types. */
export function equal(a: Value, b: Value): boolean {
  const [x, y] = [numberOf(a), numberOf(b)];
  // eslint-disable-next-line eqeqeq -- an int and a double are compared by their worth
  if (x !== undefined && y !== undefined)
    return typeof x === typeof y ? x === y : !(x < y) && !(x > y) && !Number.isNaN(x) && !Number.isNaN(y);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a instanceof Bytes) return b instanceof Bytes && a.text === b.text;
  if (a instanceof Duration) return b instanceof Duration && a.nanoseconds === b.nanoseconds;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanoseconds === b.nanoseconds;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Optional) return b instanceof Optional && sameOptional(a, b);
  if (isForeign(a)) return a.equals(b);
  if (isList(a)) {
    if (!isList(b)) return false;
    if (a.equals) return a.equals(b);
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equal(a.at(i), b.at(i))) return false;
    return true;
  }
  if (!isMapping(a) || !isMapping(b) || a.size !== b.size) return false;
  for (const [key, value] of entriesOf(a)) {
    const other = b.find(key);
    if (other === undefined || !equal(value, other)) return false;
  }
  return true;
}

function sameOptional({ value: a }: Optional, { value: b }: Optional): boolean {
  return a === undefined || b === undefined ? a === b : equal(a, b);
}

/** Texts are ordered by code points. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const surrogate = (unit: number) => unit >= 0xd800 && unit < 0xe000;
    if (surrogate(x) !== surrogate(y)) return surrogate(x) ? 1 : -1;
    return x < y ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

/** Below 0, 0, or above; undefined for NaN; a failure where values have no order. */
export function compare(a: Value, b: Value): number | undefined | typeof NO_OVERLOAD {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) {
    if (x < y) return -1;
    if (x > y) return 1;
    return Number.isNaN(x) || Number.isNaN(y) ? undefined : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Bytes && b instanceof Bytes) return compareText(a.text, b.text);
  const [s, t] = [timeOf(a), timeOf(b)];
  if (s === undefined || t === undefined || (a as object).constructor !== (b as object).constructor) return NO_OVERLOAD;
  return s < t ? -1 : s > t ? 1 : 0;
}

const timeOf = (value: Value): bigint | undefined =>
  value instanceof Duration || value instanceof Timestamp ? value.nanoseconds : undefined;
