import type { RuleWithOperations } from '#core/api/types';
import type { Stored } from '#core/apiserver/auth';
import type { AdmissionAttributes } from '#core/apiserver';
import type { Webhook } from './configurations.ts';

/** What says which requests are wanted. */
export interface Wants {
  readonly rules: readonly RuleWithOperations[];
  readonly hook: { readonly matchPolicy?: string };
}

const GROUP = 'admissionregistration.k8s.io';

/** What decides over admission is never decided by it: a broken webhook could not be taken away. */
export const isExempt = ({ definition }: AdmissionAttributes): boolean =>
  definition.group === GROUP &&
  /^(validating|mutating)(webhookconfigurations|admissionpolic)/.test(definition.resource);

/**
 * The version in which a webhook wants to see a request: the request's own where a rule names it, else (matchPolicy Equivalent) another
 * one of the same resource. `undefined`: the webhook does not want it. Upstream: apiserver/pkg/admission/plugin/webhook/{predicates/rules,generic}.
 */
export function wantedVersion({ rules, hook }: Wants, attributes: AdmissionAttributes): string | undefined {
  const { definition, version } = attributes;
  if (rules.some((rule) => matches(rule, attributes, version))) return version;
  if (hook.matchPolicy === 'Exact') return undefined;
  const others = definition.versions.filter((one) => one.served && one.version !== version);
  return others.find((one) => rules.some((rule) => matches(rule, attributes, one.version)))?.version;
}

const hasOrAll = (list: readonly string[] | undefined, one: string) =>
  list?.some((item) => item === '*' || item === one) ?? false;

function matches(
  rule: RuleWithOperations,
  { definition, subresource, operation }: AdmissionAttributes,
  version: string,
): boolean {
  const { scope = '*', operations, apiGroups, apiVersions, resources = [] } = rule;
  if (!hasOrAll(operations, operation) || !hasOrAll(apiGroups, definition.group) || !hasOrAll(apiVersions, version))
    return false;
  if (scope !== '*' && (scope === 'Namespaced') !== definition.namespaced) return false;
  return resources.some((pattern) => {
    const [resource, sub = ''] = pattern.split('/');
    return (resource === '*' || resource === definition.resource) && (sub === '*' || sub === subresource);
  });
}

/** By labels of the namespace (of a Namespace: its own), and of the object before or after. */
export function isSelected(
  { namespaces, objects }: Pick<Webhook, 'namespaces' | 'objects'>,
  attributes: AdmissionAttributes,
  stored: Stored,
): boolean {
  const { definition, object, old, namespace } = attributes;
  if (!namespaces.everything) {
    const isNamespace = definition.group === '' && definition.resource === 'namespaces';
    if (isNamespace || definition.namespaced) {
      const about = isNamespace ? (object ?? old) : stored.get('', 'namespaces', '', namespace);
      if (!namespaces.matches(about?.metadata.labels)) return false;
    }
  }
  if (objects.everything) return true;
  return [object, old].some((one) => one !== undefined && objects.matches(one.metadata?.labels));
}
