import type { Json } from '#core/base';
import type { AdmissionAttributes } from '#core/apiserver';
import { Failure, type Mapping, type Value, valueOf } from '#core/machinery/cel/evaluate';
import { byteLength } from '#core/machinery/names';
import type { KubeObject } from '#core/machinery/object';
import {
  type Budget,
  evaluateAll,
  type ExpressionParts,
  judge,
  requestVariables,
  evaluated,
  type Variables,
} from '../expressions.ts';
import type { Policy, Rule } from './compiled.ts';

const BUDGET = 10_000_000;
const LONGEST_MESSAGE = 5 * 1024;

/** Why a policy refuses a request. */
export interface Denial {
  readonly message: string;
  readonly reason: string;
}

/** What a policy is asked about. */
export interface Case {
  readonly attributes: AdmissionAttributes;
  readonly version: string;
  readonly params: KubeObject | undefined;
  readonly namespace: KubeObject | undefined;
}

/** The policy's own variables, each evaluated when something speaks of it. */
function composed({ variables }: Policy, lookUp: Variables, budget: Budget): Mapping {
  const known = new Map<string, Value>();
  const find = (name: string): Value | undefined => {
    const one = variables.get(name);
    if (one === undefined) return undefined;
    let value = known.get(name);
    if (value === undefined) {
      value = evaluated(one, lookUp, budget);
      if (value instanceof Failure) {
        value = new Failure(`composited variable ${JSON.stringify(name)} fails to evaluate: ${value.message}`);
      }
      known.set(name, value);
    }
    return value;
  };
  return {
    size: variables.size,
    find: (key) => (typeof key === 'string' ? find(key) : undefined),
    keys: () => [...variables.keys()],
  };
}

/** Of a namespace expressions see this much. */
function namespaceValue(namespace: KubeObject | undefined): Value {
  if (namespace === undefined) return null;
  const { ownerReferences: _, managedFields: _1, ...metadata } = namespace.metadata;
  return valueOf({ ...namespace, metadata } as unknown as Json);
}

function messageOf({ said }: Rule, given: Value | undefined): string {
  const text = typeof given === 'string' ? given.trim() : '';
  const fits = byteLength(text) <= LONGEST_MESSAGE && !text.includes('\n');
  const message = (fits && text) || (said.message ?? '').trim();
  return message === '' ? `failed expression: ${said.expression.trim()}` : message;
}

/**
 * Why a policy refuses; nothing where its conditions do not hold. Upstream:
 * apiserver/pkg/admission/plugin/policy/validating/validator.go.
 */
export function denials(policy: Policy, parts: ExpressionParts, asked: Case): readonly Denial[] {
  const ignores = policy.said?.failurePolicy === 'Ignore';
  const failed = (message: string): readonly Denial[] => (ignores ? [] : [{ message, reason: '' }]);
  const budget: Budget = { left: BUDGET };
  const { params } = asked;
  const lookUp: Variables = requestVariables(parts, asked.attributes, asked.version, {
    params: () => (params === undefined ? null : valueOf(params as unknown as Json)),
    namespaceObject: () => namespaceValue(asked.namespace),
    variables: () => composed(policy, lookUp, budget),
  });
  const applies = judge(policy.conditions, lookUp);
  if (typeof applies === 'object') return failed(applies.failure);
  if (!applies) return [];
  const results = evaluateAll(
    policy.rules.map(({ holds }) => holds),
    lookUp,
    budget,
  );
  if ('failure' in results) return failed(results.failure);
  return policy.rules.flatMap((rule, i) => {
    const value = results.values[i]!;
    if (value instanceof Failure) return failed(value.message);
    if (value === true) return [];
    const message = rule.message && evaluated(rule.message, lookUp, budget);
    if (budget.left < 0) return failed(`failed messageExpression: ${(message as Failure).message}`);
    return [{ message: messageOf(rule, message), reason: rule.said.reason ?? '' }];
  });
}
