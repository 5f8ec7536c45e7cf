import type { Clock, Random, Timer, Turns } from '#core/base';

/** The machine's clocks. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Chance from the platform; not for secrets. */
export const nodeRandom: Random = { next: () => Math.random() };

/** What a thrown error meets when nobody awaits it: by default it ends the process, as an uncaught one does. */
export type OnFault = (fault: unknown) => void;

const rethrow: OnFault = (fault) => {
  throw fault;
};

/** `setTimeout` cannot wait longer, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** Real time. Turns posted together run in one macrotask, in order; each lets the microtasks of the one before finish first. */
export function nodeTurns(onFault: OnFault = rethrow): Turns {
  const guarded = (f: () => void) => {
    try {
      f();
    } catch (fault) {
      onFault(fault);
    }
  };
  return {
    clock: nodeClock,
    after(milliseconds, f) {
      let handle: NodeJS.Timeout;
      const wait = (left: number) => {
        handle = setTimeout(
          () => (left > LONGEST ? wait(left - LONGEST) : guarded(f)),
          Math.min(Math.max(0, left), LONGEST),
        );
      };
      wait(milliseconds);
      const timer: Timer = { cancel: () => clearTimeout(handle) };
      return timer;
    },
    post: (f) => void setImmediate(guarded, f),
    external: (start) => start(),
  };
}
