import { nodes, pods } from '#core/api/tokens';
import { isStatusError } from '#core/machinery/status';
import { periodic, timeText } from '#core/operator';
import { isTerminal } from '../common/pods.ts';
import type { ControllerDefinition } from '../definition.ts';
import { plan, type Removal } from './plan.ts';

const PERIOD = 20_000;
/** Milliseconds that a node must be missing before its pods are; its Node may only be late in the cache. */
const QUARANTINE = 40_000;
const THRESHOLD = 12_500;

export const podGcController: ControllerDefinition = {
  name: 'pod-garbage-collector-controller',
  alias: 'podgc',
  watches: [pods, nodes],
  start({ informers, turns, log, clientFor, settings }) {
    const { clock } = turns;
    const client = clientFor('pod-garbage-collector');
    const podInformer = informers.get(pods);
    const nodeInformer = informers.get(nodes);
    /** Since when a node that pods name is missing. */
    const missing = new Map<string, number>();

    const findGone = async (): Promise<ReadonlySet<string>> => {
      const named = new Set<string>();
      for (const { spec } of podInformer.cache.values()) {
        const { nodeName = '' } = spec;
        if (nodeName !== '' && nodeInformer.cache.get(nodeName) === undefined) named.add(nodeName);
      }
      for (const name of missing.keys()) if (!named.has(name)) missing.delete(name);
      const gone = new Set<string>();
      for (const name of named) {
        const since = missing.get(name) ?? clock.monotonic();
        missing.set(name, since);
        if (clock.monotonic() - since < QUARANTINE) continue;
        try {
          await client.get(nodes, { name });
          missing.delete(name);
        } catch (refused) {
          if (!isStatusError(refused, 'NotFound')) throw refused;
          gone.add(name);
        }
      }
      return gone;
    };

    const remove = async ({ pod, why }: Removal): Promise<void> => {
      const { namespace, name = '', uid = '' } = pod.metadata;
      const orphaned = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByPodGC',
        message: 'PodGC: node no longer exists',
        lastTransitionTime: timeText(clock.now()),
      };
      const status = { phase: 'Failed', ...(why === 'orphaned' ? { conditions: [orphaned] } : {}) };
      try {
        // No kubelet will ever say how it ended.
        if (!isTerminal(pod)) {
          const patch = { metadata: { uid }, status };
          await client.patch(pods, { namespace, name }, { type: 'strategic', patch }, { subresource: 'status' });
        }
        await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
      } catch (refused) {
        if (!isStatusError(refused, 'NotFound') && !isStatusError(refused, 'Conflict')) throw refused;
      }
    };

    const stop = periodic({
      name: 'podgc',
      period: PERIOD,
      async run() {
        const removals = plan({
          pods: podInformer.cache.list(),
          node: (name) => nodeInformer.cache.get(name),
          gone: await findGone(),
          threshold: settings.terminatedPodGcThreshold ?? THRESHOLD,
        });
        for (const removal of removals) await remove(removal);
      },
      synced: [podInformer.synced, nodeInformer.synced],
      turns,
      log,
    });
    return { stop };
  },
};
