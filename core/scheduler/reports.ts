import { pods } from '#core/api/tokens';
import type { Pod, PodCondition } from '#core/api/types/core/v1';
import type { Log, Turns } from '#core/base';
import { type Client, keyOf } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import { type EventRecorder, timeText } from '#core/operator';

/** What users read of the scheduler's decisions: conditions, events, the node in view. */
export interface PodReports {
  /** Why a pod fits nowhere; and the node that it has in view, which is left as it is where none is told. */
  unschedulable(pod: Pod, message: string, inView: string | undefined): void;
  /** A pod has no node in view any more. */
  withoutNode(pod: Pod): void;
  /** A pod goes for the sake of another. Resolves once it is asked to; rejects where that is refused. */
  evict(victim: Pod, other: Pod, node: string): Promise<void>;
}

export interface ReportParts {
  readonly client: Client;
  readonly turns: Turns;
  readonly log: Log;
  readonly recorder: EventRecorder;
  /** The scheduler's name. */
  readonly name: string;
  /** A pod as it is now, by its key. */
  readonly current: (key: string) => Pod | undefined;
}

export function podReports({ client, turns, log, recorder, name, current }: ReportParts): PodReports {
  /** The condition as it shall be; `undefined` where it is so already. */
  const changed = (pod: Pod, condition: PodCondition): PodCondition | undefined => {
    const known = pod.status?.conditions?.find(({ type }) => type === condition.type);
    const { generation } = pod.metadata;
    const wanted = generation === undefined ? condition : { ...condition, observedGeneration: generation };
    const same =
      known !== undefined &&
      known.status === wanted.status &&
      known.reason === wanted.reason &&
      known.message === wanted.message &&
      known.observedGeneration === wanted.observedGeneration;
    if (same) return undefined;
    const now = timeText(turns.clock.now());
    return { ...wanted, lastTransitionTime: known?.status === wanted.status ? (known.lastTransitionTime ?? now) : now };
  };
  const patch = async ({ metadata: { namespace, name: podName = '', uid } }: Pod, status: object) => {
    const body = { metadata: { uid }, status };
    await client.patch(
      pods,
      { namespace, name: podName },
      { type: 'strategic', patch: body },
      { subresource: 'status' },
    );
  };
  const tryPatch = (pod: Pod, status: object) => {
    patch(pod, status).catch((failure: unknown) => {
      if (!isStatusError(failure, 'NotFound')) log.warn('cannot report on a pod', { pod: keyOf(pod), failure });
    });
  };

  return {
    unschedulable(about, message, inView) {
      recorder.event(about, 'Warning', 'FailedScheduling', message, { action: 'Scheduling' });
      const pod = current(keyOf(about));
      if (pod === undefined || pod.metadata.uid !== about.metadata.uid) return;
      const condition = changed(pod, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message });
      const moves = inView !== undefined && inView !== (pod.status?.nominatedNodeName ?? '');
      if (condition === undefined && !moves) return;
      tryPatch(pod, {
        ...(condition === undefined ? {} : { conditions: [condition] }),
        ...(moves ? { nominatedNodeName: inView === '' ? null : inView } : {}),
      });
    },
    withoutNode(pod) {
      tryPatch(pod, { nominatedNodeName: null });
    },
    async evict(about, other, node) {
      const victim = current(keyOf(about)) ?? about;
      const { namespace, name: podName = '', uid = '' } = about.metadata;
      const condition = changed(victim, {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'PreemptionByScheduler',
        message: `${name}: preempting to accommodate a higher priority pod`,
      });
      try {
        if (condition !== undefined) await patch(about, { conditions: [condition] });
        await client.delete(pods, { namespace, name: podName }, { preconditions: { uid } });
      } catch (failure) {
        // It has gone by itself.
        if (isStatusError(failure, 'NotFound')) return;
        throw failure;
      }
      recorder.event(about, 'Normal', 'Preempted', `Preempted by pod ${other.metadata.uid} on node ${node}`, {
        action: 'Preempting',
      });
    },
  };
}
