/**
 * Lives of the log backend on a simulated disk that loses power: `node judges/store/lives.ts --lives N --seed S [--mutant M]`.
 * Each is judged against a model of its transactions; a fault prints the seed that shows it, and the exit status is 1.
 */
import { parseArgs } from 'node:util';
import { addReports, liveOnce, noLives } from '#core/store';

const { values } = parseArgs({
  options: {
    lives: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    /** noSync, noDirectorySync or lateSync: the judge judged. */
    mutant: { type: 'string' },
  },
});
const lives = Number(values.lives);
const first = Number(values.seed);
const began = process.cpuUsage();
let sum = noLives;
let faults = 0;
for (let seed = first; seed < first + lives && faults < 5; seed++) {
  try {
    sum = addReports(sum, await liveOnce(seed, values.mutant === undefined ? {} : { [values.mutant]: true }));
  } catch (problem) {
    faults++;
    console.error(`seed ${seed}:`, problem instanceof Error ? problem.message : problem);
  }
}
const { user, system } = process.cpuUsage(began);
console.log(`${lives} lives from seed ${first}, ${((user + system) / 1e6).toFixed(1)} CPU-seconds, ${faults} faults`);
console.log(JSON.stringify(sum));
process.exitCode = faults > 0 || sum.acknowledged === 0 ? 1 : 0;
