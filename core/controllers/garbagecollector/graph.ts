import type { ResourceToken } from '#core/client';
import type { KubeObject, OwnerReference } from '#core/machinery/object';
import { equal } from '../common/equal.ts';

/** Keeps an owner until what blocks on it is gone (foreground deletion). */
export const FOREGROUND = 'foregroundDeletion';
/** Keeps an owner until its dependents are let go (orphaning). */
export const ORPHAN = 'orphan';

/** What the collector knows of an object. */
export interface Item {
  readonly uid: string;
  readonly of: ResourceToken;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly owners: readonly OwnerReference[];
  /** It is on its way out. */
  readonly leaving: boolean;
  /** It is on its way out as soon as its dependents are gone. */
  readonly foreground: boolean;
  /** It is on its way out as soon as its dependents are let go. */
  readonly orphaning: boolean;
}

/** What a change gives cause to look at: objects that may have to be deleted, owners whose dependents are to be let go. */
export interface Work {
  readonly examine: readonly string[];
  readonly orphan: readonly string[];
}

/** Who owns whom, by uid. Owners need not be known: a dependent may be seen before its owner, or after it went. */
export interface Graph {
  readonly size: number;
  get(uid: string): Item | undefined;
  dependents(uid: string): readonly Item[];
  /** Dependents whose owner waits for them. */
  blocking(uid: string): readonly Item[];
  /** Takes in an object as it is now. */
  put(of: ResourceToken, object: Pick<KubeObject, 'metadata'>): Work;
  remove(uid: string): Work;
  items(): Iterable<Item>;
}

const NONE: readonly never[] = [];

/** Upstream: pkg/controller/garbagecollector/graph_builder.go. */
export function createGraph(): Graph {
  const items = new Map<string, Item>();
  const dependents = new Map<string, Set<string>>();

  const link = ({ uid, owners }: Item) => {
    for (const owner of owners) {
      let set = dependents.get(owner.uid);
      if (set === undefined) dependents.set(owner.uid, (set = new Set()));
      set.add(uid);
    }
  };
  const unlink = ({ uid, owners }: Item) => {
    for (const owner of owners) {
      const set = dependents.get(owner.uid);
      set?.delete(uid);
      if (set?.size === 0) dependents.delete(owner.uid);
    }
  };
  const dependentsOf = (uid: string): Item[] => {
    const found: Item[] = [];
    for (const one of dependents.get(uid) ?? NONE) {
      const item = items.get(one);
      if (item !== undefined) found.push(item);
    }
    return found;
  };
  /** Owners that wait for their dependents and might have one less now. */
  const waitingOwners = (owners: readonly OwnerReference[]) =>
    owners.filter(({ uid }) => items.get(uid)?.foreground === true).map(({ uid }) => uid);

  return {
    get size() {
      return items.size;
    },
    get: (uid) => items.get(uid),
    dependents: dependentsOf,
    blocking: (uid) =>
      dependentsOf(uid).filter(({ owners }) =>
        owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
      ),
    put(of, object) {
      const known = items.get(object.metadata.uid ?? '');
      const next = itemOf(of, object, known);
      items.set(next.uid, next);
      if (known === undefined) link(next);
      else if (known.owners !== next.owners) {
        unlink(known);
        link(next);
      }
      const examine: string[] = [];
      if (next.foreground && known?.foreground !== true) {
        examine.push(next.uid);
        for (const { uid } of dependentsOf(next.uid)) examine.push(uid);
      }
      if (known !== undefined && known.owners !== next.owners) {
        examine.push(...waitingOwners(known.owners));
        // A reference that came may be to something that is gone.
        if (next.owners.some(({ uid }) => !items.has(uid))) examine.push(next.uid);
      }
      // Of a new object the owner should be there; it is not where it went before, or has not been seen.
      if (known === undefined && next.owners.some(({ uid }) => items.get(uid)?.foreground !== false))
        examine.push(next.uid);
      return { examine, orphan: next.orphaning && known?.orphaning !== true ? [next.uid] : NONE };
    },
    remove(uid) {
      const known = items.get(uid);
      if (known === undefined) return { examine: NONE, orphan: NONE };
      items.delete(uid);
      unlink(known);
      const examine = dependentsOf(uid).map((item) => item.uid);
      examine.push(...waitingOwners(known.owners));
      return { examine, orphan: NONE };
    },
    items: () => items.values(),
  };
}

/** Owners that stay the same stay the same list. */
function itemOf(of: ResourceToken, { metadata }: Pick<KubeObject, 'metadata'>, known: Item | undefined): Item {
  const { uid = '', namespace, name = '', ownerReferences = NONE, finalizers = NONE } = metadata;
  const leaving = metadata.deletionTimestamp !== undefined;
  return {
    uid,
    of,
    namespace,
    name,
    owners: known !== undefined && equal(known.owners, ownerReferences) ? known.owners : ownerReferences,
    leaving,
    foreground: leaving && finalizers.includes(FOREGROUND),
    orphaning: leaving && finalizers.includes(ORPHAN),
  };
}
