import { rollAndLoseNode } from '#core/testing';

/** `node judges/simulation/virtual.ts [RUNS]`: what the scenario costs in processor time; every seed must pass, and repeat itself. */
const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const runs = Number(process.argv[2] ?? 20);
const costs: number[] = [];
for (let seed = 1; seed <= runs; seed++) {
  const before = process.cpuUsage();
  const run = await rollAndLoseNode({ barrier, seed });
  const { user, system } = process.cpuUsage(before);
  costs.push((user + system) / 1000);
  const again = await rollAndLoseNode({ barrier, seed });
  if (again.text !== run.text) throw new Error(`seed ${seed} went two ways`);
  if (seed === 1) console.log(`${run.happenings} changes in ${(run.time / 1000).toFixed(0)} s of virtual time`);
}
const sorted = costs.toSorted((a, b) => a - b);
console.log(
  `${runs} seeds, each the same twice; processor time of a run: first ${costs[0]!.toFixed(0)} ms, median ${sorted[runs >> 1]!.toFixed(0)} ms, worst ${sorted.at(-1)!.toFixed(0)} ms`,
);
