import { checkedStrategy } from '#core/api/rules';
import type { ResourceQuota, ResourceQuotaSpec } from '#core/api/types';
import { invalid, type Problem, required } from '#core/machinery/status';
import { isQuotaResource, quotaResourceNameProblems, resourceAmountProblems } from '../resources/names.ts';

type Amounts = Readonly<Record<string, string>> | undefined;

const COMPUTE = ['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
/** What each scope can be counted by. */
const COUNTS: Readonly<Record<string, readonly string[]>> = {
  Terminating: COMPUTE,
  NotTerminating: COMPUTE,
  NotBestEffort: COMPUTE,
  PriorityClass: COMPUTE,
  CrossNamespacePodAffinity: COMPUTE,
  BestEffort: ['pods'],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
};
const CONFLICTS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;
/** Scopes that either hold or do not. */
const FLAGS = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];

function amountProblems(amounts: Amounts, path: string, problems: Problem[]): void {
  for (const [name, amount] of Object.entries(amounts ?? {})) {
    quotaResourceNameProblems(name, `${path}[${name}]`, problems);
    resourceAmountProblems(name, amount, `${path}[${name}]`, problems);
  }
}

const isKnown = (scope: string): boolean => Object.hasOwn(COUNTS, scope);
/** How many of the resources bounded a scope says nothing of. */
const uncounted = ({ hard }: ResourceQuotaSpec, scope: string): number =>
  isKnown(scope)
    ? Object.keys(hard ?? {}).filter((name) => isQuotaResource(name) && !COUNTS[scope]!.includes(name)).length
    : 0;

function conflictProblems(scopes: readonly string[], shown: unknown, path: string, problems: Problem[]): void {
  for (const pair of CONFLICTS) {
    if (pair.every((scope) => scopes.includes(scope))) problems.push(invalid(path, shown, 'conflicting scopes'));
  }
}

function scopeProblems(spec: ResourceQuotaSpec, problems: Problem[]): void {
  const scopes = spec.scopes ?? [];
  for (const scope of scopes) {
    if (!isKnown(scope)) problems.push(invalid('spec.scopes', scopes, 'unsupported scope'));
    for (let i = uncounted(spec, scope); i > 0; i--) {
      problems.push(invalid('spec.scopes', scopes, 'unsupported scope applied to resource'));
    }
  }
  conflictProblems(scopes, scopes, 'spec.scopes', problems);
}

function selectorProblems(spec: ResourceQuotaSpec, problems: Problem[]): void {
  const path = 'spec.scopeSelector.matchExpressions';
  const expressions = spec.scopeSelector?.matchExpressions ?? [];
  for (const { scopeName = '', operator = '' as string, values = [] } of expressions) {
    if (!isKnown(scopeName)) problems.push(invalid(`${path}.scopeName`, scopeName, 'unsupported scope'));
    for (let i = uncounted(spec, scopeName); i > 0; i--) {
      problems.push(invalid(path, spec.scopeSelector, 'unsupported scope applied to resource'));
    }
    if (FLAGS.includes(scopeName) && operator !== 'Exists') {
      const detail =
        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
      problems.push(invalid(`${path}.operator`, operator, detail));
    }
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length > 0) continue;
      const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      problems.push(required(`${path}.values`, detail));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length === 0) continue;
      const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      problems.push(invalid(`${path}.values`, values, detail));
    } else problems.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  const names = expressions.map(({ scopeName }) => scopeName as string);
  conflictProblems(names, spec.scopes ?? null, path, problems);
}

function specProblems({ spec = {} }: ResourceQuota, problems: Problem[]): void {
  amountProblems(spec.hard, 'spec.hard', problems);
  scopeProblems(spec, problems);
  selectorProblems(spec, problems);
}

/** Upstream: pkg/registry/core/resourcequota/strategy.go, pkg/apis/core/validation/validation.go (ValidateResourceQuota). */
export const resourceQuotaStrategy = checkedStrategy<ResourceQuota>('/resourcequotas', 'ResourceQuota', 'v1', {
  create: specProblems,
  update: (next, old, problems) => {
    specProblems(next, problems);
    const [after, before] = [new Set(next.spec?.scopes), new Set(old.spec?.scopes)];
    if (after.size !== before.size || !after.isSubsetOf(before)) {
      problems.push(invalid('spec.scopes', next.spec?.scopes, 'field is immutable'));
    }
  },
  status: ({ status }, _old, problems) => {
    amountProblems(status?.hard, 'status.hard', problems);
    amountProblems(status?.used, 'status.used', problems);
  },
});
