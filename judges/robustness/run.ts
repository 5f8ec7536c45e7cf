/**
 * `npm run robustness -- --minutes M --seed S`: rounds of trouble and rounds of hostile input by turns, each with a seed of
 * its own that is printed and plays the same again; before them each mutant, which must be found out. `--mutant NAME` plays
 * one alone, `--round history|siege` one round (`--only KIND`: of one kind of hostility). `--write` writes docs/robustness.md.
 * Exit status 1 where anything was found.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { playRound, type RoundReport } from './histories/round.ts';
import { besiege, type SiegeReport } from './hostile/siege.ts';
import { mutants } from './mutants.ts';
import { documentOf, type Run } from './report.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    mutant: { type: 'string' },
    round: { type: 'string' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const until = performance.now() + minutes * 60_000;
const ROUND = 20;
const MUTANT = 8;
/** How many seeds a mutant may need. */
const TRIES = 12;
/** What brings them to light soonest. */
const TELLING = ['killed while the disk is slow', 'kill'];

async function history(own: number): Promise<RoundReport> {
  const report = await playRound({ seed: own, seconds: ROUND });
  const { faults, writes, unanswered, reads, lists, events, troubles } = report;
  const befell = Object.entries(troubles).map(([name, count]) => `${name} ${count}`);
  console.log(
    `history, seed ${own}: ${writes} writes (${unanswered} more without an answer), ${reads} reads, ${lists} lists, ${events} events; ${befell.join(', ')}; ${faults.length} faults`,
  );
  tell(faults);
  return report;
}

async function siege(own: number): Promise<SiegeReport> {
  const report = await besiege({
    seed: own,
    seconds: ROUND,
    ...(values.only === undefined ? {} : { only: values.only }),
  });
  const { faults, tried, answers, slowest, median, memory } = report;
  const attacks = Object.values(tried).reduce((sum, count) => sum + count, 0);
  console.log(
    `siege, seed ${own}: ${attacks} attacks, answers ${JSON.stringify(answers)}, honest reads ${median.toFixed(0)} ms, at most ${slowest.toFixed(0)} ms, memory ${memory.join(' ')} MB; ${faults.length} faults`,
  );
  tell(faults);
  return report;
}

async function catchMutant(name: string): Promise<{ seed: number; fault: string | undefined }> {
  for (let own = seed; own < seed + TRIES; own++) {
    const { faults } = await playRound({ seed: own, seconds: MUTANT, mutant: name, troubles: TELLING });
    console.log(
      `mutant ${name}, seed ${own}: ${faults.length} faults${faults.length === 0 ? '' : `, as: ${faults[0]}`}`,
    );
    if (faults.length > 0) return { seed: own, fault: faults[0] };
  }
  return { seed, fault: undefined };
}

function tell(faults: readonly string[]): void {
  for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`);
}

console.log(`seed ${seed}, ${minutes} minutes`);
const run: { -readonly [Key in keyof Run]: Run[Key] } = { seed, minutes, histories: [], sieges: [], mutants: {} };
const all = values.mutant === undefined && values.round === undefined;
if (values.mutant !== undefined || all) {
  for (const name of values.mutant === undefined ? Object.keys(mutants) : [values.mutant]) {
    if (mutants[name] === undefined) throw new Error(`there is no mutant ${name}: ${Object.keys(mutants).join(', ')}`);
    run.mutants = { ...run.mutants, [name]: await catchMutant(name) };
  }
}
if (values.round === 'history') run.histories = [{ seed, report: await history(seed) }];
if (values.round === 'siege') run.sieges = [{ seed, report: await siege(seed) }];
for (let own = seed; all && (own === seed || performance.now() < until); own++) {
  run.histories = [...run.histories, { seed: own, report: await history(own) }];
  run.sieges = [...run.sieges, { seed: own, report: await siege(own) }];
}

if (values.write) writeFileSync(join(import.meta.dirname, '../../docs/robustness.md'), documentOf(run, new Date()));
const faults = [...run.histories, ...run.sieges].flatMap(({ report }) => report.faults).length;
const missed = Object.values(run.mutants).filter(({ fault }) => fault === undefined).length;
const acknowledged = run.histories.reduce((sum, { report }) => sum + report.writes, 0);
console.log(`${faults} faults, ${missed} mutants not found out`);
process.exit(faults > 0 || missed > 0 || (all && acknowledged === 0) ? 1 : 0);
