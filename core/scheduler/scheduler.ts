import { namespaces, nodes, persistentVolumeClaims, persistentVolumes, pods, storageClasses } from '#core/api/tokens';
import type { Binding, Node, Pod } from '#core/api/types/core/v1';
import { type Log, type Metrics, type Random, type Turns, yieldTurn } from '#core/base';
import type { Client, Informers } from '#core/client';
import { eventRecorder, timeText } from '#core/operator';
import { isStatusError } from '#core/machinery/status';
import { plan } from './plan.ts';
import { defaultPlugins, type ClusterChange } from './plugins/index.ts';
import { schedulingQueue, type Waiting } from './queue.ts';
import { podInfoOf, Snapshot } from './snapshot.ts';

export interface SchedulerParts {
  /** Acts as `system:kube-scheduler`. */
  readonly client: Client;
  readonly informers: Informers;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Pods that name another scheduler are left alone; default `default-scheduler`. */
  readonly name?: string;
}

export interface Scheduler {
  /** It has seen all nodes and pods and begun to schedule. */
  readonly started: Promise<void>;
  /** How many pods wait for a node. */
  readonly waiting: number;
  stop(): void;
}

/**
 * Pods scheduled without letting anybody else have a turn: at most so many, and so few that no more than this many nodes are looked
 * at (a pod that spreads costs about half a microsecond a node).
 */
const MOST_PODS = 32;
const MOST_NODES = 16_000;

/** Gives every pod that has none a node. Upstream: pkg/scheduler. */
export function startScheduler(parts: SchedulerParts): Scheduler {
  const { client, informers, turns, random, log, metrics, name = 'default-scheduler' } = parts;
  const plugins = defaultPlugins;
  const snapshot = new Snapshot();
  const recorder = eventRecorder({ client, turns, random, log, component: name });
  const attempts = metrics.counter(
    'scheduler_schedule_attempts_total',
    'Number of attempts to schedule pods, by the result',
    ['result', 'profile'],
  );
  const queue = schedulingQueue(turns, plugins, () => {
    if (started) wakeUp();
  });
  metrics.computed('scheduler_pending_pods', 'Number of pending pods', () => queue.size);
  let started = false;
  let stopped = false;
  let busy = false;
  let from = 0;

  const wakeUp = () => {
    if (busy || stopped) return;
    busy = true;
    turns.post(() => void work(), 'scheduler');
  };
  const work = async () => {
    for (let done = 1; !stopped; done++) {
      const slice = Math.max(1, Math.min(MOST_PODS, Math.floor(MOST_NODES / Math.max(1, snapshot.size))));
      const waiting = queue.take();
      if (waiting === undefined) break;
      schedule(waiting);
      if (done % slice === 0) await yieldTurn(turns, 'scheduler');
    }
    busy = false;
  };

  const schedule = (waiting: Waiting) => {
    const { info } = waiting;
    const { verdict, next } = plan(info, snapshot, plugins, from, random);
    from = next;
    if (verdict.node === undefined) {
      attempts.add(1, 'unschedulable', name);
      queue.setAside(waiting, verdict.plugins);
      void report(info.pod, verdict.message);
      return;
    }
    // It counts on its node at once, or the next pod would take its place.
    snapshot.addPod(info, verdict.node);
    void bind(waiting, verdict.node);
  };

  const bind = async (waiting: Waiting, node: string) => {
    const { pod, uid } = waiting.info;
    const { namespace = '', name: podName = '' } = pod.metadata;
    const binding: Binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: podName, namespace, uid },
      target: { kind: 'Node', name: node },
    };
    try {
      await client.createSubresource(pods, { namespace, name: podName }, 'binding', binding);
      queue.remove(uid);
      attempts.add(1, 'scheduled', name);
      recorder.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${podName} to ${node}`, {
        action: 'Binding',
      });
    } catch (failure) {
      attempts.add(1, 'error', name);
      snapshot.removePod(uid);
      wake('podRemoved');
      if (isStatusError(failure, 'NotFound')) return queue.remove(uid);
      if (!isStatusError(failure)) log.error('binding failed', { pod: `${namespace}/${podName}`, node, failure });
      recorder.event(
        pod,
        'Warning',
        'FailedScheduling',
        `binding rejected: ${failure instanceof Error ? failure.message : String(failure)}`,
        { action: 'Scheduling' },
      );
      queue.retry(waiting);
    }
  };

  /** Says why the pod does not fit, where users look for it. */
  const report = async (pod: Pod, message: string) => {
    recorder.event(pod, 'Warning', 'FailedScheduling', message, { action: 'Scheduling' });
    const { namespace, name: podName = '' } = pod.metadata;
    const known = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    if (known?.status === 'False' && known.reason === 'Unschedulable' && known.message === message) return;
    const now = timeText(turns.clock.now());
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastTransitionTime: known?.status === 'False' ? (known.lastTransitionTime ?? now) : now,
    };
    try {
      await client.patch(
        pods,
        { namespace, name: podName },
        { type: 'strategic', patch: { status: { conditions: [condition] } } },
        { subresource: 'status' },
      );
    } catch (failure) {
      if (!isStatusError(failure, 'NotFound'))
        log.warn('cannot report on a pod', { pod: `${namespace}/${podName}`, failure });
    }
  };

  const wake = (change: ClusterChange) => queue.wake(change);

  const leaveNodes = informers.get(nodes).handle((next, previous) => {
    if (next === undefined) return snapshot.removeNode(previous!.metadata.name!);
    snapshot.setNode(next);
    if (previous === undefined) wake('nodeAdded');
    else if (matters(next, previous)) wake('nodeChanged');
  });

  const leaveNamespaces = informers.get(namespaces).handle((next, previous) => {
    if (next !== undefined && next.metadata.labels === previous?.metadata.labels) return;
    const namespace = (next ?? previous)!.metadata;
    snapshot.tallies.setNamespace(namespace.name!, next === undefined ? undefined : (namespace.labels ?? {}));
    wake('podChanged');
  });

  const claims = informers.get(persistentVolumeClaims);
  const volumes = informers.get(persistentVolumes);
  const classes = informers.get(storageClasses);
  snapshot.volumes = {
    claim: (namespace, claim) => claims.cache.get(`${namespace}/${claim}`),
    volume: (volume) => volumes.cache.get(volume),
    waitsForConsumer: (storageClass) => classes.cache.get(storageClass)?.volumeBindingMode === 'WaitForFirstConsumer',
  };
  const volumesChanged = () => wake('volumesChanged');
  const leaveVolumes = [claims.handle(volumesChanged), volumes.handle(volumesChanged), classes.handle(volumesChanged)];

  const leavePods = informers.get(pods).handle((next, previous) => {
    const before = previous?.metadata.uid;
    if (next === undefined || isOver(next)) {
      if (before !== undefined) queue.remove(before);
      if (before !== undefined && snapshot.nodeOf(before) !== undefined) {
        snapshot.removePod(before);
        wake('podRemoved');
      }
      return;
    }
    const node = next.spec.nodeName ?? '';
    const uid = next.metadata.uid!;
    if (node !== '') {
      queue.remove(uid);
      // A status that changes takes nothing from the node.
      if (snapshot.nodeOf(uid) === node && previous !== undefined && countsAlike(next, previous)) return;
      snapshot.addPod(podInfoOf(next), node);
      wake(previous === undefined || (previous.spec.nodeName ?? '') === '' ? 'podAdded' : 'podChanged');
      return;
    }
    if (next.spec.schedulerName !== name || next.metadata.deletionTimestamp !== undefined) return queue.remove(uid);
    if ((next.spec.schedulingGates ?? []).length > 0) return;
    // What only its status says of a pod makes it fit nowhere new.
    if (previous !== undefined && previous.spec === next.spec && previous.metadata.labels === next.metadata.labels)
      return;
    queue.put(podInfoOf(next));
  });

  const start = async () => {
    const needed = [informers.get(nodes), informers.get(pods), informers.get(namespaces), claims, volumes, classes];
    await Promise.all(needed.map(({ synced }) => synced));
    if (stopped) return;
    started = true;
    wakeUp();
  };

  return {
    started: start(),
    get waiting() {
      return queue.size;
    },
    stop() {
      stopped = true;
      leaveNodes();
      leavePods();
      leaveNamespaces();
      for (const leave of leaveVolumes) leave();
      queue.stop();
    },
  };
}

/** Whether a pod counts on its node and among its like as it did before. */
const countsAlike = (next: Pod, previous: Pod): boolean =>
  next.spec === previous.spec &&
  next.metadata.labels === previous.metadata.labels &&
  next.metadata.deletionTimestamp === previous.metadata.deletionTimestamp;

const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** Whether a node's change can let a pod fit: its heartbeats cannot. */
const matters = (next: Node, previous: Node): boolean =>
  next.spec !== previous.spec ||
  next.metadata.labels !== previous.metadata.labels ||
  next.status?.allocatable !== previous.status?.allocatable;
