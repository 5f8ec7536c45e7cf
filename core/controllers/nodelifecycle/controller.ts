import { leases, nodes, pods } from '#core/api/tokens';
import { controller, eventRecorder, objects, periodic, reads } from '#core/operator';
import { equal } from '../common/equal.ts';
import { indexByNode, podsOnNode } from '../common/node-pods.ts';
import type { ControllerDefinition } from '../definition.ts';
import { monitor } from './monitor.ts';

/** Upstream: pkg/controller/nodelifecycle/config/v1alpha1/defaults.go. */
const GRACE = 50_000;
const PERIOD = 5000;
const RATE = 0.1;

export const nodeLifecycleController: ControllerDefinition = {
  name: 'node-lifecycle-controller',
  alias: 'nodelifecycle',
  watches: [nodes, leases, pods],
  start({ informers, turns, random, log, metrics, clientFor, settings }) {
    const client = clientFor('node-controller');
    const nodeInformer = informers.get(nodes);
    const leaseInformer = informers.get(leases, { namespace: 'kube-node-lease' });
    const podInformer = informers.get(pods);
    indexByNode(podInformer);
    const watcher = monitor({
      client,
      clock: turns.clock,
      log: log.with({ controller: 'nodelifecycle' }),
      events: eventRecorder({ client, turns, random, log, component: 'node-controller' }),
      nodes: nodeInformer,
      leases: leaseInformer,
      podsOn: (node) => podsOnNode(podInformer, node),
      grace: settings.nodeMonitorGracePeriod ?? GRACE,
      rate: settings.nodeEvictionRate ?? RATE,
    });
    const tainter = controller({
      name: 'node_lifecycle_controller',
      sources: [
        objects(
          nodeInformer,
          (next, previous) =>
            next !== undefined &&
            (previous === undefined ||
              !equal(next.spec, previous.spec) ||
              !equal(
                next.status?.conditions?.map(({ type, status }) => [type, status]),
                previous.status?.conditions?.map(({ type, status }) => [type, status]),
              )),
        ),
        reads(nodeInformer),
      ],
      reconcile: (name) => watcher.taint(name),
      turns,
      log,
      metrics,
    });
    const stop = periodic({
      name: 'nodelifecycle',
      period: settings.nodeMonitorPeriod ?? PERIOD,
      run: () => watcher.look(),
      synced: [nodeInformer.synced, leaseInformer.synced, podInformer.synced],
      turns,
      log,
    });
    return {
      stop() {
        stop();
        tainter.stop();
      },
    };
  },
};
