import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the recipe under judges/upstream puts one of the original's programs; `undefined` where it is not built. */
export function upstreamProgram(name: string): string | undefined {
  const path = join(process.env['KUBE_UPSTREAM'] ?? join(homedir(), '.cache/kube-upstream'), 'bin', name);
  return existsSync(path) ? path : undefined;
}

/** Whether all of these programs are built here. */
export const isBuilt = (...names: readonly string[]): boolean =>
  names.every((name) => upstreamProgram(name) !== undefined);

/** Whether the whole control plane is. */
export const controlPlaneIsBuilt = (): boolean =>
  isBuilt('etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler');
