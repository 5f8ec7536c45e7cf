import type { JSONSchemaProps } from '#core/api/types';
import { MOST } from '#core/machinery/cel/estimate';
import { forbiddenField, type Problem } from '#core/machinery/status';

/** What one expression may cost by estimate, and all of a definition together. */
const LIMIT = 10_000_000n;
const TOTAL_LIMIT = 100_000_000n;
const MOST_NAMED = 4;

/** What the rules of a schema cost together. */
export interface RuleBudget {
  total: bigint;
  readonly expensive: { readonly path: string; readonly cost: bigint }[];
}

export const ruleBudget = (): RuleBudget => ({ total: 0n, expensive: [] });

const capped = (value: bigint): bigint => (value > MOST ? MOST : value);

function problem(path: string, what: string, cost: bigint, limit: bigint): Problem {
  const factor = Number(cost) / Number(limit);
  const shown = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  const advice =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';
  return forbiddenField(path, `${what} exceeds budget by factor of ${shown} (${advice})`);
}

/** Counts what an expression costs, so often as its value can be there. */
export function countCost(
  { cost, often, path, what }: { cost: bigint; often: bigint; path: string; what: string },
  budget: RuleBudget,
  problems: Problem[],
): void {
  const whole = capped(cost * often);
  if (whole > LIMIT) problems.push(problem(path, what, whole, LIMIT));
  budget.total = capped(budget.total + whole);
  if (whole >= TOTAL_LIMIT / 100n) budget.expensive.push({ path, cost: whole });
}

/** What is to be said of all rules together. */
export function totalCostProblems({ total, expensive }: RuleBudget, path: string, problems: Problem[]): void {
  if (total <= TOTAL_LIMIT) return;
  const most = expensive.toSorted((a, b) => (a.cost > b.cost ? -1 : a.cost < b.cost ? 1 : 0)).slice(0, MOST_NAMED);
  const part = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  for (const one of most) problems.push(forbiddenField(one.path, part));
  problems.push(
    problem(path, 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', total, TOTAL_LIMIT),
  );
}

/** How often values within one of a schema can be there for each of its own; undefined: nothing says how often. */
export function oftenWithin({
  type,
  additionalProperties,
  maxProperties,
  maxItems,
}: JSONSchemaProps): bigint | undefined {
  const isMap = type === 'object' && additionalProperties !== undefined;
  if (!isMap && type !== 'array') return 1n;
  const most = isMap ? maxProperties : maxItems;
  return most === undefined ? undefined : BigInt(Math.max(0, most));
}
