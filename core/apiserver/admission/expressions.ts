import type { Json } from '#core/base';
import type { AdmissionAttributes, Attributes, Authorizer, User } from '#core/apiserver';
import { accountGroups, accountUserName } from '#core/apiserver/auth';
import { compile, type Environment } from '#core/machinery/cel';
import {
  type Authorize,
  authorizerValue,
  Failure,
  plan,
  type Program,
  requestResourceValue,
  type Tools,
  type Value,
  valueOf,
} from '#core/machinery/cel/evaluate';
import { aboutRequest, shownTo } from './webhooks/call.ts';

/** What one expression may cost. Upstream: apiserver/pkg/apis/cel/config.go. */
const PER_EXPRESSION = 1_000_000;
/** What all conditions of a webhook or policy may cost together. */
const CONDITIONS_BUDGET = 2_500_000;
const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** An expression ready to be evaluated, or why it cannot be. */
export type Evaluable = { readonly program: Program; readonly expression: string } | { readonly failure: string };

export interface ExpressionParts {
  readonly authorizer: Authorizer;
  /** Absent: there are no regular expressions. */
  readonly expressions?: Tools;
}

const withoutPatterns: Tools = {
  pattern() {
    throw new Error('this server knows no regular expressions');
  },
};

export function evaluable(expression: string, environment: Environment, tools: Tools = withoutPatterns): Evaluable {
  const compiled = compile(expression, environment);
  if ('faults' in compiled) return { failure: `compilation error: ${compiled.faults}` };
  const program = plan(compiled, tools);
  return typeof program === 'function' ? { program, expression } : { failure: program.failure };
}

const accountOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): User => ({
  name: accountUserName(namespace, name),
  groups: accountGroups(namespace),
});

/** What may still be spent. */
export interface Budget {
  left: number;
}

export type Results = { readonly values: readonly Value[] } | { readonly failure: string };

/** What is asked by an expression, as the authorizer is asked by requests. */
function authorizeWith(authorizer: Authorizer, { user }: AdmissionAttributes): Authorize {
  return ({ subject, verb, path = '', ...asked }) => {
    const attributes: Attributes = {
      user: subject === 'requester' ? user : accountOf(subject),
      verb,
      isResource: path === '',
      path,
      version: '*',
      group: '',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
      ...asked,
    };
    const decision = authorizer.decide(attributes);
    if ('then' in decision) return { allowed: false, reason: '', error: 'the authorizer does not answer at once' };
    return decision;
  };
}

/** Finds the value of a variable. */
export type Variables = (name: string) => Value | undefined;

/** What every expression about a request may speak of, made when it is; `more` tells of further variables. */
export function requestVariables(
  { authorizer }: ExpressionParts,
  attributes: AdmissionAttributes,
  version: string,
  more: Readonly<Record<string, () => Value>> = {},
): Variables {
  const { definition, object, old, subresource, namespace, name } = attributes;
  const authorize = authorizeWith(authorizer, attributes);
  const { group, resource } = definition;
  const shown = (one: typeof object) =>
    valueOf(one === undefined ? null : (shownTo(attributes, one, version) as unknown as Json));
  const makers: Readonly<Record<string, () => Value>> = {
    object: () => shown(object),
    oldObject: () => shown(old),
    request: () => valueOf(aboutRequest(attributes, version) as unknown as Json),
    authorizer: () => authorizerValue(authorize),
    'authorizer.requestResource': () =>
      requestResourceValue({ group, resource, subresource, namespace, name }, authorize),
    namespaceObject: () => null,
    ...more,
  };
  const made = new Map<string, Value>();
  return (variable) => {
    let value = made.get(variable);
    if (value === undefined) {
      value = makers[variable]?.();
      if (value !== undefined) made.set(variable, value);
    }
    return value;
  };
}

/** What an expression comes to. */
export function evaluated(one: Evaluable, variables: Variables, budget: Budget): Value {
  if ('failure' in one) return new Failure(one.failure);
  const { value, cost } = one.program({ variable: variables, costLimit: PER_EXPRESSION });
  budget.left -= cost;
  return budget.left < 0 ? new Failure(OUT_OF_BUDGET) : value;
}

/** What went wrong is told with the expression. */
function told(one: Evaluable, value: Value): Value {
  if ('failure' in one || !(value instanceof Failure)) return value;
  return new Failure(`expression '${one.expression}' resulted in error: ${value.message}`);
}

/** What expressions come to, one after the other; or that they cost more than they may together. */
export function evaluateAll(all: readonly Evaluable[], variables: Variables, budget: Budget): Results {
  const values: Value[] = [];
  for (const one of all) {
    values.push(told(one, evaluated(one, variables, budget)));
    if (budget.left < 0) return { failure: OUT_OF_BUDGET };
  }
  return { values };
}

/**
 * Whether all conditions hold: not if one does not, else in doubt if one cannot be judged: then it is told why.
 * Upstream: apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go.
 */
export function judge(conditions: readonly Evaluable[], variables: Variables): boolean | { readonly failure: string } {
  const results = evaluateAll(conditions, variables, { left: CONDITIONS_BUDGET });
  if ('failure' in results) return results;
  if (results.values.includes(false)) return false;
  const failures = new Set(results.values.flatMap((value) => (value instanceof Failure ? [value.message] : [])));
  const said = [...failures].join(', ');
  return failures.size === 0 || { failure: failures.size === 1 ? said : `[${said}]` };
}
