import type { Timer, Turns } from './time.ts';

interface Wait {
  /** On the monotonic clock. */
  readonly due: number;
  readonly late: () => void;
}

/** While anybody waits it is looked after them this often at least, in milliseconds; when nobody does any more, once. */
const LOOK = 1000;

/**
 * Deadlines of one length, nearly all of which are met: they fall due in the order in which they began, so one timer does
 * for all, and who is in time costs an entry in a set. The function tells `late` after `milliseconds` unless what it gave is
 * called before.
 */
export function deadlines(turns: Turns, milliseconds: number): (late: () => void) => () => void {
  const waits = new Set<Wait>();
  let timer: Timer | undefined;
  const lookIn = (wanted: number) => {
    timer = turns.after(Math.min(wanted, LOOK), look);
  };
  const look = () => {
    timer = undefined;
    const now = turns.clock.monotonic();
    for (const wait of waits) {
      if (wait.due > now) return lookIn(wait.due - now);
      waits.delete(wait);
      wait.late();
    }
  };
  return (late) => {
    const wait: Wait = { due: turns.clock.monotonic() + milliseconds, late };
    waits.add(wait);
    if (timer === undefined) lookIn(milliseconds);
    return () => void waits.delete(wait);
  };
}
