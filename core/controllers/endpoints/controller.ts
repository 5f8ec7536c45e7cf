import { endpoints, pods, services } from '#core/api/tokens';
import { isStatusError } from '#core/machinery/status';
import { controller, eventRecorder, objects, splitKey, watches } from '#core/operator';
import { isTerminatingNamespace, messageOf } from '../common/refusals.ts';
import { podsForServices, podsOfService } from '../common/service-pods.ts';
import type { ControllerDefinition } from '../definition.ts';
import { plan } from './plan.ts';

const LEADER = 'control-plane.alpha.kubernetes.io/leader';

export const endpointsController: ControllerDefinition = {
  name: 'endpoints-controller',
  alias: 'endpoint',
  watches: [services, pods, endpoints],
  start({ informers, turns, random, log, metrics, clientFor }) {
    const client = clientFor('endpoint-controller');
    const all = informers.get(services);
    const podInformer = informers.get(pods);
    const known = informers.get(endpoints);
    const events = eventRecorder({ client, turns, random, log, component: 'endpoint-controller' });
    let started = false;
    void known.synced.then(() => (started = true));
    return controller({
      name: 'endpoint',
      sources: [
        objects(all),
        podsForServices(podInformer, all),
        // At the start those whose Service went while nobody looked, but for ones that elect leaders; later only those of
        // a Service: what a user makes without one is the user's.
        watches(known, (next, previous) => {
          const { namespace, name, annotations } = (next ?? previous)!.metadata;
          const key = `${namespace}/${name}`;
          if (started && all.cache.get(key) === undefined) return [];
          return annotations?.[LEADER] === undefined ? [key] : [];
        }),
      ],
      async reconcile(key) {
        const service = all.cache.get(key);
        const current = known.cache.get(key);
        const named = splitKey(key);
        if (service === undefined) {
          if (current === undefined) return;
          const preconditions = { uid: current.metadata.uid ?? '' };
          return client.delete(endpoints, named, { preconditions }).catch((refused: unknown) => {
            if (!isStatusError(refused, 'NotFound')) throw refused;
          });
        }
        if (service.spec?.type === 'ExternalName' || service.spec?.selector === undefined) return;
        const wanted = plan({ service, pods: podsOfService(podInformer, service), known: current });
        if (wanted === current) return;
        try {
          if (current === undefined) await client.create(endpoints, wanted);
          else await client.update(endpoints, wanted);
        } catch (refused) {
          if (isTerminatingNamespace(refused)) return;
          // Losing a race is no news.
          if (!isStatusError(refused, 'Conflict') && !isStatusError(refused, 'AlreadyExists')) {
            const [reason, what] =
              current === undefined ? ['Create', 'create endpoint for service'] : ['Update', 'update endpoint'];
            const message = `Failed to ${what} ${key}: ${messageOf(refused)}`;
            events.event(service, 'Warning', `FailedTo${reason}Endpoint`, message);
          }
          throw refused;
        }
      },
      turns,
      log,
      metrics,
    });
  },
};
