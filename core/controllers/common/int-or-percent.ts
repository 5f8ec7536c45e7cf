/** The value of an `IntOrString` of `total`: `3`, or `25%` of it, rounded as told. What cannot be read counts as 0. Upstream: apimachinery/pkg/util/intstr. */
export function scaledValue(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const match = /^([+-]?\d+)%$/.exec(value);
  if (match === null) return 0;
  const share = (Number(match[1]) * total) / 100;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}
