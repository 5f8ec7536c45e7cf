import { createHash } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, release, totalmem } from 'node:os';
import type { KubeletParts } from '#core/kubelet';
import type { NodeConfig } from '../node-config.ts';
import { kubernodeVersion } from '../version.ts';

const KUBELET_PORT = 10250;
const MOST_PODS = 110;

/** What a real node says of itself. Nodes of one machine share out what it has. */
export async function nodeSettings(config: NodeConfig): Promise<KubeletParts['node']> {
  const { name, share } = config;
  const [machineId, bootId, osRelease, disk] = await Promise.all([
    readFile('/etc/machine-id', 'utf8').catch(() => ''),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readFile('/etc/os-release', 'utf8').catch(() => ''),
    statfs(config.dataDir),
  ]);
  // Several nodes have one machine id between them; each gets its own from it and its name.
  const id = createHash('sha256').update(`${machineId.trim()}/${config.cluster}/${name}`).digest('hex');
  return {
    name,
    labels: { 'kubernode.io/runtime': 'containerd' },
    podCIDRs: [config.podCIDR],
    addresses: [config.ip],
    port: KUBELET_PORT,
    capacity: {
      cpu: shareOfProcessors(availableParallelism(), share),
      memory: `${Math.floor(totalmem() / 1024 / share)}Ki`,
      'ephemeral-storage': `${Math.floor((disk.blocks * disk.bsize) / 1024 / share)}Ki`,
      'hugepages-1Gi': '0',
      'hugepages-2Mi': '0',
      pods: String(MOST_PODS),
    },
    info: {
      machineID: id.slice(0, 32),
      systemUUID: uuidOf(id),
      bootID: bootId.trim(),
      kernelVersion: release(),
      osImage: /^PRETTY_NAME="?(.*?)"?$/m.exec(osRelease)?.[1] ?? 'Linux',
      operatingSystem: 'linux',
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    },
    version: kubernodeVersion(),
  };
}

/** 2 of 1 → `2`; 2 of 3 → `666m`. */
const shareOfProcessors = (processors: number, share: number): string =>
  processors % share === 0 ? String(processors / share) : `${Math.floor((processors * 1000) / share)}m`;

const uuidOf = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
