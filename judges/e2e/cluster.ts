import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, run, start, type Ran, type Running } from './shell.ts';

const CLI = join(import.meta.dirname, '../../apps/kubernode/bin/kubernode.js');

/** A cluster made by the real command line, with a kubeconfig of its own, driven by the real kubectl. */
export interface TestCluster {
  readonly name: string;
  /** The path of kubectl. */
  readonly program: string;
  readonly kubeconfig: string;
  readonly data: string;
  kubernode(...args: string[]): Ran;
  kubectl(...args: string[]): string;
  tryKubectl(...args: string[]): Ran;
  apply(manifest: string): string;
  json<T = Record<string, unknown>>(...args: string[]): T;
  background(...args: string[]): Running;
  /** The pid that the cluster remembers for a process: `server`, `node-1`. */
  pid(process: string): number;
}

export const isRoot = process.getuid?.() === 0;

export function testCluster(name: string, kubectl: string): TestCluster {
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'kubernode-e2e-')), 'config');
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const root = isRoot
    ? '/var/lib/kubernode'
    : join(process.env['XDG_DATA_HOME'] ?? join(process.env['HOME']!, '.local/share'), 'kubernode');
  const runFolder = isRoot ? '/run/kubernode' : join(process.env['XDG_RUNTIME_DIR'] ?? join(root, '.run'), 'kubernode');
  return {
    name,
    program: kubectl,
    kubeconfig,
    data: join(root, name),
    kubernode: (...args) =>
      run(process.execPath, [CLI, ...args], { env: { ...env, KUBERNODE_NAME: name }, timeout: 180_000 }),
    kubectl: (...args) => must(kubectl, args, { env }),
    tryKubectl: (...args) => run(kubectl, args, { env }),
    apply: (manifest) => must(kubectl, ['apply', '-f', '-'], { env, input: manifest }),
    json: <T>(...args: string[]) => JSON.parse(must(kubectl, [...args, '-o', 'json'], { env })) as T,
    background: (...args) => start(kubectl, args, env),
    pid: (process) => {
      const file = join(runFolder, name, `${process}.pid`);
      if (!existsSync(file)) throw new Error(`${process} is not running (no ${file})`);
      return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
    },
  };
}
