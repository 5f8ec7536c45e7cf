import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../common/ports.ts';
import { run } from '../e2e/shell.ts';

/** A cluster for a run, and how it is ended. */
export interface Judged {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

const NODES = 2;

/** A server with two simulated nodes, which can pull `images` and no other: tests ask for images that must not exist. */
export async function simulatedCluster(folder: string, kubectl: string, images: readonly string[]): Promise<Judged> {
  const data = mkdtempSync(join(folder, 'server-'));
  const list = join(folder, 'images');
  writeFileSync(list, images.join('\n'));
  const start = join(import.meta.dirname, '../../apps/kubernode/bin/start.js');
  const port = String(await freePort());
  const flags = ['--data-dir', data, '--port', port, '--storage', 'memory'];
  const nodes = ['--simulated-nodes', String(NODES), '--simulated-images', list];
  const child = spawn(process.execPath, [start, 'server', ...flags, ...nodes], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(join(folder, 'server.log'));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<void>((resolve) => child.once('exit', () => log.end(resolve)));
  const kubeconfig = join(data, 'admin.conf');
  for (let tries = 0; ; tries++) {
    const { stdout } = run(kubectl, ['--kubeconfig', kubeconfig, 'get', 'nodes'], {});
    if ((stdout.match(/ Ready /g) ?? []).length === NODES) break;
    if (child.exitCode !== null || tries > 60) {
      child.kill('SIGKILL');
      throw new Error(`the cluster does not serve; see ${folder}/server.log`);
    }
    await wait(500);
  }
  return {
    kubeconfig,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}
