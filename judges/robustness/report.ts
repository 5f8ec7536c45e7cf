import { cpus, release, totalmem } from 'node:os';
import type { RoundReport } from './histories/round.ts';
import type { SiegeReport } from './hostile/siege.ts';
import { commit } from '../common/commit.ts';

/** All that one run found out. */
export interface Run {
  readonly seed: number;
  readonly minutes: number;
  readonly histories: readonly { readonly seed: number; readonly report: RoundReport }[];
  readonly sieges: readonly { readonly seed: number; readonly report: SiegeReport }[];
  /** How each server that was broken on purpose was found out; `undefined`: it was not. */
  readonly mutants: Readonly<Record<string, { readonly seed: number; readonly fault: string | undefined }>>;
}

const sumOf = (counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> => {
  const sum: Record<string, number> = {};
  for (const one of counts) for (const [name, count] of Object.entries(one)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
};
const rows = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, left], [, right]) => right - left)
    .map(([name, count]) => `| ${name} | ${count} |`)
    .join('\n');
const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
const listOf = (faults: readonly string[]): string =>
  faults.length === 0
    ? 'None.'
    : faults
        .slice(0, 20)
        .map((fault) => `- ${fault.replaceAll('\n', ' ').slice(0, 400)}`)
        .join('\n');

/** `docs/robustness.md`. Written by a run only. */
export function documentOf({ seed, minutes, histories, sieges, mutants }: Run, now: Date): string {
  const reports = histories.map(({ report }) => report);
  const besieged = sieges.map(({ report }) => report);
  const historyFaults = histories.flatMap(({ seed: own, report }) =>
    report.faults.map((fault) => `seed ${own}: ${fault}`),
  );
  const siegeFaults = sieges.flatMap(({ seed: own, report }) => report.faults.map((fault) => `seed ${own}: ${fault}`));
  const mounted = reports.every((report) => report.mounted);
  return `# Robustness

Written by \`npm run robustness -- --minutes ${minutes} --seed ${seed} --write\` on ${now.toISOString().slice(0, 10)}, commit ${commit()}, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Linux ${release()}, Node ${process.versions.node}.

## Histories

Clients write (each write on the condition that nothing has changed), read, list and watch over HTTPS, while the server is killed, stopped, restarted, its disk is full, slow or broken, its clock jumps, and the network to it is cut: both ways or one, silently or with broken connections, so that what clients gave up arrives late. What they saw is held against a model: every object linearizable, revisions unique and in step with real time, nothing acknowledged lost, every list the state at its revision, no watch with a gap, a repetition or disorder, and what the project's own client keeps in memory the same as the server's in the end. A write without an answer may have happened or not.${mounted ? '' : ' The right to mount a small file system was missing: a full disk was only played.'}

| | |
|---|---|
| rounds | ${reports.length} |
| acknowledged writes | ${total(reports.map(({ writes }) => writes))} |
| writes without an answer | ${total(reports.map(({ unanswered }) => unanswered))} |
| reads | ${total(reports.map(({ reads }) => reads))} |
| lists | ${total(reports.map(({ lists }) => lists))} |
| watches | ${total(reports.map(({ watches }) => watches))} |
| events | ${total(reports.map(({ events }) => events))} |

| what befell the server | times |
|---|---|
${rows(sumOf(reports.map(({ troubles }) => troubles)))}

Faults: ${listOf(historyFaults)}

## Servers broken on purpose

The rig is judged too: it must find each of these out.

| broken how | found out by |
|---|---|
${Object.entries(mutants)
  .map(
    ([name, { seed: own, fault }]) =>
      `| ${name} | ${fault === undefined ? '**not found out**' : `${fault.replaceAll('|', '\\|')} (seed ${own})`} |`,
  )
  .join('\n')}

## Hostile input

Afterwards, and after a restart, the server must have all that it had and nothing more, have lived through it, held no more memory than its bound, answered honest clients meanwhile, and never have called bad input its own fault.

| | |
|---|---|
| rounds | ${besieged.length} |
| attacks | ${total(besieged.flatMap(({ tried }) => Object.values(tried)))} |
| an honest read meanwhile, median and slowest, ms | ${Math.round(Math.max(0, ...besieged.map(({ median }) => median)))}, ${Math.round(Math.max(0, ...besieged.map(({ slowest }) => slowest)))} |
| resident memory, MB: before, most, after | ${besieged.map(({ memory }) => memory.join(', ')).join('; ')} |

| answer | times |
|---|---|
${rows(sumOf(besieged.map(({ answers }) => answers)))}

| attack | times |
|---|---|
${rows(sumOf(besieged.map(({ tried }) => tried)))}

Faults: ${listOf(siegeFaults)}
`;
}
