import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cgroups } from '#core/kubelet';

/** What the two versions of control groups do alike; only files below `root` are touched, so a test may give a plain folder. */
export interface Tree {
  readonly root: string;
  write(path: string, value: string): Promise<void>;
  /** Undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Idempotent. */
  make(path: string): Promise<void>;
  /** Idempotent; retries for a moment, since the kernel lets go of a group only after its last process. */
  remove(path: string): Promise<void>;
  folders(path: string): Promise<readonly string[]>;
}

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** As containers are named by the CRI: absolute from the root of every hierarchy. */
export const podGroup = (pod: string, qos: QosClass): string =>
  qos === 'Guaranteed' ? `/kubepods/pod${pod}` : `/kubepods/${qos.toLowerCase()}/pod${pod}`;

export interface VersionedCgroups extends Cgroups {
  setShares(path: string, shares: number): Promise<void>;
}

const MILLISECONDS_TO_LET_GO = [0, 20, 50, 100, 200, 400];

/** `removeOne` is `rmdir` but in tests. */
export function treeOf(root: string, removeOne: (path: string) => Promise<void>): Tree {
  const missing = (failure: unknown) => (failure as { readonly code?: string }).code === 'ENOENT';
  return {
    root,
    write: (path, value) => writeFile(join(root, path), value),
    read: (path) =>
      readFile(join(root, path), 'utf8').catch((failure: unknown) => {
        if (missing(failure)) return undefined;
        throw failure;
      }),
    make: async (path) => void (await mkdir(join(root, path), { recursive: true })),
    async remove(path) {
      for (const wait of MILLISECONDS_TO_LET_GO) {
        await new Promise((resolve) => setTimeout(resolve, wait));
        try {
          return await removeOne(join(root, path));
        } catch (failure) {
          if (missing(failure)) return;
          if (wait === MILLISECONDS_TO_LET_GO.at(-1)) throw failure;
        }
      }
    },
    async folders(path) {
      const found = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
      return found.filter((one) => one.isDirectory()).map(({ name }) => name);
    },
  };
}
