import type { Pod } from '#core/api/types/core/v1';
import { instantOf } from '#core/operator';
import { isActive, isReady, readySince } from '../common/pods.ts';

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** What the order looks at, computed once a pod. */
interface Candidate {
  readonly pod: Pod;
  readonly assigned: boolean;
  readonly phase: number;
  readonly ready: boolean;
  /** `controller.kubernetes.io/pod-deletion-cost`. */
  readonly cost: number;
  /** Active pods of the related sets on the same node. */
  readonly crowd: number;
  readonly readySince: number | undefined;
  readonly restarts: number;
  readonly sidecarRestarts: number;
  readonly created: number | undefined;
}

/**
 * The `count` pods that can best be spared, the first the best. `related` are the pods of all sets of the same owner: nodes with
 * many of them give theirs first. Upstream: pkg/controller/controller_utils.go (ActivePodsWithRanks).
 */
export function leastWanted(pods: readonly Pod[], related: readonly Pod[], count: number, now: number): readonly Pod[] {
  if (count >= pods.length) return pods;
  const crowds = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName ?? '';
    if (isActive(pod)) crowds.set(node, (crowds.get(node) ?? 0) + 1);
  }
  const candidates = pods.map((pod) => candidateOf(pod, crowds));
  candidates.sort((a, b) => compare(a, b, now));
  return candidates.slice(0, count).map(({ pod }) => pod);
}

function candidateOf(pod: Pod, crowds: ReadonlyMap<string, number>): Candidate {
  const { spec, status, metadata } = pod;
  const sidecars = new Set<string>();
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') sidecars.add(container.name);
  }
  let restarts = 0;
  for (const { restartCount } of status?.containerStatuses ?? []) restarts = Math.max(restarts, restartCount);
  let sidecarRestarts = 0;
  for (const { name, restartCount } of status?.initContainerStatuses ?? []) {
    if (sidecars.has(name)) sidecarRestarts = Math.max(sidecarRestarts, restartCount);
  }
  const nodeName = spec.nodeName ?? '';
  return {
    pod,
    assigned: nodeName !== '',
    phase: PHASES[status?.phase ?? ''] ?? 0,
    ready: isReady(pod),
    cost: costOf(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost']),
    crowd: crowds.get(nodeName) ?? 0,
    readySince: readySince(pod),
    restarts,
    sidecarRestarts,
    created: instantOf(metadata.creationTimestamp),
  };
}

/** A 32-bit integer without superfluous digits; anything else counts as 0. */
function costOf(text: string | undefined): number {
  if (text === undefined || !/^(0|-?[1-9]\d*)$/.test(text)) return 0;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}

/** Negative where `a` can be spared rather than `b`. */
function compare(a: Candidate, b: Candidate, now: number): number {
  return (
    Number(a.assigned) - Number(b.assigned) ||
    a.phase - b.phase ||
    Number(a.ready) - Number(b.ready) ||
    a.cost - b.cost ||
    b.crowd - a.crowd ||
    (a.ready ? younger(a, b, a.readySince, b.readySince, now) : 0) ||
    b.restarts - a.restarts ||
    b.sidecarRestarts - a.sidecarRestarts ||
    younger(a, b, a.created, b.created, now) ||
    byUid(a, b)
  );
}

/** The younger first, in powers of two of its age; within one power by uid, which is as good as by chance. */
function younger(
  a: Candidate,
  b: Candidate,
  since: number | undefined,
  other: number | undefined,
  now: number,
): number {
  if (since === other) return 0;
  if (since === undefined) return -1;
  if (other === undefined) return 1;
  return magnitude(now - since) - magnitude(now - other) || byUid(a, b);
}

/** Of an age in milliseconds; upstream takes the logarithm of nanoseconds. */
const magnitude = (age: number) => (age > 0 ? Math.floor(Math.log2(age * 1e6)) : -1);

const byUid = (a: Candidate, b: Candidate) => {
  const [left = '', right = ''] = [a.pod.metadata.uid, b.pod.metadata.uid];
  return left < right ? -1 : left > right ? 1 : 0;
};
