import { restartRule, restartsAfter } from '#core/api/pods';
import type { Container, PodSpec } from '../api.ts';
import type { ContainerStatus } from '../runtime.ts';
import type { World } from './world.ts';

/** Whether the end of this container asks for all of the pod's to be restarted. */
export const restartsAll = (container: Container, exitCode: number): boolean =>
  restartRule(container, exitCode)?.action === 'RestartAllContainers';

/** Whether a running container that a probe condemned is to run again: rules by exit code do not count yet. */
export const restartsWhenCondemned = (container: Container, spec: PodSpec): boolean =>
  (container.restartPolicy ?? spec.restartPolicy) !== 'Never';

/** Whether a container that does not run now is to be started. Upstream: pkg/kubelet/container/helpers.go, ShouldContainerBeRestarted. */
export function shouldStart(world: World, container: Container, status: ContainerStatus | undefined): boolean {
  if (world.pod.metadata.deletionTimestamp !== undefined) return false;
  if (status === undefined || status.state === 'unknown' || status.state === 'created') return true;
  if (status.state === 'running') return false;
  return world.renewed.has(container.name) || restartsAfter(container, world.pod.spec, status.exitCode);
}
