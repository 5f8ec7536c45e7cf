import { expect, test } from 'vitest';
import { Subscriber } from './subscriber.ts';
import { Waiting } from './waiting.ts';

const one = () => new Subscriber({} as never, {} as never, 0);

test('first come, first served, each once', () => {
  const waiting = new Waiting();
  const [a, b, c] = [one(), one(), one()];
  for (const next of [a, b, a, c, b]) waiting.add(next);
  expect([waiting.take(), waiting.take()]).toEqual([a, b]);
  // Whoever was served waits at the end again.
  waiting.add(a);
  expect(waiting.empty).toBe(false);
  expect([waiting.take(), waiting.take(), waiting.take()]).toEqual([c, a, undefined]);
  expect(waiting.empty).toBe(true);
  waiting.add(b);
  expect(waiting.take()).toBe(b);
});
