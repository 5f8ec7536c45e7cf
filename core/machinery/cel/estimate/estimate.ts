import { type Call, type Comprehension, type Expression, partsOf, type Select } from '../ast.ts';
import type { Compiled } from '../compile.ts';
import { NOT_STRICTLY_FALSE } from '../operators.ts';
import type { Type, TypeKind } from '../types.ts';
import { type CallEstimate, libraryEstimate, type Part } from './calls.ts';
import type { Sizes } from './declared.ts';
import { languageEstimate } from './language.ts';
import { ANYTHING, either, NOTHING, ONE, plus, range, type Range, sum, times } from './range.ts';

/** How large the keys and values of a list or map are. */
export interface EntrySize {
  readonly container: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

/** A variable of a loop: what it stands for. */
interface Local {
  readonly path: readonly string[];
  readonly size: Range | undefined;
  readonly entries: EntrySize | undefined;
}

const LIST = range(10n);
const MAP = range(30n);
const STRUCT = range(40n);
const SCALARS = new Set<TypeKind>(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);
const SELECTABLE = new Set<TypeKind>(['map', 'struct', 'param']);
const ACCUMULATORS = new Set(['@result', '__result__']);

const isScalar = ({ kind, name, params }: Type): boolean =>
  SCALARS.has(kind) || (kind === 'opaque' && name === 'optional_type' && isScalar(params[0]!));

/** The size of what an expression states itself. */
function statedSize(expression: Expression): Range | undefined {
  if (expression.is === 'list') return range(expression.elements.length);
  if (expression.is === 'map') return range(expression.entries.length);
  if (expression.is !== 'literal') return undefined;
  const { value } = expression.literal;
  return typeof value === 'string' ? range(Array.from(value).length) : ONE;
}

/**
 * Of two variables of a loop the original writes the ways to both into one list where that has room, so the key is taken
 * for the value: which rules are too costly depends on it. A list has room where its length is no power of two.
 */
const isShared = ({ length }: readonly string[]): boolean => (length & (length - 1)) !== 0;

/** The size of entries of which several are known. */
const sizesTogether = (all: readonly Range[]): Range => (all.length === 0 ? NOTHING : all.reduce(either));

/**
 * What an evaluation costs at least and at most, as far as the sizes of what it reads are known.
 * Upstream: cel-go/checker/cost.go.
 */
export function estimate({ expression: root, types, references }: Compiled, sizes: Sizes): Range {
  const paths = new Map<Expression, readonly string[]>();
  const known = new Map<Expression, Range>();
  const entries = new Map<Expression, EntrySize>();
  const locals = new Map<string, Local[]>();

  const local = (name: string): Local | undefined => locals.get(name)?.at(-1);
  const push = (name: string, one: Local): void => void locals.set(name, [...(locals.get(name) ?? []), one]);
  const pop = (name: string): void => void locals.get(name)!.pop();
  const typeOf = (expression: Expression): Type => types.get(expression)!;

  function pathOf(expression: Expression): readonly string[] {
    const own = expression.is === 'ident' ? local(expression.name) : undefined;
    return own ? own.path : (paths.get(expression) ?? []);
  }
  function sizeOf(expression: Expression): Range | undefined {
    const found = known.get(expression) ?? statedSize(expression);
    if (found) return found;
    const declared = sizes(pathOf(expression));
    if (declared) {
      known.set(expression, declared);
      return declared;
    }
    if (isScalar(typeOf(expression))) return ONE;
    return expression.is === 'ident' ? local(expression.name)?.size : undefined;
  }
  const entriesOf = (expression: Expression): EntrySize | undefined =>
    entries.get(expression) ?? (expression.is === 'ident' ? local(expression.name)?.entries : undefined);
  function setSize(expression: Expression, size: Range | undefined): void {
    if (size) known.set(expression, size);
  }
  function setEntries(expression: Expression, size: EntrySize | undefined): void {
    if (size) entries.set(expression, size);
  }
  function partOf(expression: Expression): Part {
    const path = pathOf(expression);
    const hidden = path.length > 0 && ACCUMULATORS.has(path[0]!);
    return { expression, path: hidden ? [] : path, type: typeOf(expression), size: sizeOf(expression) };
  }

  function select(expression: Select): Range {
    const { operand, field, test } = expression;
    const reference = references.get(expression);
    if (reference && 'name' in reference) {
      paths.set(expression, [reference.name]);
      return ONE;
    }
    const cost = costOf(operand);
    if (test) return cost;
    paths.set(expression, [...pathOf(operand), field]);
    return SELECTABLE.has(typeOf(operand).kind) ? plus(cost, ONE) : cost;
  }
  function call(expression: Call): Range {
    const reference = references.get(expression);
    if (reference === undefined || !('function' in reference))
      return expression.name === NOT_STRICTLY_FALSE ? ONE : NOTHING;
    const { function: name, overloads } = reference;
    const { args } = expression;
    if (name === 'dyn') return dyn(expression, args[0]!);
    const costs = args.map(costOf);
    const parts = args.map(partOf);
    const target = name === expression.name ? expression.target : undefined;
    const before = target ? costOf(target) : NOTHING;
    const targetPart = target && partOf(target);
    let total: Range | undefined;
    let size: Range | undefined;
    for (const overload of overloads) {
      const one = callOf(expression, name, overload, targetPart, parts, costs);
      total = total ? either(total, one.cost) : one.cost;
      if (one.size) size = size ? either(size, one.size) : one.size;
      const container = overload === 'index_list' ? '@items' : overload === 'index_map' ? '@values' : undefined;
      if (container) {
        size = entriesOf(args[0]!)?.value;
        paths.set(expression, [...pathOf(args[0]!), container]);
      }
      size ??= sizeOf(expression);
    }
    setSize(expression, size);
    return plus(before, total ?? NOTHING);
  }
  function callOf(
    expression: Call,
    name: string,
    overload: string,
    target: Part | undefined,
    args: readonly Part[],
    costs: readonly Range[],
  ): CallEstimate {
    const known = libraryEstimate(name, { overload, target, args, sizes });
    if (known) return { ...known, cost: plus(known.cost, sum(costs)) };
    const { cost, size, entries: inside } = languageEstimate(overload, target, args, costs, entriesOf);
    setEntries(expression, inside);
    return size ? { cost, size } : { cost };
  }
  function dyn(expression: Expression, of: Expression): Range {
    const cost = costOf(of);
    setSize(expression, sizeOf(of));
    setEntries(expression, entriesOf(of));
    return plus(ONE, cost);
  }

  function list(expression: Expression & { is: 'list' }): Range {
    const cost = sum(expression.elements.map(costOf));
    const value = sizesTogether(expression.elements.map((one) => sizeOf(one) ?? ANYTHING));
    setEntries(expression, { container: 'list', key: ONE, value });
    return plus(cost, LIST);
  }
  function map(expression: Expression & { is: 'map' }): Range {
    const cost = sum(partsOf(expression).map(costOf));
    const key = sizesTogether(expression.entries.map((one) => sizeOf(one.key) ?? ANYTHING));
    const value = sizesTogether(expression.entries.map((one) => sizeOf(one.value) ?? ANYTHING));
    setEntries(expression, { container: 'map', key, value });
    return plus(cost, MAP);
  }

  /** Names the parts of what a loop goes over. */
  function pushVariables({ range: over, variable, variable2 }: Comprehension): void {
    const inside = entriesOf(over);
    const isList = (inside?.container ?? typeOf(over).kind) === 'list';
    const path = pathOf(over);
    const valuePath = [...path, isList ? '@items' : '@values'];
    const keyPath = variable2 !== undefined && isShared(path) ? valuePath : [...path, isList ? '@indices' : '@keys'];
    const key: Local = { path: keyPath, size: inside?.key, entries: undefined };
    const value: Local = { path: valuePath, size: inside?.value, entries: undefined };
    if (variable2 !== undefined) push(variable2, value);
    push(variable, variable2 === undefined && isList ? value : key);
  }
  const isBinding = ({ range: over, condition, accumulator }: Comprehension): boolean =>
    over.is === 'list' &&
    over.elements.length === 0 &&
    condition.is === 'literal' &&
    condition.literal.value === false &&
    accumulator !== '__result__';
  const asLocal = (expression: Expression): Local => ({
    path: pathOf(expression),
    size: sizeOf(expression),
    entries: entriesOf(expression),
  });
  function comprehension(expression: Comprehension): Range {
    const { range: over, initial, condition, step, result, accumulator, variable, variable2 } = expression;
    const before = plus(costOf(over), costOf(initial));
    push(accumulator, asLocal(initial));
    if (isBinding(expression)) {
      const cost = plus(before, costOf(result));
      pop(accumulator);
      setSize(expression, sizeOf(result));
      setEntries(expression, entriesOf(result));
      return cost;
    }
    pushVariables(expression);
    const turn = plus(costOf(condition), costOf(step));
    pop(variable);
    if (variable2 !== undefined) pop(variable2);
    const after = costOf(result);
    pop(accumulator);
    const count = sizeOf(over) ?? ANYTHING;
    if (initial.is === 'literal') setSize(expression, sizeOf(initial));
    if (initial.is === 'list' || initial.is === 'map') {
      setSize(expression, count);
      setEntries(expression, entriesOf(step));
    }
    return plus(plus(before, after), times(count, turn));
  }

  function costOf(expression: Expression): Range {
    switch (expression.is) {
      case 'ident': {
        const reference = references.get(expression);
        const name = reference && 'name' in reference ? reference.name : expression.name;
        paths.set(expression, local(name)?.path ?? [name]);
        return ONE;
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
        return plus(sum(partsOf(expression).map(costOf)), STRUCT);
      case 'comprehension':
        return comprehension(expression);
      default:
        return NOTHING;
    }
  }
  return costOf(root);
}
