import { expect, test } from 'vitest';
import { addReports, liveOnce, noLives } from './life.ts';
import type { DiskMutations } from './simulated-disk.ts';

/** What a mutant's first fault is called. */
const firstFault = async (lives: number, mutations: DiskMutations): Promise<string | undefined> => {
  for (let seed = 1; seed <= lives; seed++) {
    try {
      await liveOnce(seed, mutations);
    } catch (problem) {
      return (problem as Error).message;
    }
  }
  return undefined;
};

test('3,000 lives with power losses, kills and disk faults lose nothing that was acknowledged', async () => {
  let sum = noLives;
  for (let seed = 1; seed <= 3000; seed++) {
    const report = await liveOnce(seed).catch((problem: unknown) => {
      throw new Error(`seed ${seed}`, { cause: problem });
    });
    sum = addReports(sum, report);
  }
  // Each kind of trouble was really met.
  for (const count of Object.values(sum)) expect(count).toBeGreaterThan(100);
});

test.each([
  { it: 'no sync', mutations: { noSync: true } },
  { it: 'no directory sync', mutations: { noDirectorySync: true } },
  { it: 'acknowledge before sync', mutations: { lateSync: true } },
])('the lives catch the mutant "$it"', async ({ mutations }) => {
  expect(await firstFault(500, mutations)).toMatch(/had been seen|explains what came back|is damaged/);
});
