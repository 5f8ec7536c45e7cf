import { type Container, type Pod, type PodCondition, isSidecar } from '../api.ts';
import { containerAmounts } from '../container/amounts.ts';
import type { ContainerStatus } from '../runtime.ts';
import { type World, latest } from './world.ts';

/** Which of its amounts a running container does not have as it should. A runtime that tells nothing is taken at its word. */
export function changedAmounts(container: Container, { resources }: ContainerStatus): readonly ('cpu' | 'memory')[] {
  if (resources === undefined) return [];
  const { cpuShares, cpuQuota, memoryLimit } = containerAmounts(container);
  const cpu = cpuShares !== resources.cpuShares || (cpuQuota > 0 && cpuQuota !== resources.cpuQuota);
  const memory = memoryLimit > 0 && memoryLimit !== resources.memoryLimit;
  return [...(cpu ? (['cpu'] as const) : []), ...(memory ? (['memory'] as const) : [])];
}

/** Whether a container wants to be started anew for such a change. */
export const restartsFor = ({ resizePolicy = [] }: Container, changed: readonly string[]): boolean =>
  resizePolicy.some(
    ({ resourceName, restartPolicy }) => restartPolicy === 'RestartContainer' && changed.includes(resourceName),
  );

/** Those that run as long as the pod does. */
const lasting = ({ spec }: Pod): readonly Container[] => [
  ...(spec.initContainers ?? []).filter(isSidecar),
  ...spec.containers,
];

/** The conditions of a resize in place; none where there is none. Upstream: pkg/kubelet/status/status_manager.go. */
export function resizeConditions({ pod, observed, resize }: World): readonly PodCondition[] {
  const { pending, failure } = resize;
  const underWay =
    failure !== undefined ||
    lasting(pod).some((container) => {
      const status = latest(observed, container.name);
      return status?.state === 'running' && changedAmounts(container, status).length > 0;
    });
  return [
    ...(pending === undefined ? [] : [{ type: 'PodResizePending', status: 'True', ...pending } as const]),
    ...(!underWay
      ? []
      : [
          {
            type: 'PodResizeInProgress',
            status: 'True',
            ...(failure === undefined ? {} : { reason: 'Error', message: failure.message }),
          } as const,
        ]),
  ];
}

/** A pod with the resources that its containers have in another, where the node does not give what it asks for. */
export function withResourcesOf(pod: Pod, other: Pod): Pod {
  const had = new Map(lasting(other).map((container) => [container.name, container.resources]));
  const kept = (container: Container): Container => {
    const resources = had.get(container.name);
    return resources === undefined || resources === container.resources ? container : { ...container, resources };
  };
  const { initContainers, containers } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(kept) }),
      containers: containers.map(kept),
    },
  };
}
