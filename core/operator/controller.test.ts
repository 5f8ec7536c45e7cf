import { expect, test } from 'vitest';
import { createMetrics, silentLog, sleep, virtualTurns } from '#core/base';
import { conflict } from '#core/machinery/status';
import { controller, type Reconcile } from './controller.ts';

function world(reconcile: Reconcile, concurrency = 2) {
  const turns = virtualTurns(() => new Promise((resolve) => setImmediate(resolve)), 0);
  const metrics = createMetrics();
  const synced = Promise.withResolvers<void>();
  let enqueue: (key: string) => void = () => undefined;
  const one = controller({
    name: 'test',
    sources: [
      {
        synced: synced.promise,
        start(add) {
          enqueue = add;
          return () => (enqueue = () => undefined);
        },
      },
    ],
    reconcile,
    concurrency,
    turns,
    log: silentLog,
    metrics,
  });
  return { turns, one, sync: synced.resolve, add: (key: string) => enqueue(key), metrics };
}

test('works only when all has synced, and never on one key twice at a time', async () => {
  const begun: string[] = [];
  const working = new Set<string>();
  const { turns, sync, add } = world(async (key) => {
    expect(working.has(key)).toBe(false);
    working.add(key);
    begun.push(key);
    await sleep(turns, 10);
    working.delete(key);
  });
  for (const key of ['a', 'b', 'c']) add(key);
  await turns.advance(100);
  expect(begun).toEqual([]);
  sync();
  await turns.idle();
  expect(begun).toEqual(['a', 'b']);
  add('a');
  await turns.advance(100);
  expect(begun).toEqual(['a', 'b', 'c', 'a']);
});

test('comes again when asked, and after failures with back-off', async () => {
  const at: number[] = [];
  const { turns, sync, add, metrics } = world(async () => {
    at.push(turns.clock.monotonic());
    if (at.length < 3) throw conflict({ group: '', resource: 'x' }, 'changed');
    if (at.length === 3) throw new Error('bug');
    return at.length === 4 ? { after: 1000 } : undefined;
  });
  sync();
  add('a');
  await turns.advance(5000);
  expect(at).toEqual([0, 5, 15, 35, 1035]);
  expect(metrics.text()).toContain('controller_reconcile_total{controller="test",result="error"} 3');
});

test('stopped, it takes up nothing and tells those at work', async () => {
  const signals: AbortSignal[] = [];
  const { turns, sync, add, one } = world(async (_, signal) => {
    signals.push(signal);
    await sleep(turns, 100, signal);
  });
  sync();
  add('a');
  await turns.idle();
  one.stop();
  add('b');
  await turns.advance(1000);
  expect(signals).toHaveLength(1);
  expect(signals[0]!.aborted).toBe(true);
});
