/** Milliseconds since the epoch of an RFC 3339 time; undefined where there is none or it cannot be read. */
export function instantOf(time: string | null | undefined): number | undefined {
  if (time === undefined || time === null || time === '') return undefined;
  const instant = Date.parse(time);
  return Number.isNaN(instant) ? undefined : instant;
}

/** As `metav1.Time` is written: whole seconds, UTC. */
export const timeText = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** As `metav1.MicroTime` is written: six digits of a second. */
export const microTimeText = (instant: number): string => {
  const micros = Math.floor((instant * 1000) % 1000);
  return `${new Date(Math.floor(instant)).toISOString().slice(0, 23)}${String(micros).padStart(3, '0')}Z`;
};
