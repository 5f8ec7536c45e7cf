import { type Log, type Turns, sleep } from '#core/base';
import { pods } from '#core/api/tokens';
import type { Client } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import type { Pod, PodStatus } from './api.ts';
import { isOwnCondition, isPassingCondition } from './plan/index.ts';

/** Writes the statuses of this node's pods: one write a pod at a time, the newest only. Upstream: pkg/kubelet/status/status_manager.go. */
export interface StatusWriter {
  report(pod: Pod, status: PodStatus): void;
  /** Resolves once what was reported of the pod is written, or can no longer be. */
  written(uid: string): Promise<void>;
  forget(uid: string): void;
}

interface Entry {
  pod: Pod;
  /** What is to be written; undefined when all is. */
  next: PodStatus | undefined;
  writing: boolean;
  told: (() => void)[];
  failures: number;
  /** Conditions that go again, as they were written last. */
  passing: readonly string[];
}

const LONGEST_WAIT = 30_000;

export function createStatusWriter(parts: {
  readonly client: Client;
  readonly turns: Turns;
  readonly log: Log;
}): StatusWriter {
  const { client, turns, log } = parts;
  const entries = new Map<string, Entry>();

  const write = async (uid: string, entry: Entry): Promise<void> => {
    entry.writing = true;
    while (entry.next !== undefined && entries.get(uid) === entry) {
      const { pod, next } = entry;
      entry.next = undefined;
      const { namespace, name = '' } = pod.metadata;
      try {
        await client.patch(
          pods,
          { namespace, name },
          { type: 'strategic', patch: patchOf(pod, next, entry.passing) },
          { subresource: 'status' },
        );
        entry.passing = passingOf(next);
        entry.failures = 0;
      } catch (failure) {
        if (isStatusError(failure, 'NotFound') || isStatusError(failure, 'Conflict')) break;
        log.warn('cannot write the status of a pod', { pod: `${namespace}/${name}`, failure: String(failure) });
        entry.next ??= next;
        await sleep(turns, Math.min(LONGEST_WAIT, 1000 * 2 ** entry.failures++));
      }
    }
    entry.writing = false;
    const { told } = entry;
    entry.told = [];
    for (const tell of told) tell();
  };

  return {
    report(pod, status) {
      const uid = pod.metadata.uid ?? '';
      let entry = entries.get(uid);
      if (entry === undefined) {
        entry = { pod, next: undefined, writing: false, told: [], failures: 0, passing: passingOf(pod.status) };
        entries.set(uid, entry);
      }
      entry.pod = pod;
      entry.next = status;
      if (!entry.writing) void write(uid, entry);
    },
    written(uid) {
      const entry = entries.get(uid);
      if (entry === undefined || !entry.writing) return Promise.resolve();
      return new Promise((resolve) => entry.told.push(resolve));
    },
    forget: (uid) => void entries.delete(uid),
  };
}

const passingOf = (status: PodStatus | undefined): readonly string[] =>
  (status?.conditions ?? []).map(({ type }) => type).filter(isPassingCondition);

/** Conditions that others own are left to them; lists that merge by address are replaced whole. */
function patchOf(pod: Pod, status: PodStatus, passing: readonly string[]): object {
  // They merge by type: what a condition said before goes only if the patch says so.
  const conditions = (status.conditions ?? [])
    .filter(({ type }) => isOwnCondition(type))
    .map((condition) => ({ ...condition, reason: condition.reason ?? null, message: condition.message ?? null }));
  const passed = passing
    .filter((type) => !conditions.some((one) => one.type === type))
    .map((type) => ({ $patch: 'delete', type }));
  return {
    metadata: { uid: pod.metadata.uid },
    status: {
      ...status,
      message: status.message ?? null,
      reason: status.reason ?? null,
      conditions: [...conditions, ...passed],
      podIP: status.podIP ?? null,
      podIPs: [{ $patch: 'replace' }, ...(status.podIPs ?? [])],
      hostIPs: [{ $patch: 'replace' }, ...(status.hostIPs ?? [])],
    },
  };
}
