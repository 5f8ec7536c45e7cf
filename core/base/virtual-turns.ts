import { createHeap } from './heap.ts';
import type { Clock, Timer, Turns } from './time.ts';

/** Resolves in a later macrotask, when every microtask there was has run (`setImmediate` in Node, a MessageChannel elsewhere). */
export type Barrier = () => Promise<void>;

/** Virtual time: it moves only when told to, from one planned moment to the next, as fast as the processor allows. */
export interface VirtualTurns extends Turns {
  /** Resolves once nothing is left to do at the present moment. */
  idle(): Promise<void>;
  /** Lets `milliseconds` pass, running all that falls due on the way. */
  advance(milliseconds: number): Promise<void>;
  /** Lets time pass until `condition` holds, `limit` milliseconds at most; tells whether it came to hold. */
  until(condition: () => boolean, limit: number): Promise<boolean>;
}

interface Planned extends Timer {
  readonly time: number;
  readonly sequence: number;
  f: (() => void) | undefined;
}

/** `start` is the wall clock's first reading, in milliseconds since the epoch. */
export function virtualTurns(barrier: Barrier, start: number): VirtualTurns {
  let elapsed = 0;
  let sequence = 0;
  let posted: (() => void)[] = [];
  const planned = createHeap<Planned>((a, b) => a.time < b.time || (a.time === b.time && a.sequence < b.sequence));
  let open = 0;
  let tail: Promise<unknown> = Promise.resolve();
  const clock: Clock = { now: () => start + elapsed, monotonic: () => elapsed };

  const after = (milliseconds: number, f: () => void): Timer => {
    const timer: Planned = {
      time: elapsed + Math.max(0, milliseconds),
      sequence: sequence++,
      f,
      cancel() {
        timer.f = undefined;
      },
    };
    planned.push(timer);
    return timer;
  };

  const external = <T>(begin: () => Promise<T>): Promise<T> => {
    open++;
    const before = tail;
    const own = begin();
    const done = before.then(() => own).finally(() => open--);
    tail = done.catch(() => undefined);
    return done;
  };

  const idle = async () => {
    for (;;) {
      await barrier();
      if (posted.length > 0) {
        const now = posted;
        posted = [];
        for (const f of now) f();
      } else if (open > 0) {
        await tail;
      } else {
        return;
      }
    }
  };

  /** Runs what falls due next, at or before `limit`; false when there is nothing. */
  const step = (limit: number): boolean => {
    for (;;) {
      const next = planned.first;
      if (next === undefined || next.time > limit) return false;
      planned.pop();
      if (next.f === undefined) continue;
      elapsed = Math.max(elapsed, next.time);
      next.f();
      return true;
    }
  };

  const until = async (condition: () => boolean, milliseconds: number) => {
    const limit = elapsed + milliseconds;
    for (;;) {
      await idle();
      if (condition()) return true;
      if (!step(limit)) {
        elapsed = limit;
        return condition();
      }
    }
  };

  return {
    clock,
    after,
    post: (f) => void posted.push(f),
    external,
    idle,
    until,
    advance: async (milliseconds) => void (await until(() => false, milliseconds)),
  };
}
