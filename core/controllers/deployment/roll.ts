import type { Deployment } from '#core/api/types/apps/v1';
import { available, availableOf, type Draft, olderDraftFirst, resize, roomFor, total } from './draft.ts';
import { limitsOf, replicasOf } from './limits.ts';

/**
 * One step of a rolling update: the current set grows as far as the surge allows; where it cannot, old sets shrink as far as
 * enough pods stay available. True when something moved. Upstream: pkg/controller/deployment/rolling.go.
 */
export function roll(deployment: Deployment, current: Draft, old: readonly Draft[]): boolean {
  const wanted = replicasOf(deployment);
  const all = [...old, current];
  const size = current.replicas > wanted ? wanted : roomFor(deployment, all, current);
  if (size !== current.replicas) {
    resize(deployment, current, size);
    return true;
  }
  return shrink(deployment, current, old);
}

function shrink(deployment: Deployment, current: Draft, old: readonly Draft[]): boolean {
  const active = old.filter(({ replicas }) => replicas > 0).toSorted(olderDraftFirst);
  if (active.length === 0) return false;
  const least = replicasOf(deployment) - limitsOf(deployment).unavailable;
  // Pods of the current set that are not available yet must not cost old ones that are.
  const spare = total([...old, current]) - least - (current.replicas - availableOf(current));
  if (spare <= 0) return false;
  const before = total(active);
  dropUnhealthy(deployment, active, spare);
  dropSpare(deployment, active, available([...active, current]) - least);
  return total(active) < before;
}

/** Pods that are not available serve nobody, and would hold the rollout up. */
function dropUnhealthy(deployment: Deployment, old: readonly Draft[], most: number): void {
  let dropped = 0;
  for (const draft of old) {
    const unhealthy = draft.replicas - availableOf(draft);
    const drop = Math.min(most - dropped, unhealthy);
    if (drop <= 0) continue;
    resize(deployment, draft, draft.replicas - drop);
    dropped += drop;
  }
}

function dropSpare(deployment: Deployment, old: readonly Draft[], most: number): void {
  let dropped = 0;
  for (const draft of old) {
    const drop = Math.min(draft.replicas, most - dropped);
    if (drop <= 0) continue;
    resize(deployment, draft, draft.replicas - drop);
    dropped += drop;
  }
}
