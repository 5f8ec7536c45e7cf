import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, listening } from '../common/ports.ts';
import { isBuilt } from '../common/upstream.ts';
import { dial, type Wire } from './wire.ts';

/** A running API server with an empty store, without controllers unless they are asked for; either of the two that are compared. */
export interface Side {
  readonly name: 'original' | 'ours';
  readonly url: string;
  /** The certificate authority of the server, as PEM. */
  readonly ca: string;
  /** The client certificate of an administrator (system:masters), as PEM. */
  readonly admin: { readonly certificate: string; readonly key: string };
  /** The administrator's connection. */
  readonly asAdmin: Wire;
  /** A connection without certificate: anonymous, or whoever a token says. */
  readonly asNobody: Wire;
  /** Starts a server whose store outlives it anew, so that it knows nothing of what was before; else does nothing. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface SideOptions {
  /** Further flags of the server. */
  readonly flags?: readonly string[];
  /** With its controllers and its scheduler. */
  readonly isControlled?: boolean;
}

const ROOT = join(import.meta.dirname, '../..');

/** Whether the original's programs have been built on this machine (`judges/upstream/build`). */
export const originalIsBuilt = (): boolean => isBuilt('kube-apiserver');

/** Starts the original kube-apiserver with etcd; takes some seconds. */
export async function startOriginal({ flags = [], isControlled = false }: SideOptions = {}): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'original-'));
  const port = await freePort(5);
  const child = spawn(
    join(ROOT, 'judges/upstream/run'),
    [
      ...(isControlled ? ['--all'] : []),
      '--port',
      String(port),
      '--dir',
      folder,
      ...(flags.length === 0 ? [] : ['--', ...flags]),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await said(child, 'READY');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const admin = { certificate: read('admin.crt'), key: read('admin.key') };
  return side('original', port, read('ca.crt'), admin, child, folder);
}

/** Starts `kubernode server` with its store in memory. */
export async function startOurs({ flags = [], isControlled = false }: SideOptions = {}): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'kubernode-'));
  const port = await freePort();
  const fixed = ['--data-dir', folder, '--port', String(port), '--storage', 'memory'];
  const alone = isControlled ? [] : ['--controllers', 'none', '--scheduler', 'none'];
  const child = spawn(
    process.execPath,
    [join(ROOT, 'apps/kubernode/bin/start.js'), 'server', ...fixed, ...alone, ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stderr!.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const pki = (name: string) => readFileSync(join(folder, 'pki', name), 'utf8');
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries === 600) {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`kubernode server did not start: ${log}`);
    }
    if (existsSync(join(folder, 'pki/ca.crt')) && (await isReady(port))) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { certificate, key } = adminOf(readFileSync(join(folder, 'admin.conf'), 'utf8'));
  return side('ours', port, pki('ca.crt'), { certificate, key }, child, folder);
}

function side(
  name: Side['name'],
  port: number,
  ca: string,
  admin: Side['admin'],
  child: ChildProcess,
  folder: string,
): Side {
  const url = `https://127.0.0.1:${port}`;
  const asAdmin = dial(url, ca, admin);
  const asNobody = dial(url, ca);
  return {
    name,
    url,
    ca,
    admin,
    asAdmin,
    asNobody,
    async restart() {
      if (name === 'ours') return;
      const done = join(folder, 'again');
      rmSync(done, { force: true });
      child.kill('SIGHUP');
      for (let tries = 0; !existsSync(done); tries++) {
        if (tries === 600) throw new Error('the original did not start again');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      asAdmin.close();
      asNobody.close();
    },
    async stop() {
      asAdmin.close();
      asNobody.close();
      if (child.exitCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function said(child: ChildProcess, word: string): Promise<void> {
  let text = '';
  for await (const chunk of child.stdout!) {
    text += String(chunk);
    if (text.includes(word)) return;
  }
  throw new Error(`the original did not start: ${text}`);
}

async function isReady(port: number): Promise<boolean> {
  return (await listening(port)) === 0;
}

/** The client certificate in a kubeconfig with a single user. */
function adminOf(kubeconfig: string): { certificate: string; key: string } {
  const field = (name: string) => {
    const [, value] = new RegExp(`"?${name}"?:\\s*"?([A-Za-z0-9+/=]+)`).exec(kubeconfig) ?? [];
    if (value === undefined) throw new Error(`the kubeconfig has no ${name}`);
    return Buffer.from(value, 'base64').toString();
  };
  return { certificate: field('client-certificate-data'), key: field('client-key-data') };
}
