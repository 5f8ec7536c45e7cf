import type { Client, ResourceToken } from '#core/client';
import { type KubeObject, type OwnerReference, parseApiVersion } from '#core/machinery/object';
import { isStatusError, serviceUnavailable } from '#core/machinery/status';
import type { Reconcile } from '#core/operator';
import type { Absent } from './absent.ts';
import { FOREGROUND, type Graph, type Item, ORPHAN, type Work } from './graph.ts';
import { plan, type Standing } from './plan.ts';

export interface Parts {
  readonly client: Client;
  readonly graph: Graph;
  readonly absent: Absent;
  /** The resource of a kind; undefined where the API serves none. */
  readonly resourceOf: (group: string, kind: string) => ResourceToken | undefined;
  /** Looks at more. */
  readonly enqueue: (work: Work) => void;
}

/** Looks at one object: whether it must go with its owners, or may go now that its dependents have. */
export function examine(parts: Parts): Reconcile {
  const { client, graph, enqueue } = parts;
  return async (uid) => {
    const item = graph.get(uid);
    if (item === undefined || (item.leaving && !item.foreground)) return;
    const latest = await read(client, item);
    if (latest === undefined) return enqueue(graph.remove(uid));
    if (item.foreground) return release(parts, item, latest);
    const owners = latest.metadata.ownerReferences ?? [];
    const standings = new Map<OwnerReference, Standing>();
    for (const owner of owners) standings.set(owner, await standingOf(parts, item, owner));
    const wanted = plan({
      item,
      latest,
      standing: (owner) => standings.get(owner) ?? 'solid',
      dependents: graph.dependents(uid),
    });
    if (wanted.do === 'nothing') return;
    if (wanted.do === 'drop') {
      const gone = new Set(wanted.owners.map((owner) => owner.uid));
      await write(client, item, latest, { ownerReferences: owners.filter((owner) => !gone.has(owner.uid)) });
      return;
    }
    let { resourceVersion } = latest.metadata;
    if (wanted.unblock) {
      const unblocked = owners.map((owner) => ({ ...owner, blockOwnerDeletion: false }));
      resourceVersion = (await write(client, item, latest, { ownerReferences: unblocked }))?.metadata.resourceVersion;
    }
    // The revision makes sure that no owner was added meanwhile.
    const preconditions = { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    try {
      await client.delete(item.of, item, { propagationPolicy: wanted.policy, preconditions });
    } catch (refused) {
      if (!isStatusError(refused, 'NotFound')) throw refused;
      enqueue(graph.remove(uid));
    }
  };
}

/** Lets an owner's dependents go, then the owner. */
export function orphan({ client, graph, enqueue }: Parts): Reconcile {
  return async (uid) => {
    const owner = graph.get(uid);
    if (owner === undefined || !owner.orphaning) return;
    for (const dependent of graph.dependents(uid)) {
      const latest = await read(client, dependent);
      const owners = latest?.metadata.ownerReferences ?? [];
      if (latest === undefined || !owners.some((one) => one.uid === uid)) continue;
      await write(client, dependent, latest, { ownerReferences: owners.filter((one) => one.uid !== uid) });
    }
    const latest = await read(client, owner);
    if (latest === undefined) return enqueue(graph.remove(uid));
    await withoutFinalizer(client, owner, latest, ORPHAN);
  };
}

/** A foreground deletion: the owner goes when nothing blocks it; until then what blocks it is looked at. */
async function release({ client, graph, enqueue }: Parts, item: Item, latest: KubeObject): Promise<void> {
  const blocking = graph.blocking(item.uid);
  if (blocking.length === 0) return withoutFinalizer(client, item, latest, FOREGROUND);
  enqueue({ examine: blocking.filter(({ foreground }) => !foreground).map(({ uid }) => uid), orphan: [] });
}

/** How an owner stands. What the graph shows is believed; that something is missing only if the server says so. */
async function standingOf(parts: Parts, item: Item, owner: OwnerReference): Promise<Standing> {
  const { client, graph, absent } = parts;
  const { group, version } = parseApiVersion(owner.apiVersion);
  const served = parts.resourceOf(group, owner.kind);
  if (served === undefined)
    throw serviceUnavailable(`nothing serves ${owner.apiVersion} ${owner.kind}, of which ${item.name} has an owner`);
  if (served.namespaced && (item.namespace ?? '') === '') return 'senseless';
  const namespace = served.namespaced ? item.namespace : undefined;
  const known = graph.get(owner.uid);
  if (known !== undefined && known.name === owner.name && (known.namespace ?? '') === (namespace ?? '')) {
    return known.foreground ? 'waiting' : 'solid';
  }
  if (absent.has(namespace, owner)) return 'absent';
  try {
    const found = await client.get<KubeObject>({ ...served, version }, { namespace, name: owner.name });
    if (found.metadata.uid === owner.uid) {
      const { deletionTimestamp, finalizers = [] } = found.metadata;
      return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND) ? 'waiting' : 'solid';
    }
  } catch (refused) {
    if (!isStatusError(refused, 'NotFound')) throw refused;
  }
  absent.add(namespace, owner);
  return 'absent';
}

/** The object as the server has it; undefined where it is gone, or another has its name. */
async function read(client: Client, item: Item): Promise<KubeObject | undefined> {
  try {
    const object = await client.get<KubeObject>(item.of, item);
    return object.metadata.uid === item.uid ? object : undefined;
  } catch (refused) {
    if (isStatusError(refused, 'NotFound')) return undefined;
    throw refused;
  }
}

/** Writes metadata on what was read, or not at all. Custom resources know no strategic patch, so lists are written whole. */
async function write(
  client: Client,
  item: Item,
  latest: KubeObject,
  metadata: object,
): Promise<KubeObject | undefined> {
  const { resourceVersion } = latest.metadata;
  const patch = { metadata: { uid: item.uid, resourceVersion, ...metadata } };
  try {
    return await client.patch<KubeObject>(item.of, item, { type: 'merge', patch });
  } catch (refused) {
    if (isStatusError(refused, 'NotFound')) return undefined;
    throw refused;
  }
}

async function withoutFinalizer(client: Client, item: Item, latest: KubeObject, finalizer: string): Promise<void> {
  const { finalizers = [] } = latest.metadata;
  if (!finalizers.includes(finalizer)) return;
  await write(client, item, latest, { finalizers: finalizers.filter((one) => one !== finalizer) });
}
