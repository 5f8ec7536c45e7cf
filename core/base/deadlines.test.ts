import { expect, test } from 'vitest';
import { deadlines } from './deadlines.ts';
import { type VirtualTurns, virtualTurns } from './virtual-turns.ts';

const barrier = () => Promise.resolve();

/** What was late, with the time at which it was said. */
function waiting(milliseconds: number) {
  let timers = 0;
  const turns = virtualTurns(barrier, 0);
  const counted: VirtualTurns = { ...turns, after: (...of) => (timers++, turns.after(...of)) };
  const begin = deadlines(counted, milliseconds);
  const late: string[] = [];
  return {
    turns,
    late,
    begin: (name: string) => begin(() => late.push(`${name} at ${turns.clock.monotonic()}`)),
    timers: () => timers,
  };
}

test('who is late is told at the moment, in the order of beginning', async () => {
  const { turns, late, begin } = waiting(60_000);
  begin('a');
  await turns.advance(250.5);
  begin('b');
  begin('c');
  await turns.advance(59_749.5);
  expect(late).toEqual(['a at 60000']);
  await turns.advance(10_000);
  expect(late).toEqual(['a at 60000', 'b at 60250.5', 'c at 60250.5']);
});

test('who was in time is not, though others are late', async () => {
  const { turns, late, begin } = waiting(10);
  const met = begin('a');
  begin('b');
  met();
  await turns.advance(20);
  expect(late).toEqual(['b at 10']);
});

test('a thousand in time cost one timer, and none is left a second after', async () => {
  const { turns, late, begin, timers } = waiting(60_000);
  for (let i = 0; i < 1000; i++) begin(`${i}`)();
  expect(timers()).toBe(1);
  await turns.advance(120_000);
  expect(timers()).toBe(1);
  expect(late).toEqual([]);
});
