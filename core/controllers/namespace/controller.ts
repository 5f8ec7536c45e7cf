import { namespaces } from '#core/api/tokens';
import { controller, watches } from '#core/operator';
import type { ControllerDefinition } from '../definition.ts';
import { reconcile } from './reconcile.ts';

/** Milliseconds until what was under way when the namespace was deleted has surely been written. */
const SETTLE = 200;

export const namespaceController: ControllerDefinition = {
  name: 'namespace-controller',
  alias: 'namespace',
  watches: [namespaces],
  start({ informers, turns, log, metrics, clientFor, resources }) {
    const client = clientFor('namespace-controller');
    const informer = informers.get(namespaces);
    const running = controller({
      name: 'namespace',
      sources: [watches(informer, () => [])],
      reconcile: reconcile({ client, clock: turns.clock, resources }),
      turns,
      log,
      metrics,
      longestDelay: 60_000,
    });
    const leave = informer.handle((next) => {
      if (next?.metadata.deletionTimestamp !== undefined) running.enqueue(next.metadata.name ?? '', SETTLE);
    });
    return {
      stop() {
        leave();
        running.stop();
      },
    };
  },
};
