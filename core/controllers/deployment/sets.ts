import type { Deployment, ReplicaSet } from '#core/api/types/apps/v1';
import type { PodTemplateSpec } from '#core/api/types/core/v1';
import { instantOf } from '#core/operator';
import { equal } from '../common/equal.ts';
import { limitsOf, replicasOf } from './limits.ts';

export const HASH_LABEL = 'pod-template-hash';
export const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MOST = 'deployment.kubernetes.io/max-replicas';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const ROLLBACK = 'deprecated.deployment.rollback.to';

/** A Deployment's own annotations, which its sets do not inherit. */
const OWN = new Set([LAST_APPLIED, REVISION, HISTORY, DESIRED, MOST, ROLLBACK]);
/** Characters of the revision history: about a hundred revisions. */
const MOST_HISTORY = 2000;

export type Annotations = Readonly<Record<string, string>>;

export const sizeOf = ({ spec }: ReplicaSet): number => spec.replicas ?? 1;

/** By creation, then by name. */
export function olderFirst(a: ReplicaSet, b: ReplicaSet): number {
  const difference = (instantOf(a.metadata.creationTimestamp) ?? 0) - (instantOf(b.metadata.creationTimestamp) ?? 0);
  if (difference !== 0) return difference;
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

/** The set of the Deployment's present template; the oldest, should there be several. */
export const currentSet = ({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  sets.toSorted(olderFirst).find((set) => sameTemplate(set.spec.template, spec.template));

/** The same template, the hash label apart. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return equal(a?.spec, b?.spec) && equal(bare(a), bare(b));
}

function bare(template: PodTemplateSpec | undefined): object {
  const { labels = {}, ...metadata } = template?.metadata ?? {};
  const { [HASH_LABEL]: _hash, ...rest } = labels;
  return { ...metadata, labels: rest };
}

/** Of 64 bits, as upstream's: 0 where the annotation is missing, undefined where it is no number. */
export function revisionOf({ metadata }: ReplicaSet): bigint | undefined {
  const text = metadata.annotations?.[REVISION];
  if (text === undefined || text === '') return 0n;
  return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

export const highestRevision = (sets: readonly ReplicaSet[]): bigint =>
  sets.reduce((highest, set) => {
    const revision = revisionOf(set) ?? 0n;
    return revision > highest ? revision : highest;
  }, 0n);

/** How many pods the Deployment wanted when it last sized this set; tells scaling from rolling. */
export const desiredReplicas = (set: ReplicaSet): number | undefined => countIn(set, DESIRED);
/** How many pods it allowed then, surge included. */
export const mostReplicas = (set: ReplicaSet): number | undefined => countIn(set, MOST);

function countIn({ metadata }: ReplicaSet, name: string): number | undefined {
  const text = metadata.annotations?.[name];
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}

/** The annotations of a set that is sized now. */
export function sizedAnnotations(deployment: Deployment, annotations: Annotations): Annotations {
  const desired = String(replicasOf(deployment));
  const most = String(replicasOf(deployment) + limitsOf(deployment).surge);
  if (annotations[DESIRED] === desired && annotations[MOST] === most) return annotations;
  return { ...annotations, [DESIRED]: desired, [MOST]: most };
}

/**
 * The annotations of the current set: the Deployment's, and the revision. A set that is taken up again keeps the revisions it
 * had. Gives the same object where nothing changes. Upstream: pkg/controller/deployment/util (SetNewReplicaSetAnnotations).
 */
export function currentAnnotations(deployment: Deployment, annotations: Annotations, revision: bigint): Annotations {
  let next = annotations;
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!OWN.has(name) && next[name] !== value) next = { ...next, [name]: value };
  }
  const known = annotations[REVISION];
  if (known !== undefined && known !== '' && !/^-?\d+$/.test(known)) return next;
  if (BigInt(known ?? 0) >= revision) return next;
  next = { ...next, [REVISION]: String(revision) };
  return known === undefined ? next : { ...next, [HISTORY]: longer(annotations[HISTORY], known) };
}

/** The history with one more revision, without the oldest where it would get too long. */
function longer(history: string | undefined, revision: string): string {
  const revisions = history === undefined || history === '' ? [] : history.split(',');
  revisions.push(revision);
  while (revisions.join(',').length > MOST_HISTORY) revisions.shift();
  return revisions.join(',');
}
