import type { Expression } from './ast.ts';
import { check, type Checked } from './checker.ts';
import type { Environment } from './environment.ts';
import { instantiationFailure } from './instantiate.ts';
import { parse } from './parse.ts';
import { displayFaults } from './source.ts';
import type { Type } from './types.ts';
import { validate } from './validators.ts';

/** An expression that means something in its environment. */
export interface Compiled extends Omit<Checked, 'faults'> {
  readonly text: string;
  readonly expression: Expression;
  readonly type: Type;
  /** Why it cannot be evaluated all the same. */
  readonly unplannable?: string;
}

/** Why an expression means nothing: its faults in the words that clients of the original know, a line break between them. */
export interface Faulty {
  readonly faults: string;
}

/**
 * Parses an expression and finds out its types. Bounded by the length of the text and the depth of its nesting.
 * Upstream: cel-go/cel/env.go (Compile).
 */
export function compile(text: string, environment: Environment): Compiled | Faulty {
  const parsed = parse(text, environment.macros);
  if (parsed.faults.length > 0) return { faults: displayFaults(text, parsed.faults) };
  const { expression } = parsed;
  const checked = check(expression, environment);
  const faults = checked.faults.length > 0 ? checked.faults : validate(expression, checked);
  if (faults.length > 0) return { faults: displayFaults(text, faults) };
  const { types, references } = checked;
  const unplannable = instantiationFailure(expression, references, environment.types);
  const type = types.get(expression)!;
  return { text, expression, types, references, type, ...(unplannable !== undefined && { unplannable }) };
}
