import type { Call, Expression } from '../ast.ts';
import type { Compiled } from '../compile.ts';
import { AND, CONDITIONAL, INDEX, NOT_STRICTLY_FALSE, OPTIONAL_INDEX, OPTIONAL_SELECT, OR } from '../operators.ts';
import { attribute, type Qualifier } from './attribute.ts';
import { construct } from './construct.ts';
import { alternative, comprehension, conditional, logical, notStrictlyFalse } from './control.ts';
import { ATTRIBUTE, callCost, CostExceeded } from './cost.ts';
import { FUNCTIONS, type Tools } from './functions/index.ts';
import { constant, inScope, type Run, type Step } from './step.ts';
import { Bytes, Failure, isForeign, isList, NO_OVERLOAD, TypeValue, typeNameOf, Uint, type Value } from './values.ts';

/** What an evaluation is given. */
export interface Activation {
  /** The value of a variable; undefined if there is none. */
  variable(name: string): Value | undefined;
  /** What it may cost, in the units of CEL. */
  readonly costLimit: number;
}

/** What an evaluation came to. */
export interface Outcome {
  /** The value, or what went wrong. */
  readonly value: Value;
  readonly cost: number;
}

/** What stands in the way of evaluating an expression at all: a constant that cannot be converted. */
export interface Unplannable {
  readonly failure: string;
}

export type Program = (activation: Activation) => Outcome;

const CONVERSIONS = new Set('bool bytes double duration dyn int string timestamp type uint'.split(' '));
const PATHS = new Set([INDEX, OPTIONAL_INDEX, OPTIONAL_SELECT]);

function literal({ literal: { type, value } }: Expression & { is: 'literal' }): Value {
  if (type === 'uint') return new Uint(value);
  return type === 'bytes' ? new Bytes(value) : value;
}

const NAMELESS = new Set(['startsWith', 'endsWith', 'contains', 'matches', 'find', 'findAll', '@in', '!_']);
const TYPELESS = new Set(['size', 'sort']);

const NUMBERS = ['int', 'uint', 'double'];
const TIMES = ['google.protobuf.Duration', 'google.protobuf.Timestamp'];
/** What may stand on the left of an operator at all. */
const LEFT: Readonly<Record<string, readonly string[]>> = {
  '_+_': [...NUMBERS, ...TIMES, 'string', 'bytes', 'list'],
  '_-_': [...NUMBERS, ...TIMES, 'string'],
  '_*_': [...NUMBERS, 'string'],
  '_/_': [...NUMBERS, 'string'],
  '_%_': ['int', 'uint', 'string'],
  '-_': [...NUMBERS, 'string', 'bool'],
};
const COMPARABLE = [...NUMBERS, ...TIMES, 'bool', 'string', 'bytes'];

/** A function was given what it has no form for: some say no more than that, some name themselves, some what they got. */
function noOverload(name: string, given: readonly Value[]): Failure {
  if (NAMELESS.has(name)) return NO_OVERLOAD;
  if (name.startsWith('_') || name === '-_') {
    const fits = (LEFT[name] ?? COMPARABLE).includes(typeNameOf(given[0]!));
    return fits ? NO_OVERLOAD : new Failure(`no such overload: ${name}`);
  }
  const types = TYPELESS.has(name) ? '' : `(${given.map(typeNameOf).join(', ')})`;
  return new Failure(`no such overload: ${name}${types}`);
}

const isPlain = (value: Value): boolean => value === null || typeof value !== 'object' || value instanceof Uint;

/**
 * Makes an expression ready to be evaluated, again and again. An evaluation is bounded by its cost, uses no clock and
 * changes nothing. Upstream: cel-go/interpreter/{planner,interpretable,runtimecost}.go.
 */
export function plan({ expression: root, references }: Compiled, tools: Tools): Program | Unplannable {
  let unplannable: string | undefined;

  function call(expression: Call): Step {
    const { name: written, target, args } = expression;
    if (written === AND || written === OR) return logical(of(args[0]!), of(args[1]!), written === OR);
    if (written === CONDITIONAL) return conditional(of(args[0]!), uncharged(args[1]!), uncharged(args[2]!));
    if (PATHS.has(written)) return path(expression, true);
    const reference = references.get(expression);
    const [name, overloads] =
      reference && 'function' in reference ? [reference.function, reference.overloads] : [written, []];
    const isMethod = target !== undefined && name === written;
    const parts = (isMethod ? [target, ...args] : args).map(of);
    if (name === NOT_STRICTLY_FALSE) return notStrictlyFalse(parts[0]!);
    if (isMethod && (name === 'or' || name === 'orValue')) return alternative(parts[0]!, parts[1]!, name === 'or');
    return strict(name, overloads.length === 1 ? overloads[0] : undefined, parts);
  }
  function strict(name: string, overload: string | undefined, parts: readonly Step[]): Step {
    const own = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    const apply = (given: readonly Value[]): Value => {
      const [first, ...rest] = given;
      const method = first !== undefined && isForeign(first) ? first.methods?.[name] : undefined;
      const result = method ? method(rest) : own?.(given, tools);
      return result === undefined ? noOverload(name, given) : result;
    };
    const step: Step = (run, scope) => {
      const given: Value[] = [];
      let failed: Failure | undefined;
      for (const part of parts) {
        const value = part(run, scope);
        given.push(value);
        if (value instanceof Failure) failed ??= value;
        if (failed && parts.length > 2) break;
      }
      const result = failed ?? apply(given);
      if (given.length === parts.length) run.spend(callCost(name, overload, given, result));
      return result;
    };
    const [first, second] = parts.map((part) => part.constant);
    if (overload === 'in_list' && second !== undefined && isList(second))
      return membership(step, parts[0]!, second, apply);
    if (!CONVERSIONS.has(name) || parts.length !== 1 || first === undefined) return step;
    const value = apply([first]);
    if (value instanceof Failure) unplannable ??= value.message;
    return constant(value);
  }
  /** Looking a value up among constants costs nothing. */
  function membership(step: Step, part: Step, list: Value, apply: (given: readonly Value[]) => Value): Step {
    if (!isList(list)) return step;
    if (list.length === 0) return constant(false);
    for (let n = 0; n < list.length; n++) if (!isPlain(list.at(n))) return step;
    return (run, scope) => {
      const value = part(run, scope);
      return value instanceof Failure ? value : apply([value, list]);
    };
  }

  function qualifier(expression: Expression): readonly [operand: Expression, Qualifier<Step>] | undefined {
    if (expression.is === 'select') {
      return [expression.operand, { key: constant(expression.field), optional: false, test: expression.test }];
    }
    if (expression.is !== 'call' || expression.target || !PATHS.has(expression.name)) return undefined;
    const [operand, key] = expression.args;
    return [operand!, { key: uncharged(key!), optional: expression.name !== INDEX, test: false }];
  }
  /** A chain of fields and indexes, walked at once. Where it stands within another, its start is not charged for. */
  function path(expression: Expression, charged: boolean): Step {
    const qualifiers: Qualifier<Step>[] = [];
    let base = expression;
    while (!references.has(base) || base.is === 'call') {
      const next = qualifier(base);
      if (next === undefined) break;
      qualifiers.unshift(next[1]);
      base = next[0];
    }
    const chosen = base.is === 'call' && base.name === CONDITIONAL;
    const start = base.is === 'ident' || base.is === 'select' ? variable(base) : of(base);
    const cost = charged && !chosen && qualifiers.at(-1)?.test !== true ? ATTRIBUTE : 0;
    return (run, scope) => {
      const value = attribute(start(run, scope), qualifiers, (key) => key(run, scope), run.spend);
      if (cost > 0) run.spend(cost);
      return value;
    };
  }
  function uncharged(expression: Expression): Step {
    const isPath = expression.is === 'ident' || (expression.is === 'select' && !expression.test);
    const step = isPath && !isType(expression) ? path(expression, false) : undefined;
    return step ?? (expression.is === 'call' && PATHS.has(expression.name) ? path(expression, false) : of(expression));
  }
  function isType(expression: Expression): boolean {
    const reference = references.get(expression);
    return reference !== undefined && 'name' in reference && reference.isType;
  }
  function variable(expression: Expression): Step {
    const reference = references.get(expression);
    const name = reference && 'name' in reference ? reference.name : '';
    return (run, scope) => {
      let value = inScope(scope, name);
      if (value === undefined) value = run.variable(name);
      return value === undefined ? new Failure(`no such attribute(s): ${name}`) : value;
    };
  }
  function named(expression: Expression): Step {
    const reference = references.get(expression);
    if (reference && 'name' in reference && reference.isType) return constant(new TypeValue(reference.name));
    return path(expression, true);
  }

  function of(expression: Expression): Step {
    switch (expression.is) {
      case 'literal':
        return constant(literal(expression));
      case 'ident':
      case 'select':
        return named(expression);
      case 'call':
        return call(expression);
      case 'comprehension':
        return comprehension(expression, of);
      case 'nothing':
        return constant(new Failure('nothing to evaluate'));
      default:
        return construct(expression, of);
    }
  }

  const step = of(root);
  if (unplannable !== undefined) return { failure: unplannable };
  return ({ variable: lookUp, costLimit }) => {
    let total = 0;
    const run: Run = {
      variable: lookUp,
      tools,
      spend(cost) {
        total += cost;
        if (total > costLimit) throw new CostExceeded();
      },
    };
    try {
      return { value: step(run, undefined), cost: total };
    } catch (error) {
      if (!(error instanceof CostExceeded)) throw error;
      return { value: new Failure('operation cancelled: actual cost limit exceeded'), cost: total };
    }
  };
}
