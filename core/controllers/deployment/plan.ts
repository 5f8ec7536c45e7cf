import type { Deployment, DeploymentStatus, ReplicaSet } from '#core/api/types/apps/v1';
import { deployments } from '#core/api/tokens';
import type { Pod } from '#core/api/types/core/v1';
import { controllerReference } from '#core/operator';
import { conditionOf } from '../common/conditions.ts';
import { equal } from '../common/equal.ts';
import { isTerminal } from '../common/pods.ts';
import { type Draft, draftOf, isActiveSet, resize, roomFor } from './draft.ts';
import { templateHash } from './hash.ts';
import { historyLimit, progressDeadline, replicasOf } from './limits.ts';
import { roll } from './roll.ts';
import { scale, wasScaled } from './scale.ts';
import {
  currentAnnotations,
  currentSet,
  HASH_LABEL,
  highestRevision,
  olderFirst,
  REVISION,
  revisionOf,
  sizedAnnotations,
  sizeOf,
} from './sets.ts';
import { counted, deadlineIn, isComplete, put, withProgress } from './status.ts';

export interface World {
  readonly deployment: Deployment;
  /** The sets that it controls. */
  readonly sets: readonly ReplicaSet[];
  /** The pods of one of them. */
  readonly podsOf: (set: ReplicaSet) => readonly Pod[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Plan {
  /** A set for the present template. */
  readonly create: ReplicaSet | undefined;
  /** Sets that change, before and after. */
  readonly update: readonly { readonly from: ReplicaSet; readonly to: ReplicaSet }[];
  /** Old sets that nobody needs any more. */
  readonly delete: readonly ReplicaSet[];
  readonly status: DeploymentStatus;
  /** The Deployment's own revision annotation, where it is to be written. */
  readonly revision: string | undefined;
  /** Milliseconds until the rollout may have taken too long. */
  readonly lookAgain: number | undefined;
}

/** What a Deployment wants next. Upstream: pkg/controller/deployment/deployment_controller.go (syncDeployment). */
export function plan({ deployment, sets, podsOf, now }: World): Plan {
  const found = currentSet(deployment, sets);
  const old = sets.filter((set) => set !== found).map((set) => draftOf(set));
  const revision = highestRevision(old.map(({ set }) => set)) + 1n;
  let current = found === undefined ? undefined : draftOf(found);
  if (current !== undefined) {
    current.annotations = currentAnnotations(deployment, current.annotations, revision);
    current.minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  }
  let conditions = pauseConditions(deployment, now);
  let rolling = false;
  let clean = false;

  if (deployment.metadata.deletionTimestamp !== undefined) {
    // Only counted: the garbage collector takes the sets.
    if (found !== undefined) current = draftOf(found);
  } else if (deployment.spec.paused === true || wasScaled(deployment, current ? [...old, current] : old)) {
    scale(deployment, current, old);
    clean = deployment.spec.paused === true;
  } else {
    rolling = true;
    const waits = deployment.spec.strategy?.type === 'Recreate' && stopOld(deployment, found, old, podsOf);
    if (!waits) {
      current ??= newDraft(deployment, old, revision);
      const moved =
        deployment.spec.strategy?.type === 'Recreate' ? fill(deployment, current) : roll(deployment, current, old);
      clean = !moved && isComplete(deployment, deployment.status);
    }
    if (current !== undefined) conditions = foundConditions(deployment, current, conditions, now);
  }

  const status = counted(deployment, current, old, conditions, now);
  const whole = rolling ? withProgress(deployment, status, current, old, now) : status;
  const annotated = current?.annotations[REVISION];
  return {
    create: current?.fresh === true ? finished(current) : undefined,
    update: [...old, ...(current === undefined || current.fresh ? [] : [current])].filter(hasChanged).map((draft) => ({
      from: draft.set,
      to: finished(draft),
    })),
    delete: clean ? superfluous(deployment, old) : [],
    status: whole,
    revision:
      annotated !== undefined && deployment.metadata.annotations?.[REVISION] !== annotated ? annotated : undefined,
    lookAgain: rolling ? deadlineIn(deployment, whole, now) : undefined,
  };
}

/** While paused nobody waits for progress; the condition says so, and that it is over. */
function pauseConditions(deployment: Deployment, now: number) {
  const conditions = deployment.status?.conditions ?? [];
  const reason = conditionOf(conditions, 'Progressing')?.reason;
  if (progressDeadline(deployment) === undefined || reason === 'ProgressDeadlineExceeded') return conditions;
  if (deployment.metadata.deletionTimestamp !== undefined) return conditions;
  const paused = deployment.spec.paused === true;
  if (paused === (reason === 'DeploymentPaused')) return conditions;
  return put(conditions, now, {
    type: 'Progressing',
    status: 'Unknown',
    reason: paused ? 'DeploymentPaused' : 'DeploymentResumed',
    message: paused ? 'Deployment is paused' : 'Deployment is resumed',
  });
}

/** From here on the deadline counts: a set was made, or found where nobody waited before. */
function foundConditions(
  deployment: Deployment,
  current: Draft,
  conditions: DeploymentStatus['conditions'],
  now: number,
) {
  const known = conditions ?? [];
  if (progressDeadline(deployment) === undefined) return known;
  if (!current.fresh && conditionOf(known, 'Progressing') !== undefined) return known;
  const { name } = current.set.metadata;
  return put(known, now, {
    type: 'Progressing',
    status: 'True',
    reason: current.fresh ? 'NewReplicaSetCreated' : 'FoundNewReplicaSet',
    message: `${current.fresh ? 'Created' : 'Found'} new replica set "${name}"`,
  });
}

/** Recreate: all that is old goes first. True while some of it is left. Upstream: pkg/controller/deployment/recreate.go. */
function stopOld(
  deployment: Deployment,
  found: ReplicaSet | undefined,
  old: readonly Draft[],
  podsOf: World['podsOf'],
): boolean {
  const active = old.filter(isActiveSet);
  for (const draft of active) resize(deployment, draft, 0);
  return (
    active.length > 0 ||
    old.some(({ set }) => set !== found && ((set.status?.replicas ?? 0) > 0 || !podsOf(set).every(isTerminal)))
  );
}

function fill(deployment: Deployment, current: Draft): boolean {
  const wanted = replicasOf(deployment);
  if (current.replicas === wanted) return false;
  resize(deployment, current, wanted);
  return true;
}

const MOST_NAME = 253;

/** The set of the present template, of the size that there is room for. */
function newDraft(deployment: Deployment, old: readonly Draft[], revision: bigint): Draft {
  const { spec, metadata, status } = deployment;
  const hash = templateHash(spec.template, status?.collisionCount ?? 0);
  const labels = { ...spec.template.metadata?.labels, [HASH_LABEL]: hash };
  const draft = draftOf(
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${(metadata.name ?? '').slice(0, MOST_NAME - 1 - hash.length)}-${hash}`,
        namespace: metadata.namespace ?? '',
        ownerReferences: [controllerReference(deployment, deployments)],
        labels,
      },
      spec: {
        replicas: 0,
        ...(spec.minReadySeconds === undefined ? {} : { minReadySeconds: spec.minReadySeconds }),
        selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [HASH_LABEL]: hash } },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    },
    true,
  );
  draft.annotations = sizedAnnotations(deployment, currentAnnotations(deployment, {}, revision));
  draft.replicas = roomFor(deployment, old, draft);
  return draft;
}

const hasChanged = ({ set, replicas, annotations, minReadySeconds }: Draft): boolean =>
  replicas !== sizeOf(set) ||
  minReadySeconds !== (set.spec.minReadySeconds ?? 0) ||
  (annotations !== set.metadata.annotations && !equal(annotations, set.metadata.annotations ?? {}));

const finished = ({ set, replicas, annotations, minReadySeconds }: Draft): ReplicaSet => ({
  ...set,
  metadata: { ...set.metadata, annotations },
  spec: { ...set.spec, replicas, ...(minReadySeconds === (set.spec.minReadySeconds ?? 0) ? {} : { minReadySeconds }) },
});

/** Old, empty, settled sets beyond the history that is kept, the oldest revisions first. */
function superfluous(deployment: Deployment, old: readonly Draft[]): readonly ReplicaSet[] {
  const limit = historyLimit(deployment);
  if (limit === undefined) return [];
  const alive = old.filter(({ set }) => set.metadata.deletionTimestamp === undefined);
  const byAge = alive.toSorted(
    (a, b) => Number((revisionOf(a.set) ?? 0n) - (revisionOf(b.set) ?? 0n)) || olderFirst(a.set, b.set),
  );
  return byAge
    .slice(0, Math.max(0, alive.length - limit))
    .filter(
      ({ set, replicas }) =>
        replicas === 0 &&
        sizeOf(set) === 0 &&
        (set.status?.replicas ?? 0) === 0 &&
        (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0),
    )
    .map(({ set }) => set);
}
