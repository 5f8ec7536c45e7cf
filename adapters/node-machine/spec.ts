import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** What a real node is made of. */
export interface MachineSpec {
  readonly cluster: string;
  readonly name: string;
  /** On the cluster's bridge. */
  readonly ip: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly bridge: string;
  readonly mtu: number;
  readonly podCIDR: string;
  /** Absolute. Images, containers' files and logs outlive a power-off here. */
  readonly dataDir: string;
  /** Absolute folders that what runs in the node reads besides: they stay in sight where they lie below /tmp or /run. */
  readonly visible?: readonly string[];
  /** Absolute path of the containerd to run, and its configuration. */
  readonly containerd: string;
  readonly containerdConfig: string;
  /** Registry folders: path below `certs.d` → text. */
  readonly registries?: ReadonlyMap<string, string>;
  readonly cniConfig: string;
  readonly limits?: { readonly memoryBytes?: number; readonly cpus?: number };
}

/** A node that runs. Its pid is on this machine; the start time guards against a pid that was given to somebody else. */
export interface MachineState {
  readonly pid: number;
  /** In clock ticks since boot, as /proc/PID/stat has it. */
  readonly startTime: string;
  /** containerd's socket, seen from outside the node. */
  readonly socket: string;
  /** The node's filesystem, seen from outside. */
  readonly root: string;
  readonly hostInterface: string;
}

/** The machine's end of a node's link: `vknbr0-1a2b3c`, at most the 15 characters that Linux allows. */
export const hostInterfaceOf = ({ bridge, cluster, name }: MachineSpec): string =>
  `v${bridge}-${createHash('sha256').update(`${cluster}/${name}`).digest('hex')}`.slice(0, 15);

export const pathsOf = (dataDir: string) => ({
  init: join(dataDir, 'init.sh'),
  initLog: join(dataDir, 'init.log'),
  pid: join(dataDir, 'init.pid'),
  containerd: join(dataDir, 'containerd'),
  kubelet: join(dataDir, 'kubelet'),
  cni: join(dataDir, 'cni'),
  etc: join(dataDir, 'etc-containerd'),
  logs: join(dataDir, 'pod-logs'),
  /** The machine's name servers: where they are kept may be hidden by the node's own /run. */
  resolvers: join(dataDir, 'resolv.conf'),
  containerLogs: join(dataDir, 'container-logs'),
});
