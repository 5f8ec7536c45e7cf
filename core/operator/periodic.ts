import type { Log, Timer, Turns } from '#core/base';

export interface PeriodicOptions {
  readonly name: string;
  /** Milliseconds from the end of one run to the start of the next. */
  readonly period: number;
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** What the first run waits for. */
  readonly synced: readonly Promise<void>[];
  readonly turns: Turns;
  readonly log: Log;
}

/** Does something over and over; what goes wrong is logged, and tried again the next time. The function given back ends it. */
export function periodic({ name, period, run, synced, turns, log }: PeriodicOptions): () => void {
  const over = new AbortController();
  let timer: Timer | undefined;
  const once = async () => {
    try {
      await run(over.signal);
    } catch (failure) {
      if (!over.signal.aborted) log.warn('a periodic run failed', { controller: name, error: String(failure) });
    }
    if (!over.signal.aborted) timer = turns.after(period, () => void once());
  };
  void Promise.all(synced).then(() => {
    if (!over.signal.aborted) void once();
  });
  return () => {
    over.abort();
    timer?.cancel();
  };
}
