import { sameJson } from '#core/base';
import { configKeyProblems } from '#core/machinery/names';
import { forbiddenField, invalid, type Problem } from '#core/machinery/status';

/** Bytes that a ConfigMap or Secret may hold in all. */
export const MAX_DATA = 1024 * 1024;

export function keyProblems(key: string, path: string, problems: Problem[]): void {
  for (const detail of configKeyProblems(key)) problems.push(invalid(path, key, detail));
}

/** Bytes that base64 text stands for. */
export const textSize = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

interface MaybeImmutable {
  readonly immutable?: boolean;
}

/** What was declared immutable stays as it is, the declaration too. */
export function immutableProblems<T extends MaybeImmutable>(
  next: T,
  old: T,
  fields: readonly (keyof T & string)[],
): readonly Problem[] {
  if (old.immutable !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const changed = fields.filter((field) => !sameJson(next[field] ?? null, old[field] ?? null));
  return [...(next.immutable === true ? [] : ['immutable']), ...changed].map((field) => forbiddenField(field, detail));
}
