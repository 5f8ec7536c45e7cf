import type { ParamKind, ParamRef } from '#core/api/types';
import type { Registry, ResourceDefinition } from '#core/api/definition';
import type { AdmissionAttributes } from '#core/apiserver';
import type { Stored } from '#core/apiserver/auth';
import { type KubeObject, parseApiVersion } from '#core/machinery/object';
import { selectorOfObject } from '#core/machinery/selectors';
import { writtenIn } from '../webhooks/call.ts';

/** A policy or a binding says what cannot be done. */
export class ConfigurationFault extends Error {}

export interface ParamParts {
  readonly stored: Stored;
  readonly registry: Pick<Registry, 'kind'>;
}

/** Throws a ConfigurationFault where the kind is none that is served. */
export function paramDefinition(
  { registry }: ParamParts,
  { apiVersion = '', kind = '' }: ParamKind,
): ResourceDefinition {
  const { group, version } = parseApiVersion(apiVersion);
  const definition = registry.kind(group, kind);
  if (definition?.versions.some((one) => one.version === version && one.served) === true) return definition;
  throw new ConfigurationFault(`failed to find resource referenced by paramKind: '${group}/${version}, Kind=${kind}'`);
}

function found(
  { stored }: ParamParts,
  { group, resource, namespaced }: ResourceDefinition,
  { name, selector, namespace: given = '' }: ParamRef,
  own: string,
): readonly KubeObject[] {
  if (given !== '' && !namespaced) {
    throw new ConfigurationFault('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const namespace = namespaced ? given || own : '';
  if (namespaced && namespace === '') {
    const why = 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources';
    throw new ConfigurationFault(why);
  }
  if (name) {
    const one = stored.get(group, resource, namespace, name);
    return one === undefined ? [] : [one];
  }
  if (selector === undefined) throw new ConfigurationFault('one of name or selector must be provided');
  const wanted = selectorOfObject(selector as never);
  const all = stored.list(group, resource, namespaced ? namespace : undefined);
  return [...all].filter(({ metadata }) => wanted.matches(metadata.labels));
}

/**
 * The parameters with which a policy is asked, each on its own; undefined: without. Throws a ConfigurationFault.
 * Upstream: apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go (CollectParams).
 */
export function paramsOf(
  parts: ParamParts,
  kind: ParamKind | undefined,
  reference: ParamRef | undefined,
  { namespace }: AdmissionAttributes,
): readonly (KubeObject | undefined)[] {
  if (kind === undefined || reference === undefined) return [undefined];
  const definition = paramDefinition(parts, kind);
  const { version } = parseApiVersion(kind.apiVersion ?? '');
  const all = found(parts, definition, reference, namespace);
  if (all.length === 0 && reference.parameterNotFoundAction === 'Deny') {
    throw new ConfigurationFault('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return all.map((one) => writtenIn(definition, one, version));
}
