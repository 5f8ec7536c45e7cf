import { type Log, sleep, type Turns } from '#core/base';
import { clusterRoleBindings, clusterRoles, roleBindings, roles, services } from '#core/api/tokens';
import type { Client } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import { networkObjects } from './objects.ts';

const RETRY = 1000;

/**
 * Makes what is missing of the nodes' network objects, and tries again until all are there. What users have changed stays as
 * they have it. `client` is an administrator's.
 */
export async function ensureNetworkObjects(
  { client, turns, log, signal }: { client: Client; turns: Turns; log: Log; signal: AbortSignal },
  clusterDns: string,
): Promise<void> {
  const [service, clusterRole, clusterRoleBinding, role, roleBinding] = networkObjects(clusterDns);
  const steps = [
    () => client.create(clusterRoles, clusterRole),
    () => client.create(clusterRoleBindings, clusterRoleBinding),
    () => client.create(roles, role),
    () => client.create(roleBindings, roleBinding),
    () => client.create(services, service),
  ];
  for (const step of steps) {
    while (!signal.aborted) {
      try {
        await step();
        break;
      } catch (error) {
        if (isStatusError(error, 'AlreadyExists')) break;
        log.warn("an object of the nodes' network cannot be made", { error: String(error) });
        await sleep(turns, RETRY, signal).catch(() => undefined);
      }
    }
  }
}
