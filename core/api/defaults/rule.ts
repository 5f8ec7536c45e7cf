import type { Json } from '#core/base';

export interface DefaultsContext {
  readonly gates: { enabled(gate: string): boolean };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Fills in what a struct lacks; returns what it was given where nothing is missing. */
export type Rule = (value: never, context: DefaultsContext) => object;

/**
 * By definition, `GROUP.NAME` for all versions or `GROUP.VERSION.NAME`: values for fields that are missing, or a function
 * where it takes one. A struct's own rule runs before those of its parts.
 */
export type Rules = Readonly<Record<string, Readonly<Record<string, Json>> | Rule>>;

/** Missing is: absent, null, and what Go cannot tell from absent. */
export const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** The object with the given fields where it lacks them. */
export const fill = <T extends object>(object: T, values: { readonly [K in keyof T]?: T[K] }): T =>
  filled(object, values, isMissing);

/** The same for what Go holds by pointer: there an empty text is a text. */
export const fillPointers = <T extends object>(object: T, values: { readonly [K in keyof T]?: T[K] }): T =>
  filled(object, values, (value) => value === undefined || value === null);

function filled<T extends object>(
  object: T,
  values: { readonly [K in keyof T]?: T[K] },
  isAbsent: (value: unknown) => boolean,
): T {
  let filled: Record<string, unknown> | undefined;
  for (const name in values)
    if (isAbsent(object[name])) {
      filled ??= { ...object } as Record<string, unknown>;
      filled[name] = values[name];
    }
  return (filled ?? object) as T;
}

/** The object with one field changed, or itself where it is the same. */
export const set = <T extends object, K extends keyof T>(object: T, name: K, value: T[K]): T =>
  object[name] === value ? object : { ...object, [name]: value };

/** The list with every item changed, or itself where none is. */
export function mapped<T>(items: readonly T[] | undefined | null, change: (item: T) => T): readonly T[] | undefined {
  if (items === undefined || items === null) return undefined;
  const after = items.map(change);
  return after.every((item, index) => item === items[index]) ? items : after;
}
