import type { Json } from '#core/base';

/** A value as Go's `%v` prints it: `map[a:1 b:[x y]]`. Messages that clients see hold such texts. */
export function goText(value: Json): string {
  if (value === null) return '<nil>';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goText).join(' ')}]`;
  const object = value as { readonly [key: string]: Json };
  const keys = Object.keys(object).toSorted();
  return `map[${keys.map((key) => `${key}:${goText(object[key]!)}`).join(' ')}]`;
}
