import type {
  MatchResources,
  AuditAnnotation,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  Mutation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
} from '#core/api/types';
import { byteLength, dnsSubdomainProblems, qualifiedNameProblems } from '#core/machinery/names';
import { duplicate, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';
import { expressionProblems, type Uses, WANTED } from './expressions.ts';
import {
  matchConstraintsProblems,
  matchResourcesProblems,
  paramKindProblems,
  paramRefProblems,
  variableProblems,
} from './matching.ts';
import { matchConditionProblems } from './webhooks.ts';

const FAILURE = ['Fail', 'Ignore'];
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];
const REINVOCATION = ['IfNeeded', 'Never'];
const MUTATED = ['*', 'CONNECT', 'CREATE', 'UPDATE'];
const MAX_ANNOTATIONS = 20;
const MAX_VALUE = 5 * 1024;

/** A value that must be one of some. */
/** Of what Go holds by pointer: an empty text is one that was chosen. */
function chosenOrEmpty(value: string | undefined, values: readonly string[], path: string, problems: Problem[]): void {
  if (value === '') problems.push(notSupported(path, value, values));
  else chosen(value, values, path, problems);
}

function chosen(value: string | undefined, values: readonly string[], path: string, problems: Problem[]): void {
  if (!value) problems.push(required(path));
  else if (!values.includes(value)) problems.push(notSupported(path, value, values));
}

function validationProblems(one: Validation, uses: Uses, path: string, problems: Problem[]): void {
  const { expression = '', message = '', messageExpression = '', reason } = one;
  const place = `${path}.expression`;
  if (expression.trim() === '') problems.push(required(place, 'expression is not specified'));
  else expressionProblems(expression, uses, WANTED.condition, place, problems);
  const blank = 'must be non-empty if specified';
  const messagePath = `${path}.messageExpression`;
  if (messageExpression.trim() !== '') {
    const less = { ...uses, authorizer: false };
    expressionProblems(messageExpression, less, WANTED.message, messagePath, problems);
  } else if (messageExpression !== '') problems.push(invalid(messagePath, messageExpression, blank));
  if (message !== '' && message.trim() === '') problems.push(invalid(`${path}.message`, message, blank));
  else if (message.trim().includes('\n')) {
    problems.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) {
    problems.push(notSupported(`${path}.reason`, reason, REASONS));
  }
}

function annotationsProblems(list: readonly AuditAnnotation[], policy: string, uses: Uses, problems: Problem[]): void {
  const path = 'spec.auditAnnotations';
  if (list.length > MAX_ANNOTATIONS) {
    problems.push(invalid(path, list, `must not have more than ${MAX_ANNOTATIONS} auditAnnotations`));
  }
  const keys = new Set<string>();
  for (const [i, { key = '', valueExpression = '' }] of list.entries()) {
    const place = `${path}[${i}]`;
    if (policy === '') problems.push(invalid(`${place}.key`, key, 'requires metadata.name be non-empty'));
    else matching(qualifiedNameProblems)(`${policy}/${key}`, `${place}.key`, problems);
    const value = valueExpression.trim();
    const valuePath = `${place}.valueExpression`;
    if (value === '') problems.push(required(valuePath, 'valueExpression is not specified'));
    else if (byteLength(value) > MAX_VALUE)
      problems.push(required(valuePath, `must not exceed ${MAX_VALUE} bytes in length`));
    else expressionProblems(value, uses, WANTED.annotation, valuePath, problems, valueExpression);
    if (keys.has(key)) problems.push(duplicate(`${place}.key`, key));
    keys.add(key);
  }
}

/** Upstream: pkg/apis/admissionregistration/validation/validation.go (validateValidatingAdmissionPolicySpec). */
export function validatingPolicyProblems({ spec, metadata }: ValidatingAdmissionPolicy, problems: Problem[]): void {
  chosenOrEmpty(spec?.failurePolicy, FAILURE, 'spec.failurePolicy', problems);
  paramKindProblems(spec?.paramKind, 'spec.paramKind', problems);
  matchConstraintsProblems(spec?.matchConstraints, 'spec.matchConstraints', problems);
  const params = spec?.paramKind !== undefined;
  matchConditionProblems(spec?.matchConditions, params, 'spec.matchConditions', problems);
  const variables = variableProblems(spec?.variables, params, problems);
  const uses: Uses = { params, authorizer: true, ...(variables.size > 0 && { variables }) };
  const [validations, annotations] = [spec?.validations ?? [], spec?.auditAnnotations ?? []];
  if (validations.length === 0 && annotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item';
    problems.push(required('spec.validations', detail), required('spec.auditAnnotations', detail));
    return;
  }
  for (const [i, one] of validations.entries()) validationProblems(one, uses, `spec.validations[${i}]`, problems);
  annotationsProblems(annotations, metadata.name ?? '', uses, problems);
}

function policyNameProblems(name: string | undefined, problems: Problem[]): void {
  if (!name) problems.push(required('spec.policyName'));
  else matching(dnsSubdomainProblems)(name, 'spec.policyName', problems);
}

export function validatingBindingProblems({ spec }: ValidatingAdmissionPolicyBinding, problems: Problem[]): void {
  policyNameProblems(spec?.policyName, problems);
  paramRefProblems(spec?.paramRef, 'spec.paramRef', problems);
  matchResourcesProblems(spec?.matchResources, 'spec.matchResources', problems);
  const path = 'spec.validationActions';
  const actions: readonly string[] = spec?.validationActions ?? [];
  for (const [i, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) problems.push(notSupported(`${path}[${i}]`, action, ACTIONS));
    if (actions.indexOf(action) < i) problems.push(duplicate(`${path}[${i}]`, action));
  }
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const detail =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    problems.push(invalid(path, actions, detail));
  }
  if (actions.length === 0) problems.push(required(path, 'at least one validation action is required'));
}

/** The field of each type of mutation. */
const PATCHES = { JSONPatch: 'jsonPatch', ApplyConfiguration: 'applyConfiguration' } as const;

function mutationProblems(mutation: Mutation, uses: Uses, path: string, problems: Problem[]): void {
  const type: string = mutation.patchType ?? '';
  chosen(type, Object.keys(PATCHES).toSorted(), `${path}.patchType`, problems);
  if (!Object.hasOwn(PATCHES, type)) return;
  for (const [name, field] of Object.entries(PATCHES)) {
    const patch = mutation[field];
    const place = `${path}.${field}`;
    if (name !== type) {
      if (patch === undefined) continue;
      problems.push(invalid(place, `{${field}}`, `must not be specified when patchType is ${type}`));
    } else if (patch === undefined) problems.push(required(place, `must be specified when patchType is ${type}`));
    else {
      const expression = (patch.expression ?? '').trim();
      const wanted = field === 'jsonPatch' ? WANTED.patch : WANTED.object;
      if (expression === '') problems.push(required(`${place}.expression`));
      else expressionProblems(expression, uses, wanted, `${place}.expression`, problems);
    }
  }
}

/** Nothing can be changed of what is deleted. */
function mutatedProblems(one: MatchResources | undefined, path: string, problems: Problem[]): void {
  for (const { operations } of one?.resourceRules ?? []) {
    for (const operation of operations ?? []) {
      if (MUTATED.includes(operation)) continue;
      problems.push(notSupported(`${path}.resourceRules.operations`, operation, MUTATED));
    }
  }
}

export function mutatingPolicyProblems({ spec }: MutatingAdmissionPolicy, problems: Problem[]): void {
  chosenOrEmpty(spec?.failurePolicy, FAILURE, 'spec.failurePolicy', problems);
  paramKindProblems(spec?.paramKind, 'spec.paramKind', problems);
  matchConstraintsProblems(spec?.matchConstraints, 'spec.matchConstraints', problems);
  mutatedProblems(spec?.matchConstraints, 'spec.matchConstraints', problems);
  const params = spec?.paramKind !== undefined;
  matchConditionProblems(spec?.matchConditions, params, 'spec.matchConditions', problems);
  const variables = variableProblems(spec?.variables, params, problems);
  const uses: Uses = { params, authorizer: true, patches: true, variables };
  const mutations = spec?.mutations ?? [];
  if (mutations.length === 0) problems.push(required('spec.mutations', 'mutations must contain at least one item'));
  for (const [i, one] of mutations.entries()) mutationProblems(one, uses, `spec.mutations[${i}]`, problems);
  chosen(spec?.reinvocationPolicy, REINVOCATION, 'spec.reinvocationPolicy', problems);
}

export function mutatingBindingProblems({ spec }: MutatingAdmissionPolicyBinding, problems: Problem[]): void {
  policyNameProblems(spec?.policyName, problems);
  paramRefProblems(spec?.paramRef, 'spec.paramRef', problems);
  matchResourcesProblems(spec?.matchResources, 'spec.matchResources', problems);
  mutatedProblems(spec?.matchResources, 'spec.matchResources', problems);
}
