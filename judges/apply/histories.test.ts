import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Side, startOurs } from '../differential/sides.ts';
import { groups } from './histories/index.ts';
import type { History } from './history.ts';
import { known } from './known.ts';
import { answersTo, slug, unequal } from './play.ts';
import { load } from './recordings.ts';

let side: Side;
beforeAll(async () => {
  side = await startOurs();
}, 60_000);
afterAll(() => side.stop());

test('histories have names of their own', () => {
  const names = Object.values(groups).flatMap((histories) => histories.map(({ it }) => slug(it)));
  expect(names.length).toBe(new Set(names).size);
});

for (const [group, histories] of Object.entries(groups)) describe(group, () => judge(group, histories));

function judge(group: string, histories: readonly History[]): void {
  const recorded = load(group);
  test.concurrent.each(histories)('$it', async (history) => {
    const theirs = recorded.get(history.it);
    if (theirs === undefined) throw new Error('there is no recording: node judges/apply/record.ts');
    const found = unequal(theirs, await answersTo(side, history));
    if (known[history.it] === undefined) expect(found).toEqual([]);
    // What no longer differs is to be taken off the list.
    else expect(found).not.toEqual([]);
  });
}
