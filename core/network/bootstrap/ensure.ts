import { type Log, sleep, type Turns } from '#core/base';
import { clusterRoleBindings, clusterRoles, roleBindings, roles, services } from '#core/api/tokens';
import type { Client, ResourceToken } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
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
    () => makeMissing(client, clusterRoles, clusterRole),
    () => makeMissing(client, clusterRoleBindings, clusterRoleBinding),
    () => makeMissing(client, roles, role),
    () => makeMissing(client, roleBindings, roleBinding),
    () => makeMissing(client, services, service),
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

/** It is looked for first: of a Service that is there the address is taken, and that would be told instead of its name. */
async function makeMissing<T extends KubeObject>(client: Client, of: ResourceToken<T>, object: T): Promise<void> {
  const { namespace = '', name = '' } = object.metadata;
  try {
    await client.get(of, { namespace, name });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
    await client.create(of, object);
  }
}
