import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskFaults } from './faulty-disk.ts';

/** What the rig's server is told while it runs. */
export interface Command {
  readonly disk?: Partial<DiskFaults>;
  /** Milliseconds that the wall clock is ahead of the machine's from now on, or behind. */
  readonly jump?: number;
}

export interface Credentials {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A server that is killed and started again at the same place. */
export interface ServerProcess {
  readonly port: number;
  /** The administrator's. There once the server has been started. */
  readonly credentials: Credentials;
  readonly pid: number;
  /** The last lines that it wrote. */
  readonly output: string;
  /** Resolves once it serves; rejects, with what it wrote, when it ends before. */
  start(): Promise<void>;
  tell(command: Command): void;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Resolves once it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Called when it ends though nobody asked it to. */
  onCrash: ((what: string) => void) | undefined;
}

/** `data` is a folder of its own. */
export function serverProcess(
  data: string,
  port: number,
  mutant?: string,
  nodeFlags: readonly string[] = [],
): ServerProcess {
  let child: ChildProcess | undefined;
  let output = '';
  let credentials: Credentials | undefined;
  let ending = false;
  const pem = (name: string) => readFileSync(join(data, 'pki', name), 'utf8');
  const keep = (piece: Buffer) => (output = (output + piece).slice(-20_000));
  const server: ServerProcess = {
    port,
    get credentials() {
      return (credentials ??= { ca: pem('ca.crt'), cert: pem('admin.crt'), key: pem('admin.key') });
    },
    get pid() {
      return child!.pid!;
    },
    get output() {
      return output;
    },
    start() {
      ending = false;
      const args = ['--data', data, '--port', String(port), ...(mutant === undefined ? [] : ['--mutant', mutant])];
      const started = fork(join(import.meta.dirname, 'server.ts'), args, {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        execArgv: [...nodeFlags],
      });
      child = started;
      started.stdout!.on('data', keep);
      started.stderr!.on('data', keep);
      // A message to a process that has just been killed.
      started.on('error', () => undefined);
      return new Promise((resolve, reject) => {
        let serves = false;
        started.once('message', () => {
          serves = true;
          resolve();
        });
        started.once('exit', (code, signal) => {
          const what = `the server ended by itself (${signal ?? code}):\n${output}`;
          if (!serves) reject(new Error(what));
          else if (!ending) server.onCrash?.(what);
        });
      });
    },
    tell: (command) => void child?.send(command),
    signal: (signal) => void child?.kill(signal),
    async end(signal) {
      const running = child;
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
      ending = true;
      const gone = new Promise((resolve) => running.once('exit', resolve));
      running.kill(signal);
      const impatient = setTimeout(() => running.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(impatient);
    },
    onCrash: undefined,
  };
  return server;
}
