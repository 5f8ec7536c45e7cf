import { nodes } from '#core/api/tokens';
import type { Node } from '#core/api/types/core/v1';
import { isStatusError } from '#core/machinery/status';
import { controller, objects } from '#core/operator';
import type { ControllerDefinition } from '../definition.ts';
import { ttlOf } from './plan.ts';

const ANNOTATION = 'node.alpha.kubernetes.io/ttl';

const toldOf = (node: Node): number => Number(node.metadata.annotations?.[ANNOTATION] ?? NaN);

/** Tells every node how long it may keep what it has read, by how many nodes there are. Upstream: pkg/controller/ttl/ttl_controller.go. */
export const ttlController: ControllerDefinition = {
  name: 'ttl-controller',
  alias: 'ttl',
  watches: [nodes],
  start({ informers, turns, log, metrics, clientFor }) {
    const client = clientFor('ttl-controller');
    const informer = informers.get(nodes);
    /** By seconds, how many nodes have been told so. */
    const told = new Map<number, number>();
    const count = (seconds: number, by: 1 | -1) => told.set(seconds, (told.get(seconds) ?? 0) + by);
    let known = 0;
    const leave = informer.handle((next, previous) => {
      known += (next === undefined ? 0 : 1) - (previous === undefined ? 0 : 1);
      if (previous !== undefined) count(toldOf(previous), -1);
      if (next !== undefined) count(toldOf(next), 1);
    });
    const wanted = (): number =>
      ttlOf(
        known,
        [...told].filter(([, nodesOf]) => nodesOf > 0).map(([seconds]) => seconds),
      );
    const running = controller({
      name: 'ttlcontroller',
      // The others hear of a new step when next they say something, which is soon.
      sources: [objects(informer, (next) => next !== undefined && toldOf(next) !== wanted())],
      async reconcile(name) {
        const node = informer.cache.get(name);
        if (node === undefined || toldOf(node) === wanted()) return;
        const patch = { metadata: { annotations: { [ANNOTATION]: String(wanted()) } } };
        try {
          await client.patch(nodes, { name }, { type: 'strategic', patch });
        } catch (refused) {
          if (!isStatusError(refused, 'NotFound')) throw refused;
        }
      },
      concurrency: 1,
      turns,
      log,
      metrics,
    });
    return {
      stop() {
        leave();
        running.stop();
      },
    };
  },
};
