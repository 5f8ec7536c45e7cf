import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSetStatus } from '#core/api/types/apps/v1';
import { instantOf, timeText } from '#core/operator';
import { conditionOf, withCondition, withoutCondition } from '../common/conditions.ts';
import { positive } from '../common/positive.ts';
import { available, type Draft, total } from './draft.ts';
import { limitsOf, progressDeadline, replicasOf } from './limits.ts';

type Conditions = readonly DeploymentCondition[];

/** A condition as of `now`; its transition time is the known one's where the status stays. */
export function put(
  conditions: Conditions | undefined,
  now: number,
  condition: { readonly type: string; readonly status: string; readonly reason: string; readonly message: string },
): Conditions {
  const known = conditionOf(conditions, condition.type);
  const time = timeText(now);
  return withCondition<DeploymentCondition>(conditions, {
    ...condition,
    lastUpdateTime: time,
    lastTransitionTime: (known?.status === condition.status ? known.lastTransitionTime : undefined) ?? time,
  });
}

const sum = (drafts: readonly Draft[], field: (status: ReplicaSetStatus) => number | undefined) =>
  drafts.reduce((all, { set }) => all + (set.status === undefined ? 0 : (field(set.status) ?? 0)), 0);

/** What can be counted. Upstream: pkg/controller/deployment/sync.go (calculateStatus). */
export function counted(
  deployment: Deployment,
  current: Draft | undefined,
  old: readonly Draft[],
  conditions: Conditions,
  now: number,
): DeploymentStatus {
  const all = current === undefined ? old : [...old, current];
  const ready = available(all);
  const enough = ready >= replicasOf(deployment) - limitsOf(deployment).unavailable;
  const unavailable = Math.max(0, total(all) - ready);
  const collisions = deployment.status?.collisionCount;
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...positive(
      'replicas',
      sum(all, ({ replicas }) => replicas),
    ),
    ...positive('updatedReplicas', current === undefined ? 0 : (current.set.status?.replicas ?? 0)),
    ...positive(
      'readyReplicas',
      sum(all, ({ readyReplicas }) => readyReplicas),
    ),
    ...positive('availableReplicas', ready),
    ...positive('unavailableReplicas', unavailable),
    terminatingReplicas: sum(all, ({ terminatingReplicas }) => terminatingReplicas),
    conditions: put(
      conditions,
      now,
      enough
        ? {
            type: 'Available',
            status: 'True',
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
          }
        : {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
    ),
    ...(collisions === undefined ? {} : { collisionCount: collisions }),
  };
}

/** All is rolled out and nothing old is left. */
export const isComplete = (deployment: Deployment, status: DeploymentStatus = {}): boolean => {
  const wanted = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
};

/** Something moved since the status was last written. */
function hasMoved(before: DeploymentStatus = {}, now: DeploymentStatus): boolean {
  const oldOf = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas;
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldOf(now) < oldOf(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** What a rollout adds: whether it gets on, and what keeps its sets from it. Upstream: pkg/controller/deployment/progress.go. */
export function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  current: Draft | undefined,
  old: readonly Draft[],
  now: number,
): DeploymentStatus {
  const deadline = progressDeadline(deployment);
  const known = conditionOf(status.conditions, 'Progressing');
  let conditions = status.conditions ?? [];
  const about =
    current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.set.metadata.name}"`;
  const done = known?.reason === 'NewReplicaSetAvailable' && (status.replicas ?? 0) === (status.updatedReplicas ?? 0);
  if (deadline === undefined) {
    conditions = withoutCondition(conditions, 'Progressing');
  } else if (!done) {
    if (isComplete(deployment, status)) {
      conditions = put(conditions, now, {
        type: 'Progressing',
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: `${about} has successfully progressed.`,
      });
    } else if (hasMoved(deployment.status, status)) {
      // Written anew each time: its update time is what the deadline counts from.
      const next = put(conditions, now, {
        type: 'Progressing',
        status: 'True',
        reason: 'ReplicaSetUpdated',
        message: `${about} is progressing.`,
      });
      conditions =
        next === conditions
          ? conditions.map((one) => (one.type === 'Progressing' ? { ...one, lastUpdateTime: timeText(now) } : one))
          : next;
    } else if (known !== undefined && hasTimedOut(known, deadline, now)) {
      conditions = put(conditions, now, {
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: `${about} has timed out progressing.`,
      });
    }
  }
  const failure = failureOf(current) ?? old.map(failureOf).find((one) => one !== undefined);
  conditions =
    failure === undefined ? withoutCondition(conditions, 'ReplicaFailure') : withCondition(conditions, failure);
  return { ...status, conditions };
}

function hasTimedOut(progressing: DeploymentCondition, deadline: number, now: number): boolean {
  if (progressing.reason === 'NewReplicaSetAvailable') return false;
  if (progressing.reason === 'ProgressDeadlineExceeded') return true;
  return (instantOf(progressing.lastUpdateTime) ?? 0) + deadline * 1000 < now;
}

function failureOf(draft: Draft | undefined): DeploymentCondition | undefined {
  const failure = conditionOf(draft?.set.status?.conditions, 'ReplicaFailure');
  if (failure === undefined) return undefined;
  const { type, status, reason, message, lastTransitionTime } = failure;
  return {
    type,
    status,
    ...(lastTransitionTime === undefined ? {} : { lastUpdateTime: lastTransitionTime, lastTransitionTime }),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

/** Milliseconds until the rollout would have taken too long; undefined where it is over or nobody waits. */
export function deadlineIn(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const deadline = progressDeadline(deployment);
  const progressing = conditionOf(status.conditions, 'Progressing');
  if (deadline === undefined || progressing === undefined || isComplete(deployment, status)) return undefined;
  if (progressing.reason === 'ProgressDeadlineExceeded' || progressing.reason === 'NewReplicaSetAvailable') {
    return undefined;
  }
  // Times are written in whole seconds: one more, so that it is surely past.
  return Math.max(0, (instantOf(progressing.lastUpdateTime) ?? 0) + deadline * 1000 - now) + 1000;
}
