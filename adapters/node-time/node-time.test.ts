import { sleep, yieldTurn } from '#core/base';
import { expect, test } from 'vitest';
import { nodeClock, nodeRandom, nodeTurns } from '#adapters/node-time';

test('timers run in the order of their times, unless cancelled', async () => {
  const turns = nodeTurns();
  const order: number[] = [];
  const cancelled = turns.after(1, () => order.push(0));
  turns.after(12, () => order.push(2));
  turns.after(2, () => order.push(1));
  cancelled.cancel();
  await sleep(turns, 30);
  expect(order).toEqual([1, 2]);
});

test('a posted turn runs after the promises there are, in the order of posting', async () => {
  const turns = nodeTurns();
  const order: string[] = [];
  turns.post(() => order.push('first'));
  turns.post(() => order.push('second'));
  await Promise.resolve().then(() => order.push('promise'));
  await yieldTurn(turns);
  expect(order).toEqual(['promise', 'first', 'second']);
});

test('a wait longer than setTimeout can do does not end at once', async () => {
  const turns = nodeTurns();
  let ended = false;
  const timer = turns.after(2 ** 40, () => (ended = true));
  await sleep(turns, 10);
  timer.cancel();
  expect(ended).toBe(false);
});

test('faults of turns go where they were told to', async () => {
  const faults: unknown[] = [];
  const turns = nodeTurns((fault) => faults.push(fault));
  turns.post(() => {
    throw new Error('a');
  });
  await sleep(turns, 5);
  expect(faults).toHaveLength(1);
});

test('the clocks go forward and chance stays below one', () => {
  const [wall, steady] = [nodeClock.now(), nodeClock.monotonic()];
  expect(nodeClock.now()).toBeGreaterThanOrEqual(wall);
  expect(nodeClock.monotonic()).toBeGreaterThanOrEqual(steady);
  expect(nodeRandom.next()).toBeLessThan(1);
});
