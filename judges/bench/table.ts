import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { kubernodeVersion } from '../../apps/kubernode/version.ts';
import type { Sample } from './figure.ts';
import { commit } from '../common/commit.ts';

/** Medians of one figure. */
export interface Row {
  readonly suite: string;
  readonly name: string;
  readonly unit: string;
  readonly more: boolean;
  readonly rounds: number;
  readonly ours: Sample;
  readonly theirs?: Sample;
}

interface Run {
  readonly date: string;
  readonly commit: string;
  readonly rows: readonly Row[];
}

const DATA = 'docs/benchmarks.json';
const PAGE = 'docs/benchmarks.md';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Of each field the median over rounds. */
export function medianOf(samples: readonly Sample[]): Sample {
  const of = (field: 'cpu' | 'p50' | 'p99') => {
    const values = samples.map((sample) => sample[field]).filter((value) => value !== undefined);
    return values.length === 0 ? {} : { [field]: median(values) };
  };
  const note = samples.find((sample) => sample.note !== undefined)?.note;
  return {
    ...(note === undefined ? {} : { note }),
    value: median(samples.map(({ value }) => value)),
    ...of('cpu'),
    ...of('p50'),
    ...of('p99'),
  };
}

const shown = (value: number | undefined): string => {
  if (value === undefined) return '';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

/** How many times better ours is: of throughput ours by theirs, of everything that costs theirs by ours. */
const ratio = (ours: number | undefined, theirs: number | undefined, more: boolean): string =>
  ours === undefined || theirs === undefined || ours === 0 || theirs === 0
    ? ''
    : `${shown(more ? ours / theirs : theirs / ours)}×`;

export const lineOf = ({ name, unit, more, ours, theirs }: Row): string =>
  [
    '',
    [name, ours.note, theirs?.note].filter((text) => text !== undefined).join('; '),
    unit,
    shown(ours.value),
    shown(theirs?.value),
    ratio(ours.value, theirs?.value, more),
    shown(ours.cpu),
    shown(theirs?.cpu),
    ratio(ours.cpu, theirs?.cpu, false),
    shown(ours.p99),
    shown(theirs?.p99),
    '',
  ]
    .join(' | ')
    .trim();

const HEAD = [
  '| what | unit | Kubernode | upstream | better by | CPU s per 1,000 | upstream | better by | p99 ms | upstream |',
  '| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |',
];

/** Adds a suite's figures to the data, to those of the same day and commit, and writes the page: of every suite its newest. */
export function write(rows: readonly Row[]): void {
  const runs: Run[] = existsSync(DATA) ? (JSON.parse(readFileSync(DATA, 'utf8')) as Run[]) : [];
  if (rows.length === 0) return;
  const run = { date: new Date().toISOString().slice(0, 10), commit: commit(), rows };
  const last = runs.at(-1);
  const goesOn =
    last?.date === run.date && last.commit === run.commit && !last.rows.some(({ suite }) => suite === rows[0]!.suite);
  if (goesOn) runs[runs.length - 1] = { ...last, rows: [...last.rows, ...rows] };
  else runs.push(run);
  writeFileSync(DATA, `[\n${runs.map((run) => JSON.stringify(run)).join(',\n')}\n]\n`);

  const suites = [...new Set(runs.flatMap((run) => run.rows.map(({ suite }) => suite)))];
  const sections = suites.map((suite) => {
    const run = runs.findLast((one) => one.rows.some((row) => row.suite === suite))!;
    const lines = run.rows.filter((row) => row.suite === suite).map(lineOf);
    return `## ${suite}\n\n${run.date}, commit ${run.commit}\n\n${[...HEAD, ...lines].join('\n')}\n`;
  });
  writeFileSync(
    PAGE,
    `# Kubernode and the original, side by side

Written by \`npm run bench -- --upstream\` with ${kubernodeVersion()}, Node ${process.version}, against v1.36.1 with etcd (fsync on), on ${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB.
The load is the same program for both, on the same machine; sides alternate within a run; medians. CPU counts all processes of a side, etcd included.
Pods are of one template, as a ReplicaSet's are, which costs Kubernode less than pods that are all different: these stand in lines of their own, and in the suite \`memory\`.
Upstream's controllers and scheduler run without the 20 and 50 requests a second that they allow themselves by default.
"Better by" above 1 is in Kubernode's favour. The figures of every run are in [benchmarks.json](benchmarks.json).

${sections.join('\n')}`,
  );
}
