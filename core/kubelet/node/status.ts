import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityOf,
  subtractQuantities,
} from '#core/machinery/quantity';
import { type Node, type NodeCondition, type NodeStatus, timeText } from '../api.ts';
import type { ImageStatus, RuntimeStatus } from '../runtime.ts';
import type { NodeSettings } from './settings.ts';

export interface NodeWorld {
  readonly settings: NodeSettings;
  /** Undefined when it could not be asked. */
  readonly runtime: RuntimeStatus | undefined;
  /** Why it could not. */
  readonly failure: string;
  readonly images: readonly ImageStatus[];
  readonly before: NodeStatus | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Upstream: pkg/kubelet/kubelet_node_status.go, the default of nodeStatusMaxImages. */
const MOST_IMAGES = 50;
const MOST_IMAGE_NAMES = 5;

/** What is reported of a node. Upstream: pkg/kubelet/nodestatus/setters.go. */
export function nodeStatus(world: NodeWorld): NodeStatus {
  const { settings, runtime, images } = world;
  const { name, addresses, port, capacity, info, version } = settings;
  return {
    capacity,
    allocatable: allocatableOf(settings),
    conditions: conditionsOf(world),
    addresses: [
      ...addresses.map((address) => ({ type: 'InternalIP' as const, address })),
      { type: 'Hostname' as const, address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo: {
      ...info,
      containerRuntimeVersion: runtime === undefined ? '' : `${runtime.name}://${runtime.version}`,
      kubeletVersion: version,
      kubeProxyVersion: '',
    },
    images: images
      .toSorted((a, b) => b.size - a.size)
      .slice(0, MOST_IMAGES)
      .map(({ tags, digests, size }) => ({ names: [...digests, ...tags].slice(0, MOST_IMAGE_NAMES), sizeBytes: size })),
  };
}

/** Never below zero. */
export function allocatableOf({ capacity, reserved = {} }: NodeSettings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(capacity).map(([name, amount]) => {
      const kept = reserved[name];
      if (kept === undefined) return [name, amount];
      const rest = subtractQuantities(parseQuantity(amount), parseQuantity(kept));
      return [name, compareQuantities(rest, quantityOf(0)) < 0 ? '0' : formatQuantity(rest)];
    }),
  );
}

type Judged = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

/** Nothing measures pressure so far, and nothing is evicted for it. */
const PRESSURES: readonly Judged[] = [
  {
    type: 'MemoryPressure',
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  {
    type: 'DiskPressure',
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'kubelet has no disk pressure',
  },
  {
    type: 'PIDPressure',
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'kubelet has sufficient PID available',
  },
];

function ready({ runtime, failure }: NodeWorld): Judged {
  const wrong: string[] = [];
  if (runtime === undefined) wrong.push(`container runtime status check failed: ${failure}`);
  else if (!runtime.ready) wrong.push(`container runtime is down: ${runtime.message}`);
  else if (!runtime.networkReady) {
    wrong.push(
      `container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:${runtime.message}`,
    );
  }
  return wrong.length === 0
    ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: wrong.join(', ') };
}

/** `Ready` comes last. A transition time is kept while the status is the same; conditions of others are left as they are. */
function conditionsOf(world: NodeWorld): readonly NodeCondition[] {
  const { before, now } = world;
  const time = timeText(now);
  return [...PRESSURES, ready(world)].map((one) => {
    const old = before?.conditions?.find(({ type }) => type === one.type);
    const since = old?.status === one.status ? (old.lastTransitionTime ?? time) : time;
    return { ...one, lastHeartbeatTime: time, lastTransitionTime: since };
  });
}

/** What a node starts with. Upstream: pkg/kubelet/kubelet_node_status.go, initialNode. */
export function initialNode(settings: NodeSettings, status: NodeStatus): Node {
  const { taints = [], podCIDRs = [] } = settings;
  const [podCIDR] = podCIDRs;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: settings.name,
      labels: labelsOf(settings),
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true', ...settings.annotations },
    },
    spec: {
      ...(podCIDR === undefined ? {} : { podCIDR, podCIDRs }),
      ...(taints.length === 0 ? {} : { taints }),
    },
    status,
  };
}

export function labelsOf({ name, labels, info }: NodeSettings): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': info.architecture,
    'beta.kubernetes.io/os': info.operatingSystem,
    'kubernetes.io/arch': info.architecture,
    'kubernetes.io/os': info.operatingSystem,
    'kubernetes.io/hostname': name,
    ...labels,
  };
}
