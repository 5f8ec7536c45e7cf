import { type Timer, sameJson } from '#core/base';
import { pods } from '#core/api/tokens';
import { isStatusError } from '#core/machinery/status';
import { type Pod, type PodStatus, podKey, podText } from '../api.ts';
import { type Context, messageOf, tellContainer } from '../context.ts';
import {
  type Held,
  type Plan,
  type ResizePending,
  type Verdict,
  type World,
  overdue,
  plan,
  refusedStatus,
  statusOf,
  withResourcesOf,
} from '../plan/index.ts';
import { type Probes, createProbes } from '../probes/probes.ts';
import type { Operations } from './operations.ts';
import { createProgress, RETRY, RETRY_RESIZE } from './progress.ts';

/** Carries out one pod's plans until the pod is gone. Nothing in it waits: whatever ends makes it plan again. */
export interface PodWorker {
  /** The pod as the API has it now. */
  update(pod: Pod): void;
  /** Something about it changed: plan again, in a turn of its own. */
  poke(): void;
  /** The API no longer has it: everything is stopped and removed. */
  gone(last: Pod): void;
  /** The pod as it is known, and its status as it was reported last. */
  readonly pod: Pod;
  readonly status: PodStatus;
  /** It runs, or may: it counts against the node's resources. */
  readonly active: boolean;
  /** The kubelet ends; containers go on. */
  stop(): void;
}

export interface WorkerParts {
  readonly context: Context;
  readonly operations: Operations;
  /** When this kubelet started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Looks whether the node can take the pod; asked once, before anything of it runs. */
  readonly admit: (pod: Pod) => Verdict | undefined;
  /** Looks whether the node can give the pod, which runs, the resources that it asks for by now. */
  readonly admitResize: (pod: Pod) => ResizePending | undefined;
  /** Everything of the pod is gone. */
  readonly finished: () => void;
}

/** Milliseconds between two looks at volumes that follow objects of the API. */
const REFRESH = 60_000;

export function createWorker(parts: WorkerParts, first: Pod): PodWorker {
  const { context, operations, startedAt } = parts;
  const { turns, observer, log } = context;
  const uid = first.metadata.uid ?? '';
  /** As the API has it, and with the resources that the node gives it. */
  let asked = first;
  let pod = first;
  /** Why it does not have the resources yet that it asks for. */
  let pending: ResizePending | undefined;
  let gone = false;
  let reported: PodStatus = pod.status ?? {};
  let verdict: Verdict | undefined;
  /** Why the node did not take the pod at all. */
  let refused: Verdict | undefined;
  let admitted =
    observer.of(uid).sandboxes.length > 0 || hasEnded(pod.status) || pod.metadata.deletionTimestamp !== undefined;
  /** Until when a container was held back that was told of last. */
  const crashes = new Map<string, number>();
  let planned = false;
  let over = false;
  let released = false;
  let ending: 'no' | 'under way' | 'done' = 'no';
  let timer: Timer | undefined;
  let refresh: Timer | undefined;

  const probes: Probes = createProbes({
    turns,
    random: context.random,
    probing: context.probing,
    reported,
    startedAt,
    changed: () => poke(),
    tell: (container, reason, message) => tellContainer(context, pod, container, 'Warning', reason, message),
  });

  const poke = () => {
    if (planned || over) return;
    planned = true;
    turns.post(() => {
      planned = false;
      if (!over) step();
    }, 'kubelet');
  };
  const pokeLater = (milliseconds: number) => {
    turns.after(milliseconds, poke);
  };

  const progress = createProgress({
    context,
    operations,
    uid,
    pod: () => pod,
    poke,
    pokeLater,
    settled: () => keepVolumesFresh(),
  });

  /** Once it runs, a pod gets other resources only if the node can give them. */
  const allocate = (next: Pod) => {
    asked = next;
    const kept = withResourcesOf(next, pod);
    const changes = admitted && refused === undefined && !sameJson(kept.spec, next.spec);
    pending = changes ? parts.admitResize(next) : undefined;
    pod = pending === undefined ? next : kept;
    if (pending !== undefined) pokeLater(RETRY_RESIZE);
  };

  const step = () => {
    const now = turns.clock.now();
    if (!admitted) {
      const against = parts.admit(pod);
      if (against !== undefined) return refuse(against);
      admitted = true;
    }
    if (pending !== undefined) allocate(asked);
    verdict ??= gone ? undefined : overdue(pod, now);
    const observed = observer.of(uid);
    const world: World = {
      pod,
      observed,
      probes: probes.results,
      backOffs: progress.backOffs,
      failures: progress.failures,
      renewed: progress.renewed,
      stopping: progress.stopping,
      starting: progress.starting,
      resize: { ...progress.resize, pending },
      reported,
      verdict,
      now,
    };
    const wanted = plan(world);
    const isEnding = pod.metadata.deletionTimestamp !== undefined || wanted.terminal;
    probes.fit(pod, observed, isEnding);
    report(world, wanted);
    for (const one of wanted.held) if (one.reason === 'CrashLoopBackOff') tellCrashLoop(one);
    for (const action of wanted.actions) progress.carryOut(action);
    timer?.cancel();
    timer = wanted.lookAgain === undefined ? undefined : turns.after(Math.max(1, wanted.lookAgain - now), poke);
    if (wanted.still && !progress.removing && (gone || isEnding)) void end();
  };

  /** Once for each time that a container is held back. */
  const tellCrashLoop = ({ name, until }: Held) => {
    if (crashes.get(name) === until) return;
    crashes.set(name, until);
    const message = `Back-off restarting failed container ${name} in pod ${podText(pod)}`;
    tellContainer(context, pod, name, 'Warning', 'BackOff', message);
  };

  /** The pod failed before it ran. */
  const refuse = ({ reason, message }: Verdict) => {
    admitted = true;
    refused = { reason, message };
    verdict = refused;
    context.recorder.event(pod, 'Warning', reason, message);
    poke();
  };

  const report = (world: World, wanted: Plan) => {
    if (gone) return;
    const next =
      refused === undefined ? statusOf(world, wanted, context.facts()) : refusedStatus(pod, refused, world.now);
    if (sameJson(next, reported)) return;
    reported = next;
    context.statuses.report(pod, next);
  };

  /** Nothing of the pod runs any more and nothing will. */
  const end = async () => {
    if (ending === 'under way') return;
    ending = 'under way';
    refresh?.cancel();
    try {
      if (!released) await operations.release(pod);
      released = true;
      if (gone) {
        await operations.remove(pod);
        over = true;
        probes.stop();
        context.statuses.forget(uid);
        parts.finished();
      } else if (pod.metadata.deletionTimestamp !== undefined) await deleteFromApi();
      ending = 'done';
    } catch (failure) {
      ending = 'no';
      log.warn('cannot clean up a pod', { pod: podKey(pod), failure: messageOf(failure) });
      pokeLater(RETRY);
    }
  };

  /** The last status is written first: whoever watches sees how it ended. The informer then tells that it is gone. */
  const deleteFromApi = async () => {
    await context.statuses.written(uid);
    const { namespace, name = '' } = pod.metadata;
    try {
      await context.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (failure) {
      if (!isStatusError(failure, 'NotFound') && !isStatusError(failure, 'Conflict')) throw failure;
    }
  };

  const keepVolumesFresh = () => {
    if (!context.volumes.real) return;
    refresh?.cancel();
    const spread = 0.9 + 0.2 * context.random.next();
    refresh = turns.after(REFRESH * spread, () => {
      operations
        .refreshVolumes(pod)
        .catch((failure: unknown) => context.recorder.event(pod, 'Warning', 'FailedMount', messageOf(failure)))
        .finally(() => {
          if (!over && ending === 'no') keepVolumesFresh();
        });
    });
  };
  if (observer.of(uid).sandboxes.some(({ ready }) => ready)) keepVolumesFresh();

  poke();
  return {
    update(next) {
      const before = pod;
      allocate(next);
      if (ending === 'done' && next.metadata.deletionTimestamp !== before.metadata.deletionTimestamp) ending = 'no';
      const shown =
        !sameJson(before.metadata.labels, next.metadata.labels) ||
        !sameJson(before.metadata.annotations, next.metadata.annotations);
      const isLeaving = next.metadata.deletionTimestamp !== undefined;
      if (shown && !isLeaving && context.volumes.real) void operations.refreshVolumes(pod).catch(() => undefined);
      poke();
    },
    poke,
    gone(last) {
      if (gone) return;
      gone = true;
      ending = 'no';
      const { deletionTimestamp = new Date(turns.clock.now()).toISOString() } = last.metadata;
      pod = { ...last, metadata: { ...last.metadata, deletionTimestamp } };
      log.debug('a pod is gone from the API', { pod: podText(pod) });
      poke();
    },
    get pod() {
      return pod;
    },
    get status() {
      return reported;
    },
    get active() {
      return !hasEnded(reported) && verdict === undefined;
    },
    stop() {
      over = true;
      probes.stop();
      timer?.cancel();
      refresh?.cancel();
    },
  };
}

const hasEnded = (status: PodStatus | undefined): boolean =>
  status?.phase === 'Failed' || status?.phase === 'Succeeded';
