import type { KubeObject, ManagedFieldsEntry, ObjectMeta, OwnerReference } from '#core/machinery/object';
import {
  dnsLabelProblems,
  labelValueProblems,
  objectName,
  type ObjectNameCheck,
  qualifiedNameProblems,
  byteLength,
} from '#core/machinery/names';
import { forbiddenField, invalid, type Problem, required, tooLong } from '#core/machinery/status';
import { unchanged } from './immutable.ts';

/** Keys and values of all annotations together, in bytes. */
export const MAX_ANNOTATIONS = 256 * 1024;
const MAX_MANAGER = 128;
const MAX_SUBRESOURCE = 256;

const isNamespaceName = objectName(dnsLabelProblems);

export function labelProblems(
  labels: Readonly<Record<string, string>> | undefined,
  path: string,
  problems: Problem[],
): void {
  for (const key in labels) {
    for (const detail of qualifiedNameProblems(key)) problems.push(invalid(path, key, detail));
    for (const detail of labelValueProblems(labels[key]!)) problems.push(invalid(path, labels[key], detail));
  }
}

export function annotationProblems(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
  problems: Problem[],
): void {
  let size = 0;
  for (const key in annotations) {
    for (const detail of qualifiedNameProblems(key.toLowerCase())) problems.push(invalid(path, key, detail));
    size += byteLength(key) + byteLength(annotations[key]!);
  }
  if (size > MAX_ANNOTATIONS) problems.push(tooLong(path, MAX_ANNOTATIONS));
}

function ownerProblems(owners: readonly OwnerReference[] | undefined, path: string, problems: Problem[]): void {
  let controller: string | undefined;
  for (const owner of owners ?? []) {
    // No index in these paths: clients know them so.
    const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
    const parts = apiVersion.split('/');
    if (parts.length > 2 || parts.at(-1) === '') {
      problems.push(invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
    }
    if (kind === '') problems.push(invalid(`${path}.kind`, kind, 'must not be empty'));
    if (name === '') problems.push(invalid(`${path}.name`, name, 'must not be empty'));
    if (uid === '') problems.push(invalid(`${path}.uid`, uid, 'must not be empty'));
    if (apiVersion === 'v1' && kind === 'Event') {
      problems.push(invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner'));
    }
    if (owner.controller !== true) continue;
    const named = `${kind}/${name}`;
    if (controller !== undefined) {
      problems.push(
        invalid(
          path,
          owners,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${named}`,
        ),
      );
    } else controller = named;
  }
}

function finalizerProblems(finalizers: readonly string[] | undefined, path: string, problems: Problem[]): void {
  for (const finalizer of finalizers ?? []) {
    for (const detail of qualifiedNameProblems(finalizer)) problems.push(invalid(path, finalizer, detail));
  }
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    problems.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
}

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;

/** `path` with its list index; the manager's name is shown to people, so it must be printable. */
export function managerNameProblems(manager: string | undefined, path: string, problems: Problem[]): void {
  if (manager === undefined) return;
  if (byteLength(manager) > MAX_MANAGER) problems.push(tooLong(path, MAX_MANAGER));
  if (PRINTABLE.test(manager)) return;
  for (const [position, character] of [...manager].entries()) {
    if (PRINTABLE.test(character)) continue;
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    problems.push(invalid(path, manager, `invalid character U+${code} (at position ${position})`));
  }
}

function managedProblems(entries: readonly ManagedFieldsEntry[] | undefined, path: string, problems: Problem[]): void {
  for (const [i, entry] of (entries ?? []).entries()) {
    const place = `${path}[${i}]`;
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
      problems.push(invalid(`${place}.operation`, entry.operation ?? '', 'must be `Apply` or `Update`'));
    }
    if (entry.fieldsType !== undefined && entry.fieldsType !== 'FieldsV1') {
      problems.push(invalid(`${place}.fieldsType`, entry.fieldsType, 'must be `FieldsV1`'));
    }
    managerNameProblems(entry.manager, `${place}.manager`, problems);
    if (entry.subresource !== undefined && byteLength(entry.subresource) > MAX_SUBRESOURCE) {
      problems.push(tooLong(`${place}.subresource`, MAX_SUBRESOURCE));
    }
  }
}

function commonProblems(metadata: ObjectMeta, path: string, problems: Problem[]): void {
  labelProblems(metadata.labels, `${path}.labels`, problems);
  annotationProblems(metadata.annotations, `${path}.annotations`, problems);
  ownerProblems(metadata.ownerReferences, `${path}.ownerReferences`, problems);
}

export interface MetadataRules {
  readonly namespaced: boolean;
  readonly validateName: ObjectNameCheck;
  /** Finalizers without a prefix must be Kubernetes' own: so it is for all built-in kinds, not for custom ones. */
  readonly standardFinalizers?: boolean;
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Of objects of built-in kinds. */
export function standardFinalizerProblems(
  finalizers: readonly string[] | undefined,
  path: string,
  problems: Problem[],
): void {
  for (const [i, finalizer] of (finalizers ?? []).entries()) {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)) continue;
    const detail = 'name is neither a standard finalizer name nor is it fully qualified';
    problems.push(invalid(`${path}[${i}]`, finalizer, detail));
  }
}

/**
 * What is wrong with the metadata of an object about to be created, its name generated already.
 * Upstream: apimachinery/pkg/api/validation/objectmeta.go.
 */
export function metadataProblems(
  { metadata }: KubeObject,
  rules: MetadataRules,
  path = 'metadata',
): readonly Problem[] {
  const problems: Problem[] = [];
  const { name = '', generateName = '', namespace = '', generation = 0 } = metadata;
  if (generateName !== '') {
    for (const detail of rules.validateName(generateName, true)) {
      problems.push(invalid(`${path}.generateName`, generateName, detail));
    }
  }
  if (name === '') problems.push(required(`${path}.name`, 'name or generateName is required'));
  else for (const detail of rules.validateName(name, false)) problems.push(invalid(`${path}.name`, name, detail));
  if (!rules.namespaced) {
    if (namespace !== '') problems.push(forbiddenField(`${path}.namespace`, 'not allowed on this type'));
  } else if (namespace === '') problems.push(required(`${path}.namespace`));
  else {
    for (const detail of isNamespaceName(namespace, false))
      problems.push(invalid(`${path}.namespace`, namespace, detail));
  }
  if (generation < 0) problems.push(invalid(`${path}.generation`, generation, 'must be greater than or equal to 0'));
  commonProblems(metadata, path, problems);
  finalizerProblems(metadata.finalizers, `${path}.finalizers`, problems);
  managedProblems(metadata.managedFields, `${path}.managedFields`, problems);
  if (rules.standardFinalizers === true) standardFinalizerProblems(metadata.finalizers, `${path}.finalizers`, problems);
  return problems;
}

/** What is wrong with a change of metadata. `next` carries the resourceVersion that the client gave, where one must be given. */
export function metadataUpdateProblems(next: KubeObject, old: KubeObject, path = 'metadata'): readonly Problem[] {
  const problems: Problem[] = [];
  const after = next.metadata;
  const before = old.metadata;
  if (after === before) return problems;
  if (before.deletionTimestamp !== undefined) {
    const fresh = (after.finalizers ?? []).filter((finalizer) => !before.finalizers?.includes(finalizer));
    if (fresh.length > 0) {
      const shown = `[]string{${fresh
        .toSorted()
        .map((one) => JSON.stringify(one))
        .join(', ')}}`;
      problems.push(
        forbiddenField(
          `${path}.finalizers`,
          `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`,
        ),
      );
    }
  }
  if ((after.generation ?? 0) < (before.generation ?? 0)) {
    problems.push(invalid(`${path}.generation`, after.generation ?? 0, 'must not be decremented'));
  }
  unchanged(after.name, before.name, `${path}.name`, problems);
  unchanged(after.namespace, before.namespace, `${path}.namespace`, problems);
  unchanged(after.uid, before.uid, `${path}.uid`, problems);
  unchanged(after.creationTimestamp, before.creationTimestamp, `${path}.creationTimestamp`, problems);
  unchanged(after.deletionTimestamp, before.deletionTimestamp, `${path}.deletionTimestamp`, problems);
  const grace = `${path}.deletionGracePeriodSeconds`;
  unchanged(after.deletionGracePeriodSeconds, before.deletionGracePeriodSeconds, grace, problems);
  commonProblems(after, path, problems);
  managedProblems(after.managedFields, `${path}.managedFields`, problems);
  return problems;
}
