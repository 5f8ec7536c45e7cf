import { type ContainerStatus, type Pod, isSidecar } from '../api.ts';
import { restartsAfter } from '#core/api/pods';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** How a container ended, now or before it began to wait; undefined while it never did. */
const endOf = ({ state, lastState }: ContainerStatus): number | undefined =>
  state?.terminated?.exitCode ?? (state?.waiting === undefined ? undefined : lastState?.terminated?.exitCode);

/**
 * The one word for where a pod is. `terminal`: its containers will not be started again whatever their policy;
 * `initialized`: its regular containers have run in the present sandbox. Upstream: pkg/kubelet/kubelet_pods.go, getPhase.
 */
export function phaseOf(
  { spec }: Pod,
  statuses: readonly ContainerStatus[],
  terminal: boolean,
  initialized: boolean,
): Phase {
  const byName = new Map(statuses.map((one) => [one.name, one]));
  let unknown = 0;
  let running = 0;
  let waiting = 0;
  let initializing = 0;
  let sidecarsStarting = 0;

  for (const container of spec.initContainers ?? []) {
    const status = byName.get(container.name);
    if (isSidecar(container)) {
      if (status === undefined) unknown++;
      else if (status.state?.running !== undefined) {
        running++;
        if (status.started !== true) sidecarsStarting++;
      } else if (endOf(status) === undefined) {
        sidecarsStarting++;
        waiting++;
      }
      continue;
    }
    const end = status === undefined ? undefined : endOf(status);
    if (end === undefined) initializing++;
    else if (end !== 0 && !restartsAfter(container, spec, end)) return 'Failed';
  }

  let stopped = 0;
  let forGood = 0;
  let succeeded = 0;
  for (const container of spec.containers) {
    const status = byName.get(container.name);
    const end = status === undefined ? undefined : endOf(status);
    if (status === undefined) unknown++;
    else if (status.state?.running !== undefined) running++;
    else if (end === undefined) waiting++;
    else {
      stopped++;
      if (!restartsAfter(container, spec, end)) forGood++;
      if (status.state?.terminated?.exitCode === 0) succeeded++;
    }
  }

  if (initializing > 0 || waiting > 0 || (sidecarsStarting > 0 && !initialized)) return 'Pending';
  if (unknown > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (!terminal && stopped !== forGood) return 'Running';
  return stopped === succeeded ? 'Succeeded' : 'Failed';
}
