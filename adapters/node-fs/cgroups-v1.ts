import { type QosClass, type Tree, type VersionedCgroups, podGroup } from './cgroup-tree.ts';

/** Microseconds. */
const PERIOD = 100_000;

/**
 * Control groups where each controller has a hierarchy of its own. The limits of a pod are kept by cpu, memory and pids; the
 * runtime makes the groups of the other hierarchies, and never removes any.
 */
export function cgroupsV1(tree: Tree): VersionedCgroups {
  const has = async (controller: string) => (await tree.folders('')).includes(controller);
  const number = async (path: string) => Number((await tree.read(path)) ?? NaN);
  return {
    async prepare(pod, qos, { cpuShares, cpuQuota, memoryLimit, pids }) {
      const path = podGroup(pod, qos);
      if (await has('cpu')) {
        await tree.make(`cpu${path}`);
        await tree.write(`cpu${path}/cpu.shares`, String(cpuShares));
        if (cpuQuota > 0) await tree.write(`cpu${path}/cpu.cfs_period_us`, String(PERIOD));
        await tree.write(`cpu${path}/cpu.cfs_quota_us`, String(cpuQuota > 0 ? cpuQuota : -1));
      }
      if (await has('memory')) {
        await tree.make(`memory${path}`);
        await tree.write(`memory${path}/memory.limit_in_bytes`, String(memoryLimit > 0 ? memoryLimit : -1));
      }
      if (await has('pids')) {
        await tree.make(`pids${path}`);
        await tree.write(`pids${path}/pids.max`, pids > 0 ? String(pids) : 'max');
      }
      return path;
    },

    async remove(pod, qos: QosClass) {
      const path = podGroup(pod, qos);
      for (const controller of await tree.folders('')) {
        // What the runtime left of containers goes first.
        for (const inner of await tree.folders(controller + path)) await tree.remove(`${controller}${path}/${inner}`);
        await tree.remove(controller + path);
      }
    },

    async setShares(path, shares) {
      if (await has('cpu')) {
        await tree.make(`cpu${path}`);
        await tree.write(`cpu${path}/cpu.shares`, String(shares));
      }
    },

    async usage(path) {
      const cpu = await number(`cpuacct${path}/cpuacct.usage`);
      const memoryUsage = await number(`memory${path}/memory.usage_in_bytes`);
      if (Number.isNaN(cpu) || Number.isNaN(memoryUsage)) return undefined;
      const inactive = /^total_inactive_file (\d+)$/m.exec((await tree.read(`memory${path}/memory.stat`)) ?? '');
      return { cpu, memoryUsage, memoryWorkingSet: Math.max(0, memoryUsage - Number(inactive?.[1] ?? 0)) };
    },
  };
}
