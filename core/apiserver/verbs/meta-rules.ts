import type { ResourceDefinition } from '#core/api/definition';
import { dnsSubdomainProblems, objectName } from '#core/machinery/names';
import type { KubeObject } from '#core/machinery/object';
import type { Problem } from '#core/machinery/status';
import { metadataProblems, metadataUpdateProblems } from '#core/machinery/validation';
import { isCustom } from '../encoding/emit.ts';

const subdomain = objectName(dnsSubdomainProblems);

/** Problems of a new object's metadata. Upstream: apimachinery/pkg/api/validation/objectmeta.go. */
export function newMetaProblems(definition: ResourceDefinition, object: KubeObject): readonly Problem[] {
  const { strategy, namespaced } = definition;
  const validateName = strategy.validateName ?? subdomain;
  return metadataProblems(object, { namespaced, validateName, standardFinalizers: !isCustom(definition) });
}

/** Problems of an update's metadata: what identifies an object stays. */
export const changedMetaProblems = (next: KubeObject, old: KubeObject): readonly Problem[] =>
  metadataUpdateProblems(next, old);
