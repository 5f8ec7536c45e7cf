import type { JSONSchemaProps } from '#core/api/types';
import { type Json, sameJson } from '#core/base';
import { forbiddenField, invalid, type Problem, required } from '#core/machinery/status';

/** Where a schema stands: it must say what it is there, and at the root it must be an object. */
type Level = 'root' | 'item' | 'field';
const NO_TYPE: Record<Level, string> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};
const INT_OR_STRING: Json = [{ type: 'integer' }, { type: 'string' }];
const META_NAMES = new Set(['name', 'generateName']);

/** Fields that say what a value is, not whether it is good: they have no place in `allOf` and its like. */
const STRUCTURE = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
] as const;

/** Keywords of JSON Schema that a structural schema cannot have. */
const UNSUPPORTED = [
  'id',
  '$schema',
  '$ref',
  'patternProperties',
  'dependencies',
  'additionalItems',
  'definitions',
] as const;

/** Whether a field says anything: what is empty or false is as if it were not there. */
export const isSet = (value: unknown): boolean => {
  if (value === undefined || value === null || value === '' || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
};

export const itemsOf = ({ items }: JSONSchemaProps): JSONSchemaProps | undefined =>
  Array.isArray(items) ? undefined : (items as JSONSchemaProps | undefined);
export const extraOf = ({ additionalProperties: extra }: JSONSchemaProps): JSONSchemaProps | undefined =>
  typeof extra === 'object' ? extra : undefined;

/** A schema within another, its place, and its name if it is of a property. */
export type Part = readonly [part: JSONSchemaProps, place: string, property?: string];

/** The schemas within one. */
export function partsOf(schema: JSONSchemaProps, path: string): readonly Part[] {
  const parts: Part[] = [];
  const [items, extra] = [itemsOf(schema), extraOf(schema)];
  if (items !== undefined) parts.push([items, `${path}.items`]);
  if (extra !== undefined) parts.push([extra, `${path}.additionalProperties`]);
  if (schema.not !== undefined) parts.push([schema.not, `${path}.not`]);
  for (const [name, one] of Object.entries(schema.properties ?? {})) {
    parts.push([one, `${path}.properties[${name}]`, name]);
  }
  for (const field of ['allOf', 'anyOf', 'oneOf'] as const) {
    for (const [i, one] of (schema[field] ?? []).entries()) parts.push([one, `${path}.${field}[${i}]`]);
  }
  return parts;
}

/** The first keyword in it, or within, that cannot be structural. */
export function unsupported(schema: JSONSchemaProps): string | undefined {
  // Of additional items none at all may be said, not even that there are none.
  const own = UNSUPPORTED.find((keyword) =>
    keyword === 'additionalItems' ? schema[keyword] !== undefined : isSet(schema[keyword]),
  );
  if (own !== undefined) return `OpenAPIV3Schema '${own.replace('$schema', 'schema')}' is not supported`;
  if (Array.isArray(schema.items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  for (const [part] of partsOf(schema, '')) {
    const inner = unsupported(part);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function conditionsProblems(
  schema: JSONSchemaProps,
  skipsAny: boolean,
  skipsAnyOfFirst: boolean,
  path: string,
  problems: Problem[],
): void {
  for (const field of ['anyOf', 'allOf', 'oneOf'] as const) {
    if (field === 'anyOf' && skipsAny) continue;
    for (const [i, one] of (schema[field] ?? []).entries()) {
      nestedProblems(one, field === 'allOf' && i === 0 && skipsAnyOfFirst, `${path}.${field}[${i}]`, problems);
    }
  }
  if (schema.not !== undefined) nestedProblems(schema.not, false, `${path}.not`, problems);
}

/** Within `allOf` and its like. */
function nestedProblems(schema: JSONSchemaProps, skipsAny: boolean, path: string, problems: Problem[]): void {
  conditionsProblems(schema, skipsAny, false, path, problems);
  const items = itemsOf(schema);
  if (items !== undefined) nestedProblems(items, false, `${path}.items`, problems);
  for (const [name, one] of Object.entries(schema.properties ?? {})) {
    nestedProblems(one, false, `${path}.properties[${name}]`, problems);
  }
  for (const [field, detail] of STRUCTURE) {
    const given = field === 'additionalProperties' || field === 'default' ? schema[field] !== undefined : undefined;
    if (given ?? isSet(schema[field])) problems.push(forbiddenField(`${path}.${field}`, detail));
  }
  if (schema.properties?.['metadata'] !== undefined) {
    problems.push(forbiddenField(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
}

function metadataProblems(schema: JSONSchemaProps, level: Level, isMeta: boolean, path: string, problems: Problem[]) {
  if (isMeta && schema.type !== 'object') problems.push(invalid(`${path}.type`, schema.type ?? '', 'must be object'));
  if (level !== 'root') return;
  const { type: _, default: _1, properties = {}, ...rest } = schema;
  const names = Object.keys(properties);
  if (names.every((name) => META_NAMES.has(name)) && !Object.values(rest).some(isSet)) return;
  const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  problems.push(forbiddenField(path, detail));
}

function typeProblems(schema: JSONSchemaProps, level: Level, path: string, problems: Problem[]): void {
  const { type = '' } = schema;
  if (schema['x-kubernetes-embedded-resource'] === true && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    problems.push(type === '' ? required(`${path}.type`, detail) : invalid(`${path}.type`, type, detail));
  } else if (
    type === '' &&
    schema['x-kubernetes-int-or-string'] !== true &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true
  ) {
    problems.push(required(`${path}.type`, NO_TYPE[level]));
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    problems.push(invalid(`${path}.type`, type, 'must be object at the root'));
  }
}

function invariantProblems(schema: JSONSchemaProps, level: Level, path: string, problems: Problem[]): void {
  const { properties = {}, anyOf, allOf } = schema;
  const items = itemsOf(schema);
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema.type === 'array' && items === undefined) problems.push(required(`${path}.items`, 'must be specified'));
  if (items !== undefined) invariantProblems(items, 'item', `${path}.items`, problems);
  for (const [name, one] of Object.entries(properties)) {
    invariantProblems(one, 'field', `${path}.properties[${name}]`, problems);
  }
  if (schema.additionalProperties !== undefined) {
    const place = `${path}.additionalProperties`;
    if (level === 'root') problems.push(forbiddenField(place, 'must not be used at the root'));
    const extra = extraOf(schema);
    if (extra !== undefined) invariantProblems(extra, 'field', place, problems);
    if (embedded) problems.push(forbiddenField(place, 'must not be used if x-kubernetes-embedded-resource is set'));
  }
  if (schema['x-kubernetes-int-or-string'] === true) {
    const detail = 'must be false if x-kubernetes-int-or-string is true';
    if (preserves) problems.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, true, detail));
    if (embedded) problems.push(invalid(`${path}.x-kubernetes-embedded-resource`, true, detail));
  }
  const isPair = (list: readonly JSONSchemaProps[] | undefined) =>
    list !== undefined && sameJson(list as unknown as Json, INT_OR_STRING);
  conditionsProblems(schema, isPair(anyOf), isPair(allOf?.[0]?.anyOf), path, problems);
  typeProblems(schema, level, path, problems);
  const isMeta = level === 'root' || embedded;
  for (const name of ['kind', 'apiVersion']) {
    const type = properties[name]?.type ?? '';
    if (!isMeta || properties[name] === undefined || type === 'string') continue;
    problems.push(invalid(`${path}.properties[${name}].type`, type, 'must be string'));
  }
  const { metadata } = properties;
  if (metadata !== undefined) metadataProblems(metadata, level, isMeta, `${path}.properties[metadata]`, problems);
  if (embedded && !preserves && Object.keys(properties).length === 0) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    problems.push(required(`${path}.properties`, detail));
  }
}

/** What conditions speak of, the structure must have. */
function completenessProblems(
  condition: JSONSchemaProps,
  schema: JSONSchemaProps | undefined,
  place: string,
  path: string,
  isNested: boolean,
  problems: Problem[],
): void {
  if (schema === undefined) {
    problems.push(required(place, `because it is defined in ${path}`));
    return;
  }
  if (condition.not !== undefined) completenessProblems(condition.not, schema, place, `${path}.not`, true, problems);
  for (const field of ['allOf', 'anyOf', 'oneOf'] as const) {
    for (const [i, one] of (condition[field] ?? []).entries()) {
      completenessProblems(one, schema, place, `${path}.${field}[${i}]`, true, problems);
    }
  }
  if (!isNested) return;
  const items = itemsOf(condition);
  if (items !== undefined)
    completenessProblems(items, itemsOf(schema), `${place}.items`, `${path}.items`, true, problems);
  for (const [name, one] of Object.entries(condition.properties ?? {})) {
    const below = `.properties[${name}]`;
    completenessProblems(one, schema.properties?.[name], place + below, path + below, true, problems);
  }
}

/**
 * Whether a schema is structural: every value's type is said outside of `allOf` and its like, and only there.
 * Upstream: apiextensions-apiserver/pkg/apiserver/schema/{validation,complete}.go.
 */
export function structuralProblems(schema: JSONSchemaProps, path: string, problems: Problem[]): void {
  invariantProblems(schema, 'root', path, problems);
  completenessProblems(schema, schema, path, path, false, problems);
}
