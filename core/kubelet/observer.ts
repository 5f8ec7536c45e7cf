import { type Log, type Turns, sleep } from '#core/base';
import { LABEL } from './labels.ts';
import { NOTHING_OBSERVED, type Observed } from './plan/index.ts';
import { type ContainerStatus, type PodIdentity, type Runtime, RuntimeFailure, type SandboxStatus } from './runtime.ts';

/**
 * What the runtime has, by pod, kept in memory: listed whole at the start and now and then, renewed piece by piece when the
 * runtime tells of a change or when a worker has made one. Takes the place of upstream's pod lifecycle event generator.
 */
export interface Observer {
  of(uid: string): Observed;
  /** All pods that the runtime knows. */
  pods(): PodIdentity[];
  /** Lists everything. Rejects with a RuntimeFailure. */
  relist(): Promise<void>;
  /** Reads one anew; resolves once that has been taken in. Never rejects. */
  touchSandbox(id: string): Promise<void>;
  touchContainer(id: string): Promise<void>;
}

export interface ObserverParts {
  readonly runtime: Runtime;
  readonly turns: Turns;
  readonly log: Log;
  /** Adds what the runtime does not know: the termination message. Called once an ended container. */
  readonly complete: (status: ContainerStatus) => Promise<ContainerStatus>;
  readonly changed: (uid: string) => void;
  readonly signal: AbortSignal;
}

/** Milliseconds after which an end that was told of is looked for again while the status does not show it. */
const SHORT_WAITS = [20, 50, 100, 200, 400, 800];

interface Entry {
  sandboxes: SandboxStatus[];
  containers: ContainerStatus[];
}

const newestFirst = (a: { createdAt: number; attempt: number }, b: { createdAt: number; attempt: number }) =>
  b.createdAt - a.createdAt || b.attempt - a.attempt;

export function createObserver(parts: ObserverParts): Observer {
  const { runtime, turns, log, complete, changed, signal } = parts;
  const pods = new Map<string, Entry>();
  /** Container and sandbox ids to their pods. */
  const owners = new Map<string, string>();

  const entryOf = (uid: string) => {
    let entry = pods.get(uid);
    if (entry === undefined) pods.set(uid, (entry = { sandboxes: [], containers: [] }));
    return entry;
  };
  const drop = (id: string) => {
    const uid = owners.get(id);
    const entry = uid === undefined ? undefined : pods.get(uid);
    owners.delete(id);
    if (uid === undefined || entry === undefined) return;
    const sandboxes = entry.sandboxes.filter((one) => one.id !== id);
    const containers = entry.containers.filter((one) => one.id !== id);
    if (sandboxes.length + containers.length === 0) pods.delete(uid);
    else pods.set(uid, { sandboxes, containers });
    changed(uid);
  };
  const takeSandbox = (status: SandboxStatus) => {
    const { uid } = status.pod;
    const { sandboxes, containers } = entryOf(uid);
    const others = sandboxes.filter((one) => one.id !== status.id);
    owners.set(status.id, uid);
    pods.set(uid, { sandboxes: [status, ...others].sort(newestFirst), containers });
    changed(uid);
  };
  const takeContainer = async (read: ContainerStatus) => {
    const uid = read.labels[LABEL.podUid];
    if (uid === undefined) return;
    const known = entryOf(uid).containers.find((one) => one.id === read.id);
    if (known?.state === 'exited') return;
    const status = read.state === 'exited' ? await complete(read) : read;
    const { sandboxes, containers } = entryOf(uid);
    owners.set(status.id, uid);
    const others = containers.filter((one) => one.id !== status.id);
    pods.set(uid, { sandboxes, containers: [status, ...others].sort(newestFirst) });
    changed(uid);
  };

  /** Reads and takes in; what is gone is dropped. */
  const touch = async (id: string, read: () => Promise<void>) => {
    try {
      await read();
    } catch (failure) {
      if (failure instanceof RuntimeFailure && failure.reason === 'notFound') drop(id);
      else log.warn('cannot read the status of a sandbox or container', { id, failure: String(failure) });
    }
  };
  const touchSandbox = (id: string) => touch(id, async () => takeSandbox(await runtime.sandboxStatus(id)));
  const touchContainer = (id: string) => touch(id, async () => takeContainer(await runtime.containerStatus(id)));

  /** The runtime tells of an end before its status does. */
  const touchEnded = async (id: string) => {
    for (const wait of SHORT_WAITS) {
      await touchContainer(id);
      const uid = owners.get(id);
      const status = uid === undefined ? undefined : pods.get(uid)?.containers.find((one) => one.id === id);
      if (status === undefined || status.state === 'exited' || signal.aborted) return;
      await sleep(turns, wait);
    }
  };

  runtime.events(({ kind, sandbox, container }) => {
    if (signal.aborted) return;
    if (kind === 'deleted') drop(container ?? sandbox ?? '');
    else if (container === undefined) {
      if (sandbox !== undefined) void touchSandbox(sandbox);
    } else void (kind === 'stopped' || kind === 'oom' ? touchEnded(container) : touchContainer(container));
  }, signal);

  let listing: Promise<void> | undefined;
  const list = async () => {
    const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()]);
    const present = new Set([...sandboxes, ...containers].map(({ id }) => id));
    for (const id of owners.keys()) if (!present.has(id)) drop(id);
    for (const { id, pod, ready } of sandboxes) {
      const known = pods.get(pod.uid)?.sandboxes.find((one) => one.id === id);
      if (known === undefined || known.ready !== ready) await touchSandbox(id);
    }
    for (const { id, labels, state } of containers) {
      const known = pods.get(labels[LABEL.podUid] ?? '')?.containers.find((one) => one.id === id);
      if (known === undefined || known.state !== state) await touchContainer(id);
    }
  };

  return {
    of: (uid) => pods.get(uid) ?? NOTHING_OBSERVED,
    pods: () => [...pods].map(([uid, entry]) => identityOf(uid, entry)),
    relist() {
      listing ??= list().finally(() => {
        listing = undefined;
      });
      return listing;
    },
    touchSandbox,
    touchContainer,
  };
}

function identityOf(uid: string, { sandboxes, containers }: Entry): PodIdentity {
  const sandbox = sandboxes[0];
  if (sandbox !== undefined) return sandbox.pod;
  const labels = containers[0]?.labels ?? {};
  return { uid, namespace: labels[LABEL.podNamespace] ?? '', name: labels[LABEL.podName] ?? '' };
}
