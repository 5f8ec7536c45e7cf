import type { Log, Metrics, Turns } from '#core/base';
import { isStatusError } from '#core/machinery/status';
import type { Source } from './sources.ts';
import { createWorkQueue } from './work-queue.ts';

/** What a reconcile may ask for: to be called again after so many milliseconds, whatever else happens. */
export interface Again {
  readonly after: number;
}

/**
 * Brings what one key names closer to what is wanted. It reads the cached world, so it may be called with a key that is gone,
 * twice for one change, once for many. When it throws it is called again after a back-off: a StatusError of reason Conflict or
 * NotFound is the normal way of losing a race, anything else is logged.
 */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Again | undefined | void>;

export interface ControllerOptions {
  /** Of the queue, in logs and metrics: `replicaset`. */
  readonly name: string;
  /** What makes keys. */
  readonly sources: readonly Source[];
  readonly reconcile: Reconcile;
  /** Keys worked on at the same time; default 5, as upstream's. */
  readonly concurrency?: number;
  readonly turns: Turns;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds: see WorkQueueOptions. */
  readonly firstDelay?: number;
  readonly longestDelay?: number;
}

export interface Controller {
  readonly name: string;
  /** Asks for a key to be looked at, at once or after so many milliseconds. */
  enqueue(key: string, after?: number): void;
  /** All sources have synced and work has begun. */
  readonly started: Promise<void>;
  /** Takes up no key any more; aborts the signal of those under work. */
  stop(): void;
}

/** Starts to listen at once, and to work as soon as all sources have synced. */
export function controller(options: ControllerOptions): Controller {
  const { name, sources, reconcile, concurrency = 5, metrics } = options;
  const log = options.log.with({ controller: name });
  const queue = createWorkQueue(options);
  const results = metrics.counter('controller_reconcile_total', 'Reconciliations by result', ['controller', 'result']);
  const over = new AbortController();
  const enqueue = (key: string, after = 0) => queue.addAfter(key, after);
  const leave = sources.map((source) => source.start(enqueue));

  const one = async (key: string) => {
    try {
      const again = await reconcile(key, over.signal);
      if (over.signal.aborted) return;
      queue.forget(key);
      if (again) queue.addAfter(key, Math.max(1, again.after));
      results.add(1, name, 'success');
    } catch (failure) {
      if (over.signal.aborted) return;
      results.add(1, name, 'error');
      if (isStatusError(failure, 'Conflict') || isStatusError(failure, 'NotFound'))
        log.debug('lost a race, trying again', { key, message: failure.message });
      else if (isStatusError(failure))
        log.warn('reconcile refused', { key, reason: failure.reason, message: failure.message });
      else log.error('reconcile failed', { key, error: failure });
      queue.addRateLimited(key);
    } finally {
      queue.done(key);
    }
  };
  const work = async () => {
    for (let key = await queue.next(); key !== undefined; key = await queue.next()) await one(key);
  };
  const start = async () => {
    await Promise.all(sources.map(({ synced }) => synced));
    for (let worker = 0; worker < concurrency; worker++) void work();
  };

  return {
    name,
    enqueue,
    started: start(),
    stop() {
      over.abort();
      for (const stop of leave) stop();
      queue.stop();
    },
  };
}
