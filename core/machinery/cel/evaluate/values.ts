/** An unsigned integer. */
export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** Bytes, as a string of code units below 256. */
export class Bytes {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A length of time. */
export class Duration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** A point in time, since 1970 in UTC. */
export class Timestamp {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** A type as a value: what `type(x)` gives. */
export class TypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value that may be absent. */
export class Optional {
  readonly value: Value | undefined;
  constructor(value?: Value) {
    this.value = value;
  }
}

/** What went wrong. It is a value: `||` and `&&` may yet come to a result beside it. */
export class Failure {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** A value of a type that a library brings. `size` is what it counts in costs. */
export interface Foreign {
  readonly typeName: string;
  readonly size?: number;
  /** As `string(x)` writes it, for types that have this. */
  readonly text?: string;
  /** Its methods, by name. */
  readonly methods?: Readonly<Record<string, (args: readonly Value[]) => Value | undefined>>;
  equals(other: Value): boolean;
}

/** A list; its items may be made when they are asked for. */
export interface List {
  readonly length: number;
  at(index: number): Value;
  /** Where equality is not that of the items in their order. */
  equals?(other: List): boolean;
  /** Where the sum is not one list behind the other. */
  plus?(other: List): List;
}

/** A map; its values may be made when they are asked for. */
export interface Mapping {
  readonly size: number;
  find(key: Value): Value | undefined;
  keys(): Iterable<Value>;
}

/** A value of CEL: an int is a bigint, a double a number. */
export type Value =
  | boolean
  | bigint
  | number
  | string
  | null
  | Uint
  | Bytes
  | Duration
  | Timestamp
  | TypeValue
  | Optional
  | Failure
  | List
  | Mapping
  | Foreign;

export const isList = (value: Value): value is List => typeof value === 'object' && value !== null && 'at' in value;
export const isMapping = (value: Value): value is Mapping =>
  typeof value === 'object' && value !== null && 'find' in value;
export const isForeign = (value: Value): value is Foreign =>
  typeof value === 'object' && value !== null && 'typeName' in value;

/** The name of a value's type. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'null_type';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'string') return 'string';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Bytes) return 'bytes';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof Failure) return 'error';
  if (isForeign(value)) return value.typeName;
  return isList(value) ? 'list' : 'map';
}

export const NO_OVERLOAD = new Failure('no such overload');

/** How much a value counts in costs. Upstream: cel-go/interpreter/runtimecost.go (actualSize). */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length < 1 ? 0 : codePoints(value);
  if (value instanceof Bytes) return value.text.length;
  if (value instanceof Optional) return value.value === undefined ? 1 : sizeOf(value.value);
  if (value === null || typeof value !== 'object') return 1;
  if (isForeign(value)) return value.size ?? 1;
  if (isList(value)) return value.length;
  return isMapping(value) ? value.size : 1;
}

/** The number of code points. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) count--;
  }
  return count;
}
