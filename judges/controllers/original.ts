import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { User } from '#core/apiserver';
import { type Client, httpClient, type Transport } from '#core/client';
import { type HttpTransport, httpTransport } from '#adapters/http-client';
import { upstreamProgram } from '../common/upstream.ts';

/** The original API server, empty and without controllers. */
export interface Original {
  /** A client of an administrator, or of somebody whom he impersonates. */
  client(user?: User): Client;
  readonly rootCertificate: string;
  /** Starts the original's controllers, with further flags. */
  startControllers(flags: readonly string[]): void;
  startScheduler(): void;
  stop(): Promise<void>;
}

export async function startOriginal(port: number): Promise<Original> {
  const folder = mkdtempSync(join(tmpdir(), 'original-'));
  const run = spawn(join(import.meta.dirname, '../upstream/run'), ['--port', String(port), '--dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const children: ChildProcess[] = [run];
  let said = '';
  for await (const chunk of run.stdout) {
    said += String(chunk);
    if (said.includes('READY')) break;
  }
  if (!said.includes('READY')) throw new Error('the original did not start');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const dialled: HttpTransport[] = [];

  const dial = (): Transport => {
    const one = httpTransport({
      url: `https://127.0.0.1:${port}`,
      ca: read('ca.crt'),
      credentials: { kind: 'token', read: () => read('token').trim() },
    });
    dialled.push(one);
    return one.transport;
  };
  const start = (program: string, name: string, securePort: number, flags: readonly string[]) => {
    const log = openSync(join(folder, `${name}.log`), 'w');
    const fixed = [
      `--kubeconfig=${join(folder, `${name}.kubeconfig`)}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${securePort}`,
    ];
    children.push(spawn(upstreamProgram(program)!, [...fixed, ...flags], { stdio: ['ignore', log, log] }));
  };
  return {
    client(user) {
      const transport = dial();
      if (user === undefined) return httpClient(transport, { userAgent: 'judge' });
      // The original joins repeated headers by commas for groups too.
      const impersonate = { 'impersonate-user': user.name, 'impersonate-group': user.groups[0] ?? '' };
      return httpClient((request) => transport({ ...request, headers: { ...request.headers, ...impersonate } }), {
        userAgent: 'judge',
      });
    },
    rootCertificate: read('ca.crt'),
    startControllers(flags) {
      start('kube-controller-manager', 'kcm', port + 3, [
        `--root-ca-file=${join(folder, 'ca.crt')}`,
        `--service-account-private-key-file=${join(folder, 'sa.key')}`,
        '--use-service-account-credentials',
        `--cert-dir=${folder}`,
        ...flags,
      ]);
    },
    startScheduler: () => start('kube-scheduler', 'sched', port + 4, []),
    async stop() {
      for (const one of dialled) one.close();
      for (const child of children.toReversed()) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
    },
  };
}
