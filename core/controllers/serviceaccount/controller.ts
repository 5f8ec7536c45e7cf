import { namespaces, serviceAccounts } from '#core/api/tokens';
import type { ServiceAccount } from '#core/api/types/core/v1';
import { isStatusError } from '#core/machinery/status';
import { controller, objects, reads, watches } from '#core/operator';
import { isTerminatingNamespace } from '../common/refusals.ts';
import type { ControllerDefinition } from '../definition.ts';

const NAME = 'default';

/** Every namespace has a ServiceAccount `default`. Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go. */
export const serviceAccountController: ControllerDefinition = {
  name: 'serviceaccount-controller',
  alias: 'serviceaccount',
  watches: [namespaces, serviceAccounts],
  start({ informers, turns, log, metrics, clientFor }) {
    const client = clientFor('service-account-controller');
    const spaces = informers.get(namespaces);
    const accounts = informers.get(serviceAccounts);
    return controller({
      name: 'serviceaccount',
      sources: [
        objects(spaces, (next) => next !== undefined),
        watches(accounts, (next, previous) =>
          next === undefined && previous!.metadata.name === NAME ? [previous!.metadata.namespace ?? ''] : [],
        ),
        reads(accounts),
      ],
      async reconcile(namespace) {
        if (spaces.cache.get(namespace)?.status?.phase === 'Terminating') return;
        if (spaces.cache.get(namespace) === undefined || accounts.cache.get(`${namespace}/${NAME}`) !== undefined)
          return;
        const account: ServiceAccount = {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: NAME, namespace },
        };
        try {
          await client.create(serviceAccounts, account);
        } catch (refused) {
          const fine = isStatusError(refused, 'AlreadyExists') || isStatusError(refused, 'NotFound');
          if (!fine && !isTerminatingNamespace(refused)) throw refused;
        }
      },
      concurrency: 1,
      turns,
      log,
      metrics,
    });
  },
};
