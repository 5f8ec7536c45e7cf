import { type Call, type Comprehension, copied, type Expression, type Literal } from './ast.ts';
import { AND, CONDITIONAL, MAP_INSERT, NOT, NOT_STRICTLY_FALSE, OPERATORS, OR, SORT_BY_KEYS } from './operators.ts';

/** Why a macro cannot be expanded. */
export interface Unfit {
  readonly at: number;
  readonly message: string;
}

export type Expanded = Expression | Unfit;

/** Makes the expression that a call stands for; undefined if the call is meant as it stands. */
type Macro = (call: Call, args: readonly Expression[]) => Expanded | undefined;

/** Macros by name, count of arguments, and whether they have a target: `all/2/target`. */
export type Macros = Readonly<Record<string, Macro>>;

const ACCUMULATOR = '@result';
const TAKEN = new Set([ACCUMULATOR, '__result__']);
const UNUSED = '#unused';
const ADD = OPERATORS['+']!;

/** Makes parts of what a macro becomes; they are all shown where the call is. */
function partsAt(at: number) {
  const call = (name: string, ...args: Expression[]): Expression => ({ is: 'call', at, name, args });
  return {
    call,
    method: (target: Expression, name: string, ...args: Expression[]): Expression => ({
      is: 'call',
      at,
      name,
      target,
      args,
    }),
    ident: (name: string): Expression => ({ is: 'ident', at, name }),
    result: (): Expression => ({ is: 'ident', at, name: ACCUMULATOR }),
    list: (...elements: Expression[]): Expression => ({ is: 'list', at, elements, optional: new Set() }),
    literal: (literal: Literal): Expression => ({ is: 'literal', at, literal }),
    bool: (value: boolean): Expression => ({ is: 'literal', at, literal: { type: 'bool', value } }),
    int: (value: bigint): Expression => ({ is: 'literal', at, literal: { type: 'int', value } }),
    map: (): Expression => ({ is: 'map', at, entries: [] }),
    loop: (parts: Omit<Comprehension, 'is' | 'at' | 'accumulator'> & { accumulator?: string }): Comprehension => ({
      is: 'comprehension',
      at,
      accumulator: ACCUMULATOR,
      ...parts,
    }),
  };
}

const OVERWRITES = 'iteration variable overwrites accumulator variable';

function variableOf(argument: Expression, notOne: string): string | Unfit {
  if (argument.is !== 'ident') return { at: argument.at, message: notOne };
  return TAKEN.has(argument.name) ? { at: argument.at, message: OVERWRITES } : argument.name;
}

function variablesOf([first, second]: readonly Expression[]): readonly [string, string] | Unfit {
  for (const one of [first!, second!]) {
    if (one.is !== 'ident') return { at: one.at, message: 'argument must be a simple name' };
  }
  const names = [first, second].map((one) => (one as { name: string }).name) as [string, string];
  if (names[0] === names[1]) return { at: second!.at, message: `duplicate variable name: ${names[0]}` };
  for (const [n, one] of [first!, second!].entries())
    if (TAKEN.has(names[n]!)) return { at: one.at, message: OVERWRITES };
  return names;
}

/** The loop of a macro over one variable or two; the predicates and transforms are the arguments behind these. */
type Body = (
  make: ReturnType<typeof partsAt>,
  args: readonly Expression[],
  names: readonly string[],
) => Pick<Comprehension, 'initial' | 'condition' | 'step' | 'result'>;

const all: Body = (make, [predicate]) => ({
  initial: make.bool(true),
  condition: make.call(NOT_STRICTLY_FALSE, make.result()),
  step: make.call(AND, make.result(), predicate!),
  result: make.result(),
});

const exists: Body = (make, [predicate]) => ({
  initial: make.bool(false),
  condition: make.call(NOT_STRICTLY_FALSE, make.call(NOT, make.result())),
  step: make.call(OR, make.result(), predicate!),
  result: make.result(),
});

const existsOne: Body = (make, [predicate]) => ({
  initial: make.int(0n),
  condition: make.bool(true),
  step: make.call(CONDITIONAL, predicate!, make.call(ADD, make.result(), make.int(1n)), make.result()),
  result: make.call(OPERATORS['==']!, make.result(), make.int(1n)),
});

/** Takes what fits a filter, if there is one. */
function collect(
  add: (make: ReturnType<typeof partsAt>, transform: Expression, names: readonly string[]) => Expression,
  empty: 'list' | 'map',
): Body {
  return (make, args, names) => {
    const added = add(make, args.at(-1)!, names);
    const step = args.length > 1 ? make.call(CONDITIONAL, args[0]!, added, make.result()) : added;
    return { initial: make[empty](), condition: make.bool(true), step, result: make.result() };
  };
}

const map: Body = collect((make, transform) => make.call(ADD, make.result(), make.list(transform)), 'list');
const transformMap: Body = collect(
  (make, transform, [key]) => make.call(MAP_INSERT, make.result(), make.ident(key!), transform),
  'map',
);
const transformMapEntry: Body = collect((make, transform) => make.call(MAP_INSERT, make.result(), transform), 'map');

const overOne =
  (body: Body, notOne: string): Macro =>
  ({ at, target }, args) => {
    const variable = variableOf(args[0]!, notOne);
    if (typeof variable !== 'string') return variable;
    const make = partsAt(at);
    return make.loop({ range: target!, variable, ...body(make, args.slice(1), [variable]) });
  };

const overTwo =
  (body: Body): Macro =>
  ({ at, target }, args) => {
    const names = variablesOf(args);
    if ('message' in names) return names;
    const make = partsAt(at);
    const [variable, variable2] = names;
    return make.loop({ range: target!, variable, variable2, ...body(make, args.slice(2), names) });
  };

const filter: Macro = (call, args) => {
  const [variable, predicate] = args;
  return overOne(map, 'argument is not an identifier')(call, [variable!, predicate!, variable!]);
};

const has: Macro = ({ at }, [argument]) => {
  if (argument!.is !== 'select') return { at: argument!.at, message: 'invalid argument to has() macro' };
  return { is: 'select', at, operand: argument!.operand, field: argument!.field, test: true };
};

/** A loop that never turns gives a value a name. */
function bound(at: number, variable: string, value: Expression, result: Expression): Comprehension {
  const make = partsAt(at);
  return make.loop({
    range: make.list(),
    variable: UNUSED,
    accumulator: variable,
    initial: value,
    condition: make.bool(false),
    step: make.ident(variable),
    result,
  });
}

const optionalMap =
  (name: string, wrap: boolean): Macro =>
  ({ at, target }, [variable, transform]) => {
    if (variable!.is !== 'ident')
      return { at: variable!.at, message: `${name}() variable name must be a simple identifier` };
    const make = partsAt(at);
    const mapped = bound(at, variable!.name, make.method(copied(target!, at), 'value'), transform!);
    const some = wrap ? make.call('optional.of', mapped) : mapped;
    return make.call(CONDITIONAL, make.method(target!, 'hasValue'), some, make.call('optional.none'));
  };

const bind: Macro = ({ at, target }, [variable, value, result]) => {
  if (target!.is !== 'ident' || target!.name !== 'cel') return undefined;
  if (variable!.is !== 'ident')
    return { at: variable!.at, message: 'cel.bind() variable names must be simple identifiers' };
  return bound(at, variable!.name, value!, result!);
};

const SORTED = '@__sortBy_input__';
const SORTABLE = new Set(['list', 'select', 'ident', 'comprehension', 'call']);

const sortBy: Macro = (call, args) => {
  const { at, target } = call;
  if (!SORTABLE.has(target!.is)) {
    const message = 'sortBy can only be applied to a list, identifier, comprehension, call or select expression';
    return { at: target!.at, message };
  }
  const make = partsAt(at);
  const keys = overOne(map, 'argument is not an identifier')({ ...call, target: make.ident(SORTED) }, args)!;
  if ('message' in keys) return keys;
  return bound(at, SORTED, target!, make.method(make.ident(SORTED), SORT_BY_KEYS, keys));
};

/** Those of the language. Upstream: cel-go/parser/macro.go. */
export const STANDARD_MACROS: Macros = {
  'has/1': has,
  'all/2/target': overOne(all, 'argument must be a simple name'),
  'exists/2/target': overOne(exists, 'argument must be a simple name'),
  'exists_one/2/target': overOne(existsOne, 'argument must be a simple name'),
  'map/2/target': overOne(map, 'argument is not an identifier'),
  'map/3/target': overOne(map, 'argument is not an identifier'),
  'filter/2/target': filter,
};

/** Upstream: cel-go/cel/library.go (OptionalTypes). */
export const OPTIONAL_MACROS: Macros = {
  'optMap/2/target': optionalMap('optMap', true),
  'optFlatMap/2/target': optionalMap('optFlatMap', false),
};

/** Upstream: cel-go/ext/comprehensions.go. */
export const COMPREHENSION_MACROS: Macros = {
  'all/3/target': overTwo(all),
  'exists/3/target': overTwo(exists),
  'existsOne/3/target': overTwo(existsOne),
  'exists_one/3/target': overTwo(existsOne),
  'transformList/3/target': overTwo(map),
  'transformList/4/target': overTwo(map),
  'transformMap/3/target': overTwo(transformMap),
  'transformMap/4/target': overTwo(transformMap),
  'transformMapEntry/3/target': overTwo(transformMapEntry),
  'transformMapEntry/4/target': overTwo(transformMapEntry),
};

/** Upstream: cel-go/ext/lists.go. */
export const SORT_MACROS: Macros = { 'sortBy/2/target': sortBy };

/** `cel.bind`. Upstream: cel-go/ext/bindings.go. */
export const BIND_MACRO: Macros = { 'bind/3/target': bind };

/** A call, or what it stands for. */
export function expanded(macros: Macros, call: Call): Expanded {
  const key = `${call.name}/${call.args.length}${call.target ? '/target' : ''}`;
  const macro = Object.hasOwn(macros, key) ? macros[key] : undefined;
  return macro?.(call, call.args) ?? call;
}
