import type { Container, Pod, PodSpec } from '#core/api/types/core/v1';

export type {
  ConfigMap,
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  DownwardAPIVolumeFile as DownwardItem,
  EnvFromSource as EnvFrom,
  EnvVar,
  EphemeralContainer,
  HTTPGetAction as HttpGet,
  KeyToPath,
  LifecycleHandler,
  Node,
  NodeCondition,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  NodeStatus,
  NodeSystemInfo as NodeInfo,
  ObjectFieldSelector as FieldRef,
  Pod,
  PodCondition,
  PodSpec,
  PodStatus,
  Probe,
  ResourceFieldSelector as ResourceFieldRef,
  ResourceRequirements as Resources,
  ContainerRestartRule as RestartRule,
  Secret,
  Service,
  Taint,
  Toleration,
  Volume,
  VolumeMount,
  VolumeProjection as ProjectedSource,
} from '#core/api/types/core/v1';

/** Why a container waits. */
export interface Waiting {
  readonly reason: string;
  readonly message: string;
}

export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

/** All containers of a pod: init, regular, ephemeral. */
export function allContainers(spec: PodSpec): readonly Container[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  return initContainers.length + ephemeralContainers.length === 0
    ? containers
    : [...initContainers, ...containers, ...ephemeralContainers];
}

export const containerNamed = (spec: PodSpec, name: string): Container | undefined =>
  allContainers(spec).find((one) => one.name === name);

/** `web_default(1b4d…)`, as upstream's messages name a pod. */
export const podText = ({ metadata }: Pod): string => `${metadata.name}_${metadata.namespace}(${metadata.uid})`;

export const podKey = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;

/** RFC 3339 in whole seconds, as the API writes moments. `milliseconds` since the epoch. */
export const timeText = (milliseconds: number): string =>
  `${new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().slice(0, 19)}Z`;

/** Milliseconds since the epoch; NaN where there is none. */
export const timeOf = (text: string | null | undefined): number =>
  text === undefined || text === null ? NaN : Date.parse(text);
