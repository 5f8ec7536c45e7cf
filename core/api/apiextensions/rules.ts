import type { JSONSchemaProps, ValidationRule } from '#core/api/types';
import { compile, type Compiled } from '#core/machinery/cel';
import { estimate } from '#core/machinery/cel/estimate';
import { internalField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { countCost, type RuleBudget } from './rule-costs.ts';
import { type RuleEnvironments, ruleEnvironments } from './rule-types.ts';
import { extraOf } from './structural.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

const breaks = (text: string): boolean => /[\r\n]/.test(text);

function child({ properties, ...schema }: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  if (properties === undefined) return extraOf(schema);
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/**
 * Whether `.spec.color`, or `.spec['color']`, leads to a field of a schema.
 * Upstream: apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go (ValidFieldPath).
 */
function leadsToField(path: string, root: JSONSchemaProps): boolean {
  let schema: JSONSchemaProps | undefined = root;
  for (let rest = path; rest !== '';) {
    const found = /^(?:\.([^.[\]]+|[.[\]])|\['((?:[^'\\]|\\[^])*)'\])/.exec(rest);
    if (found === null) return false;
    rest = rest.slice(found[0].length);
    schema = child(schema, found[1] ?? found[2]!.replaceAll(/\\(['\\])/g, '$1'));
    if (schema === undefined) return false;
  }
  return true;
}

/** Of a rule, all but whether its expressions mean something. */
export function ruleProblems(
  one: Partial<ValidationRule>,
  schema: JSONSchemaProps,
  path: string,
  problems: Problem[],
): void {
  const { rule = '', message = '', messageExpression = '', fieldPath = '', reason } = one;
  if (rule.trim() === '') problems.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '') {
    problems.push(invalid(`${path}.message`, message, 'must be non-empty if specified'));
  } else if (breaks(message.trim())) {
    problems.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  } else if (breaks(rule.trim()) && message.trim() === '') {
    problems.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    problems.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) {
    problems.push(notSupported(`${path}.reason`, reason, REASONS));
  }
  if (fieldPath === '') return;
  const place = `${path}.fieldPath`;
  if (fieldPath.trim() === '') problems.push(invalid(place, fieldPath, 'must be non-empty if specified'));
  if (breaks(fieldPath)) problems.push(invalid(place, fieldPath, 'must not contain line breaks'));
  if (!leadsToField(fieldPath, schema)) problems.push(invalid(place, fieldPath, 'must be a valid path'));
}

/** A rule as the original shows it: by the fields of its own type. */
const shown = (one: Partial<ValidationRule>) => ({
  Rule: one.rule ?? '',
  Message: one.message ?? '',
  MessageExpression: one.messageExpression ?? '',
  Reason: one.reason ?? null,
  FieldPath: one.fieldPath ?? '',
  OptionalOldSelf: one.optionalOldSelf ?? null,
});

/** Where rules stand. */
export interface RulePlace {
  readonly isRoot: boolean;
  /** The part of the schema around whose old and new values cannot be told to belong together. */
  readonly apart?: string;
  /** How often a value can be there; undefined: nothing says how often. */
  readonly often: bigint | undefined;
}

/** The expression of a message: it is only looked at where the rule itself is good. */
function messageProblems(
  one: ValidationRule,
  environments: RuleEnvironments,
  path: string,
  budget: RuleBudget,
  problems: Problem[],
) {
  const expression = one.messageExpression ?? '';
  if (expression === '') return;
  const place = `${path}.messageExpression`;
  const compiled = compile(expression, environmentOf(one, environments));
  if ('faults' in compiled) {
    problems.push(invalid(place, shown(one), `messageExpression compilation failed: ${compiled.faults}`));
  } else if (compiled.type.kind !== 'string') {
    problems.push(invalid(place, shown(one), 'messageExpression must evaluate to a string'));
  } else if (compiled.unplannable !== undefined) {
    problems.push(invalid(place, shown(one), `messageExpression instantiation failed: ${compiled.unplannable}`));
  } else {
    const cost = estimate(compiled, environments.sizes).max;
    countCost({ cost, often: 1n, path: place, what: 'estimated messageExpression cost' }, budget, problems);
  }
}

const environmentOf = ({ optionalOldSelf }: ValidationRule, environments: RuleEnvironments) =>
  optionalOldSelf === true ? environments.optionalOldSelf : environments.plain;

/** Compiles the expression of a rule: whether it speaks of the value before. */
function expressionProblems(
  one: ValidationRule,
  environments: RuleEnvironments,
  often: bigint,
  path: string,
  budget: RuleBudget,
  problems: Problem[],
): boolean {
  const place = `${path}.rule`;
  const compiled = compile(one.rule ?? '', environmentOf(one, environments));
  if ('faults' in compiled) {
    problems.push(invalid(place, shown(one), `compilation failed: ${compiled.faults}`));
    return false;
  }
  if (compiled.type.kind !== 'bool') {
    problems.push(invalid(place, shown(one), 'cel expression must evaluate to a bool'));
    return false;
  }
  if (compiled.unplannable !== undefined) {
    problems.push(invalid(place, shown(one), `program instantiation failed: ${compiled.unplannable}`));
    return usesOldSelf(compiled);
  }
  const cost = estimate(compiled, environments.sizes).max;
  countCost({ cost, often, path: place, what: 'estimated rule cost' }, budget, problems);
  messageProblems(one, environments, path, budget, problems);
  return usesOldSelf(compiled);
}

const usesOldSelf = ({ references }: Compiled): boolean =>
  references.values().some((reference) => 'name' in reference && reference.name === 'oldSelf');

/**
 * Compiles the rules of a schema, and counts what they cost.
 * Upstream: apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go (ValidateCustomResourceDefinitionOpenAPISchema).
 */
export function compiledRuleProblems(
  schema: JSONSchemaProps,
  { isRoot, apart, often }: RulePlace,
  path: string,
  budget: RuleBudget,
  problems: Problem[],
): void {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return;
  const environments = ruleEnvironments(schema, isRoot);
  const place = `${path}.x-kubernetes-validations`;
  if (environments === undefined) {
    const detail =
      'internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations';
    problems.push(internalField(place, detail));
    return;
  }
  for (const [i, one] of rules.entries()) {
    const at = `${place}[${i}]`;
    const usesOld = expressionProblems(one, environments, often ?? environments.mostOften, at, budget, problems);
    if (usesOld && apart !== undefined) {
      const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${apart}`;
      problems.push(invalid(`${at}.rule`, one.rule, detail));
    } else if (!usesOld && one.optionalOldSelf !== undefined) {
      const detail = 'may not be set if oldSelf is not used in rule';
      problems.push(invalid(`${at}.optionalOldSelf`, one.optionalOldSelf, detail));
    }
  }
}
