import type { Log, Timer, Turns } from '#core/base';
import { namespaces, networkPolicies, pods } from '#core/api/tokens';
import type { Pod } from '#core/api/types/core/v1';
import type { Informer, Informers } from '#core/client';
import { difference, type TableContent } from '#core/network/table';
import { policyContent, POLICY_TABLE, wholePolicyTable } from './plan.ts';

export interface PolicyParts {
  readonly informers: Informers;
  readonly turns: Turns;
  readonly log: Log;
  readonly nodeName: string;
  /** Applies all commands or none; rejects with the reason. */
  readonly apply: (commands: readonly string[]) => Promise<void>;
}

const GATHER = 20;
const FIRST_RETRY = 500;
const LONGEST_RETRY = 30_000;

/**
 * Keeps a node's pods to what NetworkPolicies allow. All pods of the cluster are followed, as any may be a peer, but only
 * from the moment on that there is a policy.
 */
export function createPolicies({ informers, turns, log, nodeName, apply }: PolicyParts): { stop(): void } {
  const policyInformer = informers.get(networkPolicies);
  const namespaceInformer = informers.get(namespaces);
  const removers: (() => void)[] = [];
  let podInformer: Informer<Pod> | undefined;
  let applied: TableContent | undefined;
  let timer: Timer | undefined;
  let retry = FIRST_RETRY;
  let busy = false;
  let again = false;
  let stopped = false;

  const followPods = (): Informer<Pod> => {
    const informer = informers.get(pods);
    removers.push(
      informer.handle((next, previous) => {
        if (next === undefined || previous === undefined || concerns(next, previous)) schedule(GATHER);
      }),
    );
    void informer.synced.then(() => schedule(0));
    return informer;
  };
  const schedule = (milliseconds: number) => {
    if (!stopped) timer ??= turns.after(milliseconds, run);
  };
  const run = () => {
    timer = undefined;
    if (busy) {
      again = true;
      return;
    }
    if (!policyInformer.hasSynced || !namespaceInformer.hasSynced) return;
    // A table that an earlier agent left must go even where there is no policy any more.
    if (policyInformer.cache.size > 0) podInformer ??= followPods();
    if (podInformer?.hasSynced === false) return;
    busy = true;
    void sync().finally(() => {
      busy = false;
      if (again) schedule(GATHER);
      again = false;
    });
  };
  const sync = async () => {
    const wanted = policyContent({
      node: nodeName,
      policies: policyInformer.cache.list(),
      pods: podInformer?.cache.values() ?? [],
      namespaces: new Map(
        namespaceInformer.cache.list().map(({ metadata }) => [metadata.name ?? '', metadata.labels ?? {}]),
      ),
    });
    const { commands } = applied === undefined ? wholePolicyTable(wanted) : difference(POLICY_TABLE, applied, wanted);
    if (commands.length === 0) return;
    try {
      await turns.external(() => apply(commands));
      applied = wanted;
      retry = FIRST_RETRY;
    } catch (error) {
      log.error('Network policies were refused', { error: String(error) });
      applied = undefined;
      schedule(retry);
      retry = Math.min(LONGEST_RETRY, 2 * retry);
    }
  };

  removers.push(
    policyInformer.handle(() => schedule(GATHER)),
    namespaceInformer.handle((next, previous) => {
      if (next?.metadata.labels !== previous?.metadata.labels) schedule(GATHER);
    }),
  );
  void Promise.all([policyInformer.synced, namespaceInformer.synced]).then(() => schedule(0));
  return {
    stop() {
      stopped = true;
      timer?.cancel();
      for (const remove of removers) remove();
    },
  };
}

/** Most changes of a pod are reports that do not move it. */
const concerns = (next: Pod, previous: Pod): boolean =>
  next.status?.podIP !== previous.status?.podIP ||
  next.status?.phase !== previous.status?.phase ||
  JSON.stringify(next.metadata.labels) !== JSON.stringify(previous.metadata.labels);
