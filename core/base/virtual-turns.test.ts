import { expect, test } from 'vitest';
import { sleep, virtualTurns } from './index.ts';

const turns = () => virtualTurns(() => new Promise((resolve) => setImmediate(resolve)), 0);

test('timers run by time, equal times in the order asked for', async () => {
  const time = turns();
  const seen: string[] = [];
  time.after(20, () => seen.push('late'));
  time.after(10, () => seen.push('first'));
  time.after(10, () => seen.push('second'));
  time.after(5, () => seen.push('never')).cancel();
  await time.advance(15);
  expect(seen).toEqual(['first', 'second']);
  await time.advance(15);
  expect(seen).toEqual(['first', 'second', 'late']);
  expect(time.clock.monotonic()).toBe(30);
});

test('time stands still while an external call is open, and completions enter in start order', async () => {
  const time = turns();
  const seen: string[] = [];
  const call = (name: string, ms: number) =>
    time
      .external(() => new Promise<void>((resolve) => setTimeout(resolve, ms)))
      .then(() => seen.push(`${name}@${time.clock.monotonic()}`));
  void call('slow', 20);
  void call('quick', 1);
  void sleep(time, 5).then(() => seen.push('slept'));
  await time.advance(10);
  expect(seen).toEqual(['slow@0', 'quick@0', 'slept']);
});

test('until stops at the condition', async () => {
  const time = turns();
  let ticks = 0;
  const tick = () => {
    ticks++;
    time.after(10, tick);
  };
  tick();
  expect(await time.until(() => ticks === 4, 1_000)).toBe(true);
  expect(time.clock.monotonic()).toBe(30);
  expect(await time.until(() => false, 100)).toBe(false);
});
