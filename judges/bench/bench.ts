import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Sample, Suite } from './figure.ts';
import { buildLoad } from './load.ts';
import { noUpstream, type Side, startKubernode, startUpstream } from './sides.ts';
import { suitesOf } from './suites.ts';
import { lineOf, medianOf, type Row, write } from './table.ts';

/** `npm run bench`: see the help text. Nothing is asserted: the figures are for people. */
const HELP = `npm run bench -- [start|api|watch|store|scheduler|memory ...] [--upstream] [--quick] [--rounds N] [--only TEXT] [--dry]

Measures the suites that are named, or all; with --upstream the original beside it, in turns.
  --rounds N   of which medians are taken (5)
  --quick      a tenth of everything, one round; written nowhere
  --only TEXT  figures whose name contains it; written nowhere
  --dry        writes nothing`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    upstream: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const rounds = values.quick ? 1 : Number(values.rounds);
const suites = suitesOf({ less: values.quick ? 10 : 1 });
const known = ['start', ...suites.map(({ name }) => name)];
const wanted = positionals.length === 0 ? known : positionals;
const unknown = wanted.find((name) => !known.includes(name));
if (unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    unknown === undefined ? '--rounds must be a whole number from 1' : `there is no suite "${unknown}"\n\n${HELP}`,
  );
  process.exit(2);
}
const why = buildLoad() ?? (values.upstream ? noUpstream() : undefined);
if (why !== undefined) {
  console.log(`not run: ${why}`);
  process.exit(1);
}

const began = performance.now();
const minutes = () => ((performance.now() - began) / 60_000).toFixed(1).padStart(5);
const rows: Row[] = [];
const tell = (row: Row) => {
  rows.push(row);
  console.log(`${minutes()} min ${lineOf(row)}`);
};

async function measure(suite: Suite): Promise<void> {
  const beside = suite.beside === 'all' ? 'all' : 'api';
  const sides: Side[] = [await startKubernode(beside)];
  try {
    if (values.upstream) sides.push(await startUpstream(beside));
    for (const side of sides) await suite.prepare?.(side);
    for (const figure of suite.figures.filter(({ name }) => name.includes(values.only))) {
      const samples = sides.map((): Sample[] => []);
      const times = figure.once === true ? 1 : rounds;
      for (let round = 0; round < times; round++)
        for (const [at, side] of sides.entries()) samples[at]!.push(await figure.measure(side, round));
      const [ours, theirs] = samples.map(medianOf);
      const { name, unit, more } = figure;
      tell({
        suite: suite.name,
        name,
        unit,
        more,
        rounds: times,
        ours: ours!,
        ...(theirs === undefined ? {} : { theirs }),
      });
    }
  } finally {
    for (const side of sides) await side.stop();
  }
}

/** From exec to /readyz, on an empty folder and again on what that left. */
async function measureStarts(): Promise<void> {
  const first: Sample[][] = [[], []];
  const again: Sample[][] = [[], []];
  const starts = [startKubernode, ...(values.upstream ? [startUpstream] : [])];
  for (let round = 0; round < rounds; round++) {
    for (const [at, start] of starts.entries()) {
      const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
      for (const samples of [first, again]) {
        const side = await start('api', folder);
        samples[at]!.push({ value: side.started, cpu: side.spent() * 1000 });
        await side.stop(true);
      }
      rmSync(folder, { recursive: true, force: true });
    }
  }
  for (const [name, samples] of [
    ['first start until /readyz (upstream makes its keys too)', first],
    ['later start until /readyz', again],
  ] as const) {
    const theirs = samples[1]!.length > 0 ? { theirs: medianOf(samples[1]!) } : {};
    tell({ suite: 'start', name, unit: 'seconds', more: false, rounds, ours: medianOf(samples[0]!), ...theirs });
  }
}

for (const name of wanted) {
  console.log(`\n${name}`);
  const suite = suites.find((one) => one.name === name);
  try {
    await (suite === undefined ? measureStarts() : measure(suite));
  } catch (failure) {
    // The figures of the others are not lost with it.
    console.error(`${name} was broken off:`, failure);
    process.exitCode = 1;
  }
  if (!values.quick && !values.dry && values.only === '') write(rows.splice(0));
}
