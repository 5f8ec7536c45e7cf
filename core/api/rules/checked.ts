import type { Strategy, StrategyContext } from '#core/api/definition';
import { genericStrategy, traits } from '#core/api/strategy';
import type { KubeObject } from '#core/machinery/object';
import type { Problem } from '#core/machinery/status';

/** What is wrong with an object of one kind; `old` where it is a change. */
export type Check<T> = (object: T, problems: Problem[], context: StrategyContext) => void;
export type UpdateCheck<T> = (next: T, old: T, problems: Problem[], context: StrategyContext) => void;

/** The checks of one kind, by what is written. */
export interface Checks<T> {
  readonly create: Check<T>;
  /** Absent: a change is judged as a new object is. */
  readonly update?: UpdateCheck<T>;
  /** Of the status endpoint; absent: nothing is checked there. */
  readonly status?: UpdateCheck<T>;
}

function gathered(fill: (problems: Problem[]) => void): readonly Problem[] {
  const problems: Problem[] = [];
  fill(problems);
  return problems;
}

/** A kind that is its traits, and checks written by hand. `id` is `GROUP/RESOURCE`, `version` the stored one. */
export function checkedStrategy<T>(
  id: string,
  kind: string,
  version: string,
  checks: Checks<T>,
  more: Partial<Strategy> = {},
): Strategy {
  const group = id.slice(0, id.indexOf('/'));
  const of = (object: KubeObject) => object as unknown as T;
  return {
    ...genericStrategy({ group, version, kind, ...traits[id] }),
    ...more,
    validateCreate: (object, context) => gathered((problems) => checks.create(of(object), problems, context)),
    validateUpdate: (next, old, context) =>
      gathered((problems) => {
        if (context.subresource === 'status') checks.status?.(of(next), of(old), problems, context);
        else if (checks.update === undefined) checks.create(of(next), problems, context);
        else checks.update(of(next), of(old), problems, context);
      }),
  };
}
