import type { Comprehension } from '../ast.ts';
import { entriesOf, itemsOf } from './collections.ts';
import { goName } from './go-name.ts';
import type { Planner, Scope, Step } from './step.ts';
import { Failure, isList, isMapping, NO_OVERLOAD, Optional, type Value } from './values.ts';

/** `||`, where true decides, and `&&`, where false does: whichever side says so, whatever is wrong with the other. */
export function logical(left: Step, right: Step, decisive: boolean): Step {
  return (run, scope) => {
    const first = left(run, scope);
    if (first === decisive) return decisive;
    const second = right(run, scope);
    if (second === decisive) return decisive;
    if (first === !decisive && second === !decisive) return !decisive;
    if (first instanceof Failure) return first;
    return second instanceof Failure ? second : NO_OVERLOAD;
  };
}

export function conditional(condition: Step, yes: Step, no: Step): Step {
  return (run, scope) => {
    const value = condition(run, scope);
    if (value instanceof Failure) return value;
    if (typeof value !== 'boolean') return NO_OVERLOAD;
    return (value ? yes : no)(run, scope);
  };
}

/** What a loop goes on by: what failed may yet turn out not to matter. */
export function notStrictlyFalse(part: Step): Step {
  return (run, scope) => {
    const value = part(run, scope);
    run.spend(1);
    return value !== false;
  };
}

/** `or` and `orValue`: the other side is only looked at where there is no value. */
export function alternative(left: Step, right: Step, keepsOptional: boolean): Step {
  return (run, scope) => {
    const first = left(run, scope);
    if (first instanceof Failure) return first;
    if (!(first instanceof Optional)) return first;
    if (first.value !== undefined) return keepsOptional ? first : first.value;
    return right(run, scope);
  };
}

function rounds(range: Value, two: boolean): Iterable<readonly [Value, Value]> | undefined {
  if (isMapping(range)) return entriesOf(range);
  if (!isList(range)) return undefined;
  return itemsOf(range).map((item, n): readonly [Value, Value] => (two ? [BigInt(n), item] : [item, item]));
}

/** A loop. A failed step is what the accumulator holds from then on; it goes on as long as its condition says so. */
export function comprehension(loop: Comprehension, of: Planner): Step {
  const { accumulator, variable, variable2 } = loop;
  const [range, initial] = [of(loop.range), of(loop.initial)];
  const [condition, step, result] = [of(loop.condition), of(loop.step), of(loop.result)];
  return (run, scope) => {
    const values = range(run, scope);
    if (values instanceof Failure) return values;
    const turns = rounds(values, variable2 !== undefined);
    if (turns === undefined) return new Failure(`got '${goName(values)}', expected iterable type`);
    const within: Scope = { names: new Map([[accumulator, initial(run, scope)]]), outer: scope };
    for (const [first, second] of turns) {
      const names = new Map<string, Value>([[variable, first]]);
      if (variable2 !== undefined) names.set(variable2, second);
      const inner: Scope = { names, outer: within };
      if (condition(run, inner) !== true) break;
      within.names.set(accumulator, step(run, inner));
    }
    return result(run, within);
  };
}
