import { setField } from '#core/base';

/**
 * `next` with every part that equals the corresponding part of `old` replaced by the latter: history then shares memory,
 * and an unchanged object is the old one itself. Neither is changed. Key order does not count.
 */
export function share<T>(next: T, old: T): T {
  return shared(next, old) as T;
}

function shared(next: unknown, old: unknown): unknown {
  if (next === old || typeof next !== 'object' || typeof old !== 'object' || next === null || old === null) return next;
  if (Array.isArray(next)) return Array.isArray(old) ? sharedList(next, old) : next;
  return Array.isArray(old) ? next : sharedObject(next as Values, old as Values);
}

function sharedList(next: readonly unknown[], old: readonly unknown[]): readonly unknown[] {
  let same = next.length === old.length;
  let copy: unknown[] | undefined;
  for (let i = 0; i < next.length; i++) {
    const item = i < old.length ? shared(next[i], old[i]) : next[i];
    if (item !== next[i]) (copy ??= [...next])[i] = item;
    if (same && item !== old[i]) same = false;
  }
  return same ? old : (copy ?? next);
}

type Values = Readonly<Record<string, unknown>>;

function sharedObject(next: Values, old: Values): Values {
  let same = true;
  let count = 0;
  let copy: Record<string, unknown> | undefined;
  for (const key in next) {
    const value = next[key];
    if (value === undefined) continue;
    count++;
    if (!Object.hasOwn(old, key)) {
      same = false;
      continue;
    }
    const item = shared(value, old[key]);
    if (item !== old[key]) same = false;
    if (item === value) continue;
    copy ??= { ...next };
    setField(copy, key, item);
  }
  if (same) for (const key in old) if (old[key] !== undefined) count--;
  return same && count === 0 ? old : (copy ?? next);
}
