import type { Clock } from '#core/base';
import { namespaces, pods } from '#core/api/tokens';
import type { Namespace } from '#core/api/types/core/v1';
import type { Client } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import { isStatusError, serviceUnavailable } from '#core/machinery/status';
import { instantOf, type Reconcile } from '#core/operator';
import { equal } from '../common/equal.ts';
import { messageOf } from '../common/refusals.ts';
import type { ApiResource, ControllerParts } from '../definition.ts';
import { conditionsOf, estimateOf, type Remains } from './plan.ts';

export interface Parts {
  readonly client: Client;
  readonly clock: Clock;
  readonly resources: ControllerParts['resources'];
}

/** What this controller holds a namespace with until it is empty. */
const FINALIZER = 'kubernetes';
const MOST_WAIT = 5000;

/**
 * Empties a namespace that is being deleted, pods first (what they use stays until they are gone), and lets it go once it is
 * empty. Upstream: pkg/controller/namespace/deletion/namespaced_resources_deleter.go.
 */
export function reconcile({ client, clock, resources }: Parts): Reconcile {
  return async (name) => {
    const found = await existing(client.get(namespaces, { name }));
    if (found?.metadata.deletionTimestamp === undefined || (found.spec?.finalizers ?? []).length === 0) return;
    const namespace = await existing(terminating(client, found));
    if (namespace === undefined) return;

    let served: readonly ApiResource[] = [];
    let failure: string | undefined;
    try {
      served = await resources();
    } catch (refused) {
      failure = messageOf(refused);
    }
    const deletable = served.filter(({ namespaced, verbs }) => namespaced && verbs.includes('delete'));
    const seconds = (clock.now() - (instantOf(namespace.metadata.deletionTimestamp) ?? 0)) / 1000;
    const ofPods = deletable.find(({ group, resource }) => group === '' && resource === pods.resource);
    const remains: Remains[] = ofPods === undefined ? [] : [await empty(client, ofPods, name, seconds)];
    const podsAreGone = remains.every(({ items }) => items.length === 0);
    if (podsAreGone) {
      for (const resource of deletable) {
        if (resource !== ofPods) remains.push(await empty(client, resource, name, seconds));
      }
    }

    const conditions = conditionsOf(namespace, remains, failure, clock.now());
    let latest = namespace;
    if (!equal(conditions, namespace.status?.conditions)) {
      const next: Namespace = { ...namespace, status: { ...namespace.status, conditions } };
      latest = await client.update(namespaces, next, { subresource: 'status' });
    }
    const failed = failure ?? remains.find((one) => one.failure !== undefined)?.failure;
    if (failed !== undefined) throw serviceUnavailable(`namespace ${name} could not be emptied: ${failed}`);
    const estimate = Math.max(0, ...remains.map((one) => one.estimate));
    const left = remains.some(({ items }) => items.length > 0);
    if (left) return { after: Math.min(podsAreGone ? MOST_WAIT : 1000, (estimate * 1000) / 2 + 1000) };
    await finalize(client, latest);
    return undefined;
  };
}

/** Undefined instead of a refusal because it is gone. */
async function existing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (refused) {
    if (isStatusError(refused, 'NotFound')) return undefined;
    throw refused;
  }
}

async function terminating(client: Client, namespace: Namespace): Promise<Namespace> {
  if (namespace.status?.phase === 'Terminating') return namespace;
  const next: Namespace = { ...namespace, status: { ...namespace.status, phase: 'Terminating' } };
  return client.update(namespaces, next, { subresource: 'status' });
}

/** Deletes all of one resource, and tells what is left. */
async function empty(client: Client, of: ApiResource, namespace: string, seconds: number): Promise<Remains> {
  try {
    if (of.verbs.includes('deletecollection')) {
      await client.deleteCollection(of, { namespace, propagationPolicy: 'Background' });
    } else if (of.verbs.includes('list')) {
      for (const { metadata } of await listed(client, of, namespace)) {
        await existing(
          client.delete(of, { namespace, name: metadata.name ?? '' }, { propagationPolicy: 'Background' }),
        );
      }
    }
    const items = of.verbs.includes('list') ? await listed(client, of, namespace) : [];
    const estimate = estimateOf(of.resource, items, seconds);
    if (items.length === 0 || estimate > 0) return { of, items, estimate };
    const failure = `unexpected items still remain in namespace: ${namespace} for gvr: ${of.group}/${of.version}, Resource=${of.resource}`;
    return { of, items, estimate, failure };
  } catch (refused) {
    // It was served a moment ago; a definition that goes takes its objects along.
    if (isStatusError(refused, 'NotFound') || isStatusError(refused, 'MethodNotAllowed')) {
      return { of, items: [], estimate: 0 };
    }
    return { of, items: [], estimate: 0, failure: `${of.resource}.${of.group}: ${messageOf(refused)}` };
  }
}

async function listed(client: Client, of: ApiResource, namespace: string): Promise<readonly KubeObject[]> {
  return (await client.list<KubeObject>(of, { namespace })).items;
}

async function finalize(client: Client, namespace: Namespace): Promise<void> {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
  const next: Namespace = { ...namespace, spec: { ...namespace.spec, finalizers } };
  await existing(client.update(namespaces, next, { subresource: 'finalize' }));
}
