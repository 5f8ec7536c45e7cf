import type { Macros } from './macros.ts';
import { type Overload, readSignature, type Signatures } from './signature.ts';
import type { Type } from './types.ts';

/** A type with fields. */
export interface Struct {
  readonly type: Type;
  /** The type of a field; undefined if there is none of that name. */
  field(name: string): Type | undefined;
}

/** Functions, macros and names of types that belong together. */
export interface Library {
  readonly signatures?: Signatures;
  readonly macros?: Macros;
  /** Types that expressions may name, by their names. */
  readonly types?: Readonly<Record<string, Type>>;
}

/** What an expression may use. */
export interface Environment {
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  readonly macros: Macros;
  readonly variables: ReadonlyMap<string, Type>;
  readonly types: ReadonlyMap<string, Type>;
  /** Types with fields that are known by name, and what is found by looking closer at a name. */
  struct(name: string): Struct | undefined;
}

export interface Extension {
  readonly libraries?: readonly Library[];
  readonly variables?: Readonly<Record<string, Type>>;
  readonly struct?: (name: string) => Struct | undefined;
}

export const EMPTY: Environment = {
  functions: new Map(),
  macros: {},
  variables: new Map(),
  types: new Map(),
  struct: () => undefined,
};

/** An environment with more in it; the one it is made of stays as it is. */
export function extend(base: Environment, { libraries = [], variables = {}, struct }: Extension): Environment {
  const functions = new Map(base.functions);
  for (const [id, text] of libraries.flatMap(({ signatures }) => Object.entries(signatures ?? {}))) {
    const [name, overload] = readSignature(id, text);
    functions.set(name, [...(functions.get(name) ?? []), overload]);
  }
  return {
    functions,
    macros: Object.assign({}, base.macros, ...libraries.map(({ macros }) => macros)) as Macros,
    variables: new Map([...base.variables, ...Object.entries(variables)]),
    types: new Map([...base.types, ...libraries.flatMap(({ types }) => Object.entries(types ?? {}))]),
    struct: struct ? (name) => struct(name) ?? base.struct(name) : base.struct,
  };
}
