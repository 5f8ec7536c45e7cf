import { remembered } from '#core/base';
import { duplicate, forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';

/**
 * One rule: looks at a value, and says what is wrong with it, under the path given. A rule that is not about presence has
 * nothing to say of an absent value.
 */
export type Rule<T> = (value: T, path: string, problems: Problem[]) => void;
export type Rules<T> = readonly Rule<T>[];

/** All problems of a value, in the order of the rules. */
export function check<T>(rules: Rules<T>, value: T, path = ''): readonly Problem[] {
  const problems: Problem[] = [];
  for (const rule of rules) rule(value, path, problems);
  return problems;
}

/** What lies at a dotted path of a type. */
export type At<T, P extends string> = P extends `${infer K}.${infer R}`
  ? K extends keyof NonNullable<T>
    ? At<NonNullable<T>[K], R>
    : undefined
  : P extends keyof NonNullable<T>
    ? NonNullable<T>[P] | undefined
    : undefined;

const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Applies rules to a field: `at('spec.ports', …)`. */
export function at<T, const P extends string>(field: P, ...rules: Rules<At<T, P>>): Rule<T> {
  const keys = field.split('.');
  return (value, path, problems) => {
    let inner: unknown = value;
    for (const key of keys) {
      const holder: unknown = inner;
      inner = typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[key] : undefined;
    }
    const place = joined(path, field);
    for (const rule of rules) rule(inner as At<T, P>, place, problems);
  };
}

/** Applies rules to every item of a list. */
export const each =
  <T>(...rules: Rules<T>): Rule<readonly T[] | undefined | null> =>
  (list, path, problems) => {
    if (list === undefined || list === null) return;
    for (let i = 0; i < list.length; i++) for (const rule of rules) rule(list[i]!, `${path}[${i}]`, problems);
  };

/** Applies rules to every value of a map. */
export const eachValue =
  <T>(...rules: Rules<T>): Rule<Readonly<Record<string, T>> | undefined> =>
  (map, path, problems) => {
    if (map === undefined || map === null) return;
    for (const key of Object.keys(map)) for (const rule of rules) rule(map[key]!, `${path}[${key}]`, problems);
  };

/** Applies rules where a condition holds. */
export const when =
  <T>(condition: (value: T) => boolean, ...rules: Rules<T>): Rule<T> =>
  (value, path, problems) => {
    if (condition(value)) for (const rule of rules) rule(value, path, problems);
  };

/** Applies rules where there is a value. */
export const given =
  <T>(...rules: Rules<T>): Rule<T | undefined | null> =>
  (value, path, problems) => {
    if (value !== undefined && value !== null) for (const rule of rules) rule(value, path, problems);
  };

/** A rule of large values of which the very same one comes again: what was found sound is not looked at again. */
export function once<T extends object>(rule: Rule<T>): Rule<T> {
  const isSound = remembered((value: T) => check([rule], value).length === 0);
  return (value, path, problems) => {
    if (!isSound(value)) rule(value, path, problems);
  };
}

/** There is a value, and it is not empty text. */
export const present =
  (detail = ''): Rule<unknown> =>
  (value, path, problems) => {
    if (value === undefined || value === null || value === '') problems.push(required(path, detail));
  };

export const nonEmpty =
  (detail = ''): Rule<readonly unknown[] | undefined> =>
  (list, path, problems) => {
    if (list === undefined || list === null || list.length === 0) problems.push(required(path, detail));
  };

export const absent =
  (detail: string): Rule<unknown> =>
  (value, path, problems) => {
    if (value !== undefined && value !== null) problems.push(forbiddenField(path, detail));
  };

/** One of some values, which a refusal names in the order given: clients know it. */
export const oneOf =
  (...supported: readonly string[]): Rule<string | undefined> =>
  (value, path, problems) => {
    if (value === undefined || value === null || supported.includes(value)) return;
    problems.push(notSupported(path, value, supported));
  };

/** One of some values, and it must be given. */
export const chosen = (...supported: readonly string[]): Rule<string | undefined> => {
  const among = oneOf(...supported);
  return (value, path, problems) => {
    if (value === undefined || value === null || value === '') problems.push(required(path));
    else among(value, path, problems);
  };
};

/** A whole number between two bounds, both allowed. */
export const range =
  (low: number, high: number): Rule<number | undefined> =>
  (value, path, problems) => {
    if (value === undefined || value === null || (value >= low && value <= high)) return;
    problems.push(invalid(path, value, `must be between ${low} and ${high}, inclusive`));
  };

export const notNegative: Rule<number | bigint | undefined> = (value, path, problems) => {
  if (value !== undefined && value !== null && value < 0) {
    problems.push(invalid(path, value, 'must be greater than or equal to 0'));
  }
};

export const positive: Rule<number | undefined> = (value, path, problems) => {
  if (value !== undefined && value !== null && value <= 0)
    problems.push(invalid(path, value, 'must be greater than zero'));
};

/** Text that a grammar accepts. */
export const matching =
  (grammar: (value: string) => readonly string[]): Rule<string | undefined> =>
  (value, path, problems) => {
    if (value === undefined || value === null) return;
    for (const detail of grammar(value)) problems.push(invalid(path, value, detail));
  };

/** No two items with the same value of a field; absent values do not count. */
export const uniqueBy =
  <T>(field: keyof T & string): Rule<readonly T[] | undefined> =>
  (list, path, problems) => {
    const seen = new Set<unknown>();
    for (const [i, item] of (list ?? []).entries()) {
      const value = item[field];
      if (value === undefined || value === '') continue;
      if (seen.has(value)) problems.push(duplicate(`${path}[${i}].${field}`, value));
      seen.add(value);
    }
  };

/** A rule of an update: what the value was, and what it is to be. */
export type UpdateRule<T> = (next: T, old: T, path: string, problems: Problem[]) => void;
export type UpdateRules<T> = readonly UpdateRule<T>[];

export function checkUpdate<T>(rules: UpdateRules<T>, next: T, old: T, path = ''): readonly Problem[] {
  const problems: Problem[] = [];
  for (const rule of rules) rule(next, old, path, problems);
  return problems;
}
