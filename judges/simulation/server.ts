import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A real `kubernode server` with a folder and a port of its own. */
export interface FleetServer {
  readonly pid: number;
  /** Rejects where the answer is not of the 200s. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Megabytes on the JavaScript heap once all garbage is gone. */
  heap(): Promise<number>;
  stop(): Promise<void>;
}

/** Resolves once the server answers; `flags` are of `kubernode server`. */
export async function fleetServer(flags: readonly string[], nodeFlags: readonly string[] = []): Promise<FleetServer> {
  const data = mkdtempSync(join(tmpdir(), 'kubernode-fleet-'));
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const start = join(import.meta.dirname, '../../apps/kubernode/bin/start.js');
  const child = spawn(
    process.execPath,
    ['--inspect=127.0.0.1:0', ...nodeFlags, start, 'server', '--data-dir', data, '--port', String(port), ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output = (output + piece).slice(-100_000)));
  child.stderr.on('data', (piece: Buffer) => (output = (output + piece).slice(-100_000)));
  let agent: Agent | undefined;
  const call = (method: string, path: string, body?: unknown) =>
    ask({ method, path, port, agent: (agent ??= agentOf(data)) }, body);
  for (let tries = 0; ; tries++) {
    try {
      await call('GET', '/readyz');
      break;
    } catch (failure) {
      if (child.exitCode !== null || tries > 300) {
        child.kill('SIGKILL');
        throw new Error(`the server does not serve:\n${output}`, { cause: failure });
      }
      await wait(100);
    }
  }
  const inspector = /ws:\/\/\S+/.exec(output)![0];
  return {
    pid: child.pid!,
    call,
    heap: () => heapOf(inspector),
    async stop() {
      agent?.destroy();
      await ended(child);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await gone;
  clearTimeout(impatient);
}

/** With the administrator's certificate, as the server wrote it down. */
function agentOf(data: string): Agent {
  const pki = (name: string) => readFileSync(join(data, 'pki', name));
  return new Agent({
    keepAlive: true,
    maxSockets: 8,
    ca: pki('ca.crt'),
    cert: pki('admin.crt'),
    key: pki('admin.key'),
  });
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly port: number;
  readonly agent: Agent;
}

function ask(call: Call, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sending = request(
      { ...call, host: '127.0.0.1', headers: { 'content-type': 'application/json', accept: 'application/json' } },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          if (response.statusCode! >= 300)
            reject(new Error(`${call.method} ${call.path}: ${response.statusCode} ${text}`));
          else resolve(text.startsWith('{') ? JSON.parse(text) : text);
        });
      },
    );
    sending.on('error', reject);
    sending.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

interface Heard {
  readonly id?: number;
  readonly result?: { readonly usedSize: number };
}

async function heapOf(inspector: string): Promise<number> {
  const socket = new WebSocket(inspector);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const send = (id: number, method: string) =>
    new Promise<Heard>((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        const answer = JSON.parse(String(data)) as Heard;
        if (answer.id === id) resolve(answer);
      });
      socket.send(JSON.stringify({ id, method }));
    });
  await send(1, 'HeapProfiler.collectGarbage');
  const { result } = await send(2, 'Runtime.getHeapUsage');
  socket.close();
  return result!.usedSize / 1024 / 1024;
}
