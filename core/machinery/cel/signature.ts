import {
  ANY,
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  opaque,
  param,
  STRING,
  struct,
  TIMESTAMP,
  type Type,
  typeOf,
  UINT,
} from './types.ts';

/** One form of a function. Of a method the first parameter is the target. */
export interface Overload {
  readonly id: string;
  readonly isMethod: boolean;
  readonly params: readonly Type[];
  readonly result: Type;
  /** Names of the types that are open in it. */
  readonly open: readonly string[];
}

/** Forms of functions by id: `(string).size(): int` is a method, `size(string): int` a function. */
export type Signatures = Readonly<Record<string, string>>;

const PLAIN: Readonly<Record<string, Type>> = {
  any: ANY,
  bool: BOOL,
  bytes: BYTES,
  double: DOUBLE,
  duration: DURATION,
  dyn: DYN,
  int: INT,
  string: STRING,
  timestamp: TIMESTAMP,
  uint: UINT,
};
const OPAQUE = new Set(['net.IP', 'net.CIDR', 'optional_type']);

function made(name: string, params: readonly Type[]): Type {
  if (name === 'list') return listOf(params[0]!);
  if (name === 'map') return mapOf(params[0]!, params[1]!);
  if (name === 'type') return typeOf(params[0]!);
  if (OPAQUE.has(name)) return opaque(name, ...params);
  if (/^[A-Z]$/.test(name)) return param(name);
  return PLAIN[name] ?? struct(name);
}

/** Reads a list of types from `at` to the bracket that closes it. */
function readTypes(text: string, at: number): readonly [types: Type[], end: number] {
  const types: Type[] = [];
  for (;;) {
    const [name] = /^[\w.]*/.exec(text.slice(at))!;
    at += name.length;
    let params: Type[] = [];
    if (text[at] === '(') [params, at] = readTypes(text, at + 1);
    if (name !== '') types.push(made(name, params));
    if (text[at] === ')') return [types, at + 1];
    at += 2;
  }
}

const openIn = (type: Type): string[] => (type.kind === 'param' ? [type.name] : type.params.flatMap(openIn));

/** Reads a signature: the name of the function, and its form. */
export function readSignature(id: string, text: string): readonly [name: string, overload: Overload] {
  const isMethod = text.startsWith('(');
  const [target, start] = isMethod ? readTypes(text, 1) : [[], 0];
  const open = text.indexOf('(', start);
  const [args, end] = readTypes(text, open + 1);
  const [[result]] = readTypes(`${text.slice(end + 2)})`, 0);
  const params = [...target, ...args];
  const overload: Overload = {
    id,
    isMethod,
    params,
    result: result!,
    open: [...new Set([...params, result!].flatMap(openIn))],
  };
  return [text.slice(isMethod ? start + 1 : start, open), overload];
}
