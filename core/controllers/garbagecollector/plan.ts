import type { KubeObject, OwnerReference } from '#core/machinery/object';
import { FOREGROUND, type Item, ORPHAN } from './graph.ts';

/** How an owner stands: it is there, it is gone, it waits for its dependents to go, or the reference makes no sense. */
export type Standing = 'solid' | 'absent' | 'waiting' | 'senseless';

export interface World {
  readonly item: Item;
  /** As the server has it now. */
  readonly latest: Pick<KubeObject, 'metadata'>;
  /** Of each of the latest's owners. */
  readonly standing: (owner: OwnerReference) => Standing;
  readonly dependents: readonly Item[];
}

export type Plan =
  | { readonly do: 'nothing' }
  /** It has another owner: only these references go. */
  | { readonly do: 'drop'; readonly owners: readonly OwnerReference[] }
  | {
      readonly do: 'delete';
      readonly policy: 'Background' | 'Foreground' | 'Orphan';
      /** First let its owners no longer wait for it: they wait in a circle. */
      readonly unblock: boolean;
    };

/** Whether an object goes because its owners are gone. Upstream: pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem). */
export function plan({ latest, standing, dependents }: World): Plan {
  const { ownerReferences = [], finalizers = [] } = latest.metadata;
  if (ownerReferences.length === 0) return { do: 'nothing' };
  const standings = ownerReferences.map(standing);
  // Something cluster-wide cannot be owned by something in a namespace: nobody can say whether that is there.
  if (standings.includes('senseless')) return { do: 'nothing' };
  if (standings.includes('solid')) {
    const owners = ownerReferences.filter((_, index) => standings[index] !== 'solid');
    return owners.length === 0 ? { do: 'nothing' } : { do: 'drop', owners };
  }
  if (standings.includes('waiting') && dependents.length > 0) {
    return { do: 'delete', policy: 'Foreground', unblock: dependents.some(({ foreground }) => foreground) };
  }
  const policy = finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
  return { do: 'delete', policy, unblock: false };
}
