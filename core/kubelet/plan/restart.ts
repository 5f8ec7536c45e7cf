import type { Container, PodSpec, RestartRule } from '../api.ts';
import type { ContainerStatus } from '../runtime.ts';
import type { World } from './world.ts';

const matches = ({ exitCodes }: RestartRule, exitCode: number): boolean =>
  exitCodes !== undefined && (exitCodes.values ?? []).includes(exitCode) === (exitCodes.operator === 'In');

/**
 * Whether a container that ended with `exitCode` is to run again: its own rules first, then its own policy, then the pod's.
 * Upstream: pkg/api/v1/pod/util.go, ContainerShouldRestart. The action `RestartAllContainers` restarts the one container
 * only so far: see `restartsAll`.
 */
export function restartsAfter(container: Container, spec: PodSpec, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) {
    const rule = container.restartPolicyRules?.find((one) => matches(one, exitCode));
    if (rule !== undefined && rule.action.startsWith('Restart')) return true;
  }
  switch (container.restartPolicy ?? spec.restartPolicy) {
    case 'Never':
      return false;
    case 'OnFailure':
      return exitCode !== 0;
    default:
      return true;
  }
}

/** Whether the end of this container asks for all of the pod's to be restarted. */
export const restartsAll = (container: Container, exitCode: number): boolean =>
  container.restartPolicy !== undefined &&
  container.restartPolicyRules?.find((one) => matches(one, exitCode))?.action === 'RestartAllContainers';

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
