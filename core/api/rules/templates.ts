import type { ObjectMeta } from '#core/api/types';
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
