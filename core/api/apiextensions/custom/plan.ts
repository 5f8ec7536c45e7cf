import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
} from '#core/api/types';
import { sameJson } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { timeOf } from '#core/machinery/values';

type Status = NonNullable<CustomResourceDefinition['status']>;
type Told = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'>;

const NO_NAMES: CustomResourceDefinitionNames = { plural: '', kind: '' };

const statusOf = ({ status }: CustomResourceDefinition): Status =>
  status ?? ({ conditions: [], acceptedNames: NO_NAMES, storedVersions: [] } as unknown as Status);

export const conditionOf = ({ status }: CustomResourceDefinition, type: string) =>
  status?.conditions?.find((one) => one.type === type);

/** The definition with a condition; the time of its last change stays where its status does. `now` in milliseconds. */
export function withCondition(crd: CustomResourceDefinition, told: Told, now: number): CustomResourceDefinition {
  const status = statusOf(crd);
  const conditions = status.conditions ?? [];
  const before = conditions.find(({ type }) => type === told.type);
  const lastTransitionTime =
    before?.status === told.status && before.lastTransitionTime !== undefined ? before.lastTransitionTime : timeOf(now);
  const { type, status: is, reason, message } = told;
  const next: CustomResourceDefinitionCondition = {
    ...before,
    type,
    status: is,
    lastTransitionTime,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
  const all = before === undefined ? [...conditions, next] : conditions.map((one) => (one === before ? next : one));
  return { ...crd, status: { ...status, conditions: all } };
}

/** Names that are taken in a group: those that others were granted. */
interface Taken {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

function takenIn(all: Iterable<CustomResourceDefinition>, group: string): Taken {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { spec, status } of all) {
    if (spec.group !== group || status?.acceptedNames === undefined) continue;
    const { plural, singular, shortNames, kind, listKind } = status.acceptedNames;
    for (const name of [plural, singular, ...(shortNames ?? [])]) resources.add(name ?? '');
    for (const name of [kind, listKind]) kinds.add(name ?? '');
  }
  return { resources, kinds };
}

/** The names that are granted of those that are wished, and what is to be said of it. */
function granted(
  crd: CustomResourceDefinition,
  { resources, kinds }: Taken,
): { readonly names: CustomResourceDefinitionNames; readonly told: Told } {
  const wished = crd.spec.names;
  const before = statusOf(crd).acceptedNames ?? NO_NAMES;
  const names: { -readonly [K in keyof CustomResourceDefinitionNames]: CustomResourceDefinitionNames[K] } = {
    ...before,
  };
  let told: Told = { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  const inUse = (name: string) => `${JSON.stringify(name)} is already in use`;
  const refuse = (reason: string, message: string) => {
    told = { type: 'NamesAccepted', status: 'False', reason, message };
  };
  const grant = (field: 'plural' | 'singular' | 'kind' | 'listKind', reason: string, taken: ReadonlySet<string>) => {
    const wish = wished[field] ?? '';
    if (wish !== (before[field] ?? '') && taken.has(wish)) refuse(reason, inUse(wish));
    else if (wished[field] === undefined) delete names[field];
    else names[field] = wish;
  };
  grant('plural', 'PluralConflict', resources);
  grant('singular', 'SingularConflict', resources);
  const own = new Set(before.shortNames);
  const clashes = (wished.shortNames ?? []).filter((name) => !own.has(name) && resources.has(name));
  if (clashes.length > 0) {
    const all = clashes.map(inUse);
    refuse('ShortNamesConflict', all.length === 1 ? all[0]! : `[${all.join(', ')}]`);
  } else if (wished.shortNames === undefined) delete names.shortNames;
  else names.shortNames = wished.shortNames;
  grant('kind', 'KindConflict', kinds);
  grant('listKind', 'ListKindConflict', kinds);
  if (wished.categories === undefined) delete names.categories;
  else names.categories = wished.categories;
  return { names, told };
}

const sameCondition = (left: Told | undefined, right: Told | undefined): boolean =>
  left?.status === right?.status && left?.reason === right?.reason && left?.message === right?.message;

/** Grants names. Upstream: apiextensions-apiserver/pkg/controller/status/naming_controller.go. */
function named(
  crd: CustomResourceDefinition,
  all: Iterable<CustomResourceDefinition>,
  now: number,
): CustomResourceDefinition {
  if (sameJson(crd.spec.names as never, (crd.status?.acceptedNames ?? null) as never)) return crd;
  const { names, told } = granted(crd, takenIn(all, crd.spec.group));
  const same = sameJson(names as never, (crd.status?.acceptedNames ?? null) as never);
  if (same && sameCondition(told, conditionOf(crd, 'NamesAccepted') as Told | undefined)) return crd;
  const next = withCondition({ ...crd, status: { ...statusOf(crd), acceptedNames: names } }, told, now);
  if (conditionOf(next, 'Established')?.status === 'True') return next;
  const accepted = told.status === 'True';
  const before = conditionOf(next, 'Established');
  if (!accepted && before !== undefined) return next;
  return withCondition(
    next,
    accepted
      ? { type: 'Established', status: 'False', reason: 'Installing', message: 'the initial names have been accepted' }
      : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' },
    now,
  );
}

/** Upstream: apiextensions-apiserver/pkg/controller/establish/establishing_controller.go. */
function established(crd: CustomResourceDefinition, now: number): CustomResourceDefinition {
  if (conditionOf(crd, 'NamesAccepted')?.status !== 'True' || conditionOf(crd, 'Established')?.status === 'True')
    return crd;
  const told = {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  };
  return withCondition(crd, told, now);
}

const APPROVED = 'api-approved.kubernetes.io';
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** Groups of the community's own need an approval. Upstream: apiextensions-apiserver/pkg/controller/apiapproval. */
function approved(crd: CustomResourceDefinition, now: number): CustomResourceDefinition {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(crd.spec.group)) return crd;
  const annotation = crd.metadata.annotations?.[APPROVED] ?? '';
  const tell = (status: string, reason: string, message: string) => {
    const told = { type: 'KubernetesAPIApprovalPolicyConformant', status, reason, message };
    return sameCondition(told, conditionOf(crd, told.type) as Told | undefined) ? crd : withCondition(crd, told, now);
  };
  const must = `protected groups must have approval annotation "${APPROVED}"`;
  if (annotation === '') return tell('False', 'MissingAnnotation', `${must}, ${SEE}`);
  if (annotation.startsWith('unapproved'))
    return tell('False', 'UnapprovedAnnotation', `not approved: ${JSON.stringify(annotation)}`);
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+/i.test(annotation)) {
    return tell('True', 'ApprovedAnnotation', `approved in ${annotation}`);
  }
  return tell('False', 'InvalidAnnotation', `${must} with either a URL or a reason starting with "unapproved", ${SEE}`);
}

export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** A definition that is deleted: it goes when its objects are gone. */
export function retired(object: KubeObject, now: number): KubeObject {
  const crd = object as unknown as CustomResourceDefinition;
  const { finalizers = [] } = crd.metadata;
  const marked = {
    ...crd,
    metadata: {
      ...crd.metadata,
      deletionTimestamp: timeOf(now),
      finalizers: finalizers.includes(CLEANUP) ? finalizers : [...finalizers, CLEANUP],
    },
  };
  const message = 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon';
  const told = { type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending', message };
  return withCondition(marked, told, now) as unknown as KubeObject;
}

/** How many objects of a definition are left; those of a built-in resource are none of its. */
export type Objects = number | 'built-in';

/** What is to be done about a definition. */
export interface Plan {
  /** The definition as it should be; the one given where nothing is to be written. */
  readonly next: CustomResourceDefinition;
  /** Its objects are to be deleted. */
  readonly deletesObjects: boolean;
}

const terminating = (crd: CustomResourceDefinition, status: string, reason: string, message: string, now: number) => {
  const told = { type: 'Terminating', status, reason, message };
  return sameCondition(told, conditionOf(crd, told.type) as Told | undefined) ? crd : withCondition(crd, told, now);
};

/** The end of a definition. Upstream: apiextensions-apiserver/pkg/controller/finalizer/crd_finalizer.go. */
function ended(crd: CustomResourceDefinition, objects: Objects, now: number): Plan {
  const released = (next: CustomResourceDefinition): Plan => {
    const finalizers = (next.metadata.finalizers ?? []).filter((one) => one !== CLEANUP);
    return { next: { ...next, metadata: { ...next.metadata, finalizers } }, deletesObjects: false };
  };
  const begun = terminating(crd, 'True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress', now);
  if (begun !== crd) return { next: begun, deletesObjects: false };
  if (conditionOf(crd, 'Established')?.status !== 'True')
    return released(terminating(crd, 'False', 'NeverEstablished', 'resource was never established', now));
  if (objects === 'built-in') {
    const message = 'instances overlap with built-in resources in storage';
    return released(terminating(crd, 'False', 'OverlappingBuiltInResource', message, now));
  }
  if (objects > 0) return { next: crd, deletesObjects: true };
  return released(terminating(crd, 'False', 'InstanceDeletionCompleted', 'removed all instances', now));
}

/** What the server itself does about a definition, one step at a time. Pure; `now` in milliseconds. */
export function planFor(
  crd: CustomResourceDefinition,
  all: Iterable<CustomResourceDefinition>,
  objects: Objects,
  now: number,
): Plan {
  const steps = [() => named(crd, all, now), () => approved(crd, now), () => established(crd, now)];
  for (const step of steps) {
    const next = step();
    if (next !== crd) return { next, deletesObjects: false };
  }
  const { deletionTimestamp, finalizers } = crd.metadata;
  if (deletionTimestamp === undefined || finalizers?.includes(CLEANUP) !== true)
    return { next: crd, deletesObjects: false };
  return ended(crd, objects, now);
}
