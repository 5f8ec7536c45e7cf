import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProgram } from '../../apps/kubernode/programs.ts';
import { upstreamProgram } from '../common/upstream.ts';
import { page } from './page.ts';
import { realCluster } from './real.ts';
import { merge, readRows, worse, writeRows, type Row } from './rows.ts';
import { simulatedCluster } from './simulated.ts';
import { runEach, runSuite, type Suite } from './suite.ts';
import { conformanceTests, NEEDS, select, type ConformanceTest, type Need } from './tests.ts';
import { commit } from '../common/commit.ts';

const USAGE = `npm run conformance -- [--needs api|controllers|kubelet|network|storage] [--work W02,W15] [--focus RE] [--all] [--slow]
  [--procs N] [--ci] [--compare] [--runtime simulated|containerd] [--limit MINUTES] [--each MINUTES]`;

/**
 * The unmodified e2e.test with its default flags against a cluster
 * of two nodes, the parallel tests first. Writes docs/conformance.{md,tsv}, but not with `--ci`, which runs a fixed fast part and
 * fails only where a test passed before. `--all` takes everything, slow tests too; of it, simulated nodes leave out what must run
 * processes. `--each` runs every test by itself and counts it as failed where it takes longer. The status says whether all passed.
 */
const { values } = parseArgs({
  options: {
    needs: { type: 'string' },
    work: { type: 'string' },
    focus: { type: 'string' },
    all: { type: 'boolean', default: false },
    slow: { type: 'boolean', default: false },
    procs: { type: 'string', default: '2' },
    ci: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    runtime: { type: 'string', default: 'simulated' },
    limit: { type: 'string', default: '60' },
    each: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const { needs, runtime } = values;
if (needs !== undefined && !(NEEDS as readonly string[]).includes(needs)) {
  throw new Error(`--needs is one of ${NEEDS.join(', ')}`);
}

const ROWS = 'docs/conformance.tsv';
const tests = conformanceTests();
const before = readRows(ROWS);
const selected = select(tests, {
  ...(needs === undefined ? {} : { needs: needs as Need }),
  ...(values.work === undefined ? {} : { work: values.work.split(',') }),
  ...(values.focus === undefined ? {} : { focus: new RegExp(values.focus) }),
  ci: values.ci,
  slow: values.slow || values.all,
});

const program = upstreamProgram('e2e.test');
if (program === undefined) {
  console.log('not run: there is no e2e.test (judges/upstream/build e2e.test ginkgo makes it; needs Go)');
  console.log(`0 passed, 0 failed, ${selected.length} skipped`);
  process.exit(0);
}
const wanted = selected.filter(({ kubelet }) => runtime !== 'simulated' || kubelet !== 'real');
const unfit = selected.filter((test) => !wanted.includes(test));

const kubectl = await findProgram('kubectl', true);
const folder = mkdtempSync(join(tmpdir(), 'kubernode-conformance-'));
const cluster =
  runtime === 'simulated'
    ? await simulatedCluster(folder, kubectl, [...new Set(tests.flatMap(({ images }) => images))])
    : await realCluster(kubectl);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cluster.stop().finally(() => process.exit(1)));
}
console.log(`running ${wanted.length} tests; logs and reports are in ${folder}`);

const began = Date.now();
const suite = {
  program,
  ginkgo: upstreamProgram('ginkgo'),
  kubectl,
  kubeconfig: cluster.kubeconfig,
};
const limit = Number.parseInt(values.limit, 10);
const parallel = wanted.filter(({ isSerial }) => !isSerial);
const serial = wanted.filter(({ isSerial }) => isSerial);
/** The limit is of the whole run; a minute is always there. */
const left = () => Math.max(1, Math.ceil(limit - (Date.now() - began) / 60_000));
const run = (of: Suite, these: readonly ConformanceTest[]) =>
  values.each === undefined ? runSuite(of, these) : runEach(of, these, Number(values.each));
const results = [
  ...(await run({ ...suite, folder: join(folder, 'parallel'), processes: Number(values.procs), limit }, parallel)),
  ...(await run({ ...suite, folder: join(folder, 'serial'), processes: 1, limit: left() }, serial)),
];
await cluster.stop();

const known = {
  date: new Date(began).toISOString().slice(0, 10),
  commit: commit(),
  runtime,
};
const ran: readonly Row[] = results.map(({ name, passed, seconds, message }) => ({
  ...known,
  name,
  result: passed ? 'passed' : 'failed',
  seconds,
  message,
}));
const reached = new Set(ran.map(({ name }) => name));
const missed = wanted.filter(({ name }) => !reached.has(name));
const notRun = (name: string, message: string): Row => ({ ...known, name, result: 'not run', seconds: 0, message });
const rows = [
  ...ran,
  ...missed.map(({ name }) => notRun(name, `the run ended before it (limit ${limit} min)`)),
  ...unfit.map(({ name }) => notRun(name, 'needs real containers')),
];

for (const { name, result, seconds, message } of ran) {
  console.log(
    `${result === 'passed' ? 'passed' : 'FAILED'} ${seconds.toFixed(1).padStart(6)} s  ${name}${message === '' ? '' : `\n         ${message}`}`,
  );
}
const lost = worse(before, ran);
if (values.compare || values.ci) for (const { name } of lost) console.log(`WORSE ${name}`);
if (!values.ci) {
  const merged = merge(
    tests.map(({ name }) => name),
    // Another run may have written since this one began.
    readRows(ROWS),
    rows,
  );
  writeRows(ROWS, merged);
  writeFileSync('docs/conformance.md', page(tests, merged));
}
const passed = ran.filter(({ result }) => result === 'passed').length;
const failed = ran.length - passed;
console.log(
  `${passed} passed, ${failed} failed, ${missed.length + unfit.length} skipped (${((Date.now() - began) / 1000).toFixed(0)} s)`,
);
// A test that was not reached is no pass.
process.exit(values.ci ? (lost.length + missed.length === 0 ? 0 : 1) : failed + missed.length === 0 ? 0 : 1);
