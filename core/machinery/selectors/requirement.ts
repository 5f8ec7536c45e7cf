import { labelValueProblems, qualifiedNameProblems } from '#core/machinery/names';
import { invalid, type Problem } from '#core/machinery/status';

export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One condition of a label selector. */
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

const INTEGER = /^[+-]?[0-9]+$/;

const valueCountProblem: Readonly<Record<Operator, (count: number) => string | undefined>> = {
  in: (count) => (count === 0 ? "for 'in', 'notin' operators, values set can't be empty" : undefined),
  notin: (count) => (count === 0 ? "for 'in', 'notin' operators, values set can't be empty" : undefined),
  '=': (count) => (count === 1 ? undefined : 'exact-match compatibility requires one single value'),
  '==': (count) => (count === 1 ? undefined : 'exact-match compatibility requires one single value'),
  '!=': (count) => (count === 1 ? undefined : 'exact-match compatibility requires one single value'),
  exists: (count) => (count === 0 ? undefined : 'values set must be empty for exists and does not exist'),
  '!': (count) => (count === 0 ? undefined : 'values set must be empty for exists and does not exist'),
  gt: (count) => (count === 1 ? undefined : "for 'Gt', 'Lt' operators, exactly one value is required"),
  lt: (count) => (count === 1 ? undefined : "for 'Gt', 'Lt' operators, exactly one value is required"),
};

/** What is wrong with a requirement. Upstream: apimachinery/pkg/labels/selector.go. */
export function requirementProblems({ key, operator, values }: Requirement): readonly Problem[] {
  const problems: Problem[] = [];
  const keyProblems = qualifiedNameProblems(key);
  if (keyProblems.length > 0) problems.push(invalid('key', key, keyProblems.join('; ')));
  const count = valueCountProblem[operator](values.length);
  if (count !== undefined) problems.push(invalid('values', values, count));
  for (const [i, value] of values.entries()) {
    if ((operator === 'gt' || operator === 'lt') && !INTEGER.test(value)) {
      problems.push(invalid(`values[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    }
    const valueProblems = labelValueProblems(value);
    if (valueProblems.length > 0) problems.push(invalid(`values[${i}][${key}]`, value, valueProblems.join('; ')));
  }
  return problems;
}

export type LabelPredicate = (labels: Labels | undefined) => boolean;

/** Own keys only: `constructor` is nobody's label. */
const valueOf = (labels: Labels | undefined, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;

/** The requirement as a function, made once and called often. */
export function compileRequirement({ key, operator, values }: Requirement): LabelPredicate {
  const [first = ''] = values;
  switch (operator) {
    case '=':
    case '==':
      return (labels) => valueOf(labels, key) === first;
    case '!=':
      return (labels) => valueOf(labels, key) !== first;
    case 'in': {
      const set = new Set<string | undefined>(values);
      return (labels) => set.has(valueOf(labels, key));
    }
    case 'notin': {
      const set = new Set<string | undefined>(values);
      return (labels) => !set.has(valueOf(labels, key));
    }
    case 'exists':
      return (labels) => valueOf(labels, key) !== undefined;
    case '!':
      return (labels) => valueOf(labels, key) === undefined;
    case 'gt':
    case 'lt': {
      const sign = operator === 'gt' ? 1n : -1n;
      const bound = BigInt(first) * sign;
      return (labels) => {
        const value = valueOf(labels, key);
        return value !== undefined && INTEGER.test(value) && BigInt(value) * sign > bound;
      };
    }
  }
}

export function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.toSorted().join(',')})`;
    case 'gt':
    case 'lt':
      return `${key}${operator === 'gt' ? '>' : '<'}${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}
