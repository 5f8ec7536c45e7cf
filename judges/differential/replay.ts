import { byCluster, start } from './clusters.ts';
import { type Found, judge } from './judge.ts';
import { normalise } from './normalise.ts';
import { play } from './play.ts';
import { load } from './recordings.ts';
import type { Scenario } from './scenario.ts';

export interface Replayed {
  /** How many answers were compared. */
  readonly answers: number;
  readonly found: readonly Found[];
}

/** Plays scenarios against our server over HTTP and compares with what the original answered. */
export async function replay(scenarios: readonly Scenario[]): Promise<Replayed> {
  // All of them end before the first failure is told: each stops its own server.
  const settled = await Promise.allSettled(
    [...byCluster(scenarios)].map(async ([cluster, ones]) => {
      const side = await start('ours', cluster);
      const found: Found[] = [];
      let answers = 0;
      try {
        for (const scenario of ones) {
          const recorded = load(scenario.name);
          if (recorded === undefined) throw new Error(`${scenario.name} has no recording: npm run diff:record`);
          const ours = normalise(await play(side, scenario));
          answers += ours.length;
          found.push(...judge(scenario.name, recorded, ours));
        }
      } finally {
        await side.stop();
      }
      return { answers, found };
    }),
  );
  const parts = settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return {
    answers: parts.reduce((sum, part) => sum + part.answers, 0),
    found: parts.flatMap((part) => part.found),
  };
}
