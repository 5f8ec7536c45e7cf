import { spawn } from 'node:child_process';
import { mkdtempSync, createWriteStream, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCluster } from '../e2e/cluster.ts';
import { findProgram } from '../../apps/kubernode/programs.ts';
import { upstreamProgram } from '../e2e/needs.ts';
import { resultsOf } from './junit.ts';
import { conformanceTests } from './tests.ts';

/**
 * `npm run conformance -- [--work W02,W15] [--slow]`: the unmodified e2e.test with its default flags against a cluster of two
 * simulated nodes. Prints a line a test and ends with the counts; the status says whether all passed.
 */
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const work = (option('--work') ?? 'W02,W15').split(',');
const slow = process.argv.includes('--slow');

const program = upstreamProgram('e2e.test');
if (program === undefined) {
  console.log('not run: there is no e2e.test (judges/upstream/build e2e.test makes it; needs Go)');
  console.log('0 passed, 0 failed, 1 skipped');
  process.exit(0);
}
const wanted = conformanceTests().filter((test) => work.includes(test.work) && (slow || !test.isSlow));
const names = new Set(wanted.map(({ name }) => name));
const focus = wanted.map(({ name }) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');

const cluster = testCluster('conformance', await findProgram('kubectl', true));
cluster.kubernode('delete');
const up = cluster.kubernode('up', '--runtime', 'simulated', '--nodes', '2', '--storage', 'memory');
if (up.status !== 0) throw new Error(up.stderr);
const report = mkdtempSync(join(tmpdir(), 'kubernode-conformance-'));
const log = join(report, 'e2e.log');
console.log(`running ${wanted.length} tests; the log is ${log}`);

const began = Date.now();
await new Promise<void>((resolve) => {
  const child = spawn(
    program,
    [
      '--kubeconfig',
      cluster.kubeconfig,
      '--provider=skeleton',
      `--ginkgo.focus=${focus}`,
      '--report-dir',
      report,
      '--ginkgo.timeout=60m',
      '--ginkgo.no-color',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  child.on('exit', () => resolve());
});
cluster.kubernode('delete');

const junit = readdirSync(report).find((name) => name.endsWith('.xml'));
const results =
  junit === undefined ? [] : resultsOf(readFileSync(join(report, junit), 'utf8')).filter(({ name }) => names.has(name));
for (const { name, passed, seconds, message } of results) {
  console.log(
    `${passed ? 'passed' : 'FAILED'} ${seconds.toFixed(1).padStart(6)} s  ${name}${passed ? '' : `\n         ${message}`}`,
  );
}
const passed = results.filter((result) => result.passed).length;
const failed = wanted.length - passed;
console.log(`${passed} passed, ${failed} failed, 0 skipped (${((Date.now() - began) / 1000).toFixed(0)} s)`);
process.exit(failed === 0 ? 0 : 1);
