import { podDisruptionBudgets, pods, resourceClaims } from '#core/api/tokens';
import type { Binding, Pod } from '#core/api/types/core/v1';
import { type Log, type Metrics, type Random, type Turns, yieldTurn } from '#core/base';
import { type Client, type Informers, keyOf } from '#core/client';
import { eventRecorder } from '#core/operator';
import { equal } from '#core/machinery/object';
import { isStatusError } from '#core/machinery/status';
import { type Diagnosis, plan } from './plan.ts';
import { preempt } from './preemption.ts';
import { podReports } from './reports.ts';
import { defaultPlugins, hasItsClaims } from './plugins/index.ts';
import { schedulingQueue, type Waiting } from './queue.ts';
import { type PodInfo, podInfoOf, Snapshot } from './snapshot.ts';
import { followWorld } from './world.ts';

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
  const victimsTold = metrics.counter('scheduler_preemption_victims_total', 'Number of pods that went for others');
  const podInformer = informers.get(pods);
  const budgets = informers.get(podDisruptionBudgets);
  const reports = podReports({ client, turns, log, recorder, name, current: (key) => podInformer.cache.get(key) });
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
      makeRoom(waiting, verdict);
      return;
    }
    snapshot.nominations.remove(info.uid);
    // It counts on its node at once, or the next pod would take its place.
    snapshot.addPod(info, verdict.node);
    void bind(waiting, verdict.node);
  };

  /** A pod gives up the node that it has in view: others may have the room that was kept for it. */
  const takeFromView = (uid: string) => {
    if (snapshot.nominations.nodeOf(uid) === undefined) return;
    snapshot.nominations.remove(uid);
    queue.wake('podRemoved');
  };

  /** Nowhere is room: pods of less priority go where that helps, and the pod waits for their place. */
  const makeRoom = (waiting: Waiting, diagnosis: Diagnosis) => {
    const { info } = waiting;
    if (snapshot.size === 0) {
      takeFromView(info.uid);
      queue.setAside(waiting, diagnosis.plugins);
      reports.unschedulable(info.pod, diagnosis.message, '');
      return;
    }
    if (diagnosis.screen === undefined) {
      // What the original says of the devices of a pod that was turned away before they were looked at.
      reports.unschedulable(info.pod, `${diagnosis.message} not found`, undefined);
      queue.setAside(waiting, diagnosis.plugins);
      return;
    }
    const preemption = preempt(info, snapshot, diagnosis, [...budgets.cache.values()], random);
    if (preemption.node === undefined) {
      // What the original's plugins say in turn: that of devices, then that of preemption.
      const devices =
        (info.pod.spec.resourceClaims ?? []).length === 0 ? 'no new claims to deallocate' : 'still not schedulable';
      const message = `${diagnosis.message} ${devices}, preemption: ${preemption.message}`;
      if (!preemption.waits) takeFromView(info.uid);
      queue.setAside(waiting, diagnosis.plugins);
      reports.unschedulable(info.pod, message, preemption.waits ? undefined : '');
      return;
    }
    const { node } = preemption;
    // Those that are going already need no second call.
    const victims = preemption.victims.filter(
      ({ pod }) => podInformer.cache.get(keyOf(pod))?.metadata.deletionTimestamp === undefined,
    );
    // Those of less priority that had the node in view look for another.
    const displaced =
      victims.length === 0
        ? []
        : [...snapshot.nominations.on(node).values()].filter(({ priority }) => priority < info.priority);
    snapshot.nominations.set(info, node);
    reports.unschedulable(info.pod, diagnosis.message, node);
    void evict(waiting, diagnosis, node, victims, displaced);
  };

  const evict = async (
    waiting: Waiting,
    { plugins: turnedAway }: Diagnosis,
    node: string,
    victims: readonly PodInfo[],
    displaced: readonly PodInfo[],
  ) => {
    const { pod } = waiting.info;
    for (const one of displaced) {
      snapshot.nominations.remove(one.uid);
      reports.withoutNode(one.pod);
      queue.put(one);
    }
    try {
      for (const victim of victims) {
        await reports.evict(victim.pod, pod, node);
        victimsTold.add(1);
      }
      // Only now may it be tried again: before, it would choose its victims anew.
      queue.setAside(waiting, turnedAway);
    } catch (failure) {
      if (!isStatusError(failure)) log.error('preemption failed', { pod: keyOf(pod), node, failure });
      queue.retry(waiting);
    }
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
      queue.wake('podRemoved');
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

  const world = followWorld(informers, snapshot, queue.wake);

  /** Pods whose device claims are not all made yet. */
  const held = new Map<string, Pod>();
  const deviceClaims = informers.get(resourceClaims);
  const admit = (pod: Pod) => {
    const uid = pod.metadata.uid!;
    if (!hasItsClaims(pod, (key) => deviceClaims.cache.get(key) !== undefined)) return void held.set(uid, pod);
    held.delete(uid);
    queue.put(podInfoOf(pod));
  };
  const leaveClaims = deviceClaims.handle((next, previous) => {
    if (next !== undefined && previous === undefined) for (const pod of held.values()) admit(pod);
  });
  const forget = (uid: string) => {
    queue.remove(uid);
    held.delete(uid);
    takeFromView(uid);
  };
  const leavePods = podInformer.handle((next, previous) => {
    const before = previous?.metadata.uid;
    if (next === undefined || isOver(next)) {
      if (before !== undefined) forget(before);
      if (before !== undefined && snapshot.nodeOf(before) !== undefined) {
        snapshot.removePod(before);
        queue.wake('podRemoved');
      }
      return;
    }
    const node = next.spec.nodeName ?? '';
    const uid = next.metadata.uid!;
    if (node !== '') {
      forget(uid);
      // A status that changes takes nothing from the node.
      if (snapshot.nodeOf(uid) === node && previous !== undefined && countsAlike(next, previous)) return;
      snapshot.addPod(podInfoOf(next), node);
      if (previous === undefined || (previous.spec.nodeName ?? '') === '') queue.wake('podAdded');
      else if (!asksAlike(next, previous)) queue.wake('podChanged');
      else queue.wake('podLeaving');
      return;
    }
    if (next.spec.schedulerName !== name || next.metadata.deletionTimestamp !== undefined) return forget(uid);
    // Somebody else may have chosen a node for it; what we said ourselves is known already.
    const inView = next.status?.nominatedNodeName ?? '';
    if (inView !== (previous?.status?.nominatedNodeName ?? '')) snapshot.nominations.set(podInfoOf(next), inView);
    if ((next.spec.schedulingGates ?? []).length > 0) return;
    // What only its status says of a pod makes it fit nowhere new.
    if (previous !== undefined && asksAlike(next, previous) && !held.has(uid)) return;
    admit(next);
  });

  const start = async () => {
    await Promise.all([world.synced, podInformer.synced, budgets.synced, deviceClaims.synced]);
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
      world.leave();
      leavePods();
      leaveClaims();
      queue.stop();
    },
  };
}

/** Parts that did not change are shared within a process; over HTTP they only look the same. */
const asksAlike = (next: Pod, previous: Pod): boolean =>
  equal(next.spec, previous.spec) && equal(next.metadata.labels, previous.metadata.labels);

/** Whether a pod counts on its node and among its like as it did before. */
const countsAlike = (next: Pod, previous: Pod): boolean =>
  asksAlike(next, previous) && next.metadata.deletionTimestamp === previous.metadata.deletionTimestamp;

const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
