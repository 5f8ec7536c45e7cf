import type {
  CustomResourceConversion,
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  JSONSchemaProps,
} from '#core/api/types';
import { clientConfigProblems } from '#core/api/admissionregistration';
import { dns1035LabelProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching, unchanged } from '#core/machinery/validation';
import { partsOf } from './structural.ts';
import { versionsProblems } from './versions.ts';

const REVIEWS = ['v1', 'v1beta1'];
const MIXED = 'may have mixed case, but should otherwise match: ';

function chosen(value: string, values: readonly string[], path: string, problems: Problem[]): void {
  if (value === '') problems.push(required(path));
  else if (!values.includes(value)) problems.push(notSupported(path, value, values));
}

/** What a kind is called, where it is called anything. */
export function namesProblems(names: Partial<CustomResourceDefinitionNames>, path: string, problems: Problem[]): void {
  const check = (value: string, place: string, mixed = false) => {
    const wrong = dns1035LabelProblems(mixed ? value.toLowerCase() : value);
    if (wrong.length > 0) problems.push(invalid(`${path}.${place}`, value, `${mixed ? MIXED : ''}${wrong.join(',')}`));
  };
  const { plural, singular, kind, listKind, shortNames, categories } = names;
  if (plural) check(plural, 'plural');
  if (singular) check(singular, 'singular');
  if (kind) check(kind, 'kind', true);
  if (listKind) check(listKind, 'listKind', true);
  for (const [i, name] of (shortNames ?? []).entries()) check(name, `shortNames[${i}]`);
  if (kind && kind === listKind) {
    problems.push(invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same'));
  }
  for (const [i, category] of (categories ?? []).entries()) check(category, `categories[${i}]`);
}

function conversionProblems(conversion: CustomResourceConversion | undefined, problems: Problem[]): void {
  if (conversion === undefined) return;
  const path = 'spec.conversion';
  const { strategy = '', webhook } = conversion;
  chosen(strategy, ['None', 'Webhook'], `${path}.strategy`, problems);
  const versions = webhook?.conversionReviewVersions ?? [];
  // These places are those of the older version of the API: clients know them so.
  const [clientPath, versionsPath] = [`${path}.webhookClientConfig`, `${path}.conversionReviewVersions`];
  if (strategy !== 'Webhook') {
    const detail = 'should not be set when strategy is not set to Webhook';
    if (webhook?.clientConfig !== undefined) problems.push(forbiddenField(clientPath, detail));
    if (versions.length > 0) problems.push(forbiddenField(versionsPath, detail));
    return;
  }
  if (webhook?.clientConfig === undefined) {
    problems.push(required(clientPath, 'required when strategy is set to Webhook'));
  } else clientConfigProblems(webhook.clientConfig, clientPath, problems);
  if (versions.length === 0) {
    problems.push(required(versionsPath));
    return;
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) problems.push(invalid(`${versionsPath}[${i}]`, version, 'duplicate version'));
    else matching(dns1035LabelProblems)(version, `${versionsPath}[${i}]`, problems);
  }
  if (versions.some((version) => REVIEWS.includes(version))) return;
  problems.push(invalid(versionsPath, versions, `must include at least one of ${REVIEWS.join(', ')}`));
}

function specProblems(spec: CustomResourceDefinitionSpec, problems: Problem[]): void {
  const { group = '', scope = '' as string, names } = spec;
  const wrong = dnsSubdomainProblems(group);
  if (group === '') problems.push(required('spec.group'));
  else if (wrong.length > 0) problems.push(invalid('spec.group', group, wrong.join(',')));
  else if (!group.includes('.')) {
    problems.push(invalid('spec.group', group, 'should be a domain with at least one dot'));
  }
  chosen(scope, ['Cluster', 'Namespaced'], 'spec.scope', problems);
  versionsProblems(spec, problems);
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    if (!names?.[field]) problems.push(required(`spec.names.${field}`));
  }
  namesProblems(names ?? {}, 'spec.names', problems);
  conversionProblems(spec.conversion, problems);
}

const NONE = {} as CustomResourceDefinitionSpec;

const hasDefaults = (schema: JSONSchemaProps | undefined): boolean =>
  schema !== undefined && (schema.default !== undefined || partsOf(schema, '').some(([part]) => hasDefaults(part)));

function preserveProblems(spec: CustomResourceDefinitionSpec, problems: Problem[]): void {
  if (spec.preserveUnknownFields !== true) return;
  const strategy = spec.conversion?.strategy;
  if (strategy !== undefined && strategy !== 'None') {
    const detail = 'must be None if spec.preserveUnknownFields is true';
    problems.push(invalid('spec.conversion.strategy', strategy, detail));
  }
  if (spec.versions?.some(({ schema }) => hasDefaults(schema?.openAPIV3Schema)) === true) {
    const detail = 'must be false in order to use defaults in the schema';
    problems.push(invalid('spec.preserveUnknownFields', true, detail));
  }
  const detail =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  problems.push(invalid('spec.preserveUnknownFields', true, detail));
}

/** Versions in which objects may lie are not forgotten. */
function storedProblems({ spec = NONE, status }: CustomResourceDefinition, problems: Problem[]): void {
  const stored = status?.storedVersions ?? [];
  const path = 'status.storedVersions';
  if (stored.length === 0) {
    problems.push(invalid(path, null, 'must have at least one stored version'));
    return;
  }
  const names = (spec.versions ?? []).map(({ name }) => name);
  const left = new Set(stored);
  for (const { name, storage } of spec.versions ?? []) {
    if (!left.delete(name) && storage) problems.push(invalid(path, stored, `must have the storage version ${name}`));
  }
  for (const [i, name] of stored.entries()) {
    if (names.includes(name)) continue;
    const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    problems.push(invalid(`${path}[${i}]`, name, detail));
  }
}

/** Upstream: apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go (ValidateCustomResourceDefinition). */
export function definitionProblems(one: CustomResourceDefinition, problems: Problem[]): void {
  const { spec = NONE, metadata } = one;
  const name = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`;
  for (const field of ['generateName', 'name'] as const) {
    const given = metadata[field] ?? '';
    if (given === '' || given === name) continue;
    problems.push(invalid(`metadata.${field}`, given, 'must be spec.names.plural+"."+spec.group'));
  }
  specProblems(spec, problems);
  storedProblems(one, problems);
  preserveProblems(spec, problems);
}

export function definitionUpdateProblems(
  next: CustomResourceDefinition,
  old: CustomResourceDefinition,
  problems: Problem[],
): void {
  const [after, before] = [next.spec ?? NONE, old.spec ?? NONE];
  specProblems(after, problems);
  const established = old.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True');
  if (established === true) {
    unchanged(after.scope, before.scope, 'spec.scope', problems);
    unchanged(after.names?.kind, before.names?.kind, 'spec.names.kind', problems);
  }
  unchanged(after.group, before.group, 'spec.group', problems);
  unchanged(after.names?.plural, before.names?.plural, 'spec.names.plural', problems);
  storedProblems(next, problems);
  if (before.preserveUnknownFields !== true) preserveProblems(after, problems);
}
