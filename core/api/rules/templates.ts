import type { ObjectMeta } from '#core/api/types';
import type { KubeObject } from '#core/machinery/object';
import { forbiddenField, type Problem } from '#core/machinery/status';
import { annotationProblems, labelProblems } from '#core/machinery/validation';

const ALLOWED = new Set(['annotations', 'labels']);
/** A refusal names a field as the original does, which does not know how it is written in JSON. */
const SPELLED: Readonly<Record<string, string>> = { uid: 'uID' };

/**
 * Metadata of a template from which objects are made that are named by whom they are for: labels and annotations alone.
 * Upstream: pkg/apis/core/validation/validation.go (ValidateTemplateObjectMeta).
 */
export function templateMetadataProblems(metadata: ObjectMeta | undefined, path: string, problems: Problem[]): void {
  annotationProblems(metadata?.annotations, `${path}.annotations`, problems);
  labelProblems(metadata?.labels, `${path}.labels`, problems);
  for (const field of Object.keys(metadata ?? {})) {
    if (!ALLOWED.has(field)) problems.push(forbiddenField(`${path}.${SPELLED[field] ?? field}`, 'cannot be set'));
  }
}

/**
 * Without labels of its own it shows its pods': a default that runs as the stored object is read, and so after a write of
 * metadata alone. Upstream: pkg/apis/{core,batch}/v1/defaults.go (SetDefaults_ReplicationController, SetDefaults_Job).
 */
export function withTemplateLabels(object: KubeObject): KubeObject {
  const { spec } = object as KubeObject & {
    readonly spec?: { readonly template?: { readonly metadata?: ObjectMeta } };
  };
  const labels = spec?.template?.metadata?.labels;
  if (labels === undefined || Object.keys(object.metadata.labels ?? {}).length > 0) return object;
  return { ...object, metadata: { ...object.metadata, labels } };
}
