import type { Struct } from './environment.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  ANY,
  mapOf,
  NULL,
  STRING,
  struct,
  TIMESTAMP,
  type Type,
  UINT,
} from './types.ts';

/** Fields of a type by name. */
export type Fields = Readonly<Record<string, Type>>;

const fieldless = (type: Type): Struct => ({ type, field: () => undefined });

/** Names under which plain types are found where types with fields are declared. Upstream: apiserver/pkg/cel/types.go. */
let scalars: ReadonlyMap<string, Struct> | undefined;

function scalar(name: string): Struct | undefined {
  scalars ??= new Map(
    Object.entries({
      bool: BOOL,
      bytes: BYTES,
      double: DOUBLE,
      duration: DURATION,
      int: INT,
      list: listOf(ANY),
      map: mapOf(ANY, ANY),
      null_type: NULL,
      string: STRING,
      timestamp: TIMESTAMP,
      uint: UINT,
    }).map(([one, type]) => [one, fieldless(type)]),
  );
  return scalars.get(name);
}

/** Types with fields, found by name. A field whose name is a word of the language may be declared as `__word__`. */
export function structsOf(all: ReadonlyMap<string, Fields>): (name: string) => Struct | undefined {
  return (name) => {
    const fields = all.get(name);
    if (fields === undefined) return scalar(name);
    const field = (one: string) => (Object.hasOwn(fields, one) ? fields[one] : undefined);
    return { type: struct(name), field: (one) => field(one) ?? field(`__${one}__`) };
  };
}
