import { nodes, pods } from '#core/api/tokens';
import type { Node, Pod } from '#core/api/types/core/v1';
import { keyOf } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import { controller, eventRecorder, objects, timeText, watches } from '#core/operator';
import { equal } from '../common/equal.ts';
import { indexByNode, podsOnNode } from '../common/node-pods.ts';
import type { ControllerDefinition } from '../definition.ts';
import { mayStay } from './plan.ts';

const executing = (node: Node | undefined) => (node?.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');

/** Deletes pods that do not tolerate the NoExecute taints of their node, or no longer. The keys are nodes. */
export const taintEvictionController: ControllerDefinition = {
  name: 'taint-eviction-controller',
  alias: 'tainteviction',
  watches: [nodes, pods],
  start({ informers, turns, random, log, metrics, clientFor }) {
    const { clock } = turns;
    const client = clientFor('node-controller');
    const nodeInformer = informers.get(nodes);
    const podInformer = informers.get(pods);
    indexByNode(podInformer);
    const events = eventRecorder({ client, turns, random, log, component: 'taint-eviction-controller' });
    /** Since when pods are under taints, by uid, on our own clock: a controller that was away has no claim to that time. */
    const since = new Map<string, number>();

    const cancel = (pod: Pod) => {
      if (!since.delete(pod.metadata.uid ?? '')) return;
      events.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${keyOf(pod)}`);
    };
    const evict = async (pod: Pod) => {
      const { namespace, name = '', uid = '' } = pod.metadata;
      events.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${keyOf(pod)}`);
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
        lastTransitionTime: timeText(clock.now()),
      };
      const patch = { metadata: { uid }, status: { conditions: [condition] } };
      try {
        await client.patch(pods, { namespace, name }, { type: 'strategic', patch }, { subresource: 'status' });
        await client.delete(pods, { namespace, name }, { preconditions: { uid } });
      } catch (refused) {
        if (!isStatusError(refused, 'NotFound')) throw refused;
      }
      since.delete(uid);
    };

    return controller({
      name: 'noexec_taint_node',
      sources: [
        objects(nodeInformer, (next, previous) => !equal(executing(next), executing(previous))),
        watches(podInformer, (next, previous) => {
          if (next === undefined) since.delete(previous!.metadata.uid ?? '');
          const node = next?.spec.nodeName ?? '';
          if (node === '' || executing(nodeInformer.cache.get(node)).length === 0) return [];
          const moved = previous?.spec.nodeName !== node;
          return moved || !equal(previous.spec.tolerations, next!.spec.tolerations) ? [node] : [];
        }),
      ],
      async reconcile(name) {
        const taints = executing(nodeInformer.cache.get(name));
        let next = Infinity;
        for (const pod of podsOnNode(podInformer, name)) {
          if (pod.metadata.deletionTimestamp !== undefined) continue;
          const stay = mayStay(pod.spec.tolerations ?? [], taints);
          if (stay === Infinity) {
            cancel(pod);
            continue;
          }
          const uid = pod.metadata.uid ?? '';
          const noticed = since.get(uid) ?? clock.monotonic();
          since.set(uid, noticed);
          const left = noticed + stay - clock.monotonic();
          if (left <= 0) await evict(pod);
          else next = Math.min(next, left);
        }
        return next === Infinity ? undefined : { after: next };
      },
      turns,
      log,
      metrics,
    });
  },
};
