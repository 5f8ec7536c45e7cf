import type { BackOff } from './world.ts';

/** Milliseconds. Upstream: pkg/kubelet/kubelet.go, initialBackOff and maxCrashLoopBackOff. */
export const FIRST_DELAY = 10_000;
export const LONGEST_DELAY = 300_000;

/** A container that ran this long is forgiven. */
const FORGIVEN_AFTER = 2 * LONGEST_DELAY;

const forgiven = ({ raisedAt }: BackOff, endedAt: number) => endedAt - raisedAt > FORGIVEN_AFTER;

/** When a container that ended at `endedAt` may start again: at once the first time, or after its delay. */
export const retryAt = (backOff: BackOff | undefined, endedAt: number): number =>
  backOff === undefined || forgiven(backOff, endedAt) ? endedAt : endedAt + backOff.delay;

/** The delay after one more failure that ended at `endedAt`: 10 s, then doubled up to 300 s. */
export const raise = (backOff: BackOff | undefined, endedAt: number, now: number): BackOff => ({
  delay: backOff === undefined || forgiven(backOff, endedAt) ? FIRST_DELAY : Math.min(backOff.delay * 2, LONGEST_DELAY),
  raisedAt: now,
});

/** As Go prints a duration of whole seconds: `10s`, `1m20s`, `5m0s`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `${hours > 0 ? `${hours}h` : ''}${seconds >= 60 ? `${minutes}m` : ''}${seconds % 60}s`;
}
