import type { Random } from '#core/base';

export interface Backoff {
  /** Milliseconds to wait now; each call doubles what comes next, up to the bound. */
  next(): number;
  /** Things went well: start over. */
  reset(): void;
}

/** Doubling waits with up to `jitter` times the wait on top, so that many clients do not return at once. */
export function backoff(random: Random, first: number, most: number, jitter = 1): Backoff {
  let wait = first;
  return {
    next() {
      const now = wait * (1 + random.next() * jitter);
      wait = Math.min(wait * 2, most);
      return now;
    },
    reset() {
      wait = first;
    },
  };
}
