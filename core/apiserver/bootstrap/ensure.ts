import type { Registry } from '#core/api/definition';
import { type Clock, type Crypto, sameJson } from '#core/base';
import { keyIn } from '#core/apiserver/auth';
import { managedOnUpdate } from '#core/machinery/apply';
import { apiVersionOf, type KubeObject } from '#core/machinery/object';
import { timeOf } from '#core/machinery/values';
import type { Store, Write } from '#core/store';
import type { Wanted } from './wanted.ts';

export interface EnsureParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly crypto: Crypto;
}

const ATTEMPTS = 5;
const MANAGER = 'kube-apiserver';

/**
 * Makes what is missing and brings the rest in step, all of them in one transaction; `undefined` outcomes are conflicts that did not
 * end. Objects are known to be valid, so they go to the store as they are, which starts a server in a fraction of the time.
 */
export async function ensure(parts: EnsureParts, ...together: readonly Wanted[]): Promise<void> {
  const { store } = parts;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const writes: Write[] = [];
    const guards: { key: string; revision: number }[] = [];
    for (const one of together) {
      const { metadata } = one.object;
      const key = keyIn(one.group, one.resource, metadata.namespace ?? '', metadata.name ?? '');
      const existing = store.latest(key);
      const object = existing === undefined ? created(parts, one) : updated(parts, one, existing.object);
      if (object === undefined) continue;
      guards.push({ key, revision: existing?.revision ?? 0 });
      writes.push({ key, object });
    }
    if (writes.length === 0) return;
    const outcome = await store.commit({
      guards,
      writes,
      cause: { user: 'system:apiserver', manager: MANAGER, reason: 'start' },
    });
    if (outcome.ok) return;
    if (outcome.reason === 'unavailable') throw new Error(outcome.message);
  }
  throw new Error(
    `cannot write ${together.map(({ object }) => object.metadata.name).join(', ')}: others keep changing it`,
  );
}

function created(parts: EnsureParts, { object, group, resource }: Wanted): KubeObject {
  const { crypto, clock } = parts;
  const { name, namespace, generation, ...rest } = object.metadata;
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: crypto.uuid(),
    ...(generation === undefined ? {} : { generation }),
    creationTimestamp: timeOf(clock.now()),
    ...rest,
  };
  return managed(parts, group, resource, undefined, { ...object, metadata } as KubeObject);
}

function updated(
  parts: EnsureParts,
  { group, resource, reconcile }: Wanted,
  existing: KubeObject,
): KubeObject | undefined {
  const next = reconcile?.(existing);
  if (next === undefined) return undefined;
  const { generation } = existing.metadata;
  const counts = generation !== undefined && !sameBut(next, existing);
  return managed(
    parts,
    group,
    resource,
    existing,
    counts ? { ...next, metadata: { ...next.metadata, generation: generation + 1 } } : next,
  );
}

/** Whether nothing but metadata differs. */
const sameBut = (next: KubeObject, existing: KubeObject) =>
  sameJson({ ...next, metadata: {} }, { ...existing, metadata: {} });

/** Status is written by endpoints of its own, and so it is nobody's here. */
function managed(
  parts: EnsureParts,
  group: string,
  resource: string,
  old: KubeObject | undefined,
  next: KubeObject,
): KubeObject {
  const definition = parts.registry.resource(group, resource);
  const version = definition?.versions.find((one) => one.version === definition.storageVersion);
  if (definition === undefined || version === undefined) return next;
  return managedOnUpdate({
    schema: version.schema,
    apiVersion: apiVersionOf(group, version.version),
    manager: MANAGER,
    subresource: '',
    now: timeOf(parts.clock.now()),
    resetFields: definition.strategy.resetFields?.[''] ?? [['status']],
    old,
    next,
  });
}
