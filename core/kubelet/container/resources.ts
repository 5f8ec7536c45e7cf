import type { Container, Pod, Resources } from '../api.ts';
import { qosOf } from '../plan/index.ts';
import type { ContainerResources } from '../runtime.ts';
import type { CgroupLimits } from '../seams.ts';
import { PERIOD, bytes, containerAmounts, milli, quotaOf, sharesOf } from './amounts.ts';

/** Upstream: pkg/kubelet/qos/policy.go. The runtime of this project's machines takes positive values only. */
function oomScore(pod: Pod, container: Container, memoryCapacity: number): number {
  const qos = qosOf(pod.spec);
  if (qos === 'Guaranteed') return -997;
  if (qos === 'BestEffort') return 1000;
  const request = bytes(container.resources?.requests);
  const score = 1000 - Math.floor((1000 * request) / memoryCapacity);
  return Math.min(999, Math.max(3, score));
}

export const containerResources = (pod: Pod, container: Container, memoryCapacity: number): ContainerResources => ({
  ...containerAmounts(container),
  cpuPeriod: PERIOD,
  oomScoreAdjust: oomScore(pod, container, memoryCapacity),
  cpusetCpus: '',
});

export interface Amounts {
  /** Thousandths of a processor. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/**
 * What a pod needs at its worst moment: all regular containers and sidecars together, or one init container beside the
 * sidecars started before it. Upstream: k8s.io/component-helpers/resource/helpers.go.
 */
export function podAmounts(
  { spec }: Pod,
  of: 'requests' | 'limits',
  amount: (r: Resources | undefined) => number,
): number {
  const set = spec.resources === undefined ? 0 : amount(spec.resources);
  if (set > 0) return set;
  let together = 0;
  for (const { resources } of spec.containers) together += amount(resources);
  let sidecars = 0;
  let worst = 0;
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    if (restartPolicy === 'Always') {
      sidecars += amount(resources);
      worst = Math.max(worst, sidecars);
    } else worst = Math.max(worst, sidecars + amount(resources));
  }
  const overhead = of === 'requests' || together > 0 ? amount({ [of]: spec.overhead ?? {} }) : 0;
  return Math.max(together + sidecars, worst) + overhead;
}

export const podRequests = (pod: Pod): Amounts => ({
  cpu: podAmounts(pod, 'requests', (one) => milli(one?.requests)),
  memory: podAmounts(pod, 'requests', (one) => bytes(one?.requests)),
});

/** The limits of a pod's cgroup: bounded only where every container is. Upstream: pkg/kubelet/cm/helpers_linux.go, ResourceConfigForPod. */
export function podLimits(pod: Pod): CgroupLimits {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const every = (name: string) =>
    pod.spec.resources?.limits?.[name] !== undefined ||
    all.every(({ resources }) => resources?.limits?.[name] !== undefined);
  return {
    cpuShares: sharesOf(podRequests(pod).cpu),
    cpuQuota: every('cpu') ? quotaOf(podAmounts(pod, 'limits', (one) => milli(one?.limits))) : 0,
    memoryLimit: every('memory') ? podAmounts(pod, 'limits', (one) => bytes(one?.limits)) : 0,
    pids: 0,
  };
}
