import type { Deployment } from '#core/api/types/apps/v1';
import { availableOf, type Draft, isActiveSet, olderDraftFirst, resize, total } from './draft.ts';
import { isRolling, limitsOf, replicasOf } from './limits.ts';
import { desiredReplicas, mostReplicas } from './sets.ts';

/** The Deployment was given another size since its sets were sized. Upstream: pkg/controller/deployment/sync.go (isScalingEvent). */
export const wasScaled = (deployment: Deployment, all: readonly Draft[]): boolean =>
  all.some((draft) => {
    const desired = isActiveSet(draft) ? desiredReplicas(draft.set) : undefined;
    return desired !== undefined && desired !== replicasOf(deployment);
  });

/**
 * Brings the sets to a new size without rolling on: one active set takes all of it, several share it by their sizes, so that a
 * bad template does not gain. Upstream: pkg/controller/deployment/sync.go (scale).
 */
export function scale(deployment: Deployment, current: Draft | undefined, old: readonly Draft[]): void {
  const wanted = replicasOf(deployment);
  const all = current === undefined ? old : [...old, current];
  const active = all.filter(isActiveSet);
  if (active.length <= 1) {
    const only = active[0] ?? current ?? old.toSorted(olderDraftFirst).at(-1);
    if (only !== undefined) resize(deployment, only, wanted);
    return;
  }
  if (current !== undefined && isSaturated(current, wanted)) {
    for (const draft of old.filter(isActiveSet)) resize(deployment, draft, 0);
    return;
  }
  if (isRolling(deployment)) share(deployment, active, wanted);
}

const isSaturated = (current: Draft, wanted: number) =>
  current.replicas === wanted && desiredReplicas(current.set) === wanted && availableOf(current) === wanted;

function share(deployment: Deployment, active: readonly Draft[], wanted: number): void {
  const allowed = wanted === 0 ? 0 : wanted + limitsOf(deployment).surge;
  const missing = allowed - total(active);
  // The largest first; of equals the newest when there is to be given, the oldest when there is to be taken.
  const ordered = active.toSorted(
    (a, b) => b.replicas - a.replicas || (missing > 0 ? olderDraftFirst(b, a) : olderDraftFirst(a, b)),
  );
  const sizes = ordered.map(({ replicas }) => replicas);
  let given = 0;
  for (const [index, draft] of ordered.entries()) {
    const part = missing === 0 || missing === given ? 0 : partOf(deployment, draft, allowed);
    const left = missing - given;
    const share = missing > 0 ? Math.min(part, left) : Math.max(part, left);
    sizes[index]! += share;
    given += share;
  }
  sizes[0] = Math.max(0, sizes[0]! + missing - given);
  for (const [index, draft] of ordered.entries()) resize(deployment, draft, sizes[index]!, true);
}

/** By how much a set would grow or shrink if all kept their proportions. */
function partOf(deployment: Deployment, { set, replicas }: Draft, allowed: number): number {
  if (replicasOf(deployment) === 0) return -replicas;
  const annotated = mostReplicas(set);
  const before = annotated === undefined || annotated === 0 ? (deployment.status?.replicas ?? 0) : annotated;
  if (before === 0) return 0;
  return Math.round((replicas * allowed) / before) - replicas;
}
