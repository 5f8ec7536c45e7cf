import { sameJson } from '#core/base';
import type { KubeObject, OwnerReference } from '#core/machinery/object';

/**
 * The object with each owner named once; a warning says whose references were twins. `admitted`: whether mutating admission
 * is over, which the warning tells. Upstream: apiserver/pkg/endpoints/handlers/rest.go (dedupOwnerReferencesAndAddWarning).
 */
export function withoutTwinOwners(object: KubeObject, warnings: string[], admitted: boolean): KubeObject {
  const { ownerReferences: owners } = object.metadata;
  if (owners === undefined || owners === null || owners.length < 2) return object;
  const kept: OwnerReference[] = [];
  const twins: string[] = [];
  for (const owner of owners)
    if (kept.some((one) => sameJson(one, owner))) twins.push(owner.uid);
    else kept.push(owner);
  if (twins.length === 0) return object;
  const when = admitted ? ' after mutating admission happens' : '';
  warnings.push(
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${twins.join(', ')}`,
  );
  return { ...object, metadata: { ...object.metadata, ownerReferences: kept } };
}
