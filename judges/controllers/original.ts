import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { User } from '#core/apiserver';
import { type Client, httpClient, type Transport } from '#core/client';
import { type HttpTransport, httpTransport } from '#adapters/http-client';

const PROGRAMS = join(process.env['KUBE_UPSTREAM'] ?? join(homedir(), '.cache/kube-upstream'), 'bin');

/** Whether the original's programs have been built here. */
export const isBuilt = (): boolean =>
  ['etcd', 'kube-apiserver', 'kube-controller-manager'].every((name) => existsSync(join(PROGRAMS, name)));

/** The original API server, empty and without controllers. */
export interface Original {
  /** A client of an administrator, or of somebody whom he impersonates. */
  client(user?: User): Client;
  readonly rootCertificate: string;
  /** Starts the original's controllers, with further flags. */
  startControllers(flags: readonly string[]): void;
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
      const log = openSync(join(folder, 'kcm.log'), 'w');
      const path = (name: string) => join(folder, name);
      const fixed = [
        ['kubeconfig', path('kcm.kubeconfig')],
        ['root-ca-file', path('ca.crt')],
        ['service-account-private-key-file', path('sa.key')],
        ['use-service-account-credentials', 'true'],
        ['leader-elect', 'false'],
        ['bind-address', '127.0.0.1'],
        ['secure-port', String(port + 3)],
        ['cert-dir', folder],
      ].map(([name, value]) => `--${name}=${value}`);
      children.push(
        spawn(join(PROGRAMS, 'kube-controller-manager'), [...fixed, ...flags], { stdio: ['ignore', log, log] }),
      );
    },
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
