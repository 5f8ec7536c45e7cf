import type { Call, Expression } from './ast.ts';
import type { Fault } from './source.ts';
import type { Type, TypeKind } from './types.ts';

interface Clause {
  readonly kinds: readonly TypeKind[];
  readonly otherwise: string;
}

const NUMBERS: readonly TypeKind[] = ['int', 'uint'];
const FLOATS: readonly TypeKind[] = ['double', 'string'];
const TEXTS: readonly TypeKind[] = [
  ...NUMBERS,
  'list',
  'map',
  'double',
  'bool',
  'string',
  'timestamp',
  'bytes',
  'duration',
  'type',
  'null',
];
const HEX: Clause = {
  kinds: [...NUMBERS, 'string', 'bytes'],
  otherwise: 'only integers, byte buffers, and strings can be formatted as hex',
};

/** What each clause of a format takes. */
const CLAUSES: Readonly<Record<string, Clause>> = {
  s: {
    kinds: TEXTS,
    otherwise:
      'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  },
  d: { kinds: NUMBERS, otherwise: 'decimal clause can only be used on integers' },
  f: { kinds: FLOATS, otherwise: 'fixed-point clause can only be used on doubles' },
  e: { kinds: FLOATS, otherwise: 'scientific clause can only be used on doubles' },
  b: { kinds: [...NUMBERS, 'bool'], otherwise: 'only integers and bools can be formatted as binary' },
  x: HEX,
  X: HEX,
  o: { kinds: NUMBERS, otherwise: 'octal clause can only be used on integers' },
};

/** The part of an argument that a clause cannot take. */
function unfit(argument: Expression, clause: Clause, known: (expression: Expression) => Type): Expression | undefined {
  const { kind } = known(argument);
  if (kind !== 'dyn' && !clause.kinds.includes(kind)) return argument;
  if (clause.kinds !== TEXTS) return undefined;
  if (argument.is === 'list') return argument.elements.map((one) => unfit(one, clause, known)).find(Boolean);
  if (argument.is !== 'map') return undefined;
  return argument.entries
    .flatMap(({ key, value }) => [key, value].map((one) => unfit(one, clause, known)))
    .find(Boolean);
}

/**
 * Looks at `"...".format([...])` where both are stated: whether clauses and arguments go together.
 * Upstream: cel-go/ext/formatting.go.
 */
export function formatCallFaults(call: Call, known: (expression: Expression) => Type): readonly Fault[] {
  const { at, name, target, args } = call;
  const [list] = args;
  if (name !== 'format' || args.length !== 1 || list?.is !== 'list') return [];
  if (target?.is !== 'literal' || target.literal.type !== 'string') return [];
  const format = target.literal.value;
  let used = 0;
  for (const { 0: sign, index } of format.matchAll(/%%|%/g)) {
    if (sign === '%%') continue;
    if (index + 1 >= format.length) return [{ at, message: 'unexpected end of string' }];
    const argument = list.elements[used];
    if (argument === undefined) return [{ at, message: `index ${used} out of range` }];
    const [, precision, letter] = /^%(\.\d*)?([^]?)/u.exec(format.slice(index))!;
    if (precision === '.' || letter === '') return [{ at, message: precisionFault(precision, letter!) }];
    const clause = Object.hasOwn(CLAUSES, letter!) ? CLAUSES[letter!]! : undefined;
    if (clause === undefined) {
      const message = `could not parse formatting clause: unrecognized formatting clause "${letter}"`;
      return [{ at, message }];
    }
    const wrong = unfit(argument, clause, known);
    if (wrong) {
      const message = `error during formatting: ${clause.otherwise}, was given ${known(wrong).name}`;
      return [{ at: wrong.at, message }];
    }
    used++;
  }
  const given = list.elements.length;
  if (given <= used) return [];
  return [{ at, message: `too many arguments supplied to string.format (expected ${used}, got ${given})` }];
}

function precisionFault(precision: string | undefined, letter: string): string {
  const why =
    precision !== undefined && letter === ''
      ? 'could not find end of precision specifier'
      : 'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax';
  return `could not parse formatting clause: error while parsing precision: ${why}`;
}
