import { expect, test } from 'vitest';
import { virtualTurns, type Writable } from '#core/base';
import { writeAll } from './parts-of-answer.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A reader that leaves after so many pieces; what was made, and what reached it. */
async function read(count: number, leavesAfter: number) {
  const turns = virtualTurns(barrier, 0);
  const over = Promise.withResolvers<void>();
  const told: string[] = [];
  let [made, sent] = [0, 0];
  const out: Writable = {
    write() {
      if (++sent === leavesAfter) over.resolve();
      return undefined;
    },
    end: () => void told.push('end'),
    abort: () => void told.push('abort'),
    closed: over.promise,
  };
  function* groups() {
    for (; made < count; made++) yield [new Uint8Array(1)];
  }
  const writing = writeAll(turns, out, groups());
  await turns.idle();
  await writing;
  return { made, sent, told };
}

test('all is written to whoever stays', async () =>
  expect(await read(100, Infinity)).toEqual({ made: 100, sent: 100, told: ['end'] }));

test('nothing more is made for a reader that has left', async () => {
  const { made, told } = await read(100, 10);
  expect(made).toBeLessThan(13);
  expect(told).toEqual([]);
});
