import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Side } from './sides.ts';

/** As load/main.go reads it; in Path and Body `{i}` is an object's number, seven digits, `{t}` nanoseconds, `{n}` the request's number. */
export interface Job {
  readonly Connections?: number;
  readonly InFlight?: number;
  readonly Count: number;
  readonly Objects?: number;
  readonly First?: number;
  readonly Method: string;
  readonly Path: string;
  readonly Headers?: Readonly<Record<string, string>>;
  /** JSON is written here, bytes go as they are. */
  readonly Body?: object | Uint8Array;
  readonly Paged?: boolean;
  /** Asks for the text of the last answer. */
  readonly Show?: boolean;
  readonly Watch?: {
    readonly Watchers: number;
    readonly Path: string;
    readonly Rate?: number;
    readonly PatienceSeconds: number;
  };
}

export interface LoadResult {
  readonly Ops: number;
  readonly Errors: number;
  readonly FirstError?: string;
  readonly Seconds: number;
  /** Milliseconds. */
  readonly P50: number;
  readonly P99: number;
  readonly Bytes: number;
  readonly Shown?: string;
  readonly Events?: number;
  /** Events that never arrived: watchers were cut off. */
  readonly Missing?: number;
  readonly EventP50?: number;
  readonly EventP99?: number;
}

const program = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubernode', 'bench-load');

/** Builds the program that makes the load; a sentence says why where it cannot be. */
export function buildLoad(): string | undefined {
  if (spawnSync('go', ['version']).status !== 0) return 'there is no Go to build the load generator with';
  mkdirSync(join(program, '..'), { recursive: true });
  const built = spawnSync('go', ['build', '-o', program, '.'], {
    cwd: join(import.meta.dirname, 'load'),
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' },
  });
  return built.status === 0 ? undefined : `the load generator does not build: ${built.stderr}`;
}

/** Puts a load on a side; `opened` is called when the watches of a watch job stand, before the first write. Throws where a request was not served: a figure that counts failures is none. */
export async function load(side: Side, job: Job, opened: () => void = () => {}): Promise<LoadResult> {
  const { Body, ...rest } = job;
  const bytes = Body === undefined || Body instanceof Uint8Array ? Body : Buffer.from(JSON.stringify(Body));
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let problem = '';
  child.stdout.on('data', (chunk: Buffer) => void (output += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => {
    problem += String(chunk);
    if (!problem.startsWith('OPEN\n')) return;
    problem = problem.slice(5);
    opened();
    child.stdin.end('\n');
  });
  child.stdin.write(
    JSON.stringify({
      Server: side.url,
      CA: side.ca,
      Cert: side.certificate,
      Key: side.key,
      ...rest,
      ...(bytes === undefined ? {} : { Body: Buffer.from(bytes).toString('base64') }),
    }),
  );
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status !== 0) throw new Error(`the load generator ended with ${String(status)}: ${problem}`);
  const result = JSON.parse(output) as LoadResult;
  if (result.Errors > 0)
    throw new Error(`${side.name}: ${result.Errors} of ${result.Ops} failed, first: ${result.FirstError}`);
  return result;
}
