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
  const planned: Planned[] = [];
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
    push(planned, timer);
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
      const next = planned[0];
      if (next === undefined || next.time > limit) return false;
      pop(planned);
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

const earlier = (a: Planned, b: Planned) => a.time < b.time || (a.time === b.time && a.sequence < b.sequence);

function push(heap: Planned[], item: Planned): void {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!earlier(item, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = item;
}

function pop(heap: Planned[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child++;
    if (!earlier(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
