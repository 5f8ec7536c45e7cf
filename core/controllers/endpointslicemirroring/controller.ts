import { endpoints, endpointSlices, services } from '#core/api/tokens';
import { controller, eventRecorder, objects, watches } from '#core/operator';
import { ownWrites } from '../common/own-writes.ts';
import type { ControllerDefinition } from '../definition.ts';
import { carryOut, indexSlices, serviceOf, slicesOf } from '../endpointslice/carry-out.ts';
import { isMirrored, MIRROR, plan } from './plan.ts';

export const endpointSliceMirroringController: ControllerDefinition = {
  name: 'endpointslice-mirroring-controller',
  alias: 'endpointslicemirroring',
  watches: [endpoints, endpointSlices, services],
  start({ informers, turns, random, log, metrics, clientFor }) {
    const client = clientFor('endpointslicemirroring-controller');
    const all = informers.get(endpoints);
    const slices = informers.get(endpointSlices);
    const serviceInformer = informers.get(services);
    indexSlices(slices);
    const writes = ownWrites(slices, turns.clock);
    const events = eventRecorder({ client, turns, random, log, component: 'endpoint-slice-mirroring-controller' });
    return controller({
      name: 'endpoint_slice_mirroring',
      sources: [
        objects(all),
        objects(
          serviceInformer,
          (next, previous) =>
            next === undefined || previous === undefined || next.spec?.selector !== previous.spec?.selector,
        ),
        watches(slices, (next, previous) => {
          const key = serviceOf(next, MIRROR) ?? serviceOf(previous, MIRROR);
          return key === undefined ? [] : [key];
        }),
      ],
      async reconcile(key) {
        const existing = slicesOf(slices, writes, key, MIRROR);
        const kept = all.cache.get(key);
        const service = serviceInformer.cache.get(key);
        const mirrored =
          kept !== undefined && isMirrored(kept) && service !== undefined && service.spec?.selector === undefined;
        if (!mirrored) return carryOut(client, writes, { create: [], update: [], delete: existing });
        const wanted = plan(kept, existing);
        if (wanted.invalid > 0) {
          const message = `Skipped ${wanted.invalid} invalid IP addresses when mirroring to EndpointSlices`;
          events.event(kept, 'Warning', 'InvalidIPAddress', message);
        }
        if (wanted.skipped > 0) {
          const message = `A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. ${wanted.skipped} addresses were skipped`;
          events.event(kept, 'Warning', 'TooManyAddressesToMirror', message);
        }
        await carryOut(client, writes, wanted);
      },
      turns,
      log,
      metrics,
    });
  },
};
