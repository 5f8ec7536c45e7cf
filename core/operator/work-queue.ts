import type { Metrics, Timer, Turns } from '#core/base';

/** Keys of what there is to do: each at most once, none worked on twice at the same time. */
export interface WorkQueue {
  /** Does nothing if the key waits already; a key that is being worked on comes again afterwards. */
  add(key: string): void;
  /** Adds it after `milliseconds`; of several times the earliest counts. */
  addAfter(key: string, milliseconds: number): void;
  /** Adds it after its own back-off, which doubles each time until `forget`. */
  addRateLimited(key: string): void;
  forget(key: string): void;
  /** How often the key was added by `addRateLimited` since it was forgotten. */
  retries(key: string): number;
  /** The next key; `undefined` once the queue is stopped. Call `done` when the work on it is over. */
  next(): Promise<string | undefined>;
  done(key: string): void;
  /** How many wait, the delayed ones apart. */
  readonly length: number;
  /** Drops all that waits; nothing is added any more. */
  stop(): void;
}

export interface WorkQueueOptions {
  readonly name: string;
  readonly turns: Turns;
  readonly metrics: Metrics;
  /** Milliseconds of the first back-off and of the longest. Upstream: client-go/util/workqueue/default_rate_limiters.go. */
  readonly firstDelay?: number;
  readonly longestDelay?: number;
}

/** Seconds. Upstream: component-base/metrics/prometheus/workqueue/metrics.go. */
const BUCKETS = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10];

export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { name, turns, firstDelay = 5, longestDelay = 1_000_000 } = options;
  const { clock } = turns;
  const measured = measure(options.metrics);
  /** Waiting keys with the time they came, oldest first (a Set that remembers when). */
  const waiting = new Map<string, number>();
  const working = new Map<string, number>();
  /** Keys that came while they were worked on. */
  const again = new Set<string>();
  const delayed = new Map<string, { readonly at: number; readonly timer: Timer }>();
  const failures = new Map<string, number>();
  const takers: ((key: string | undefined) => void)[] = [];
  let stopped = false;

  const take = (key: string, since: number): string => {
    const now = clock.monotonic();
    waiting.delete(key);
    working.set(key, now);
    measured.depth.set(waiting.size, name);
    measured.waited.observe((now - since) / 1000, name);
    return key;
  };

  const queue: WorkQueue = {
    get length() {
      return waiting.size;
    },
    add(key) {
      if (stopped || waiting.has(key)) return;
      if (working.has(key)) {
        if (!again.has(key)) measured.adds.add(1, name);
        again.add(key);
        return;
      }
      measured.adds.add(1, name);
      const now = clock.monotonic();
      waiting.set(key, now);
      const taker = takers.shift();
      if (taker === undefined) measured.depth.set(waiting.size, name);
      else taker(take(key, now));
    },
    addAfter(key, milliseconds) {
      if (stopped) return;
      if (milliseconds <= 0) return queue.add(key);
      const at = clock.monotonic() + milliseconds;
      const known = delayed.get(key);
      if (known !== undefined) {
        if (known.at <= at) return;
        known.timer.cancel();
      }
      const timer = turns.after(milliseconds, () => {
        delayed.delete(key);
        queue.add(key);
      });
      delayed.set(key, { at, timer });
    },
    addRateLimited(key) {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      measured.retries.add(1, name);
      // 2^40 lies beyond every bound; further doubling would only lose digits.
      queue.addAfter(key, Math.min(firstDelay * 2 ** Math.min(count, 40), longestDelay));
    },
    forget: (key) => void failures.delete(key),
    retries: (key) => failures.get(key) ?? 0,
    next() {
      if (stopped) return Promise.resolve(undefined);
      for (const [key, since] of waiting) return Promise.resolve(take(key, since));
      return new Promise((resolve) => takers.push(resolve));
    },
    done(key) {
      const since = working.get(key);
      if (since === undefined) return;
      working.delete(key);
      measured.worked.observe((clock.monotonic() - since) / 1000, name);
      if (again.delete(key) && !stopped) {
        const now = clock.monotonic();
        waiting.set(key, now);
        const taker = takers.shift();
        if (taker === undefined) measured.depth.set(waiting.size, name);
        else taker(take(key, now));
      }
    },
    stop() {
      stopped = true;
      for (const { timer } of delayed.values()) timer.cancel();
      delayed.clear();
      waiting.clear();
      again.clear();
      for (const taker of takers.splice(0)) taker(undefined);
    },
  };
  return queue;
}

const measure = (metrics: Metrics) => ({
  depth: metrics.gauge('workqueue_depth', 'Current depth of workqueue', ['name']),
  adds: metrics.counter('workqueue_adds_total', 'Total number of adds handled by workqueue', ['name']),
  retries: metrics.counter('workqueue_retries_total', 'Total number of retries handled by workqueue', ['name']),
  waited: metrics.histogram(
    'workqueue_queue_duration_seconds',
    'How long in seconds an item stays in workqueue before being requested',
    BUCKETS,
    ['name'],
  ),
  worked: metrics.histogram(
    'workqueue_work_duration_seconds',
    'How long in seconds processing an item from workqueue takes',
    BUCKETS,
    ['name'],
  ),
});
