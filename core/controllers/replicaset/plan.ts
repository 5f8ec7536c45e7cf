import type { Pod, PodTemplateSpec } from '#core/api/types/core/v1';
import type { ReplicaSetCondition, ReplicaSetStatus } from '#core/api/types/apps/v1';
import type { KubeObject, OwnerReference } from '#core/machinery/object';
import { type LabelSelector, selectorOfLabels } from '#core/machinery/selectors';
import { timeText } from '#core/operator';
import { claim } from '../common/claim.ts';
import { conditionOf, withCondition, withoutCondition } from '../common/conditions.ts';
import { isActive, isAvailable, isReady, isTerminating, nextAvailability } from '../common/pods.ts';
import { positive } from '../common/positive.ts';
import { leastWanted } from './rank.ts';

/** What a ReplicaSet and a ReplicationController have in common: so many pods of one template. */
export interface PodSet {
  readonly object: KubeObject;
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly status: ReplicaSetStatus | undefined;
}

export interface World {
  readonly set: PodSet;
  /** Pods that it controls and pods in its namespace that nobody does. */
  readonly pods: readonly Pod[];
  /** Pods of all sets that share its owner, its own included. */
  readonly related: () => readonly Pod[];
  /** The cache has seen all that was done before; otherwise nothing is created or deleted. */
  readonly upToDate: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Plan {
  readonly adopt: readonly Pod[];
  readonly release: readonly Pod[];
  readonly create: number;
  readonly delete: readonly Pod[];
  /** The replicas that count. */
  readonly active: readonly Pod[];
  readonly terminating: readonly Pod[];
  /** Milliseconds until a pod becomes available by mere waiting. */
  readonly lookAgain: number | undefined;
}

/** As many pods as are created or deleted in one go. */
const BURST = 500;
const MOST_NAME = 253;

/** What a set wants next. Upstream: pkg/controller/replicaset/replica_set.go. */
export function plan({ set, pods, related, upToDate, now }: World): Plan {
  const { adopt, release, mine: active } = claim(set.object, set.selector, pods.filter(isActive));
  const uid = set.object.metadata.uid;
  const terminating = pods.filter(
    (pod) =>
      isTerminating(pod) &&
      set.selector.matches(pod.metadata.labels ?? {}) &&
      pod.metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true,
  );
  const acts = upToDate && set.object.metadata.deletionTimestamp === undefined;
  const missing = acts ? set.replicas - active.length : 0;
  return {
    adopt,
    release,
    create: Math.min(Math.max(missing, 0), BURST),
    delete: missing < 0 ? leastWanted(active, related(), Math.min(-missing, BURST), now) : [],
    active,
    terminating,
    lookAgain: nextAvailability(active, set.minReadySeconds, now),
  };
}

/** The pod that the template describes. Upstream: pkg/controller/controller_utils.go (GetPodFromTemplate). */
export function podOf(set: PodSet, owner: OwnerReference): Pod {
  const { name = '', namespace } = set.object.metadata;
  const { labels, annotations, finalizers } = set.template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      // The dash would make a name of full length invalid.
      generateName: name.length < MOST_NAME ? `${name}-` : name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [owner],
    },
    spec: set.template.spec,
  };
}

/** What went wrong while creating or deleting. */
export interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

/** The status to report. Upstream: pkg/controller/replicaset/replica_set_utils.go. */
export function statusOf(
  set: PodSet,
  { active, terminating }: Pick<Plan, 'active' | 'terminating'>,
  failure: Failure | undefined,
  now: number,
): ReplicaSetStatus {
  const labels = selectorOfLabels(set.template.metadata?.labels);
  const count = (test: (pod: Pod) => boolean) => active.reduce((sum, pod) => sum + Number(test(pod)), 0);
  const conditions = conditionsOf(set.status?.conditions, failure, now);
  return {
    replicas: active.length,
    ...positive(
      'fullyLabeledReplicas',
      count((pod) => labels.matches(pod.metadata.labels ?? {})),
    ),
    ...positive('readyReplicas', count(isReady)),
    ...positive(
      'availableReplicas',
      count((pod) => isAvailable(pod, set.minReadySeconds, now)),
    ),
    terminatingReplicas: terminating.length,
    ...positive('observedGeneration', set.object.metadata.generation ?? 0),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function conditionsOf(
  known: readonly ReplicaSetCondition[] = [],
  failure: Failure | undefined,
  now: number,
): readonly ReplicaSetCondition[] {
  if (failure === undefined) return withoutCondition(known, 'ReplicaFailure');
  // The first failure stays until things go well again: writing each would be a write per attempt.
  if (conditionOf(known, 'ReplicaFailure') !== undefined) return known;
  return withCondition(known, {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime: timeText(now),
    ...failure,
  });
}
