import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { START_SCRIPT } from '../../apps/kubernode/processes.ts';
import { freePort } from '../common/ports.ts';
import { controlPlaneIsBuilt } from '../common/upstream.ts';
import { memory, spent, treesOf } from './processes.ts';
import { load } from './load.ts';

/** What else runs beside the API server. */
export type With = 'api' | 'all';

/** One of the two that are compared, on an empty data folder; its writes are synced to disk. */
export interface Side {
  readonly name: 'kubernode' | 'upstream';
  readonly url: string;
  /** Paths of PEM files. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** Seconds from exec until /readyz said ok. */
  readonly started: number;
  /** Processor seconds of all its processes so far. */
  spent(): number;
  /** Megabytes (PSS) of all its processes. */
  memory(): number;
  /** Ends it; its data goes unless it is kept for another start. */
  stop(keep?: boolean): Promise<void>;
}

/** Why the original cannot be run here. */
export const noUpstream = (): string | undefined =>
  controlPlaneIsBuilt() ? undefined : 'the original is not built here (judges/upstream/build)';

export async function startKubernode(
  beside: With,
  folder = mkdtempSync(join(tmpdir(), 'kubernode-bench-')),
): Promise<Side> {
  const port = await freePort();
  const none = beside === 'api' ? ['--controllers', 'none', '--scheduler', 'none'] : [];
  const args = [START_SCRIPT, 'server', '--name', 'bench', '--data-dir', folder, '--port', String(port), ...none];
  const pki = (name: string) => join(folder, 'pki', name);
  const certificate = pki('admin.crt');
  return begin('kubernode', port, folder, spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] }), {
    ca: pki('ca.crt'),
    certificate,
    key: pki('admin.key'),
  });
}

export async function startUpstream(
  beside: With,
  folder = mkdtempSync(join(tmpdir(), 'upstream-bench-')),
): Promise<Side> {
  // Its parts listen on the ports that follow.
  const port = await freePort(5);
  const run = join(import.meta.dirname, '../upstream/run');
  const args = [
    '--fsync',
    '--port',
    String(port),
    '--dir',
    folder,
    ...(beside === 'all' ? ['--all', '--qps', '5000'] : []),
  ];
  const child = spawn('bash', [run, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const file = (name: string) => join(folder, name);
  return begin('upstream', port, folder, child, {
    ca: file('ca.crt'),
    certificate: file('admin.crt'),
    key: file('admin.key'),
  });
}

async function begin(
  name: Side['name'],
  port: number,
  folder: string,
  child: ChildProcess,
  files: { readonly ca: string; readonly certificate: string; readonly key: string },
): Promise<Side> {
  const began = performance.now();
  let said = '';
  child.stderr!.on('data', (text: Buffer) => (said = `${said}${String(text)}`.slice(-2000)));
  const pid = child.pid!;
  const pids = () => treesOf([pid]).get(pid)!;
  const side: Side = {
    name,
    url: `https://127.0.0.1:${port}`,
    ...files,
    get started() {
      return started;
    },
    spent: () => spent(pids()),
    memory: () => pids().reduce((sum, one) => sum + memory(one).pss, 0),
    async stop(keep = false) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      if (child.exitCode === null) await gone;
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
  let started = 0;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended while it started: ${said}`);
    try {
      await load(side, { Count: 1, Method: 'GET', Path: '/readyz' });
      break;
    } catch {
      await wait(5);
    }
  }
  started = (performance.now() - began) / 1000;
  return side;
}
