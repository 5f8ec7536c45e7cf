import type { NodeInfo, Taint } from '../api.ts';

/** What a kubelet says of its node. Quantities as the API writes them. */
export interface NodeSettings {
  readonly name: string;
  /** Besides `kubernetes.io/hostname`, `os` and `arch`, which are set by themselves. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Set when the node registers, never after. */
  readonly taints?: readonly Taint[];
  /** The pod ranges that the node was made with; absent where the cluster gives it some. Set when the node registers. */
  readonly podCIDRs?: readonly string[];
  /** The preferred family first. */
  readonly addresses: readonly string[];
  /** Of the kubelet's API. */
  readonly port: number;
  readonly capacity: Readonly<Record<string, string>>;
  /** What of the capacity pods may not have. */
  readonly reserved?: Readonly<Record<string, string>>;
  readonly info: Omit<NodeInfo, 'containerRuntimeVersion' | 'kubeletVersion' | 'kubeProxyVersion'>;
  /** `v1.36.1+kubernode.1`. */
  readonly version: string;
}
