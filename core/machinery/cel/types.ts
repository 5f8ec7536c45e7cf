/**
 * Kinds of types. `param` is a type yet unknown, `opaque` a type of its own with parameters, `struct` one with fields,
 * `unspecified` that of a field that a type merely lets pass.
 */
export type TypeKind =
  | 'any'
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  | 'opaque'
  | 'param'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint'
  | 'unspecified';

/** A type of CEL. */
export interface Type {
  readonly kind: TypeKind;
  /** As values of the type name it. */
  readonly name: string;
  readonly params: readonly Type[];
}

const plain = (kind: TypeKind, name: string = kind): Type => ({ kind, name, params: [] });

export const ANY = plain('any', 'google.protobuf.Any');
export const BOOL = plain('bool');
export const BYTES = plain('bytes');
export const DOUBLE = plain('double');
export const DURATION = plain('duration', 'google.protobuf.Duration');
export const DYN = plain('dyn');
export const ERROR = plain('error', '*error*');
export const INT = plain('int');
export const NULL = plain('null', 'null_type');
export const STRING = plain('string');
export const TIMESTAMP = plain('timestamp', 'google.protobuf.Timestamp');
export const TYPE = plain('type');
export const UINT = plain('uint');
export const UNSPECIFIED = plain('unspecified', '');

export const listOf = (element: Type): Type => ({ kind: 'list', name: 'list', params: [element] });
export const mapOf = (key: Type, value: Type): Type => ({ kind: 'map', name: 'map', params: [key, value] });
export const typeOf = (type: Type): Type => ({ kind: 'type', name: 'type', params: [type] });
export const param = (name: string): Type => plain('param', name);
export const struct = (name: string): Type => plain('struct', name);
export const opaque = (name: string, ...params: Type[]): Type => ({ kind: 'opaque', name, params });
export const optionalOf = (type: Type): Type => opaque('optional_type', type);

export const isDyn = ({ kind }: Type): boolean => kind === 'dyn' || kind === 'any';
export const isDynOrError = (type: Type): boolean => type.kind === 'error' || isDyn(type);

/** What an optional holds; undefined for other types. */
export const insideOptional = ({ kind, name, params }: Type): Type | undefined =>
  kind === 'opaque' && name === 'optional_type' ? params[0] : undefined;

export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((one, n) => sameType(one, b.params[n]!));
}

const SHOWN: Partial<Record<TypeKind, string>> = {
  any: 'any',
  duration: 'duration',
  error: '!error!',
  null: 'null',
  timestamp: 'timestamp',
};

/** A type as faults name it. Upstream: cel-go/checker/format.go. */
export function formatType({ kind, name, params }: Type): string {
  const shown = SHOWN[kind] ?? name;
  return params.length === 0 ? shown : `${shown}(${params.map(formatType).join(', ')})`;
}

/** A type as `type(x)` names it. Upstream: cel-go/common/types/types.go (String). */
export function typeName({ name, params }: Type): string {
  return params.length === 0 ? name : `${name}(${params.map(typeName).join(', ')})`;
}

/** What a call was given: `string.(int)` of a method, `(string, int)` of a function. */
export function formatArguments(types: readonly Type[], isMethod: boolean): string {
  const [target, args] = isMethod ? [`${formatType(types[0]!)}.`, types.slice(1)] : ['', types];
  return `${target}(${args.map(formatType).join(', ')})`;
}
