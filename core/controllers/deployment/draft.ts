import type { Deployment, ReplicaSet } from '#core/api/types/apps/v1';
import { limitsOf, replicasOf } from './limits.ts';
import { type Annotations, olderFirst, sizedAnnotations, sizeOf } from './sets.ts';

/** A ReplicaSet as it would be after the plan so far. */
export interface Draft {
  /** As it is; as it will be created where `fresh`. */
  readonly set: ReplicaSet;
  /** It does not exist yet. */
  readonly fresh: boolean;
  replicas: number;
  annotations: Annotations;
  minReadySeconds: number;
}

export const draftOf = (set: ReplicaSet, fresh = false): Draft => ({
  set,
  fresh,
  replicas: sizeOf(set),
  annotations: set.metadata.annotations ?? {},
  minReadySeconds: set.spec.minReadySeconds ?? 0,
});

/** Gives a set a size; with `always` its annotations are brought up to date even where the size stays. */
export function resize(deployment: Deployment, draft: Draft, replicas: number, always = false): void {
  if (draft.replicas === replicas && !always) return;
  draft.replicas = replicas;
  draft.annotations = sizedAnnotations(deployment, draft.annotations);
}

export const total = (drafts: readonly Draft[]): number => drafts.reduce((sum, { replicas }) => sum + replicas, 0);

export const availableOf = ({ set }: Draft): number => set.status?.availableReplicas ?? 0;

export const available = (drafts: readonly Draft[]): number =>
  drafts.reduce((sum, draft) => sum + availableOf(draft), 0);

export const isActiveSet = ({ replicas }: Draft): boolean => replicas > 0;

export const olderDraftFirst = (a: Draft, b: Draft): number => olderFirst(a.set, b.set);

/** How large the current set may be now, all others being as they are. Upstream: NewRSNewReplicas. */
export function roomFor(deployment: Deployment, all: readonly Draft[], current: Draft): number {
  const wanted = replicasOf(deployment);
  if (deployment.spec.strategy?.type === 'Recreate') return wanted;
  const room = wanted + limitsOf(deployment).surge - total(all);
  return room <= 0 ? current.replicas : current.replicas + Math.min(room, wanted - current.replicas);
}
