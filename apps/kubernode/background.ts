import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A process that goes on when the command that started it ends. */
export interface Background {
  readonly pid: number;
  /** When the kernel started it: a pid alone may be somebody else's by now. */
  readonly started: string;
}

/** The kernel's start time of a process, '' where it cannot be told, undefined if there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19]!;
  } catch {
    return existsSync('/proc/self/stat') ? undefined : '';
  }
}

/** Starts a program in a session of its own, its output appended to `log`, and remembers it in `file`. */
export function startBackground(options: {
  readonly file: string;
  readonly log: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Background {
  mkdirSync(dirname(options.file), { recursive: true });
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'a');
  const child = spawn(options.program, options.args, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { ...process.env, ...options.env },
  });
  closeSync(log);
  child.on('error', () => undefined);
  if (child.pid === undefined) throw new Error(`cannot start ${options.program}`);
  child.unref();
  const background = { pid: child.pid, started: startOf(child.pid) ?? '' };
  writeFileSync(options.file, JSON.stringify(background));
  return background;
}

/** The process remembered in `file`, if it still runs. */
export function runningIn(file: string): Background | undefined {
  let background: Background;
  try {
    background = JSON.parse(readFileSync(file, 'utf8')) as Background;
  } catch {
    return undefined;
  }
  const started = startOf(background.pid);
  return started !== undefined && (started === '' || started === background.started) ? background : undefined;
}

/** Asks it to end, and after `graceMs` makes it; resolves when it is gone. */
export async function stopBackground(file: string, graceMs: number): Promise<boolean> {
  const background = runningIn(file);
  if (background !== undefined) {
    const kill = (signal: NodeJS.Signals) => {
      try {
        process.kill(background.pid, signal);
      } catch {
        // It went by itself in between.
      }
    };
    kill('SIGTERM');
    const end = process.hrtime.bigint() + BigInt(graceMs) * 1_000_000n;
    let killed = false;
    while (runningIn(file) !== undefined) {
      if (!killed && process.hrtime.bigint() > end) {
        kill('SIGKILL');
        killed = true;
      }
      await wait(10);
    }
  }
  rmSync(file, { force: true });
  return background !== undefined;
}

/** Where a log file ends now: what a process writes from here on is its own. */
export const endOf = (log: string): number => (existsSync(log) ? statSync(log).size : 0);

/** The last lines that were written to a log from a place on. */
export function tailFrom(log: string, from: number, lines: number): string[] {
  if (!existsSync(log)) return [];
  return readFileSync(log).subarray(from).toString('utf8').trimEnd().split('\n').slice(-lines);
}
