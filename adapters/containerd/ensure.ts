import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { dirname } from 'node:path';

/** One containerd, as seen from inside its node. */
export interface ContainerdProcess {
  readonly command: string;
  readonly config: string;
  readonly socket: string;
  readonly pidFile: string;
  readonly logFile: string;
}

/** Where a node's containerd lies inside its namespaces. */
export const nodeContainerd = (command: string): ContainerdProcess => ({
  command,
  config: '/etc/containerd/config.toml',
  socket: '/run/containerd/containerd.sock',
  pidFile: '/run/containerd.pid',
  logFile: '/run/containerd.log',
});

/** Whether something accepts connections there. */
export const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });

async function isRunning(process: ContainerdProcess): Promise<boolean> {
  const pid = (await readFile(process.pidFile, 'utf8').catch(() => '')).trim();
  if (!/^[1-9]\d*$/.test(pid)) return false;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return name.trim() === 'containerd' && !/\) Z /.test(state);
}

/**
 * Starts containerd if it does not run, and waits until it accepts connections. Containers outlive it, so does it the caller: it
 * gets a session of its own. Rejects after `timeout` milliseconds with the end of its log.
 */
export async function ensureContainerd(process: ContainerdProcess, timeout = 10_000): Promise<'running' | 'started'> {
  const deadline = performance.now() + timeout;
  let outcome: 'running' | 'started' = 'running';
  let exited = false;
  if (!(await isRunning(process))) {
    outcome = 'started';
    await mkdir(dirname(process.socket), { recursive: true });
    const log = await open(process.logFile, 'a');
    const child = spawn(process.command, ['-c', process.config], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.once('error', () => (exited = true));
    child.once('exit', () => (exited = true));
    child.unref();
    await log.close();
    if (child.pid !== undefined) {
      await writeFile(`${process.pidFile}.new`, `${child.pid}\n`);
      await rename(`${process.pidFile}.new`, process.pidFile);
    }
  }
  while (!(await answers(process.socket))) {
    if (exited || performance.now() > deadline) {
      const tail = (await readFile(process.logFile, 'utf8').catch(() => '')).slice(-2000);
      throw new Error(`containerd ${exited ? 'ended' : `does not answer on ${process.socket}`}: ${tail}`);
    }
    await wait(10);
  }
  return outcome;
}

/**
 * Looks every `interval` milliseconds whether containerd still runs and starts it again when not, until the signal aborts.
 * `report` hears of each restart and of each failure to.
 */
export async function superviseContainerd(
  process: ContainerdProcess,
  report: (happened: 'started' | Error) => void,
  signal: AbortSignal,
  interval = 1000,
): Promise<void> {
  while (!signal.aborted) {
    try {
      if ((await ensureContainerd(process)) === 'started') report('started');
    } catch (error) {
      report(error instanceof Error ? error : new Error(String(error)));
    }
    await wait(interval, undefined, { signal }).catch(() => undefined);
  }
}
