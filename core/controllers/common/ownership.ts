import { byController, type Client, type Index, type Informer, type ResourceToken } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import { isStatusError } from '#core/machinery/status';
import { controllerReference } from '#core/operator';

/** The name of the index that `indexByController` adds. */
const CONTROLLER = 'controller';

const index: Index<KubeObject> = (object) => {
  const owners = byController(object);
  return owners.length > 0 ? owners : [`orphan ${object.metadata.namespace ?? ''}`];
};

/** Makes `controlledOrOrphaned` possible on an informer. */
export const indexByController = <T extends KubeObject>(informer: Informer<T>) => informer.index(CONTROLLER, index);

/** All that `uid` controls. */
export const controlledBy = <T extends KubeObject>({ cache }: Informer<T>, uid: string): T[] =>
  cache.by(CONTROLLER, uid);

/** All in a namespace that nobody controls. */
export const orphansIn = <T extends KubeObject>({ cache }: Informer<T>, namespace: string): T[] =>
  cache.by(CONTROLLER, `orphan ${namespace}`);

/** All that the owner controls, and what in its namespace nobody does. */
export const controlledOrOrphaned = <T extends KubeObject>(informer: Informer<T>, owner: KubeObject): T[] => [
  ...controlledBy(informer, owner.metadata.uid ?? ''),
  ...orphansIn(informer, owner.metadata.namespace ?? ''),
];

/**
 * Carries a claim out. Before the first adoption the owner is read afresh: the cache may not know yet that it is being deleted.
 * What is gone meanwhile is passed over; rejects where an owner may not adopt, or with the server's refusal.
 */
export async function carryOutClaim<T extends KubeObject, O extends KubeObject>(
  client: Client,
  of: ResourceToken<T>,
  owner: O,
  kind: ResourceToken<O>,
  claim: { readonly adopt: readonly T[]; readonly release: readonly T[] },
): Promise<void> {
  const namespace = owner.metadata.namespace;
  const uid = owner.metadata.uid ?? '';
  if (claim.adopt.length > 0) {
    const fresh = await client.get(kind, { namespace, name: owner.metadata.name ?? '' });
    if (fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp !== undefined) {
      throw new Error(`${kind.kind} ${namespace}/${owner.metadata.name} is gone or going and cannot adopt`);
    }
  }
  const patch = async (object: T, ownerReferences: readonly object[]) => {
    const { name = '', uid: own } = object.metadata;
    try {
      // With its uid the patch cannot hit another object of the same name.
      await client.patch(
        of,
        { namespace, name },
        { type: 'strategic', patch: { metadata: { uid: own, ownerReferences } } },
      );
    } catch (failure) {
      if (!isStatusError(failure, 'NotFound') && !isStatusError(failure, 'Invalid')) throw failure;
    }
  };
  await Promise.all([
    ...claim.adopt.map((object) => patch(object, [controllerReference(owner, kind)])),
    ...claim.release.map((object) => patch(object, [{ $patch: 'delete', uid }])),
  ]);
}
