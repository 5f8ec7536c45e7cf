import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { resultsOf, type Result } from './junit.ts';
import type { ConformanceTest } from './tests.ts';

export interface Suite {
  /** e2e.test, unmodified. */
  readonly program: string;
  /** Runs e2e.test in several processes; without it there is one. */
  readonly ginkgo: string | undefined;
  readonly kubectl: string;
  readonly kubeconfig: string;
  /** A folder for the log and the report. */
  readonly folder: string;
  readonly processes: number;
  /** Minutes. */
  readonly limit: number;
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Runs these tests with e2e.test's default flags, and gives what its report says; tests that the limit cut off are absent. */
export async function runSuite(suite: Suite, tests: readonly ConformanceTest[]): Promise<readonly Result[]> {
  if (tests.length === 0) return [];
  mkdirSync(suite.folder, { recursive: true });
  const focus = tests.map(({ name }) => literally(name)).join('|');
  const flags = [
    '--kubeconfig',
    suite.kubeconfig,
    '--kubectl-path',
    suite.kubectl,
    '--provider=skeleton',
    '--report-dir',
    suite.folder,
  ];
  const [command, args]: [string, string[]] =
    suite.ginkgo === undefined || suite.processes === 1
      ? [suite.program, [`--ginkgo.focus=${focus}`, `--ginkgo.timeout=${suite.limit}m`, '--ginkgo.no-color', ...flags]]
      : [
          suite.ginkgo,
          [
            `--procs=${suite.processes}`,
            `--focus=${focus}`,
            `--timeout=${suite.limit}m`,
            '--no-color',
            suite.program,
            '--',
            ...flags,
          ],
        ];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: suite.folder });
    const log = createWriteStream(join(suite.folder, 'e2e.log'));
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.on('error', reject);
    child.on('exit', () => log.end(resolve));
  });
  const names = new Set(tests.map(({ name }) => name));
  return readdirSync(suite.folder)
    .filter((name) => name.endsWith('.xml'))
    .flatMap((name) => resultsOf(readFileSync(join(suite.folder, name), 'utf8')))
    .filter(({ name }) => names.has(name));
}
