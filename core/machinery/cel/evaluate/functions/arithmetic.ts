import { compare, equal } from '../compare.ts';
import { concatenated, itemsOf, listOfValues } from '../collections.ts';
import {
  Bytes,
  Duration,
  Failure,
  isList,
  isMapping,
  Optional,
  sizeOf,
  Timestamp,
  Uint,
  type Value,
} from '../values.ts';
import type { Function, Functions } from './function.ts';

const OVERFLOW = new Failure('integer overflow');
const UNSIGNED_OVERFLOW = new Failure('unsigned integer overflow');
const DURATION_OVERFLOW = new Failure('duration overflow');
const TIMESTAMP_OVERFLOW = new Failure('timestamp overflow');
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;
const SECOND = 1_000_000_000n;
const FIRST_TIME = -62135596800n * SECOND;
const LAST_TIME = 253402300799n * SECOND + 999_999_999n;

export const int = (value: bigint): Value => (value < LEAST || value > MOST ? OVERFLOW : value);
export const uint = (value: bigint): Value => (value < 0n || value >= 2n ** 64n ? UNSIGNED_OVERFLOW : new Uint(value));
export const duration = (nanoseconds: bigint): Value =>
  nanoseconds < LEAST || nanoseconds > MOST ? DURATION_OVERFLOW : new Duration(nanoseconds);
export const timestamp = (nanoseconds: bigint): Value =>
  nanoseconds < FIRST_TIME || nanoseconds > LAST_TIME ? TIMESTAMP_OVERFLOW : new Timestamp(nanoseconds);

interface Numeric {
  readonly int: (a: bigint, b: bigint) => Value;
  readonly double?: (a: number, b: number) => number;
  readonly uint?: (a: bigint, b: bigint) => Value;
}

function numeric(a: Value, b: Value, by: Numeric): Value | undefined {
  if (typeof a === 'bigint' && typeof b === 'bigint') return by.int(a, b);
  if (typeof a === 'number' && typeof b === 'number') return by.double?.(a, b);
  if (!(a instanceof Uint) || !(b instanceof Uint)) return undefined;
  if (by.uint) return by.uint(a.value, b.value);
  const result = by.int(a.value, b.value);
  return typeof result === 'bigint' ? uint(result) : result;
}

const add: Function = ([a, b]) => {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (a instanceof Bytes && b instanceof Bytes) return new Bytes(a.text + b.text);
  if (isList(a!) && isList(b!)) return a.plus ? a.plus(b) : concatenated(a, b);
  if (a instanceof Duration && b instanceof Duration) return duration(a.nanoseconds + b.nanoseconds);
  if (a instanceof Timestamp && b instanceof Duration) return timestamp(a.nanoseconds + b.nanoseconds);
  if (a instanceof Duration && b instanceof Timestamp) return timestamp(a.nanoseconds + b.nanoseconds);
  return numeric(a!, b!, { int: (x, y) => int(x + y), double: (x, y) => x + y, uint: (x, y) => uint(x + y) });
};

const subtract: Function = ([a, b]) => {
  if (a instanceof Duration && b instanceof Duration) return duration(a.nanoseconds - b.nanoseconds);
  if (a instanceof Timestamp && b instanceof Timestamp) return duration(a.nanoseconds - b.nanoseconds);
  if (a instanceof Timestamp && b instanceof Duration) return timestamp(a.nanoseconds - b.nanoseconds);
  return numeric(a!, b!, { int: (x, y) => int(x - y), double: (x, y) => x - y, uint: (x, y) => uint(x - y) });
};

const divided: Numeric = {
  int: (x, y) => (y === 0n ? new Failure('division by zero') : int(x / y)),
  double: (x, y) => x / y,
};

const negate: Function = ([value]) => {
  if (typeof value === 'bigint') return int(-value);
  return typeof value === 'number' ? -value : undefined;
};

const ordered =
  (holds: (order: number) => boolean): Function =>
  ([a, b]) => {
    const order = compare(a!, b!);
    if (order === undefined) return new Failure('NaN values cannot be ordered');
    return typeof order === 'number' ? holds(order) : undefined;
  };

const within: Function = ([value, container]) => {
  if (isMapping(container!)) return container.find(value!) !== undefined;
  if (!isList(container!)) return undefined;
  for (const item of itemsOf(container)) if (equal(item, value!)) return true;
  return false;
};

const size: Function = ([value]) => {
  if (typeof value === 'string' || value instanceof Bytes || isList(value!) || isMapping(value!))
    return BigInt(sizeOf(value));
  return undefined;
};

/** Operators, and what is asked of values of every type. Upstream: cel-go/common/stdlib/standard.go, common/types. */
export const ARITHMETIC: Functions = {
  '_+_': add,
  '_-_': subtract,
  '_*_': ([a, b]) =>
    numeric(a!, b!, { int: (x, y) => int(x * y), double: (x, y) => x * y, uint: (x, y) => uint(x * y) }),
  '_/_': ([a, b]) => numeric(a!, b!, divided),
  '_%_': ([a, b]) => numeric(a!, b!, { int: (x, y) => (y === 0n ? new Failure('modulus by zero') : x % y) }),
  '-_': negate,
  '!_': ([value]) => (typeof value === 'boolean' ? !value : undefined),
  '_==_': ([a, b]) => equal(a!, b!),
  '_!=_': ([a, b]) => !equal(a!, b!),
  '_<_': ordered((order) => order < 0),
  '_<=_': ordered((order) => order <= 0),
  '_>_': ordered((order) => order > 0),
  '_>=_': ordered((order) => order >= 0),
  '@in': within,
  size,
  hasValue: ([value]) => (value instanceof Optional ? value.value !== undefined : undefined),
  value: ([value]) => {
    if (!(value instanceof Optional)) return undefined;
    return value.value === undefined ? new Failure('optional.none() dereference') : value.value;
  },
  'optional.none': () => new Optional(),
  'optional.of': ([value]) => new Optional(value),
  'optional.ofNonZeroValue': ([value]) => (isZero(value!) ? new Optional() : new Optional(value)),
  'optional.unwrap': unwrapped,
  unwrapOpt: unwrapped,
};

function unwrapped([list]: readonly Value[]): Value | undefined {
  if (!isList(list!)) return undefined;
  const values: Value[] = [];
  for (const item of itemsOf(list)) {
    if (!(item instanceof Optional)) return new Failure('value is not optional');
    if (item.value !== undefined) values.push(item.value);
  }
  return listOfValues(values);
}

function isZero(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return true;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration) return value.nanoseconds === 0n;
  if (value instanceof Timestamp) return value.nanoseconds === FIRST_TIME;
  if (value instanceof Bytes) return value.text === '';
  if (value instanceof Optional) return value.value === undefined || isZero(value.value);
  return (isList(value) && value.length === 0) || (isMapping(value) && value.size === 0);
}
