import type { Node, Pod } from '#core/api/types/core/v1';
import { instantOf } from '#core/operator';
import { isTerminal } from '../common/pods.ts';

export interface World {
  readonly pods: readonly Pod[];
  readonly node: (name: string) => Node | undefined;
  /** Nodes that pods name and that have surely been gone for a while. */
  readonly gone: ReadonlySet<string>;
  /** Ended pods beyond so many go; 0 keeps all. */
  readonly threshold: number;
}

export interface Removal {
  readonly pod: Pod;
  readonly why: 'terminated' | 'out of service' | 'orphaned' | 'unscheduled';
}

/** The pods that nobody else will remove. Upstream: pkg/controller/podgc/gc_controller.go. */
export function plan({ pods, node, gone, threshold }: World): readonly Removal[] {
  const removals: Removal[] = [];
  const ended: Pod[] = [];
  for (const pod of pods) {
    const { nodeName = '' } = pod.spec;
    const leaving = pod.metadata.deletionTimestamp !== undefined;
    if (gone.has(nodeName)) removals.push({ pod, why: 'orphaned' });
    else if (leaving && nodeName === '') removals.push({ pod, why: 'unscheduled' });
    else if (leaving && isOutOfService(node(nodeName))) removals.push({ pod, why: 'out of service' });
    else if (isTerminal(pod)) ended.push(pod);
  }
  if (threshold > 0 && ended.length > threshold) {
    ended.sort(evictedAndOldFirst);
    for (const pod of ended.slice(0, ended.length - threshold)) removals.push({ pod, why: 'terminated' });
  }
  return removals;
}

/** Its administrator says that it is down for good. */
function isOutOfService(node: Node | undefined): boolean {
  if (node === undefined) return false;
  const ready = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  return !ready && node.spec.taints?.some(({ key }) => key === 'node.kubernetes.io/out-of-service') === true;
}

function evictedAndOldFirst(a: Pod, b: Pod): number {
  const isEvicted = ({ status }: Pod) => status?.phase === 'Failed' && status.reason === 'Evicted';
  const age = (instantOf(a.metadata.creationTimestamp) ?? 0) - (instantOf(b.metadata.creationTimestamp) ?? 0);
  const byName = (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
  return Number(isEvicted(b)) - Number(isEvicted(a)) || age || byName;
}
