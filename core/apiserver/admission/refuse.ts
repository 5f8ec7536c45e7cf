import type { ResourceDefinition } from '#core/api/definition';
import { forbidden, type StatusError } from '#core/machinery/status';
import type { AdmissionAttributes } from '#core/apiserver';

/** The refusal of a plugin; what has no name yet is named by its prefix. Upstream: apiserver/pkg/admission/errors.go. */
export function refusalOf({ definition, name, object }: AdmissionAttributes, why: string): StatusError {
  const own = name || object?.metadata?.name || object?.metadata?.generateName || 'Unknown';
  return forbidden({ group: definition.group, resource: definition.resource, name: own }, why);
}

export const isOf = ({ group, resource }: ResourceDefinition, wantedGroup: string, wantedResource: string): boolean =>
  resource === wantedResource && group === wantedGroup;

/** The object with another spec, where it changed. */
export function withSpec<T extends { readonly spec?: unknown }>(object: T, spec: T['spec']): T {
  return spec === object.spec ? object : { ...object, spec };
}
