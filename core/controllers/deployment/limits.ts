import type { Deployment } from '#core/api/types/apps/v1';
import { scaledValue } from '../common/int-or-percent.ts';

/** Means "no limit" in the fields where zero has a meaning of its own. */
const UNLIMITED = 2 ** 31 - 1;

export const replicasOf = ({ spec }: Deployment): number => spec.replicas ?? 1;

export const isRolling = ({ spec }: Deployment): boolean =>
  (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

/** How many pods there may be beyond the wanted ones, and how many of those may be unavailable, while rolling. */
export interface Limits {
  readonly surge: number;
  readonly unavailable: number;
}

/** Upstream: pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts, MaxSurge, MaxUnavailable). */
export function limitsOf(deployment: Deployment): Limits {
  if (!isRolling(deployment)) return { surge: 0, unavailable: 0 };
  const replicas = replicasOf(deployment);
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {
    maxSurge: '25%',
    maxUnavailable: '25%',
  };
  const surge = scaledValue(maxSurge, replicas, 'up');
  const rounded = scaledValue(maxUnavailable, replicas, 'down');
  // Rounding may leave nothing to move with.
  const unavailable = surge === 0 && rounded === 0 ? 1 : rounded;
  return { surge, unavailable: Math.min(unavailable, replicas) };
}

/** Seconds within which progress must show; undefined where nobody waits for it. */
export const progressDeadline = ({ spec: { progressDeadlineSeconds } }: Deployment): number | undefined =>
  progressDeadlineSeconds === UNLIMITED ? undefined : progressDeadlineSeconds;

/** How many old sets are kept; undefined for all. */
export const historyLimit = ({ spec: { revisionHistoryLimit } }: Deployment): number | undefined =>
  revisionHistoryLimit === UNLIMITED ? undefined : revisionHistoryLimit;
