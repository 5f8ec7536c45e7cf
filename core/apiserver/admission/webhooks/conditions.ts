import { environmentOf } from '#core/api/admissionregistration';
import type { MatchCondition } from '#core/api/types';
import type { Json } from '#core/base';
import type { AdmissionAttributes, Attributes, Authorizer, User } from '#core/apiserver';
import { accountGroups, accountUserName } from '#core/apiserver/auth';
import { compile } from '#core/machinery/cel';
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
import { forbidden } from '#core/machinery/status';
import { aboutRequest, shownTo } from './call.ts';
import type { Webhook } from './configurations.ts';

/** What one expression, and all of a webhook's, may cost. Upstream: apiserver/pkg/apis/cel/config.go. */
const PER_EXPRESSION = 1_000_000;
const BUDGET = 2_500_000;
const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** An expression that must hold for a webhook to be called; or why it cannot be evaluated. */
export type Condition = { readonly program: Program; readonly expression: string } | { readonly failure: string };

export interface ConditionParts {
  readonly authorizer: Authorizer;
  /** Absent: there are no regular expressions. */
  readonly expressions?: Tools;
}

const withoutPatterns: Tools = {
  pattern() {
    throw new Error('this server knows no regular expressions');
  },
};

export function compiledConditions(
  conditions: readonly MatchCondition[] | undefined,
  tools: Tools = withoutPatterns,
): readonly Condition[] {
  if (conditions === undefined || conditions.length === 0) return [];
  const environment = environmentOf({ authorizer: true });
  return conditions.map(({ expression }) => {
    const compiled = compile(expression, environment);
    if ('faults' in compiled) return { failure: `compilation error: ${compiled.faults}` };
    const program = plan(compiled, tools);
    return typeof program === 'function' ? { program, expression } : { failure: program.failure };
  });
}

const accountOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): User => ({
  name: accountUserName(namespace, name),
  groups: accountGroups(namespace),
});

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

function variablesOf(parts: ConditionParts, attributes: AdmissionAttributes, version: string) {
  const { definition, object, old, subresource, namespace, name } = attributes;
  const authorize = authorizeWith(parts.authorizer, attributes);
  const { group, resource } = definition;
  const shown = (one: typeof object) =>
    valueOf(one === undefined ? null : (shownTo(attributes, one, version) as unknown as Json));
  const makers: Readonly<Record<string, () => Value>> = {
    object: () => shown(object),
    oldObject: () => shown(old),
    request: () => valueOf(aboutRequest(attributes, version) as unknown as Json),
    namespaceObject: () => null,
    authorizer: () => authorizerValue(authorize),
    'authorizer.requestResource': () =>
      requestResourceValue({ group, resource, subresource, namespace, name }, authorize),
  };
  const made = new Map<string, Value>();
  return (variable: string): Value | undefined => {
    let value = made.get(variable);
    if (value === undefined) {
      value = makers[variable]?.();
      if (value !== undefined) made.set(variable, value);
    }
    return value;
  };
}

/** False as soon as one does not hold; else why some cannot be judged. */
function judge(
  conditions: readonly Condition[],
  variable: (name: string) => Value | undefined,
): false | readonly string[] {
  const failures: string[] = [];
  let spent = 0;
  for (const condition of conditions) {
    if ('failure' in condition) {
      failures.push(condition.failure);
      continue;
    }
    const { value, cost } = condition.program({ variable, costLimit: PER_EXPRESSION });
    spent += cost;
    if (spent > BUDGET) return [OUT_OF_BUDGET];
    if (value === false) return false;
    if (value instanceof Failure) {
      failures.push(`expression '${condition.expression}' resulted in error: ${value.message}`);
    }
  }
  return failures;
}

/**
 * Whether a webhook is to be called: not if one condition does not hold; if one cannot be judged, the failure policy says.
 * Throws a StatusError. Upstream: apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go.
 */
export function conditionsHold(
  { conditions, hook }: Webhook,
  parts: ConditionParts,
  attributes: AdmissionAttributes,
  version: string,
): boolean {
  if (conditions.length === 0) return true;
  const failures = judge(conditions, variablesOf(parts, attributes, version));
  if (failures === false || failures.length === 0) return failures !== false;
  if (hook.failurePolicy === 'Ignore') return false;
  const { group, resource } = attributes.definition;
  const said = [...new Set(failures)];
  throw forbidden({ group, resource, name: attributes.name }, said.length === 1 ? said[0]! : `[${said.join(', ')}]`);
}
