import type { Expression } from '../ast.ts';
import type { Tools } from './functions/index.ts';
import type { Value } from './values.ts';

/** Variables of loops, the innermost first. */
export interface Scope {
  readonly names: Map<string, Value>;
  readonly outer: Scope | undefined;
}

/** An evaluation under way. */
export interface Run {
  variable(name: string): Value | undefined;
  readonly tools: Tools;
  /** Counts a cost; ends the evaluation if it is more than it may be. */
  spend(cost: number): void;
}

/** An expression made ready to be evaluated; `constant` is its value if that is known before. */
export type Step = ((run: Run, scope: Scope | undefined) => Value) & { readonly constant?: Value };

/** Makes the step of an expression. */
export type Planner = (expression: Expression) => Step;

export const constant = (value: Value): Step => Object.assign(() => value, { constant: value });

/** What is made costs, whether it succeeds or not. */
export const costing =
  (cost: number, make: Step): Step =>
  (run, scope) => {
    const value = make(run, scope);
    run.spend(cost);
    return value;
  };

/** The value of a loop's variable. */
export function inScope(scope: Scope | undefined, name: string): Value | undefined {
  for (let one = scope; one; one = one.outer) {
    const value = one.names.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}
