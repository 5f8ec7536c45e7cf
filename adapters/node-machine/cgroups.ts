import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup';

/** How this machine has its cgroups mounted. */
export interface CgroupLayout {
  readonly version: 1 | 2;
  /** The mounted hierarchies, by folder name; of version 2 just the one, as ''. */
  readonly hierarchies: readonly string[];
}

/** The machine's layout. Every mounted hierarchy counts: OOM kills go unseen where one is missing in a node. */
export async function cgroupLayout(root = ROOT): Promise<CgroupLayout> {
  const unified = await stat(join(root, 'cgroup.controllers')).then(
    () => true,
    () => false,
  );
  if (unified) return { version: 2, hierarchies: [''] };
  const entries = await readdir(root, { withFileTypes: true });
  // cpu, cpuacct are often links to one folder cpu,cpuacct: the folder is taken, the links are not.
  return { version: 1, hierarchies: entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name) };
}

/** The cgroup of a node in each hierarchy. */
export const cgroupsOf = (layout: CgroupLayout, cluster: string, node: string, root = ROOT): readonly string[] =>
  layout.hierarchies.map((hierarchy) => join(root, hierarchy, 'kubernode', cluster, node));

/** Makes a node's subtree in every hierarchy, with the machine's processors and memory nodes. */
export async function makeCgroups(
  layout: CgroupLayout,
  cluster: string,
  node: string,
  limits: { readonly memoryBytes?: number; readonly cpus?: number } = {},
  root = ROOT,
): Promise<void> {
  for (const hierarchy of layout.hierarchies) {
    let folder = join(root, hierarchy);
    for (const part of ['kubernode', cluster, node]) {
      if (layout.version === 2) await enableControllers(folder);
      const parent = folder;
      folder = join(folder, part);
      await mkdir(folder, { recursive: true });
      // An empty cpuset takes no process; only version 1 does not inherit it.
      if (layout.version === 1 && hierarchy.split(',').includes('cpuset')) {
        for (const file of ['cpuset.cpus', 'cpuset.mems']) {
          await writeFile(join(folder, file), (await readFile(join(parent, file), 'utf8')).trim());
        }
      }
    }
    await setLimits(layout, hierarchy, folder, limits);
  }
}

async function enableControllers(folder: string): Promise<void> {
  const available = (await readFile(join(folder, 'cgroup.controllers'), 'utf8')).trim();
  if (available === '') return;
  await writeFile(
    join(folder, 'cgroup.subtree_control'),
    available
      .split(' ')
      .map((controller) => `+${controller}`)
      .join(' '),
  );
}

async function setLimits(
  layout: CgroupLayout,
  hierarchy: string,
  folder: string,
  { memoryBytes, cpus }: { readonly memoryBytes?: number; readonly cpus?: number },
): Promise<void> {
  const controllers = hierarchy.split(',');
  if (memoryBytes !== undefined && (layout.version === 2 || controllers.includes('memory'))) {
    const file = layout.version === 2 ? 'memory.max' : 'memory.limit_in_bytes';
    await writeFile(join(folder, file), String(memoryBytes));
  }
  if (cpus !== undefined && (layout.version === 2 || controllers.includes('cpu'))) {
    const quota = Math.round(cpus * 100_000);
    if (layout.version === 2) await writeFile(join(folder, 'cpu.max'), `${quota} 100000`);
    else await writeFile(join(folder, 'cpu.cfs_quota_us'), String(quota));
  }
}

/** Kills what is left in a node's cgroups and removes them, and its cluster's when they are empty then. */
export async function removeCgroups(layout: CgroupLayout, cluster: string, node: string, root = ROOT): Promise<void> {
  const folders = cgroupsOf(layout, cluster, node, root);
  for (let attempt = 0; ; attempt++) {
    const left = (await Promise.all(folders.map((folder) => removeTree(folder)))).filter((gone) => !gone);
    if (left.length === 0) break;
    // The kernel takes a moment to forget the dead.
    if (attempt === 50) throw new Error(`the cgroups of node ${node} are still in use: ${folders[0]}`);
    await Promise.all(folders.map((folder) => killAll(folder)));
    await wait(20);
  }
  for (const hierarchy of layout.hierarchies) {
    await rmdir(join(root, hierarchy, 'kubernode', cluster)).catch(() => undefined);
    await rmdir(join(root, hierarchy, 'kubernode')).catch(() => undefined);
  }
}

async function removeTree(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return true;
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  return rmdir(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}

async function killAll(folder: string): Promise<void> {
  const processes = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
  for (const pid of processes.split('\n')) {
    if (pid === '' || pid === '0') continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It died by itself.
    }
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await killAll(join(folder, entry.name));
}
