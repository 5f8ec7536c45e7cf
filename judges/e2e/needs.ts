import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { whyNoContainers } from '../../apps/kubernode/requirements.ts';

/** Prints why a group of tests is skipped, so that no skip goes unseen; true when it must be. */
export function skipped(group: string, why: string | undefined): boolean {
  if (why !== undefined) console.log(`SKIPPED ${group}: ${why}`);
  return why !== undefined;
}

/** Why real containers cannot be tested here. */
export const noContainers = (): string | undefined =>
  whyNoContainers() ?? (busybox() === undefined ? 'no static busybox (apt-get install busybox-static)' : undefined);

/** A statically linked busybox, of which the tests make their image. */
export function busybox(): string | undefined {
  for (const path of ['/bin/busybox', '/usr/bin/busybox']) {
    // ldd knows nothing of the libraries of a program that needs none, and says so by its status.
    if (existsSync(path) && spawnSync('ldd', [path]).status !== 0) return path;
  }
  return undefined;
}
