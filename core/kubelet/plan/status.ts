import { qosClass } from '#core/api/pods';
import { type Pod, type PodStatus, timeText } from '../api.ts';
import { conditionsOf } from './conditions.ts';
import { containerStatuses } from './container-statuses.ts';
import { type Phase, phaseOf } from './phase.ts';
import type { Plan } from './actions.ts';
import { resizeConditions } from './resize.ts';
import { sandboxOf } from './sandbox.ts';
import type { Verdict, World } from './world.ts';

/** What a status says of the node. */
export interface NodeFacts {
  /** `containerd`, `simulated`: the scheme of container ids. */
  readonly runtimeName: string;
  /** The node's own addresses, the preferred family first. */
  readonly addresses: readonly string[];
}

/** What is reported of a pod. Upstream: pkg/kubelet/kubelet_pods.go, generateAPIPodStatus. */
export function statusOf(world: World, plan: Plan, node: NodeFacts): PodStatus {
  const { pod, reported, verdict, now, observed } = world;
  const { spec } = pod;
  const init = containerStatuses(
    world,
    plan,
    node.runtimeName,
    'init',
    spec.initContainers ?? [],
    reported.initContainerStatuses ?? [],
  );
  const regular = containerStatuses(
    world,
    plan,
    node.runtimeName,
    'regular',
    spec.containers,
    reported.containerStatuses ?? [],
  );
  const ephemeral = containerStatuses(
    world,
    plan,
    node.runtimeName,
    'ephemeral',
    spec.ephemeralContainers ?? [],
    reported.ephemeralContainerStatuses ?? [],
  );
  const all = [...init, ...regular];
  const sandbox = observed.sandboxes[0];
  const hasRun = observed.containers.some(
    (one) => one.sandbox === sandbox?.id && spec.containers.some(({ name }) => name === one.name),
  );
  const phase = finalPhase(world, plan, phaseOf(pod, all, plan.terminal && plan.still, hasRun));
  const needsSandbox = sandboxOf(world).kind !== 'has';
  const ips = spec.hostNetwork === true ? node.addresses.slice(0, 1) : (sandbox?.ips ?? []);
  const podIPs = ips.length > 0 ? ips : (reported.podIPs ?? []).map((one) => one.ip);
  const hostIP = node.addresses[0];
  const keepsWords = phase === reported.phase;
  const said = phase === 'Failed' && verdict !== undefined ? verdict : keepsWords ? reported : {};
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: conditionsOf(pod, reported.conditions ?? [], all, phase, !needsSandbox, resizeConditions(world), now),
    ...(said.message === undefined ? {} : { message: said.message }),
    ...(said.reason === undefined ? {} : { reason: said.reason }),
    ...(hostIP === undefined ? {} : { hostIP, hostIPs: node.addresses.map((ip) => ({ ip })) }),
    ...(podIPs.length === 0 ? {} : { podIP: podIPs[0]!, podIPs: podIPs.map((ip) => ({ ip })) }),
    startTime: reported.startTime ?? pod.status?.startTime ?? timeText(now),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: regular,
    qosClass: pod.status?.qosClass ?? qosClass(spec),
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral }),
  };
}

/**
 * A pod does not come back from its end. A verdict makes it fail whatever its containers did, but only once they are gone:
 * whoever sees a terminal phase may count on its resources being free.
 */
function finalPhase({ pod, reported, verdict }: World, plan: Plan, phase: Phase): Phase {
  for (const said of [pod.status?.phase, reported.phase]) if (said === 'Failed' || said === 'Succeeded') return said;
  if (verdict === undefined) return phase;
  if (plan.still) return 'Failed';
  return phase === 'Pending' ? 'Pending' : 'Running';
}

/** The status of a pod that the node refuses: it never ran, so nothing is said of its containers. Upstream: pkg/kubelet/kubelet.go, rejectPod. */
export const refusedStatus = (pod: Pod, { reason, message }: Verdict, now: number): PodStatus => ({
  phase: 'Failed',
  reason,
  message: `Pod was rejected: ${message}`,
  ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
  conditions: (pod.status?.conditions ?? []).filter(({ type }) => type === 'PodScheduled'),
  startTime: pod.status?.startTime ?? timeText(now),
  qosClass: pod.status?.qosClass ?? qosClass(pod.spec),
});
