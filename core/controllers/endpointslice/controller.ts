import { endpointSlices, nodes, pods, services } from '#core/api/tokens';
import { controller, objects, reads, watches } from '#core/operator';
import { ownWrites } from '../common/own-writes.ts';
import { podsForServices, podsOfService } from '../common/service-pods.ts';
import type { ControllerDefinition } from '../definition.ts';
import { carryOut, indexSlices, serviceOf, slicesOf } from './carry-out.ts';
import { MANAGER, plan } from './plan.ts';

/** Milliseconds until a pod's node should be known. */
const NODE_WAIT = 1000;

export const endpointSliceController: ControllerDefinition = {
  name: 'endpointslice-controller',
  alias: 'endpointslice',
  watches: [services, pods, endpointSlices, nodes],
  start({ informers, turns, log, metrics, clientFor }) {
    const client = clientFor('endpointslice-controller');
    const all = informers.get(services);
    const podInformer = informers.get(pods);
    const slices = informers.get(endpointSlices);
    const nodeInformer = informers.get(nodes);
    indexSlices(slices);
    const writes = ownWrites(slices, turns.clock);
    return controller({
      name: 'endpoint_slice',
      sources: [
        objects(all),
        podsForServices(podInformer, all),
        watches(slices, (next, previous) => {
          const key = serviceOf(next, MANAGER) ?? serviceOf(previous, MANAGER);
          return key === undefined ? [] : [key];
        }),
        reads(nodeInformer),
      ],
      async reconcile(key) {
        const service = all.cache.get(key);
        // Of a Service that is gone the garbage collector takes the slices; one without selector has others' or none.
        if (service === undefined || service.spec?.type === 'ExternalName' || service.spec?.selector === undefined)
          return;
        const wanted = plan({
          service,
          pods: podsOfService(podInformer, service),
          slices: slicesOf(slices, writes, key, MANAGER),
          nodeNamed: (name) => nodeInformer.cache.get(name),
        });
        await carryOut(client, writes, wanted);
        return wanted.incomplete ? { after: NODE_WAIT } : undefined;
      },
      turns,
      log,
      metrics,
    });
  },
};
