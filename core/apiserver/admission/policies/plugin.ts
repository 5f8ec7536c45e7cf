import type {
  NamedRuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '#core/api/types';
import type { AdmissionAttributes, AdmissionPlugin } from '#core/apiserver';
import { StatusError, type StatusReason } from '#core/machinery/status';
import type { Tools } from '#core/machinery/cel/evaluate';
import type { Store } from '#core/store';
import type { ExpressionParts } from '../expressions.ts';
import { refusalOf } from '../refuse.ts';
import { isExempt, isSelected, wantedVersion } from '../webhooks/matching.ts';
import { compiledPolicy, type Policy, type Scope, scopeOf } from './compiled.ts';
import { type Denial, denials } from './evaluation.ts';
import { ConfigurationFault, paramDefinition, type ParamParts, paramsOf } from './params.ts';

export interface PolicyParts extends ExpressionParts, ParamParts {
  readonly store: Store;
}

interface Binding {
  readonly name: string;
  readonly said: ValidatingAdmissionPolicyBinding['spec'];
  readonly scope: Scope;
}

/** A policy that something binds. */
interface Bound {
  readonly policy: Policy;
  readonly bindings: readonly Binding[];
}

const GROUP = 'admissionregistration.k8s.io';
const CODES: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 };

/** Compiled when they change, not when they are used. */
function policiesIn({ store, stored }: PolicyParts, tools: Tools | undefined): { list(): readonly Bound[] } {
  let bound: readonly Bound[] | undefined;
  const known = new WeakMap<ValidatingAdmissionPolicy, Policy>();
  for (const resource of ['validatingadmissionpolicies', 'validatingadmissionpolicybindings']) {
    const prefix = `${GROUP}/${resource}/`;
    const watch = store.watch(prefix, store.view(prefix).revision, {
      changes() {
        bound = undefined;
      },
      closed() {},
    });
    if ('failure' in watch) throw new Error(`cannot follow ${resource}: ${watch.failure}`);
  }
  const compiled = (said: ValidatingAdmissionPolicy): Policy => {
    let policy = known.get(said);
    if (policy === undefined) known.set(said, (policy = compiledPolicy(said, tools)));
    return policy;
  };
  const all = (): readonly Bound[] => {
    const bindings = new Map<string, Binding[]>();
    for (const { metadata, spec } of stored.list<ValidatingAdmissionPolicyBinding>(
      GROUP,
      'validatingadmissionpolicybindings',
    )) {
      const binding = { name: metadata.name ?? '', said: spec, scope: scopeOf(spec?.matchResources) };
      const policyName = spec?.policyName ?? '';
      bindings.set(policyName, [...(bindings.get(policyName) ?? []), binding]);
    }
    return [...stored.list<ValidatingAdmissionPolicy>(GROUP, 'validatingadmissionpolicies')].flatMap((said) => {
      const own = bindings.get(said.metadata.name ?? '');
      return own === undefined ? [] : [{ policy: compiled(said), bindings: own }];
    });
  };
  return { list: () => (bound ??= all()) };
}

const named = (rules: readonly NamedRuleWithOperations[], { name }: AdmissionAttributes) =>
  rules.filter(({ resourceNames = [] }) => resourceNames.length === 0 || resourceNames.includes(name));

/** The version in which a scope wants a request; undefined: not at all. Upstream: apiserver/pkg/admission/plugin/policy/matching. */
function versionFor(
  scope: Scope,
  attributes: AdmissionAttributes,
  { stored }: Pick<PolicyParts, 'stored'>,
): string | undefined {
  if (!isSelected(scope, attributes, stored)) return undefined;
  const { hook, rules, excluded } = scope;
  if (wantedVersion({ hook, rules: named(excluded, attributes) }, attributes) !== undefined) return undefined;
  return rules.length === 0 ? attributes.version : wantedVersion({ hook, rules: named(rules, attributes) }, attributes);
}

interface Found extends Denial {
  readonly by: string;
}

/** What a policy says by one of its bindings. Throws a ConfigurationFault. */
function denialsBy(
  parts: PolicyParts,
  policy: Policy,
  { said }: Binding,
  attributes: AdmissionAttributes,
  version: string,
): readonly Denial[] {
  const { definition, namespace: name } = attributes;
  const isNamespace = definition.group === '' && definition.kind === 'Namespace';
  const namespace = name === '' || isNamespace ? undefined : parts.stored.get('', 'namespaces', '', name);
  return paramsOf(parts, policy.said?.paramKind, said?.paramRef, attributes).flatMap((params) =>
    denials(policy, parts, { attributes, version, params, namespace }),
  );
}

/** What is wrong with the policy itself. */
function policyFault(parts: PolicyParts, { said }: Policy): string | undefined {
  try {
    if (said?.paramKind !== undefined) paramDefinition(parts, said.paramKind);
    return undefined;
  } catch (fault) {
    if (fault instanceof ConfigurationFault) return fault.message;
    throw fault;
  }
}

function judged(parts: PolicyParts, { policy, bindings }: Bound, attributes: AdmissionAttributes): readonly Found[] {
  const version = versionFor(policy.scope, attributes, parts);
  if (version === undefined) return [];
  const ignores = policy.said?.failurePolicy === 'Ignore';
  const own = `ValidatingAdmissionPolicy '${policy.name}'`;
  const fault = policyFault(parts, policy);
  if (fault !== undefined) {
    return ignores ? [] : [{ by: own, message: `failed to configure policy: ${fault}`, reason: '' }];
  }
  return bindings.flatMap((binding) => {
    if (versionFor(binding.scope, attributes, parts) === undefined) return [];
    const by = `${own} with binding '${binding.name}'`;
    const actions = binding.said?.validationActions ?? [];
    try {
      const found = denialsBy(parts, policy, binding, attributes, version);
      if (actions.includes('Warn')) {
        for (const { message } of found) attributes.warn(`Validation failed for ${by}: ${message}`);
      }
      return actions.includes('Deny') ? found.map((one) => ({ by, ...one })) : [];
    } catch (failure) {
      if (!(failure instanceof ConfigurationFault)) throw failure;
      return ignores ? [] : [{ by, message: `failed to configure binding: ${failure.message}`, reason: '' }];
    }
  });
}

/**
 * Lets policies refuse a request. What they say for the audit log is not kept, as there is none. Upstream:
 * apiserver/pkg/admission/plugin/policy/validating/dispatcher.go.
 */
export function validatingPolicies(parts: PolicyParts): AdmissionPlugin {
  const policies = policiesIn(parts, parts.expressions);
  return {
    name: 'ValidatingAdmissionPolicy',
    handles: () => policies.list().length > 0,
    validate(attributes) {
      if (isExempt(attributes)) return;
      const [first] = policies.list().flatMap((bound) => judged(parts, bound, attributes));
      if (first === undefined) return;
      const { by, reason } = first;
      const message = `${by} denied request: ${first.message}`;
      const { status } = refusalOf(attributes, message);
      throw new StatusError({
        ...status,
        reason: (reason || 'Invalid') as StatusReason,
        code: CODES[reason] ?? 422,
        details: { ...status.details, causes: [...(status.details?.causes ?? []), { message }] },
      });
    },
  };
}
