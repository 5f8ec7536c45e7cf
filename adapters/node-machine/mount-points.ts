import { mkdir, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cgroupLayout } from './cgroups.ts';

/** The folders over which a node mounts its own; the machine needs them only as places to mount on. */
export const MOUNT_POINTS = [
  '/var/lib/containerd',
  '/var/lib/kubelet',
  '/var/log/pods',
  '/var/log/containers',
  '/etc/cni',
  '/etc/containerd',
] as const;

/** Holds an empty file for each that was made; several nodes may start at once. */
const MADE = '/var/lib/kubernode/mount-points';

/** Makes those that the machine has not, and remembers which they were. */
export async function makeMountPoints(): Promise<void> {
  for (const folder of MOUNT_POINTS) {
    if ((await mkdir(folder, { recursive: true })) === undefined) continue;
    await mkdir(MADE, { recursive: true });
    await writeFile(join(MADE, encodeURIComponent(folder)), '');
  }
}

/** Removes those that were made, once no node of any cluster runs on the machine. What has become of use to others stays. */
export async function removeMountPoints(): Promise<void> {
  // Removing a folder that another node has mounted on would take its mount away.
  const { hierarchies } = await cgroupLayout();
  for (const hierarchy of hierarchies) {
    if (await exists(join('/sys/fs/cgroup', hierarchy, 'kubernode'))) return;
  }
  const made = await readdir(MADE).catch(() => []);
  for (const name of made) await rmdir(decodeURIComponent(name)).catch(() => undefined);
  await rm(MADE, { recursive: true, force: true });
  await rmdir(dirname(MADE)).catch(() => undefined);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
