import type {
  Container,
  ContainerResources,
  ContainerState,
  ContainerStatus,
  ImageStatus,
  RuntimeFeatures,
  RuntimeStatus,
  Sandbox,
  SandboxStatus,
} from '#core/kubelet';
import {
  millisecondsOf,
  type WireContainer,
  type WireContainerStatus,
  type WireImage,
  type WireResources,
  type WireSandbox,
  type WireSandboxStatus,
  type WireStatus,
} from './wire.ts';

// Enumerations are numbered as in CRI's api.proto.
const STATES: readonly ContainerState[] = ['created', 'running', 'exited', 'unknown'];
const SANDBOX_READY = 0;

export function readSandbox(sandbox: WireSandbox): Sandbox {
  const { name, namespace, uid, attempt } = sandbox.metadata;
  return {
    id: sandbox.id,
    pod: { name, namespace, uid },
    attempt,
    ready: sandbox.state === SANDBOX_READY,
    createdAt: millisecondsOf(sandbox.created_at),
    labels: sandbox.labels ?? {},
    annotations: sandbox.annotations ?? {},
  };
}

export function readSandboxStatus(sandbox: WireSandboxStatus): SandboxStatus {
  const { ip = '', additional_ips: others } = sandbox.network ?? {};
  return { ...readSandbox(sandbox), ips: ip === '' ? [] : [ip, ...(others ?? []).map((more) => more.ip)] };
}

export const readContainer = (container: WireContainer): Container => ({
  id: container.id,
  sandbox: container.pod_sandbox_id,
  name: container.metadata.name,
  attempt: container.metadata.attempt,
  state: STATES[container.state] ?? 'unknown',
  createdAt: millisecondsOf(container.created_at),
  labels: container.labels ?? {},
  annotations: container.annotations ?? {},
});

/** A status does not say which sandbox the container is in; the caller knows. */
export const readContainerStatus = (container: WireContainerStatus, sandbox: string): ContainerStatus => ({
  ...readContainer({ ...container, pod_sandbox_id: sandbox }),
  image: container.image?.image ?? '',
  imageRef: container.image_ref,
  startedAt: millisecondsOf(container.started_at),
  finishedAt: millisecondsOf(container.finished_at),
  exitCode: container.exit_code,
  reason: container.reason,
  message: container.message,
  logPath: container.log_path,
  ...(container.resources?.linux ? { resources: readResources(container.resources.linux) } : {}),
});

const readResources = (resources: WireResources): ContainerResources => ({
  cpuShares: Number(resources.cpu_shares),
  cpuQuota: Number(resources.cpu_quota),
  cpuPeriod: Number(resources.cpu_period),
  memoryLimit: Number(resources.memory_limit_in_bytes),
  oomScoreAdjust: Number(resources.oom_score_adj),
  cpusetCpus: resources.cpuset_cpus,
});

export const readImage = (image: WireImage): ImageStatus => ({
  id: image.id,
  tags: image.repo_tags ?? [],
  digests: image.repo_digests ?? [],
  size: Number(image.size),
  ...(image.uid === null ? {} : { uid: Number(image.uid.value) }),
  ...(image.username === '' ? {} : { username: image.username }),
});

/** `runtime_version` is `1.6.20~ds1` or `v2.1.9`. */
export function readStatus(name: string, version: string, answer: WireStatus): RuntimeStatus {
  const conditions = answer.status?.conditions ?? [];
  const condition = (type: string) => conditions.find((one) => one.type === type);
  const failing = conditions.filter(({ status }) => !status);
  return {
    name,
    version,
    ready: condition('RuntimeReady')?.status ?? false,
    networkReady: condition('NetworkReady')?.status ?? false,
    message: failing.map(({ type, reason, message }) => `${type}: ${reason}: ${message}`).join('; '),
    features: readFeatures(version, answer),
  };
}

function readFeatures(version: string, { runtime_handlers, features }: WireStatus): RuntimeFeatures {
  const handler = runtime_handlers?.find(({ name }) => name === '' || name === 'runc')?.features;
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return {
    userNamespaces: handler?.user_namespaces ?? false,
    imageVolumes: Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 1),
    supplementalGroupsPolicy: features?.supplemental_groups_policy ?? false,
    recursiveReadOnly: handler?.recursive_read_only_mounts ?? false,
    // Neither 1.6 nor 2.1 heeds the CRI's stop_signal, and AppArmor is switched off in the configuration.
    stopSignal: false,
    appArmor: false,
  };
}
