import { duplicate, type Problem, tooMany } from '#core/machinery/status';

/** Says what is wrong with one item. */
export type ItemCheck<T> = (item: T, path: string, problems: Problem[]) => void;

/** A list that is not too long; where it is, its items are not looked at. */
export function listProblems<T>(
  list: readonly T[] | null | undefined,
  most: number,
  check: ItemCheck<T>,
  path: string,
  problems: Problem[],
): void {
  const all = list ?? [];
  if (all.length > most) problems.push(tooMany(path, all.length, most));
  else for (const [i, item] of all.entries()) check(item, `${path}[${i}]`, problems);
}

/** A list with no two items of one key, which may be several values together. */
export function setProblems<T>(
  list: readonly T[] | null | undefined,
  most: number,
  check: ItemCheck<T>,
  keyOf: (item: T) => string | object,
  path: string,
  problems: Problem[],
): void {
  listProblems(list, most, check, path, problems);
  if ((list ?? []).length > most) return;
  const seen = new Set<string>();
  for (const [i, item] of (list ?? []).entries()) {
    const key = keyOf(item);
    const id = typeof key === 'string' ? key : JSON.stringify(key);
    if (seen.has(id)) problems.push(duplicate(`${path}[${i}]`, key));
    seen.add(id);
  }
}
