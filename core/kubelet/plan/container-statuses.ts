import {
  type Container,
  type ContainerState,
  type ContainerStatus,
  type VolumeMount,
  type Waiting,
  isSidecar,
  timeText,
} from '../api.ts';
import { restartCountOf } from '../labels.ts';
import type { ContainerStatus as Instance } from '../runtime.ts';
import type { Plan } from './actions.ts';
import { changedAmounts } from './resize.ts';
import { shouldStart } from './restart.ts';
import { type World, latest } from './world.ts';

export type StatusKind = 'init' | 'regular' | 'ephemeral';

/** What a container is called that the runtime lost without a word. */
const LOST = { exitCode: 137, reason: 'ContainerStatusUnknown' } as const;

/**
 * The statuses of one list of a pod's containers, from the runtime's last two instances of each, from why one could not be
 * started, and from what was reported before. Upstream: pkg/kubelet/kubelet_pods.go, convertToAPIContainerStatuses.
 */
export function containerStatuses(
  world: World,
  plan: Plan,
  runtimeName: string,
  kind: StatusKind,
  containers: readonly Container[],
  before: readonly ContainerStatus[],
): readonly ContainerStatus[] {
  const statuses = containers.map((container) => {
    const old = before.find((one) => one.name === container.name);
    return withProbes(world, container, kind, statusOf(world, plan, runtimeName, kind, container, old));
  });
  return kind === 'init' ? statuses : statuses.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function statusOf(
  world: World,
  plan: Plan,
  runtimeName: string,
  kind: StatusKind,
  container: Container,
  old: ContainerStatus | undefined,
): ContainerStatus {
  const [newest, previous] = world.observed.containers.filter((one) => one.name === container.name);
  const status =
    newest === undefined
      ? neverSeen(world, kind, container, old)
      : seen(world, container, runtimeName, newest, previous, old);
  if (kind === 'init' && newest?.state === 'exited' && newest.exitCode === 0) return status;
  const held = plan.held.find((one) => one.name === container.name);
  if (held !== undefined) return waiting(status, held);
  // While the next attempt is under way the last one's failure is still what there is to say.
  const said = old?.state?.waiting;
  const known = said?.reason !== undefined && !STARTING.includes(said.reason);
  return known && !plan.terminal && shouldStart(world, container, newest)
    ? waiting(status, { reason: said.reason, message: said.message ?? '' })
    : status;
}

/** Waiting reasons that tell of no failure. */
const STARTING = ['ContainerCreating', 'PodInitializing'];

function waiting(status: ContainerStatus, { reason, message }: Waiting): ContainerStatus {
  const ended = status.state?.terminated;
  return {
    ...status,
    ...(ended === undefined ? {} : { lastState: { terminated: ended } }),
    state: { waiting: { reason, ...(message === '' ? {} : { message }) } },
  };
}

/** The runtime has no instance: it was never made, or the runtime lost it. */
function neverSeen(
  world: World,
  kind: StatusKind,
  container: Container,
  old: ContainerStatus | undefined,
): ContainerStatus {
  if (old?.state?.terminated !== undefined) return old;
  const { spec, metadata } = world.pod;
  if (kind === 'init' && !isSidecar(container) && spec.containers.some(({ name }) => latest(world.observed, name))) {
    const message =
      'Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally';
    return {
      ...blank(container, old),
      state: { terminated: { exitCode: 0, reason: 'Completed', message } },
    };
  }
  const status: ContainerStatus = { ...blank(container, old), state: { waiting: { reason: waitingAtFirst(world) } } };
  if (old?.state?.running === undefined) return status;
  const message = 'The container could not be located when the pod was deleted.  The container used to be Running';
  return {
    ...status,
    restartCount: status.restartCount + (metadata.deletionTimestamp === undefined ? 1 : 0),
    lastState: status.lastState?.terminated === undefined ? { terminated: { ...LOST, message } } : status.lastState,
  };
}

/** What a container waits for that has not begun. */
const waitingAtFirst = ({ pod }: World): string =>
  (pod.spec.initContainers?.length ?? 0) > 0 ? 'PodInitializing' : 'ContainerCreating';

const blank = (container: Container, old: ContainerStatus | undefined): ContainerStatus => ({
  name: container.name,
  state: {},
  lastState: old?.lastState ?? {},
  ready: false,
  restartCount: old?.restartCount ?? 0,
  image: container.image ?? '',
  imageID: '',
  ...mountsOf(container.volumeMounts),
});

function seen(
  world: World,
  container: Container,
  runtimeName: string,
  newest: Instance,
  previous: Instance | undefined,
  old: ContainerStatus | undefined,
): ContainerStatus {
  const { state } = newest;
  // Until a resize is done it has what it had.
  const isChanging = state === 'running' && changedAmounts(container, newest).length > 0;
  const resources = (isChanging ? old?.resources : undefined) ?? container.resources;
  return {
    name: container.name,
    state: state === 'created' ? { waiting: { reason: waitingAtFirst(world) } } : stateOf(runtimeName, newest, old),
    lastState: lastStateOf(runtimeName, newest, previous, old),
    ready: false,
    restartCount: Math.max(restartCountOf(newest), old?.restartCount ?? 0),
    image: newest.image,
    imageID: newest.imageRef,
    containerID: `${runtimeName}://${newest.id}`,
    ...(resources === undefined ? {} : { resources }),
    ...(container.resources?.requests === undefined ? {} : { allocatedResources: container.resources.requests }),
    ...mountsOf(container.volumeMounts),
  };
}

/** How the instance before ended; from what was reported where the runtime no longer has it. */
function lastStateOf(
  runtimeName: string,
  newest: Instance,
  previous: Instance | undefined,
  old: ContainerStatus | undefined,
): ContainerState {
  if (previous !== undefined) return stateOf(runtimeName, previous, undefined);
  const id = `${runtimeName}://${newest.id}`;
  if (old?.state?.terminated !== undefined && old.containerID !== id) return { terminated: old.state.terminated };
  return old?.lastState ?? {};
}

function stateOf(runtimeName: string, instance: Instance, old: ContainerStatus | undefined): ContainerState {
  switch (instance.state) {
    case 'running':
      return { running: { startedAt: timeText(instance.startedAt) } };
    case 'exited':
      return {
        terminated: {
          exitCode: instance.exitCode,
          ...(instance.reason === '' ? {} : { reason: instance.reason }),
          ...(instance.message === '' ? {} : { message: instance.message }),
          startedAt: instance.startedAt > 0 ? timeText(instance.startedAt) : '1970-01-01T00:00:00Z',
          finishedAt: timeText(instance.finishedAt),
          containerID: `${runtimeName}://${instance.id}`,
        },
      };
    case 'unknown':
      return old?.state?.running === undefined
        ? { waiting: {} }
        : {
            terminated: {
              ...LOST,
              message: 'The container could not be located when the pod was terminated',
            },
          };
    default:
      return { waiting: {} };
  }
}

function mountsOf(mounts: readonly VolumeMount[] | undefined): Pick<ContainerStatus, 'volumeMounts'> {
  if (mounts === undefined || mounts.length === 0) return {};
  return {
    volumeMounts: mounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
    })),
  };
}

/** Started and ready, from the probes. Upstream: pkg/kubelet/prober/prober_manager.go, UpdatePodStatus. */
function withProbes(world: World, container: Container, kind: StatusKind, status: ContainerStatus): ContainerStatus {
  if (kind === 'ephemeral') return { ...status, ready: false };
  const instance = latest(world.observed, container.name);
  const running = status.state?.running !== undefined;
  const results = instance === undefined ? undefined : world.probes.get(instance.id);
  if (kind === 'init' && !isSidecar(container)) {
    return { ...status, started: running, ready: status.state?.terminated?.exitCode === 0 };
  }
  const started = running && (container.startupProbe === undefined || results?.startup === true);
  const ready = started && (container.readinessProbe === undefined || results?.readiness === true);
  return { ...status, started, ready };
}
