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

/** A float as Go's `%v` prints it: `1e+06`, `0.5`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
