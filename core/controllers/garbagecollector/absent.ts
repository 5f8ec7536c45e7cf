import type { OwnerReference } from '#core/machinery/object';

/** Owners that are surely gone: uids are never given twice, so this never becomes wrong. */
export interface Absent {
  has(namespace: string | undefined, owner: OwnerReference): boolean;
  /** It is not where the reference says. */
  add(namespace: string | undefined, owner: OwnerReference): void;
  /** It was seen to go. */
  gone(uid: string): void;
}

/** So many are remembered; of others the server is asked again. */
const MOST = 5000;

export function createAbsent(): Absent {
  const known = new Set<string>();
  const remember = (key: string) => {
    known.delete(key);
    known.add(key);
    if (known.size > MOST) known.delete(known.values().next().value!);
  };
  const keyOf = (namespace: string | undefined, { apiVersion, kind, name, uid }: OwnerReference) =>
    [namespace ?? '', apiVersion, kind, name, uid].join('\n');
  return {
    has: (namespace, owner) => known.has(owner.uid) || known.has(keyOf(namespace, owner)),
    add: (namespace, owner) => remember(keyOf(namespace, owner)),
    gone: remember,
  };
}
