import type { Informer } from '#core/client';
import { keyOf } from '#core/client';
import { apiVersionOf, type KubeObject, parseApiVersion } from '#core/machinery/object';

/** Something whose changes make keys to look at. */
export interface Source {
  readonly synced: Promise<void>;
  /** Begins; the function given back ends it. */
  start(enqueue: (key: string, after?: number) => void): () => void;
}

/** The objects themselves: each change enqueues its own key. `changed` may leave out changes that do not matter. */
export const objects = <T extends KubeObject>(
  informer: Informer<T>,
  changed: (next: T | undefined, previous: T | undefined) => boolean = () => true,
): Source => ({
  synced: informer.synced,
  start: (enqueue) =>
    informer.handle((next, previous) => {
      if (changed(next, previous)) enqueue(keyOf((next ?? previous)!));
    }),
});

/** What the objects of a kind own: a change of such a thing enqueues its controlling owner, before and after the change. */
export const owns = <T extends KubeObject>(informer: Informer<T>, group: string, kind: string): Source => ({
  synced: informer.synced,
  start: (enqueue) =>
    informer.handle((next, previous) => {
      const now = ownerKey(next, group, kind);
      const before = ownerKey(previous, group, kind);
      if (now !== undefined) enqueue(now);
      if (before !== undefined && before !== now) enqueue(before);
    }),
});

/** Anything else: `map` says which keys a change concerns. */
export const watches = <T extends KubeObject>(
  informer: Informer<T>,
  map: (next: T | undefined, previous: T | undefined) => readonly string[],
): Source => ({
  synced: informer.synced,
  start: (enqueue) =>
    informer.handle((next, previous) => {
      for (const key of map(next, previous)) enqueue(key);
    }),
});

/** Waits for an informer whose changes make no keys but which the reconcile reads. */
export const reads = (informer: Pick<Informer, 'synced'>): Source => ({
  synced: informer.synced,
  start: () => () => {},
});

/** The key of the controlling owner if it is of that kind; in the object's own namespace, as ownership never leaves it. */
function ownerKey(object: KubeObject | undefined, group: string, kind: string): string | undefined {
  const owner = controllerOf(object);
  if (owner === undefined || owner.kind !== kind || parseApiVersion(owner.apiVersion).group !== group) return undefined;
  const { namespace } = object!.metadata;
  return namespace === undefined || namespace === '' ? owner.name : `${namespace}/${owner.name}`;
}

/** The owner that controls the object. */
export const controllerOf = (object: KubeObject | undefined) =>
  object?.metadata.ownerReferences?.find(({ controller }) => controller === true);

/** A reference that makes `owner` the controller of what carries it. */
export const controllerReference = (
  owner: KubeObject,
  of: { readonly group: string; readonly version: string; readonly kind: string },
) => ({
  apiVersion: apiVersionOf(of.group, of.version),
  kind: of.kind,
  name: owner.metadata.name ?? '',
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

/** `namespace/name` or `name` taken apart. */
export function splitKey(key: string): { readonly namespace?: string; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
