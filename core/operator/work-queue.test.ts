import { expect, test } from 'vitest';
import { createMetrics, virtualTurns } from '#core/base';
import { createWorkQueue } from './work-queue.ts';

function world(options: { longestDelay?: number } = {}) {
  const turns = virtualTurns(() => new Promise((resolve) => setImmediate(resolve)), 0);
  const metrics = createMetrics();
  const queue = createWorkQueue({ name: 'test', turns, metrics, ...options });
  const taken: string[] = [];
  const take = async () => {
    for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
      taken.push(`${key}@${turns.clock.monotonic()}`);
      queue.done(key);
    }
    taken.push('stopped');
  };
  return { turns, queue, metrics, taken, take };
}

test('a key waits once, and comes again when it was added under work', async () => {
  const { queue } = world();
  for (const key of ['a', 'b', 'a']) queue.add(key);
  expect(queue.length).toBe(2);
  expect(await queue.next()).toBe('a');
  queue.add('a');
  queue.add('a');
  expect(queue.length).toBe(1);
  expect(await queue.next()).toBe('b');
  queue.done('a');
  expect(await queue.next()).toBe('a');
  queue.done('a');
  queue.done('b');
  expect(queue.length).toBe(0);
});

test('of several delays the earliest counts', async () => {
  const { turns, queue, taken, take } = world();
  void take();
  queue.addAfter('a', 100);
  queue.addAfter('a', 50);
  queue.addAfter('a', 80);
  queue.addAfter('b', 70);
  await turns.advance(1000);
  expect(taken).toEqual(['a@50', 'b@70']);
});

test('back-off doubles, a key at a time, until it is forgotten', async () => {
  const { turns, queue, taken, take } = world({ longestDelay: 30 });
  void take();
  for (let round = 0; round < 5; round++) {
    queue.addRateLimited('a');
    await turns.advance(100);
  }
  expect(taken).toEqual(['a@5', 'a@110', 'a@220', 'a@330', 'a@430']);
  expect(queue.retries('a')).toBe(5);
  queue.forget('a');
  queue.addRateLimited('a');
  await turns.advance(100);
  expect(taken.at(-1)).toBe('a@505');
});

test('stopping wakes those who wait and drops the rest', async () => {
  const { turns, queue, taken, take, metrics } = world();
  void take();
  queue.addAfter('a', 10);
  queue.stop();
  queue.add('b');
  await turns.advance(100);
  expect(taken).toEqual(['stopped']);
  expect(await queue.next()).toBeUndefined();
  expect(metrics.text()).not.toContain('workqueue_adds_total{');
});
