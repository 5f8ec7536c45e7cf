import { expect, test } from 'vitest';
import { liveOnce } from './life.ts';
import type { DiskMutations } from './simulated-disk.ts';

const livesUntilFault = async (lives: number, mutations: DiskMutations): Promise<number | undefined> => {
  for (let seed = 1; seed <= lives; seed++) {
    try {
      await liveOnce(seed, mutations);
    } catch {
      return seed;
    }
  }
  return undefined;
};

test('3,000 lives with power losses, kills and disk faults lose nothing that was acknowledged', async () => {
  for (let seed = 1; seed <= 3000; seed++) {
    await liveOnce(seed).catch((problem: unknown) => {
      throw new Error(`seed ${seed}`, { cause: problem });
    });
  }
});

test.each([
  { it: 'no sync', mutations: { noSync: true } },
  { it: 'no directory sync', mutations: { noDirectorySync: true } },
  { it: 'acknowledge before sync', mutations: { lateSync: true } },
])('the lives catch the mutant "$it"', async ({ mutations }) => {
  expect(await livesUntilFault(500, mutations)).toBeDefined();
});
