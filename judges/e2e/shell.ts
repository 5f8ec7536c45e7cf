import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/** What a program printed and how it ended. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; never throws for a non-zero status. */
export function run(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; input?: string | Buffer; timeout?: number } = {},
): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: options.env ?? process.env,
    ...(options.input === undefined ? {} : { input: options.input }),
    timeout: options.timeout ?? 120_000,
    maxBuffer: 64 << 20,
  });
  return { status: status ?? 255, stdout, stderr: error === undefined ? stderr : `${stderr}${error.message}` };
}

/** Like `run`, but a non-zero status is an error that shows what was printed. Gives what went to stdout. */
export function must(program: string, args: readonly string[], options: Parameters<typeof run>[2] = {}): string {
  const { status, stdout, stderr } = run(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** A program that runs on, with all that it printed so far. */
export interface Running {
  readonly process: ChildProcess;
  readonly output: () => string;
  stop(): Promise<void>;
}

export function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Running {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  return {
    process: child,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await Promise.race([ended, wait(3000).then(() => child.kill('SIGKILL'))]);
    },
  };
}

/** Asks again and again until an answer comes (not undefined, not false); fails with the last error or with `what`. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`not within ${seconds} s: ${what}${last instanceof Error ? `\n${last.message}` : ''}`);
    await wait(100);
  }
}
