import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { readKnown } from './known.ts';

/** All of them take a minute; `replay.ts` plays them. */
const EVERY = 3;

test('no generated case differs from the original but those that are known to', { timeout: 240_000 }, async () => {
  const { cases, unequal } = await judge(() => true, EVERY);
  const known = readKnown();
  const total = [...cases.values()].reduce((sum, count) => sum + count, 0);
  const fresh = unequal.filter(({ id }) => !known.has(id));
  console.log(`${total} generated cases, ${unequal.length} differ, ${fresh.length} of them new`);
  expect(total).toBeGreaterThan(5000);
  expect(
    fresh.map(
      ({ id, field, theirs, ours }) => `${id} ${field}: ${JSON.stringify(theirs)} became ${JSON.stringify(ours)}`,
    ),
  ).toEqual([]);
});
