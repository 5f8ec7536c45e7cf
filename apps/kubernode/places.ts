import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from './failure.ts';

/** Where a cluster keeps what. All of it lies under two folders, so that `delete` can take all of it away. */
export interface Places {
  readonly name: string;
  /** Survives a reboot. */
  readonly data: string;
  /** Does not: sockets and process files. */
  readonly run: string;
  readonly record: string;
  readonly store: string;
  readonly pki: string;
  readonly logs: string;
  /** The administrator's. */
  readonly kubeconfig: string;
  readonly nodes: string;
}

/** As root the system's folders, else the user's own. `dataDir` puts the data elsewhere. */
export function placesOf(name: string, dataDir: string | undefined): Places {
  if (!/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/.test(name)) {
    throw new Failure(
      `"${name}" cannot name a cluster: use at most 32 lower-case letters, digits and dashes, with a letter or digit at both ends.`,
    );
  }
  const data = dataDir === undefined ? join(dataHome(), name) : resolve(dataDir);
  return {
    name,
    data,
    run: join(runHome(), name),
    record: join(data, 'cluster.json'),
    store: join(data, 'store'),
    pki: join(data, 'pki'),
    logs: join(data, 'logs'),
    kubeconfig: join(data, 'admin.conf'),
    nodes: join(data, 'nodes'),
  };
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/** The folder of all clusters of this user. */
export const dataHome = (): string =>
  isRoot() ? '/var/lib/kubernode' : join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'kubernode');

export const runHome = (): string =>
  isRoot()
    ? '/run/kubernode'
    : join(process.env['XDG_RUNTIME_DIR'] ?? join(homedir(), '.local/share/kubernode/.run'), 'kubernode');

/** What can be fetched or computed again: downloaded programs, extracted descriptions. */
export const cacheHome = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubernode');
