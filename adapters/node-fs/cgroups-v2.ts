import { type QosClass, type Tree, type VersionedCgroups, podGroup } from './cgroup-tree.ts';

const PERIOD = 100_000;

/** Shares of version 1 as a weight of version 2. Upstream: k8s.io/kubernetes/pkg/kubelet/cm/cgroup_manager_linux.go. */
export const weightOf = (shares: number): number => Math.floor(1 + ((shares - 2) * 9999) / 262_142);

/** Control groups in one hierarchy. A controller counts in a group only when its parent hands it down. */
export function cgroupsV2(tree: Tree): VersionedCgroups {
  const handDown = async (path: string) => {
    await tree.make(path);
    const available = ((await tree.read(`${path}/cgroup.controllers`)) ?? '').trim().split(/\s+/);
    const wanted = ['cpu', 'memory', 'pids', 'cpuset', 'io'].filter((one) => available.includes(one));
    if (wanted.length > 0) await tree.write(`${path}/cgroup.subtree_control`, wanted.map((one) => `+${one}`).join(' '));
  };
  const parents = (path: string) => {
    const parts = path.split('/').filter((part) => part !== '');
    return parts.slice(0, -1).map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  };
  return {
    async prepare(pod, qos, { cpuShares, cpuQuota, memoryLimit, pids }) {
      const path = podGroup(pod, qos);
      for (const parent of ['', ...parents(path)]) await handDown(parent);
      // The containers' groups lie below the pod's.
      await handDown(path);
      await tree.write(`${path}/cpu.weight`, String(weightOf(cpuShares)));
      await tree.write(`${path}/cpu.max`, `${cpuQuota > 0 ? cpuQuota : 'max'} ${PERIOD}`);
      await tree.write(`${path}/memory.max`, memoryLimit > 0 ? String(memoryLimit) : 'max');
      await tree.write(`${path}/pids.max`, pids > 0 ? String(pids) : 'max');
      return path;
    },

    async remove(pod, qos: QosClass) {
      const path = podGroup(pod, qos);
      for (const inner of await tree.folders(path)) await tree.remove(`${path}/${inner}`);
      await tree.remove(path);
    },

    async setShares(path, shares) {
      for (const parent of ['', ...parents(path)]) await handDown(parent);
      await tree.make(path);
      await tree.write(`${path}/cpu.weight`, String(weightOf(shares)));
    },

    async usage(path) {
      const cpu = /^usage_usec (\d+)$/m.exec((await tree.read(`${path}/cpu.stat`)) ?? '');
      const memoryUsage = Number((await tree.read(`${path}/memory.current`)) ?? NaN);
      if (cpu === null || Number.isNaN(memoryUsage)) return undefined;
      const inactive = /^inactive_file (\d+)$/m.exec((await tree.read(`${path}/memory.stat`)) ?? '');
      return {
        cpu: Number(cpu[1]) * 1000,
        memoryUsage,
        memoryWorkingSet: Math.max(0, memoryUsage - Number(inactive?.[1] ?? 0)),
      };
    },
  };
}
