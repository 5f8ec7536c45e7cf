import { asNumbers, podTotal, qosClass } from '#core/api/pods';
import type { Container, Pod } from '../api.ts';
import type { ContainerResources } from '../runtime.ts';
import type { CgroupLimits } from '../seams.ts';
import { PERIOD, bytes, containerAmounts, quotaOf, sharesOf } from './amounts.ts';

/** Upstream: pkg/kubelet/qos/policy.go. The runtime of this project's machines takes positive values only. */
function oomScore(pod: Pod, container: Container, memoryCapacity: number): number {
  const qos = qosClass(pod.spec);
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

const WITH_OVERHEAD = { overhead: true };

/** The limits of a pod's cgroup: bounded only where every container is. Upstream: pkg/kubelet/cm/helpers_linux.go, ResourceConfigForPod. */
export function podLimits(pod: Pod): CgroupLimits {
  const limits = podTotal(pod, 'limits', asNumbers, WITH_OVERHEAD);
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const every = (name: string) =>
    pod.spec.resources?.limits?.[name] !== undefined ||
    all.every(({ resources }) => resources?.limits?.[name] !== undefined);
  return {
    cpuShares: sharesOf(podTotal(pod, 'requests', asNumbers, WITH_OVERHEAD).get('cpu') ?? 0),
    cpuQuota: every('cpu') ? quotaOf(limits.get('cpu') ?? 0) : 0,
    memoryLimit: every('memory') ? (limits.get('memory') ?? 0) : 0,
    pids: 0,
  };
}
