import { sameJson } from '#core/base';
import { invalid, type Problem } from '#core/machinery/status';

/** What clients know as the reason why a field may not change. */
export const IMMUTABLE = 'field is immutable';

/** A problem where the value is no longer what it was; absent and null are the same. */
export function unchanged(next: unknown, old: unknown, path: string, problems: Problem[], detail = IMMUTABLE): void {
  if (!sameJson(next ?? null, old ?? null)) problems.push(invalid(path, next, detail));
}
