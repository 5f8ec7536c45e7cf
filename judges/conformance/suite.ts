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
  const focus = tests.map(({ name }) => literally(name)).join('|');
  const [command, args]: [string, string[]] =
    suite.ginkgo === undefined || suite.processes === 1
      ? alone(suite, focus, suite.limit)
      : [
          suite.ginkgo,
          [
            `--procs=${suite.processes}`,
            `--focus=${focus}`,
            `--timeout=${suite.limit}m`,
            '--no-color',
            suite.program,
            '--',
            ...flagsOf(suite),
          ],
        ];
  await launch(command, args, suite.folder);
  return reportsIn(suite.folder, tests).filter(({ cutOff }) => !cutOff);
}

/**
 * Runs each test by itself, some at a time, and ends each after `minutes`: tests of what is not there wait for a quarter of an hour.
 * One that was ended has failed; tests that the limit of the whole did not let begin are absent.
 */
export async function runEach(
  suite: Suite,
  tests: readonly ConformanceTest[],
  minutes: number,
): Promise<readonly Result[]> {
  const end = Date.now() + suite.limit * 60_000;
  const waiting = tests.map((test, at) => ({ test, folder: join(suite.folder, String(at)) }));
  const results: Result[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined && Date.now() < end; next = waiting.shift()) {
      const { test, folder } = next;
      await launch(...alone({ ...suite, folder }, literally(test.name), minutes), folder);
      for (const result of reportsIn(folder, [test])) {
        const message = result.cutOff ? `not ended within ${minutes} min: ${result.message}` : result.message;
        results.push({ ...result, passed: result.passed && !result.cutOff, message });
      }
    }
  };
  await Promise.all(Array.from({ length: suite.processes }, work));
  return results;
}

const flagsOf = ({ kubeconfig, kubectl, folder }: Suite): readonly string[] => [
  '--kubeconfig',
  kubeconfig,
  '--kubectl-path',
  kubectl,
  '--provider=skeleton',
  '--report-dir',
  folder,
];

const alone = (suite: Suite, focus: string, minutes: number): [string, string[]] => [
  suite.program,
  [`--ginkgo.focus=${focus}`, `--ginkgo.timeout=${minutes}m`, '--ginkgo.no-color', ...flagsOf(suite)],
];

async function launch(command: string, args: readonly string[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
    const log = createWriteStream(join(folder, 'e2e.log'));
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.on('error', reject);
    child.on('exit', () => log.end(resolve));
  });
}

function reportsIn(folder: string, tests: readonly ConformanceTest[]): readonly Result[] {
  const names = new Set(tests.map(({ name }) => name));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .flatMap((name) => resultsOf(readFileSync(join(folder, name), 'utf8')))
    .filter(({ name }) => names.has(name));
}
