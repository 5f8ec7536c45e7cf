import { type Call, type Expression, type Literal, partsOf } from './ast.ts';
import type { Checked } from './checker.ts';
import type { Environment } from './environment.ts';
import { isRegularExpression } from './regular-expression.ts';

const TRUTH = /^(?:1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/;
const DOUBLE = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf|infinity|nan)$/i;
const INTEGERS: Readonly<Record<string, readonly [form: RegExp, least: bigint, most: bigint]>> = {
  int: [/^[+-]?\d+$/, -(2n ** 63n), 2n ** 63n - 1n],
  uint: [/^\d+$/, 0n, 2n ** 64n - 1n],
};

/** Whether a text that an expression states is a value of a type that it converts it to. */
function isValueOf(type: string, text: string): boolean {
  if (type === 'bool') return TRUTH.test(text);
  if (type === 'double') return DOUBLE.test(text) && Math.abs(Number(text)) !== Infinity;
  if (!Object.hasOwn(INTEGERS, type)) return true;
  const [form, least, most] = INTEGERS[type]!;
  if (!form.test(text)) return false;
  const value = BigInt(text.replace(/^\+/, ''));
  return value >= least && value <= most;
}

/** Which argument is the pattern, counted without the target. */
const PATTERN: Readonly<Record<string, number>> = { matches: 0, find: 0, findAll: 0 };

function constantFailure({ name, target, args }: Call): string | undefined {
  const stated = (n: number): Literal | undefined => (args[n]?.is === 'literal' ? args[n].literal : undefined);
  const pattern = Object.hasOwn(PATTERN, name) ? stated(PATTERN[name]! + (target ? 0 : 1)) : undefined;
  if (pattern?.type === 'string' && !isRegularExpression(pattern.value)) return 'error parsing regexp';
  const only = args.length === 1 && target === undefined ? stated(0) : undefined;
  if (only?.type === 'string' && !isValueOf(name, only.value))
    return `type conversion error from 'string' to '${name}'`;
  return name === 'uint' && only?.type === 'int' && only.value < 0n ? 'unsigned integer overflow' : undefined;
}

/**
 * Why an expression that means something cannot be evaluated all the same: what it states cannot be converted, or it
 * takes for a value a type that is none. Upstream: cel-go/interpreter/{planner,decorators}.go.
 */
export function instantiationFailure(
  root: Expression,
  references: Checked['references'],
  types: Environment['types'],
): string | undefined {
  const reference = references.get(root);
  const isName = root.is === 'ident' || root.is === 'select';
  if (isName && reference && 'name' in reference && reference.isType && !types.has(reference.name)) {
    return `reference to undefined type: ${reference.name}`;
  }
  const own = root.is === 'call' ? constantFailure(root) : undefined;
  if (own !== undefined || (isName && reference)) return own;
  for (const part of partsOf(root)) {
    const failure = instantiationFailure(part, references, types);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
