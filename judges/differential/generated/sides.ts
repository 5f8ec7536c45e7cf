import { type ChildProcess, spawn } from 'node:child_process';
import { once as event } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server that cases are played on, and how its administrator is believed. */
export interface Side {
  readonly port: number;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  stop(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly text: string;
}

export type Send = (method: string, path: string, type?: string, body?: string) => Promise<Reply>;

const ROOT = join(import.meta.dirname, '../../..');

/** The original: etcd and kube-apiserver, as `judges/upstream/build` made them. */
export async function startOriginal(): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'generated-original-'));
  const port = await freePort();
  const run = spawn(join(ROOT, 'judges/upstream/run'), ['--port', String(port), '--dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await says(run, 'READY');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    port,
    tls: { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') },
    stop: () => ended(run, folder),
  };
}

/** Ours: the API server alone, its store in memory. */
export async function startOurs(): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'generated-ours-'));
  const port = await freePort();
  const flags = [
    '--data-dir',
    folder,
    '--port',
    String(port),
    '--storage',
    'memory',
    '--controllers',
    'none',
    '--scheduler',
    'none',
  ];
  const run = spawn(process.execPath, [join(ROOT, 'apps/kubernode/bin/start.js'), 'server', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await says(run, 'serving');
  const read = (name: string) => readFileSync(join(folder, 'pki', name), 'utf8');
  return {
    port,
    tls: { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') },
    stop: () => ended(run, folder),
  };
}

/** Sends requests over connections that are kept, as one user on every side. Where the server hangs up (a panic of the original's) the status is 0. */
export function sender(side: Side): { readonly send: Send; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 32, ...side.tls, servername: 'localhost' });
  // A connection that was kept may just have ended; a server that ends it twice has given up on the request.
  const send: Send = (...call) =>
    once(...call)
      .catch(() => once(...call))
      .catch((): Reply => ({ status: 0, warnings: [], text: '' }));
  const once: Send = (method, path, type, body) =>
    new Promise((resolve, reject) => {
      const bytes = body === undefined ? undefined : Buffer.from(body);
      const call = request(
        {
          agent,
          host: '127.0.0.1',
          port: side.port,
          method,
          path,
          headers: {
            accept: 'application/json',
            'user-agent': 'judge',
            'impersonate-user': 'judge',
            'impersonate-group': 'system:masters',
            ...(type === undefined ? {} : { 'content-type': type }),
            ...(bytes === undefined ? {} : { 'content-length': bytes.length }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { warning } = response.headers as { readonly warning?: string };
            resolve({
              status: response.statusCode ?? 0,
              warnings: warning === undefined ? [] : warning.split(/, (?=299 )/).map((one) => one.slice(6)),
              text: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      call.on('error', reject);
      call.end(bytes);
    });
  return { send, close: () => agent.destroy() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await event(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await event(server, 'close');
  return port;
}

/** Resolves once the process has printed a text. */
async function says(child: ChildProcess, text: string): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += String(chunk);
      if (said.includes(text)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => reject(new Error(`it ended before it said ${text}: ${said}`)));
  });
}

async function ended(child: ChildProcess, folder: string): Promise<void> {
  const gone = event(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
}
