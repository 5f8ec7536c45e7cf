import { access, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CgroupLimits, Cgroups } from '#core/kubelet';
import { type VersionedCgroups, treeOf } from './cgroup-tree.ts';
import { cgroupsV1 } from './cgroups-v1.ts';
import { cgroupsV2 } from './cgroups-v2.ts';

/** The version is that of the machine. `remove` is `rmdir` but in tests. */
export async function nodeCgroups(
  root = '/sys/fs/cgroup',
  remove: (path: string) => Promise<void> = (path) => rmdir(path),
): Promise<Cgroups> {
  const tree = treeOf(root, remove);
  const isV2 = await access(join(root, 'cgroup.controllers')).then(
    () => true,
    () => false,
  );
  return withShares(isV2 ? cgroupsV2(tree) : cgroupsV1(tree));
}

/** The class of burstable pods weighs as much as its pods together; best effort weighs nothing. Upstream: pkg/kubelet/cm/qos_container_manager_linux.go. */
function withShares(cgroups: VersionedCgroups): Cgroups {
  const burstable = new Map<string, number>();
  const weigh = async () => {
    let total = 0;
    for (const shares of burstable.values()) total += shares;
    await cgroups.setShares('/kubepods/burstable', Math.max(2, total));
  };
  return {
    ...cgroups,
    async prepare(pod, qos, limits: CgroupLimits) {
      const path = await cgroups.prepare(pod, qos, limits);
      if (qos === 'Burstable' && burstable.get(pod) !== limits.cpuShares) {
        burstable.set(pod, limits.cpuShares);
        await weigh();
      }
      if (qos === 'BestEffort') await cgroups.setShares('/kubepods/besteffort', 2);
      return path;
    },
    async remove(pod, qos) {
      await cgroups.remove(pod, qos);
      if (burstable.delete(pod)) await weigh();
    },
  };
}
