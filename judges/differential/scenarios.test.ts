import { expect, test } from 'vitest';
import { readBaseline } from './baseline.ts';
import { idOf } from './judge.ts';
import { replay } from './replay.ts';
import { scenarios } from './scenarios/index.ts';

test('nothing differs from the original but what is known to', { timeout: 400_000 }, async () => {
  const { answers, found } = await replay(scenarios);
  const known = readBaseline();
  const open = found.filter(({ reason }) => reason === undefined);
  const fresh = open.filter((one) => !known.has(idOf(one)));
  console.log(`${answers} answers compared, ${open.length} differences, ${fresh.length} of them new`);
  expect(answers).toBeGreaterThan(0);
  expect(fresh.map((one) => `${idOf(one)}: ${JSON.stringify(one.theirs)} became ${JSON.stringify(one.ours)}`)).toEqual(
    [],
  );
});
