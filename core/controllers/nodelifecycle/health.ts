import type { Lease } from '#core/api/types/coordination/v1';
import type { Node, NodeCondition } from '#core/api/types/core/v1';
import { timeText } from '#core/operator';

/**
 * What this controller remembers of a node: when it last saw a sign of life, on its own monotonic clock. Nobody's timestamps are
 * compared with ours, so neither skewed clocks nor hours of being down or suspended make a node look dead.
 */
export interface Memory {
  /** The kubelet's heartbeat and renewal as last seen; only their change counts. */
  readonly heartbeat: string | undefined;
  readonly renewed: string | undefined;
  /** Milliseconds on the monotonic clock. */
  readonly seen: number;
}

const READY = 'Ready';
/** What a silent node says nothing about any more. */
const KUBELETS = [READY, 'MemoryPressure', 'DiskPressure', 'PIDPressure'];
/** Milliseconds that a node has for its first status. */
const STARTUP_GRACE = 60_000;

export const readyOf = ({ status }: Node): NodeCondition | undefined =>
  status?.conditions?.find(({ type }) => type === READY);

/** The memory after a look at the node and its Lease. */
export function observe(memory: Memory | undefined, node: Node, lease: Lease | undefined, monotonic: number): Memory {
  const heartbeat = readyOf(node)?.lastHeartbeatTime;
  const renewed = lease?.spec?.renewTime;
  if (memory !== undefined && memory.heartbeat === heartbeat && memory.renewed === renewed) return memory;
  return { heartbeat, renewed, seen: monotonic };
}

/**
 * The conditions that a node should have: those of one that was silent for longer than `grace` milliseconds become Unknown. The
 * same list where nothing changes. Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go (tryUpdateNodeHealth).
 */
export function conditionsOf(
  node: Node,
  memory: Memory,
  times: { readonly monotonic: number; readonly now: number; readonly grace: number },
): readonly NodeCondition[] {
  const known = node.status?.conditions ?? [];
  const grace = readyOf(node) === undefined ? STARTUP_GRACE : times.grace;
  if (times.monotonic - memory.seen <= grace) return known;
  if (readyOf(node)?.status === 'Unknown') return known;
  const since = timeText(times.now);
  const changed = known.map((condition) =>
    !KUBELETS.includes(condition.type) || condition.status === 'Unknown'
      ? condition
      : {
          ...condition,
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastTransitionTime: since,
        },
  );
  const missing = KUBELETS.filter((type) => !known.some((condition) => condition.type === type));
  return [
    ...changed,
    ...missing.map((type): NodeCondition => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp ?? since,
      lastTransitionTime: since,
    })),
  ];
}
