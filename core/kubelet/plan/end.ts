import { isSidecar, timeOf } from '../api.ts';
import type { ContainerStatus } from '../runtime.ts';
import { type Action, type Plan, graceOf } from './actions.ts';
import type { World } from './world.ts';

/**
 * Everything of the pod stops: the regular containers first, then the sidecars, the last one first, then the sandbox.
 * A stop under way is asked for again where the pod's grace has become shorter. `terminal`: for good.
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_termination_order.go.
 */
export function planEnd(world: World, terminal: boolean): Plan {
  const { observed, now, stopping, pod } = world;
  const running = observed.containers.filter((one) => one.state === 'running');
  const first = firstToGo(world, running);
  const grace = first.waited ? restOfGrace(world) : graceOf(pod);
  const deadline = now + grace * 1000;
  const actions: Action[] = first.containers
    .filter((one) => (stopping.get(one.id) ?? Infinity) > deadline + TOLERANCE)
    .map((one) => ({
      do: 'stop',
      container: one.id,
      name: one.name,
      graceSeconds: grace,
      message: `Stopping container ${one.name}`,
      renew: false,
    }));
  const busy = running.length > 0 || stopping.size > 0 || world.starting;
  if (!busy) {
    for (const sandbox of observed.sandboxes) {
      if (sandbox.ready) actions.push({ do: 'stopSandbox', sandbox: sandbox.id });
    }
  }
  return { actions, held: [], terminal, still: !busy && actions.length === 0, lookAgain: undefined };
}

/** Milliseconds by which a later deadline must differ from the one under way to count as shorter. */
const TOLERANCE = 500;

/** Seconds that every container gets, however late its turn comes. */
const LEAST_GRACE = 2;

/** Sidecars waited for the others: they have what is left of the pod's grace. */
function restOfGrace({ pod, now }: World): number {
  const until = timeOf(pod.metadata.deletionTimestamp);
  const whole = graceOf(pod);
  return Number.isNaN(until) ? whole : Math.max(LEAST_GRACE, Math.min(whole, Math.ceil((until - now) / 1000)));
}

/** All but sidecars; when only sidecars are left, the last of them. */
function firstToGo({ pod }: World, running: readonly ContainerStatus[]) {
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map((one) => one.name);
  const others = running.filter((one) => !sidecars.includes(one.name));
  if (others.length > 0) return { containers: others, waited: false };
  const last = sidecars.findLast((name) => running.some((one) => one.name === name));
  return { containers: running.filter((one) => one.name === last), waited: true };
}
