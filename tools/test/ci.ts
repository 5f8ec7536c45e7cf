import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../check/steps.ts';
import { findChromium } from './chromium.ts';
import { vitest } from './vitest.ts';

/** All that CI runs, one after the other whatever fails, and the counts of everything on the last line. */
const root = join(import.meta.dirname, '../..');
process.chdir(root);
const reports = mkdtempSync(join(tmpdir(), 'kubernode-ci-'));
let passed = 0;
let failed = 0;
let skipped = 0;

const step = (name: string) => console.log(`\n== ${name} (${Math.round(process.uptime())} s)`);

step('checks');
const check = await command('check', process.execPath, 'tools/check/check.ts');
console.log(check.output.trimEnd());
if (check.ok) passed++;
else failed++;

for (const [name, config] of [
  ['tests', 'vitest.config.ts'],
  ['tests in a browser', 'tools/test/browser.config.ts'],
  ['end-to-end tests', 'judges/e2e/vitest.config.ts'],
] as const) {
  step(name);
  if (name === 'tests in a browser' && findChromium() === undefined) {
    console.log('skipped: there is no Chromium on PATH');
    skipped++;
    continue;
  }
  const report = join(reports, `${config.replaceAll('/', '-')}.json`);
  const status = await vitest(config, ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    passed += counts['numPassedTests']!;
    failed += counts['numFailedTests']!;
    skipped += counts['numPendingTests']! + counts['numTodoTests']!;
    if (status !== 0 && counts['numFailedTests'] === 0) failed++;
    if (counts['numTotalTests'] === 0) failed++;
  } catch {
    console.log(`${name} left no report: counted as a failure`);
    failed++;
  }
}

for (const rig of ['judges/store/lives.ts', 'judges/store/kill.ts', 'judges/robustness/run.ts']) {
  step(rig);
  const outcome = await command(rig, process.execPath, rig);
  console.log(outcome.output.trimEnd());
  if (outcome.ok) passed++;
  else failed++;
}

step('conformance, a fast part');
const conformance = await command('conformance', process.execPath, 'judges/conformance/run.ts', '--ci');
console.log(conformance.output.trimEnd());
if (/^not run/m.test(conformance.output)) skipped++;
else if (conformance.ok) passed++;
else failed++;

console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
