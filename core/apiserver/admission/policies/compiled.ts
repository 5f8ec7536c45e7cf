import { environmentOf, type Uses, variableType } from '#core/api/admissionregistration';
import type { MatchResources, NamedRuleWithOperations, ValidatingAdmissionPolicy, Validation } from '#core/api/types';
import { compile, type Type } from '#core/machinery/cel';
import type { Tools } from '#core/machinery/cel/evaluate';
import { type LabelSelector, selectorOfObject } from '#core/machinery/selectors';
import { type Evaluable, evaluable } from '../expressions.ts';

/** Which requests a policy, or a binding of it, is about. */
export interface Scope {
  readonly hook: MatchResources;
  readonly rules: readonly NamedRuleWithOperations[];
  readonly excluded: readonly NamedRuleWithOperations[];
  readonly namespaces: LabelSelector;
  readonly objects: LabelSelector;
}

export interface Rule {
  readonly said: Validation;
  readonly holds: Evaluable;
  readonly message: Evaluable | undefined;
}

/** A policy with its expressions ready to be evaluated. */
export interface Policy {
  readonly name: string;
  readonly said: ValidatingAdmissionPolicy['spec'];
  readonly scope: Scope;
  readonly conditions: readonly Evaluable[];
  readonly variables: ReadonlyMap<string, Evaluable>;
  readonly rules: readonly Rule[];
}

export const scopeOf = (hook: MatchResources = {}): Scope => ({
  hook,
  rules: hook.resourceRules ?? [],
  excluded: hook.excludeResourceRules ?? [],
  namespaces: selectorOfObject((hook.namespaceSelector ?? {}) as never),
  objects: selectorOfObject((hook.objectSelector ?? {}) as never),
});

/** Upstream: apiserver/pkg/admission/plugin/policy/validating/plugin.go (compilePolicy). */
export function compiledPolicy({ metadata, spec }: ValidatingAdmissionPolicy, tools: Tools | undefined): Policy {
  const params = spec?.paramKind !== undefined;
  const uses: Uses = { params, authorizer: true };
  const variables = new Map<string, Evaluable>();
  // A variable may speak of those before it.
  const types = new Map<string, Type>();
  for (const { name, expression } of spec?.variables ?? []) {
    const environment = environmentOf({ ...uses, variables: new Map(types) });
    const compiled = compile(expression, environment);
    variables.set(name, evaluable(expression, environment, tools));
    types.set(name, variableType('faults' in compiled ? undefined : compiled.type));
  }
  const withVariables = { ...uses, ...(types.size > 0 && { variables: types }) };
  const [full, plain] = [environmentOf(withVariables), environmentOf({ ...withVariables, authorizer: false })];
  return {
    name: metadata.name ?? '',
    said: spec,
    scope: scopeOf(spec?.matchConstraints),
    conditions: (spec?.matchConditions ?? []).map(({ expression }) => evaluable(expression, full, tools)),
    variables,
    rules: (spec?.validations ?? []).map((said) => ({
      said,
      holds: evaluable(said.expression, full, tools),
      message: said.messageExpression ? evaluable(said.messageExpression, plain, tools) : undefined,
    })),
  };
}
