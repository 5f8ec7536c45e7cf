import type { Node, Taint } from '#core/api/types/core/v1';
import { timeText } from '#core/operator';
import { readyOf } from './health.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Which condition in which status makes which taint. */
const OF_CONDITION: readonly (readonly [type: string, status: string, key: string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];
/** NoSchedule taints that are this controller's own. */
const OURS = new Set([...OF_CONDITION.map(([, , key]) => key), UNSCHEDULABLE]);

type Taints = readonly Taint[];

const taintsOf = ({ spec }: Node): Taints => spec.taints ?? [];

const taint = (key: string, effect: Taint['effect'], now: number): Taint => ({ key, effect, timeAdded: timeText(now) });

/** A node's taints with the NoSchedule ones that its conditions ask for; the same list where they are there. Upstream: doNoScheduleTaintingPass. */
export function noScheduleTaints(node: Node, now: number): Taints {
  const wanted = new Set<string>();
  for (const [type, status, key] of OF_CONDITION) {
    if (node.status?.conditions?.some((one) => one.type === type && one.status === status) === true) wanted.add(key);
  }
  if (node.spec.unschedulable === true) wanted.add(UNSCHEDULABLE);
  const known = taintsOf(node);
  const kept = known.filter(({ key, effect }) => effect !== 'NoSchedule' || !OURS.has(key) || wanted.has(key));
  const missing = [...wanted].filter((key) => !known.some((one) => one.key === key && one.effect === 'NoSchedule'));
  if (missing.length === 0 && kept.length === known.length) return known;
  return [...kept, ...missing.map((key) => taint(key, 'NoSchedule', now))];
}

const isEvicting = ({ key, effect }: Taint) => effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE);

/** The taint that makes pods leave a node in its present state; undefined while it is ready. */
export function evictingKey(node: Node): string | undefined {
  const status = readyOf(node)?.status;
  if (status === 'False') return NOT_READY;
  return status === 'Unknown' ? UNREACHABLE : undefined;
}

/** Whether the node has the NoExecute taint that its state asks for, and no other. */
export function isEvictingRightly(node: Node): boolean {
  const key = evictingKey(node);
  const ours = taintsOf(node).filter(isEvicting);
  return key === undefined ? ours.length === 0 : ours.length === 1 && ours[0]!.key === key;
}

/** A node's taints with the one that makes pods leave, the other one gone. */
export const evictingTaints = (node: Node, key: string, now: number): Taints => [
  ...taintsOf(node).filter((one) => !isEvicting(one)),
  taint(key, 'NoExecute', now),
];

/** A node's taints without those that make pods leave; the same list where there are none. */
export function reachableTaints(node: Node): Taints {
  const known = taintsOf(node);
  return known.some(isEvicting) ? known.filter((one) => !isEvicting(one)) : known;
}
