import { asNumbers, podTotal, requiredNodes, toleratedBy } from '#core/api/pods';
import { type Node, type Pod, allContainers } from './api.ts';
import type { ResizePending, Verdict } from './plan/index.ts';
import type { RuntimeFeatures } from './runtime.ts';

/** What a node needs to know to take a pod or not. */
export interface AdmissionWorld {
  readonly node: Node | undefined;
  /** The pods that it has taken and that have not ended. */
  readonly others: readonly Pod[];
  readonly features: RuntimeFeatures;
}

/**
 * Whether the node refuses a pod that was given to it. Upstream: pkg/kubelet/lifecycle/predicate.go; the refusal of what the
 * runtime would silently leave out is ours.
 */
export function refusalOf(pod: Pod, world: AdmissionWorld): Verdict | undefined {
  const missing = missingFeature(pod, world.features);
  if (missing !== undefined) return { reason: 'UnsupportedByNode', message: missing };
  const { node } = world;
  if (node === undefined) return undefined;
  const os = pod.spec.os?.name;
  if (os !== undefined && os !== node.status?.nodeInfo?.operatingSystem) {
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  }
  return lacking(pod, node, world.others) ?? misplaced(pod, node, world.others);
}

/** Why the node does not give a running pod what it asks for: never, or not as long as the others have what they have. */
export function resizeRefusal(pod: Pod, { node, others }: AdmissionWorld): ResizePending | undefined {
  if (node === undefined) return undefined;
  const never = lacking(pod, node, []);
  if (never !== undefined) return { reason: 'Infeasible', message: never.message };
  const now = lacking(pod, node, others);
  return now === undefined ? undefined : { reason: 'Deferred', message: now.message };
}

function lacking(pod: Pod, node: Node, others: readonly Pod[]): Verdict | undefined {
  const allocatable = node.status?.allocatable ?? {};
  const most = Number(allocatable['pods'] ?? Infinity);
  if (others.length + 1 > most) return insufficient('pods', 1, others.length, most);
  const requestsOf = (one: Pod) => podTotal(one, 'requests', asNumbers, { overhead: true });
  const taken = others.map(requestsOf);
  for (const [name, requested] of requestsOf(pod)) {
    if (requested === 0) continue;
    const used = taken.reduce((sum, one) => sum + (one.get(name) ?? 0), 0);
    const capacity = asNumbers.read(name, allocatable[name] ?? '0');
    if (used + requested > capacity) return insufficient(name, requested, used, capacity);
  }
  return undefined;
}

const insufficient = (name: string, requested: number, used: number, capacity: number): Verdict => ({
  reason: `OutOf${name}`,
  message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
});

const predicate = (name: string, why: string): Verdict => ({
  reason: name,
  message: `Predicate ${name} failed: ${why}`,
});

function misplaced(pod: Pod, node: Node, others: readonly Pod[]): Verdict | undefined {
  const { name = '', labels = {} } = node.metadata;
  if (requiredNodes(pod.spec)?.({ name, labels }) === false)
    return predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const taken = new Set(others.flatMap(hostPorts));
  if (hostPorts(pod).some((port) => taken.has(port))) {
    return predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  }
  const evicting = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  if (!evicting.every((taint) => toleratedBy(pod.spec.tolerations, taint))) {
    return predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  }
  return undefined;
}

const hostPorts = ({ spec }: Pod): readonly string[] =>
  spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, hostIP = '', protocol = 'TCP' }) =>
      hostPort === 0 ? [] : [`${hostIP === '0.0.0.0' ? '' : hostIP}/${protocol}/${hostPort}`],
    ),
  );

/** What the runtime, or this kubelet, would leave out without a word. */
function missingFeature(pod: Pod, features: RuntimeFeatures): string | undefined {
  const { spec } = pod;
  const all = allContainers(spec);
  const wants = (feature: string) => `this node cannot give what the pod asks for: ${feature}`;
  if (spec.hostUsers === false && !features.userNamespaces) return wants('hostUsers: false (user namespaces)');
  if (!features.imageVolumes && spec.volumes?.some(({ image }) => image !== undefined)) return wants('image volumes');
  if (spec.securityContext?.supplementalGroupsPolicy === 'Strict' && !features.supplementalGroupsPolicy) {
    return wants('supplementalGroupsPolicy: Strict');
  }
  if (!features.stopSignal && all.some(({ lifecycle }) => (lifecycle?.stopSignal ?? '') !== '')) {
    return wants('lifecycle.stopSignal');
  }
  const confined = [spec.securityContext?.appArmorProfile, ...all.map((one) => one.securityContext?.appArmorProfile)];
  if (!features.appArmor && confined.some((one) => one !== undefined && one.type !== 'Unconfined')) {
    return wants('an AppArmor profile');
  }
  const mounts = all.flatMap(({ volumeMounts = [] }) => volumeMounts);
  if (!features.recursiveReadOnly && mounts.some(({ recursiveReadOnly }) => recursiveReadOnly === 'Enabled')) {
    return wants('recursiveReadOnly: Enabled');
  }
  if (
    all.some(({ restartPolicyRules = [] }) =>
      restartPolicyRules.some(({ action }) => action === 'RestartAllContainers'),
    )
  ) {
    return wants('restartPolicyRules with RestartAllContainers');
  }
  if ((spec.resourceClaims ?? []).length > 0) return wants('resourceClaims');
  if (all.some(({ volumeDevices = [] }) => volumeDevices.length > 0)) return wants('volumeDevices');
  return undefined;
}
