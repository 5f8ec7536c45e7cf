import { type Container, isSidecar } from '../api.ts';
import type { ContainerStatus } from '../runtime.ts';
import type { Draft } from './draft.ts';
import { shouldStart } from './restart.ts';
import { type World, latest } from './world.ts';

/**
 * Takes the init containers one step further. They run one after the other; a sidecar (restart policy Always) only has to
 * have started before the next one begins, and is kept running from then on.
 * - `initialized`: the regular containers may run.
 * - `failed`: one failed for good.
 * The runtime may have forgotten early ones (their instances are removed), so the last one known tells how far the pod is.
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go, computeInitContainerActions.
 */
export function planInit(world: World, draft: Draft): 'initialized' | 'working' | 'failed' {
  const containers = world.pod.spec.initContainers ?? [];
  if (containers.length === 0) return 'initialized';
  const instance = (container: Container) => inCurrentSandbox(world, latest(world.observed, container.name));
  const wasInitialized = world.pod.spec.containers.some((container) => {
    const state = instance(container)?.state;
    return state !== undefined && state !== 'unknown';
  });
  const reached = wasInitialized ? containers.length : lastKnown(containers, instance);

  let result: 'initialized' | 'working' | 'failed' = wasInitialized ? 'initialized' : 'working';
  for (let index = 0; index < containers.length; index++) {
    const container = containers[index]!;
    const status = instance(container);
    if (isSidecar(container)) {
      if (index <= reached || wasInitialized) keepSidecar(world, draft, container, status);
      if (index !== reached || wasInitialized) continue;
      if (!hasStarted(world, container, status)) return 'working';
    } else {
      if (index !== reached || wasInitialized) continue;
      const step = stepInit(world, draft, container, status);
      if (step !== 'passed') return step;
    }
    const next = containers[index + 1];
    if (next === undefined) result = 'initialized';
    else draft.start(next, isSidecar(next) ? 'sidecar' : 'init', latest(world.observed, next.name));
  }
  return result;
}

/** An instance of a sandbox that is gone says nothing about the present one. */
const inCurrentSandbox = ({ observed }: World, status: ContainerStatus | undefined): ContainerStatus | undefined =>
  status !== undefined && status.sandbox === observed.sandboxes[0]?.id ? status : undefined;

function lastKnown(containers: readonly Container[], instance: (container: Container) => ContainerStatus | undefined) {
  for (let index = containers.length - 1; index > 0; index--)
    if (instance(containers[index]!) !== undefined) return index;
  return 0;
}

function stepInit(
  world: World,
  draft: Draft,
  container: Container,
  status: ContainerStatus | undefined,
): 'working' | 'failed' | 'passed' {
  if (status?.state === 'running') return 'working';
  if (status?.state === 'exited' && status.exitCode === 0) return 'passed';
  if (!shouldStart(world, container, status)) return 'failed';
  draft.start(container, 'init', status ?? latest(world.observed, container.name));
  return 'working';
}

function keepSidecar(world: World, draft: Draft, container: Container, status: ContainerStatus | undefined): void {
  if (status?.state === 'running') draft.judge(container, status);
  else if (shouldStart(world, container, status)) {
    draft.start(container, 'sidecar', status ?? latest(world.observed, container.name));
  }
}

/** A sidecar counts as started once it runs and its startup probe, where it has one, succeeded. */
function hasStarted(world: World, { startupProbe }: Container, status: ContainerStatus | undefined): boolean {
  if (status?.state !== 'running') return false;
  return startupProbe === undefined || world.probes.get(status.id)?.startup === true;
}
