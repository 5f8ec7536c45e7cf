import type { ResourceDefinition } from '#core/api/definition';
import { dnsSubdomainProblems, objectName } from '#core/machinery/names';
import type { KubeObject } from '#core/machinery/object';
import type { Problem } from '#core/machinery/status';
import { metadataProblems, metadataUpdateProblems } from '#core/machinery/validation';

const subdomain = objectName(dnsSubdomainProblems);

/** Problems of a new object's metadata. Upstream: apimachinery/pkg/api/validation/objectmeta.go. */
export const newMetaProblems = ({ strategy, namespaced }: ResourceDefinition, object: KubeObject): readonly Problem[] =>
  metadataProblems(object, { namespaced, validateName: strategy.validateName ?? subdomain });

/** Problems of an update's metadata: what identifies an object stays. */
export const changedMetaProblems = (next: KubeObject, old: KubeObject): readonly Problem[] =>
  metadataUpdateProblems(next, old);
