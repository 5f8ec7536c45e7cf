const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const joined = (large: string, small: number, unit: string): string =>
  small === 0 ? large : `${large}${small}${unit}`;

/**
 * A span of time in two or three digits: `5m30s`, `3h`, `7d12h`. A second or so in the future counts as now.
 * Upstream: apimachinery/pkg/util/duration/duration.go.
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / SECOND);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(milliseconds / MINUTE);
  if (minutes < 10) return joined(`${minutes}m`, seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(milliseconds / HOUR);
  if (hours < 8) return joined(`${hours}h`, minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return joined(`${days}d`, hours % 24, 'h');
  if (days < 2 * 365) return `${days}d`;
  const years = Math.trunc(days / 365);
  return days < 8 * 365 ? joined(`${years}y`, days % 365, 'd') : `${years}y`;
}

/** Milliseconds until a span's text is another one, at the earliest: all of its steps are whole units. */
function lastsFor(span: number): number {
  const unit = span < 10 * MINUTE ? SECOND : span < 8 * HOUR ? MINUTE : span < 8 * 24 * HOUR ? HOUR : 24 * HOUR;
  return unit - (((span % unit) + unit) % unit);
}

/** The time for which ages are told. In milliseconds of the wall clock, as all here. */
export interface Now {
  readonly time: number;
  /** Until when what was told is true; whoever tells an age may lower it. */
  until: number;
}

export const nowAt = (time: number): Now => ({ time, until: Infinity });

/** How long ago a time was. */
export function ago(time: number, now: Now): string {
  const span = now.time - time;
  now.until = Math.min(now.until, now.time + lastsFor(span));
  return humanDuration(span);
}

/** How long ago a moment (RFC 3339) was; `<unknown>` where there is none. */
export function since(moment: string | null | undefined, now: Now): string {
  const time = moment === undefined || moment === null ? Number.NaN : Date.parse(moment);
  return Number.isNaN(time) ? '<unknown>' : ago(time, now);
}
