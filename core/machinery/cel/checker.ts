import { type Call, type Comprehension, type Expression, type Literal, qualifiedName, type Select } from './ast.ts';
import type { Environment } from './environment.ts';
import { AND, OPTIONAL_SELECT, OR } from './operators.ts';
import type { Overload } from './signature.ts';
import type { Fault } from './source.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DYN,
  ERROR,
  formatArguments,
  formatType,
  insideOptional,
  INT,
  isDyn,
  isDynOrError,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  param,
  sameType,
  STRING,
  type Type,
  typeOf,
  UINT,
} from './types.ts';
import { assign, bindings, moreGeneral, substitute } from './unify.ts';

/** What a node stands for: a name that is declared, or the forms of a function that may be meant. */
export type Reference =
  | { readonly name: string; readonly isType: boolean }
  | { readonly function: string; readonly overloads: readonly string[] };

export interface Checked {
  readonly faults: readonly Fault[];
  readonly types: ReadonlyMap<Expression, Type>;
  readonly references: ReadonlyMap<Expression, Reference>;
}

const LITERALS: Readonly<Record<Literal['type'], Type>> = {
  bool: BOOL,
  bytes: BYTES,
  double: DOUBLE,
  int: INT,
  null: NULL,
  string: STRING,
  uint: UINT,
};

const withoutDot = (name: string): string => (name.startsWith('.') ? name.slice(1) : name);

/** Finds out the type of every node. Upstream: cel-go/checker/checker.go. */
export function check(root: Expression, environment: Environment): Checked {
  const faults: Fault[] = [];
  const types = new Map<Expression, Type>();
  const references = new Map<Expression, Reference>();
  const scopes: Map<string, Type>[] = [];
  const unknownTypes = bindings();
  let unknowns = 0;

  const fault = (at: number, message: string): void => void faults.push({ at, message });
  const undeclared = (at: number, name: string) => fault(at, `undeclared reference to '${name}' (in container '')`);
  const mismatch = (at: number, wanted: Type, given: Type) =>
    fault(at, `expected type '${formatType(wanted)}' but found '${formatType(given)}'`);
  const unknown = (): Type => param(`_var${unknowns++}`);
  const known = (expression: Expression): Type => types.get(expression)!;
  const fits = (given: readonly Type[], wanted: readonly Type[]): boolean => assign(unknownTypes, given, wanted);

  function declared(
    written: string,
  ): { readonly name: string; readonly type: Type; readonly isType: boolean } | undefined {
    const name = withoutDot(written);
    const variable = scopes.findLast((scope) => scope.has(name))?.get(name) ?? environment.variables.get(name);
    if (variable) return { name, type: variable, isType: false };
    const type = environment.types.get(name) ?? environment.struct(name)?.type;
    return type && { name, type: typeOf(type), isType: true };
  }
  function identified(expression: Expression, name: string): Type | undefined {
    const found = declared(name);
    if (found) references.set(expression, { name: found.name, isType: found.isType });
    return found?.type;
  }
  function fieldOf(at: number, type: string, field: string): Type | undefined {
    const struct = environment.struct(type);
    if (struct === undefined) {
      fault(at, `unexpected failed resolution of '${type}'`);
      return undefined;
    }
    const found = struct.field(field);
    if (found === undefined) fault(at, `undefined field '${field}'`);
    return found;
  }
  function selected(at: number, operand: Expression, field: string, optional: boolean): Type {
    const given = substitute(unknownTypes, of(operand));
    const inside = insideOptional(given);
    const target = inside ?? given;
    let result = DYN;
    if (target.kind === 'map') result = target.params[1]!;
    else if (target.kind === 'struct') result = fieldOf(at, target.name, field) ?? ERROR;
    else if (target.kind === 'param') fits([DYN], [target]);
    else if (!isDynOrError(target)) fault(at, `type '${formatType(target)}' does not support field selection`);
    return inside || optional ? optionalOf(result) : result;
  }
  function select(expression: Select): Type {
    const name = qualifiedName(expression);
    const type = name === undefined ? undefined : identified(expression, name);
    if (type) return type;
    const result = selected(expression.at, expression.operand, expression.field, false);
    return expression.test ? BOOL : substitute(unknownTypes, result);
  }
  function optionalSelect(expression: Call): Type {
    const {
      at,
      args: [operand, field],
    } = expression;
    const name = field!.is === 'literal' ? String(field!.literal.value) : '';
    const type = substitute(unknownTypes, selected(at, operand!, name, true));
    references.set(expression, { function: OPTIONAL_SELECT, overloads: ['select_optional_field'] });
    return type;
  }

  function instance({ open, params, result }: Overload): { readonly params: readonly Type[]; readonly result: Type } {
    if (open.length === 0) return { params, result };
    const fresh = bindings(open.map((name) => [name, unknown()] as const));
    return { params: params.map((one) => substitute(fresh, one)), result: substitute(fresh, result) };
  }
  function logical(expression: Call, name: string): Type {
    let result = BOOL;
    for (const arg of expression.args) {
      if (fits([known(arg)], [BOOL])) continue;
      mismatch(arg.at, BOOL, known(arg));
      result = ERROR;
    }
    references.set(expression, { function: name, overloads: [name === AND ? 'logical_and' : 'logical_or'] });
    return result;
  }
  /** Of all forms of a function that fit, the first gives the type; if another differs, the type is open. */
  function resolved(
    expression: Call,
    name: string,
    overloads: readonly Overload[],
    target: Expression | undefined,
  ): Type {
    if (name === AND || name === OR) return logical(expression, name);
    const given = [...(target ? [target] : []), ...expression.args].map(known);
    const fitting: string[] = [];
    let result: Type | undefined;
    for (const overload of overloads) {
      if (overload.isMethod !== (target !== undefined)) continue;
      const form = instance(overload);
      if (!fits(given, form.params)) continue;
      fitting.push(overload.id);
      const one = substitute(unknownTypes, form.result);
      if (result === undefined) result = one;
      else if (!isDyn(result) && !sameType(one, result)) result = DYN;
    }
    if (result === undefined) {
      const shown = formatArguments(
        given.map((one) => substitute(unknownTypes, one, true)),
        target !== undefined,
      );
      fault(expression.at, `found no matching overload for '${name}' applied to '${shown}'`);
      return ERROR;
    }
    references.set(expression, { function: name, overloads: fitting });
    return result;
  }
  function call(expression: Call): Type {
    if (expression.name === OPTIONAL_SELECT) return optionalSelect(expression);
    const { at, target, args } = expression;
    for (const arg of args) of(arg);
    const name = withoutDot(expression.name);
    const prefix = target && qualifiedName(target);
    const qualified = prefix === undefined ? undefined : withoutDot(`${prefix}.${name}`);
    const namespaced = qualified === undefined ? undefined : environment.functions.get(qualified);
    if (namespaced) return resolved(expression, qualified!, namespaced, undefined);
    if (target) of(target);
    const found = environment.functions.get(name);
    if (found) return resolved(expression, name, found, target);
    undeclared(at, expression.name);
    return ERROR;
  }

  /** The type of several values; what is not alike becomes open. */
  function joined(before: Type | undefined, next: Type): Type {
    if (before === undefined) return next;
    return fits([before], [next]) ? moreGeneral(before, next) : DYN;
  }
  /** The type of a part that is left out if its value is absent. */
  function unwrapped(expression: Expression, optional: boolean): Type {
    const type = known(expression);
    if (!optional) return type;
    const inside = insideOptional(type);
    if (inside === undefined && !isDyn(type)) mismatch(expression.at, optionalOf(type), type);
    return inside ?? type;
  }
  function list({ elements, optional }: Expression & { is: 'list' }): Type {
    let type: Type | undefined;
    for (const [n, element] of elements.entries()) {
      of(element);
      type = joined(type, unwrapped(element, optional.has(n)));
    }
    return listOf(type ?? unknown());
  }
  function map({ entries }: Expression & { is: 'map' }): Type {
    let key: Type | undefined;
    let type: Type | undefined;
    for (const entry of entries) {
      key = joined(key, of(entry.key));
      of(entry.value);
      type = joined(type, unwrapped(entry.value, entry.optional));
    }
    return key && type ? mapOf(key, type) : mapOf(unknown(), unknown());
  }
  /** The type that a name of a message stands for, and under which name its fields are looked up. */
  function messageType(expression: Expression & { is: 'struct' }): readonly [Type, string] | undefined {
    const { at, type: written } = expression;
    const found = declared(written);
    if (found === undefined) {
      undeclared(at, written);
      return undefined;
    }
    references.set(expression, { name: found.name, isType: true });
    if (found.type.kind !== 'type') {
      fault(at, `'${found.type.name}' is not a type`);
      return [ERROR, found.name];
    }
    const type = found.type.params[0]!;
    if (type.kind === 'struct' || type.kind === 'timestamp' || type.kind === 'duration') return [type, type.name];
    fault(at, `'${type.name}' is not a message type`);
    return [ERROR, found.name];
  }
  function message(expression: Expression & { is: 'struct' }): Type {
    const found = messageType(expression);
    if (found === undefined) return ERROR;
    for (const field of expression.fields) {
      of(field.value);
      const wanted = fieldOf(field.at, found[1], field.name) ?? ERROR;
      const given = unwrapped(field.value, field.optional);
      if (fits([wanted], [given])) continue;
      const [a, b] = [formatType(wanted), formatType(given)];
      fault(field.at, `expected type of field '${field.name}' is '${a}' but provided type is '${b}'`);
    }
    return found[0];
  }

  function ranged({ range, variable2 }: Comprehension): readonly [Type, Type] {
    const type = substitute(unknownTypes, known(range));
    if (type.kind === 'list') return variable2 ? [INT, type.params[0]!] : [type.params[0]!, DYN];
    if (type.kind === 'map') return [type.params[0]!, type.params[1]!];
    if (isDynOrError(type) && type.kind !== 'any') return [DYN, DYN];
    if (type.kind === 'param') {
      fits([DYN], [type]);
      return [DYN, DYN];
    }
    const shown = formatType(type);
    fault(range.at, `expression of type '${shown}' cannot be range of a comprehension (must be list, map, or dynamic)`);
    return [ERROR, ERROR];
  }
  function must(expression: Expression, wanted: Type): void {
    if (!fits([wanted], [known(expression)])) mismatch(expression.at, wanted, known(expression));
  }
  function comprehension(expression: Comprehension): Type {
    const { range, initial, condition, step, result, accumulator, variable, variable2 } = expression;
    of(range);
    const total = of(initial);
    const [first, second] = ranged(expression);
    scopes.push(new Map([[accumulator, total]]));
    scopes.push(new Map([[variable, first], ...(variable2 ? [[variable2, second] as const] : [])]));
    of(condition);
    must(condition, BOOL);
    of(step);
    must(step, total);
    scopes.pop();
    of(result);
    scopes.pop();
    return substitute(unknownTypes, known(result));
  }

  function found(expression: Expression): Type {
    switch (expression.is) {
      case 'literal':
        return LITERALS[expression.literal.type];
      case 'ident': {
        const type = identified(expression, expression.name);
        if (type === undefined) undeclared(expression.at, expression.name);
        return type ?? ERROR;
      }
      case 'select':
        return select(expression);
      case 'call':
        return call(expression);
      case 'list':
        return list(expression);
      case 'map':
        return map(expression);
      case 'struct':
        return message(expression);
      case 'comprehension':
        return comprehension(expression);
      default:
        return ERROR;
    }
  }
  function of(expression: Expression): Type {
    const type = found(expression);
    types.set(expression, type);
    return type;
  }

  of(root);
  for (const [expression, type] of types) types.set(expression, substitute(unknownTypes, type, true));
  return { faults, types, references };
}
