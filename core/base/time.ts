/** Tells the time. Nothing in core asks the platform; a test, a worker and a browser tab each pass their own. */
export interface Clock {
  /** Wall time: milliseconds since the Unix epoch, possibly with a fraction. It may jump. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back, stands still while the machine is suspended. */
  monotonic(): number;
}

/** Something scheduled that can still be called off. */
export interface Timer {
  cancel(): void;
}

/**
 * Orders everything that happens. All waiting and all asynchrony of core goes through here, so that with a virtual
 * implementation the same seed gives the same run, event for event.
 */
export interface Turns {
  readonly clock: Clock;
  /** Runs `f` once `milliseconds` have passed on the monotonic clock; equal times run in the order asked for. */
  after(milliseconds: number, f: () => void): Timer;
  /** Runs `f` in a turn of its own, after those already posted. An explorer of interleavings may reorder between queues. */
  post(f: () => void, queue?: string): void;
  /**
   * The only door to real asynchrony (disk, network, another process). Virtual time stands still while one is open, and
   * completions enter in the order in which they were started.
   */
  external<T>(start: () => Promise<T>): Promise<T>;
}

/** Resolves after `milliseconds`; rejects with the signal's reason when it aborts first. */
export function sleep(turns: Turns, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = turns.after(milliseconds, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Lets everybody else have a turn: long loops call it every so many items (count items, never elapsed time). */
export function yieldTurn(turns: Turns, queue?: string): Promise<void> {
  return new Promise((resolve) => turns.post(resolve, queue));
}
