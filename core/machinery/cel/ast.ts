/** A value that an expression states. Integers are exact; bytes are a string of code units below 256. */
export type Literal =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int' | 'uint'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'string' | 'bytes'; readonly value: string }
  | { readonly type: 'null'; readonly value: null };

/** What every expression has: where faults of it are shown, an offset in UTF-16 units. */
interface At {
  readonly at: number;
}

export interface MapEntry extends At {
  readonly key: Expression;
  readonly value: Expression;
  readonly optional: boolean;
}

export interface FieldEntry extends At {
  readonly name: string;
  readonly value: Expression;
  readonly optional: boolean;
}

/** A loop: what macros become. */
export interface Comprehension extends At {
  readonly is: 'comprehension';
  readonly range: Expression;
  readonly variable: string;
  /** With it, the first variable is the index or the key. */
  readonly variable2?: string;
  readonly accumulator: string;
  readonly initial: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}

export interface Select extends At {
  readonly is: 'select';
  readonly operand: Expression;
  readonly field: string;
  /** Asks whether the field is there. */
  readonly test: boolean;
}

export interface Call extends At {
  readonly is: 'call';
  readonly name: string;
  readonly target?: Expression;
  readonly args: readonly Expression[];
}

/** The expression trees of CEL. Each node is an object of its own: what is found out about it is kept by it. */
export type Expression =
  | (At & { readonly is: 'literal'; readonly literal: Literal })
  | (At & { readonly is: 'ident'; readonly name: string })
  | Select
  | Call
  | (At & { readonly is: 'list'; readonly elements: readonly Expression[]; readonly optional: ReadonlySet<number> })
  | (At & { readonly is: 'map'; readonly entries: readonly MapEntry[] })
  | (At & { readonly is: 'struct'; readonly type: string; readonly fields: readonly FieldEntry[] })
  | Comprehension
  /** What stands where the text is faulty. */
  | (At & { readonly is: 'nothing' });

/** `a.b.c` as one name, if an expression is that and no more. */
export function qualifiedName(expression: Expression): string | undefined {
  if (expression.is === 'ident') return expression.name;
  if (expression.is !== 'select' || expression.test) return undefined;
  const operand = qualifiedName(expression.operand);
  return operand === undefined ? undefined : `${operand}.${expression.field}`;
}

/** What an expression is directly made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.is) {
    case 'select':
      return [expression.operand];
    case 'call':
      return expression.target ? [expression.target, ...expression.args] : expression.args;
    case 'list':
      return expression.elements;
    case 'map':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expression.fields.map(({ value }) => value);
    case 'comprehension': {
      const { range, initial, condition, step, result } = expression;
      return [range, initial, condition, step, result];
    }
    default:
      return [];
  }
}

/** The same tree, of nodes of its own; its entries are shown where `at` says. */
export function copied(expression: Expression, at: number): Expression {
  const copy = (one: Expression): Expression => copied(one, at);
  switch (expression.is) {
    case 'select':
      return { ...expression, operand: copy(expression.operand) };
    case 'call': {
      const { target } = expression;
      return { ...expression, ...(target && { target: copy(target) }), args: expression.args.map(copy) };
    }
    case 'list':
      return { ...expression, elements: expression.elements.map(copy) };
    case 'map': {
      const entries = expression.entries.map((one) => ({ ...one, at, key: copy(one.key), value: copy(one.value) }));
      return { ...expression, entries };
    }
    case 'struct':
      return { ...expression, fields: expression.fields.map((one) => ({ ...one, at, value: copy(one.value) })) };
    case 'comprehension': {
      const { range, initial, condition, step, result } = expression;
      return {
        ...expression,
        range: copy(range),
        initial: copy(initial),
        condition: copy(condition),
        step: copy(step),
        result: copy(result),
      };
    }
    default:
      return { ...expression };
  }
}
