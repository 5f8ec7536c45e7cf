import { environmentOf } from '#core/api/admissionregistration';
import type { MatchCondition } from '#core/api/types';
import type { AdmissionAttributes } from '#core/apiserver';
import type { Tools } from '#core/machinery/cel/evaluate';
import { forbidden } from '#core/machinery/status';
import { type Evaluable, evaluable, type ExpressionParts, judge, requestVariables } from '../expressions.ts';
import type { Webhook } from './configurations.ts';

export function compiledConditions(
  conditions: readonly MatchCondition[] | undefined,
  tools: Tools | undefined,
): readonly Evaluable[] {
  if (conditions === undefined || conditions.length === 0) return [];
  const environment = environmentOf({ authorizer: true });
  return conditions.map(({ expression }) => evaluable(expression, environment, tools));
}

/**
 * Whether a webhook is to be called: not if one condition does not hold; if one cannot be judged, the failure policy says.
 * Throws a StatusError.
 */
export function conditionsHold(
  { conditions, hook }: Webhook,
  parts: ExpressionParts,
  attributes: AdmissionAttributes,
  version: string,
): boolean {
  if (conditions.length === 0) return true;
  const holds = judge(conditions, requestVariables(parts, attributes, version));
  if (typeof holds === 'boolean') return holds;
  if (hook.failurePolicy === 'Ignore') return false;
  const { group, resource } = attributes.definition;
  throw forbidden({ group, resource, name: attributes.name }, holds.failure);
}
