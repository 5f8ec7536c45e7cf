import type { JSONSchemaProps, SelectableField } from '#core/api/types';
import { MOST } from '#core/machinery/cel/estimate';
import {
  duplicate,
  forbiddenField,
  invalid,
  notSupported,
  type Problem,
  required,
  tooMany,
} from '#core/machinery/status';
import { defaultsProblems } from './defaults.ts';
import { oftenWithin, type RuleBudget, ruleBudget, totalCostProblems } from './rule-costs.ts';
import { compiledRuleProblems, ruleProblems } from './rules.ts';
import { extraOf, isSet, itemsOf, partsOf, structuralProblems, unsupported } from './structural.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const MAP_TYPES = ['atomic', 'granular'];
const LIST_TYPES = ['atomic', 'set', 'map'];
const META_FIELDS = new Set(['metadata', 'kind', 'apiVersion']);
const SELECTABLE = new Set(['string', 'boolean', 'integer']);
const MAX_SELECTABLE = 8;

/** What may stand at the root beside a status of its own, in the original's words for the fields. */
const AT_ROOT =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';
const rootFields = new Set(AT_ROOT.split(' ').map((name) => name.charAt(0).toLowerCase() + name.slice(1)));
rootFields.add('x-kubernetes-preserve-unknown-fields').add('x-kubernetes-validations');

/** What changes on the way down: inside metadata of an object, and whether defaults may be given. */
interface Surroundings {
  readonly insideMeta: boolean;
  /** Why there may be no default. */
  readonly noDefault?: string;
  /** The part of the schema around whose old and new values cannot be told to belong together. */
  readonly apart?: string;
  /** How often a value can be there; undefined: nothing says how often. */
  readonly often: bigint | undefined;
  /** What rules cost together; absent: none is compiled here, as the schema is not structural. */
  readonly budget?: RuleBudget;
}

function keywordProblems(schema: JSONSchemaProps, around: Surroundings, path: string, problems: Problem[]): void {
  const { type = '' } = schema;
  if (type !== '' && !TYPES.includes(type)) problems.push(notSupported(`${path}.type`, type, TYPES));
  if (schema.default !== undefined && around.noDefault !== undefined) {
    problems.push(forbiddenField(`${path}.default`, `must not be set ${around.noDefault}`));
  }
  for (const field of ['id', 'patternProperties', 'definitions'] as const) {
    if (isSet(schema[field])) problems.push(forbiddenField(`${path}.${field}`, `${field} is not supported`));
  }
  for (const field of ['additionalItems', 'dependencies', '$ref'] as const) {
    if (schema[field] !== undefined) problems.push(forbiddenField(`${path}.${field}`, `${field} is not supported`));
  }
  if (type === 'null') {
    problems.push(forbiddenField(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  }
  if (Array.isArray(schema.items) && schema.items.length > 0) {
    problems.push(forbiddenField(`${path}.items`, 'items must be a schema object and not an array'));
  }
  if (around.insideMeta && schema['x-kubernetes-embedded-resource'] === true) {
    const detail = 'must not be used inside of resource meta';
    problems.push(forbiddenField(`${path}.x-kubernetes-embedded-resource`, detail));
  }
  if (schema.uniqueItems === true) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    problems.push(forbiddenField(`${path}.uniqueItems`, detail));
  }
}

const wrongType = (type: string, path: string, detail: string): Problem =>
  type === '' ? required(path, detail) : invalid(path, type, detail);

function mapListProblems(schema: JSONSchemaProps, keys: readonly string[], path: string, problems: Problem[]): void {
  const items = itemsOf(schema);
  const place = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) {
    problems.push(required(place, 'must not be empty if x-kubernetes-list-type is map'));
  }
  if (items === undefined) {
    problems.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
    return;
  }
  if (items.type !== 'object') {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    problems.push(invalid(`${path}.items.type`, items.type ?? '', detail));
  }
  for (const [i, key] of keys.entries()) {
    const property = items.properties?.[key];
    const at = `${path}.items.properties[${key}]`;
    if (items.type === 'object') {
      if (property === undefined) {
        problems.push(invalid(place, keys, 'entries must all be names of item properties'));
      } else if (property.type === 'array' || property.type === 'object') {
        const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
        problems.push(invalid(`${at}.type`, items.type, detail));
      }
      if (keys.indexOf(key) < i) problems.push(invalid(place, keys, 'must not contain duplicate entries'));
    }
    if (property === undefined) continue;
    if (items.required?.includes(key) !== true && property.default === undefined) {
      const detail =
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      problems.push(required(`${at}.default`, detail));
    }
    if (property.nullable === true) {
      const detail = 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable';
      problems.push(forbiddenField(`${at}.nullable`, detail));
    }
  }
}

function listProblems(schema: JSONSchemaProps, path: string, problems: Problem[]): void {
  const { type = '' } = schema;
  const list = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const place = `${path}.x-kubernetes-list-type`;
  const items = itemsOf(schema);
  if (list !== undefined && type !== 'array') {
    problems.push(wrongType(type, `${path}.type`, 'must be array if x-kubernetes-list-type is specified'));
  } else if (list === 'set' && items !== undefined) {
    const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    const inner = items['x-kubernetes-list-type'];
    if (items.type === 'array' && inner !== undefined && inner !== 'atomic') {
      problems.push(invalid(`${path}.items.x-kubernetes-list-type`, inner, detail));
    }
    if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
      problems.push(invalid(`${path}.items.x-kubernetes-map-type`, inner, detail));
    }
  }
  if (list !== undefined && !LIST_TYPES.includes(list)) problems.push(notSupported(place, list, LIST_TYPES));
  if (keys.length > 0 && list !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    problems.push(wrongType(list ?? '', place, detail));
  }
  if (list === 'map') mapListProblems(schema, keys, path, problems);
  if ((list === 'map' || list === 'set') && items?.nullable === true) {
    const detail = `cannot be nullable when x-kubernetes-list-type is ${list}`;
    problems.push(forbiddenField(`${path}.items.nullable`, detail));
  }
}

/** What changes for the parts of a list whose items have no identity: old and new ones cannot be told to belong together. */
function belowList(schema: JSONSchemaProps, around: Surroundings, path: string): Surroundings {
  if (schema['x-kubernetes-list-type'] === 'map' || around.apart !== undefined) return around;
  return { ...around, apart: path };
}

function oftenBelow(schema: JSONSchemaProps, { often }: Surroundings): bigint | undefined {
  const within = oftenWithin(schema);
  if (often === undefined || within === undefined) return undefined;
  return often * within > MOST ? MOST : often * within;
}

function withoutRules({ budget: _, ...around }: Surroundings): Surroundings {
  return around;
}

const isNested = (place: string): boolean => /\.(?:not|(?:all|any|one)Of\[\d+\])$/.test(place);

/** Rules are compiled only where nothing is wrong with the schema, here and below: what they are typed by. */
function openApiProblems(
  schema: JSONSchemaProps,
  isRoot: boolean,
  around: Surroundings,
  path: string,
  problems: Problem[],
  ofRules: Problem[],
): void {
  const before = problems.length;
  keywordProblems(schema, around, path, problems);
  const { properties = {}, additionalProperties: extra, type = '' } = schema;
  if (extra !== undefined && extra !== true && Object.keys(properties).length > 0) {
    const detail = 'additionalProperties and properties are mutual exclusive';
    problems.push(forbiddenField(`${path}.additionalProperties`, detail));
  }
  const holdsMeta = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  for (const [part, place, name] of partsOf(schema, path)) {
    let below = around;
    if (around.insideMeta && part === extraOf(schema)) {
      below = { ...around, noDefault: 'inside additionalProperties applying to object metadata' };
    }
    if (name !== undefined && holdsMeta && META_FIELDS.has(name)) {
      below = { ...around, insideMeta: true, ...(isRoot ? { noDefault: `in top-level ${name}` } : {}) };
    }
    if (part === itemsOf(schema)) below = belowList(schema, below, path);
    if (isNested(place)) below = withoutRules(below);
    else below = { ...below, often: oftenBelow(schema, around) };
    openApiProblems(part, false, below, place, problems, ofRules);
  }
  for (const [name, one] of Object.entries(schema.definitions ?? {})) {
    openApiProblems(one, false, withoutRules(around), `${path}.definitions[${name}]`, problems, ofRules);
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    problems.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  const map = schema['x-kubernetes-map-type'];
  if (map !== undefined) {
    if (type !== 'object') {
      problems.push(wrongType(type, `${path}.type`, 'must be object if x-kubernetes-map-type is specified'));
    }
    if (!MAP_TYPES.includes(map)) problems.push(notSupported(`${path}.x-kubernetes-map-type`, map, MAP_TYPES));
  }
  listProblems(schema, path, problems);
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) {
    ruleProblems(rule, schema, `${path}.x-kubernetes-validations[${i}]`, problems);
  }
  if (around.budget && problems.length === before) {
    compiledRuleProblems(schema, { ...around, isRoot }, path, around.budget, ofRules);
  }
}

/** A status that is written apart is taken out of the root's properties: what else is said there would be lost. */
function besideStatusProblems(schema: JSONSchemaProps, path: string, problems: Problem[]): void {
  const { type, ...rest } = schema;
  if (isSet(type) && type !== 'object') {
    const detail =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    problems.push(invalid(`${path}.type`, type, detail));
  } else if (
    Object.entries(rest).some(([name, value]) => value !== undefined && value !== false && !rootFields.has(name))
  ) {
    const detail = `only [${AT_ROOT}] fields are allowed at the root of the schema if the status subresource is enabled`;
    problems.push(invalid(path, schema, detail));
  }
}

/**
 * The schema of a custom resource: whether it is structural and only says what is supported. Upstream:
 * apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go (validateCustomResourceDefinitionValidation).
 */
export function schemaProblems(schema: JSONSchemaProps, hasStatus: boolean, path: string, problems: Problem[]): void {
  const before = problems.length;
  if (hasStatus) besideStatusProblems(schema, path, problems);
  if (schema.nullable === true)
    problems.push(forbiddenField(`${path}.nullable`, 'nullable cannot be true at the root'));
  const reason = unsupported(schema);
  const unstructured = problems.length;
  if (reason === undefined) structuralProblems(schema, path, problems);
  if (reason === undefined && problems.length === unstructured) problems.push(...defaultsProblems(schema, path));
  const budget = reason === undefined && problems.length === unstructured ? ruleBudget() : undefined;
  const ofRules: Problem[] = [];
  openApiProblems(schema, true, { insideMeta: false, often: 1n, ...(budget && { budget }) }, path, problems, ofRules);
  problems.push(...ofRules);
  if (budget) totalCostProblems(budget, path, problems);
  if (reason !== undefined && problems.length === before) problems.push(invalid(path, '', reason));
}

/** The schema that `.spec.color` leads to, or why it leads nowhere. */
function follow(jsonPath: string, root: JSONSchemaProps): JSONSchemaProps | string {
  const tokens = jsonPath.match(/[.[\]]|[^.[\]]+/g) ?? [];
  let schema: JSONSchemaProps | undefined = root;
  for (let i = 0; i < tokens.length; i += 2) {
    const [token, name] = [tokens[i]!, tokens[i + 1]];
    if (token === '[') return 'array notation is not allowed';
    if (token !== '.') return `expected [ or . but got: ${token}`;
    if (name === undefined) return 'unexpected end of JSON path';
    schema = schema.properties === undefined ? extraOf(schema) : schema.properties[name];
    if (schema === undefined) return 'does not refer to a valid field';
  }
  return schema;
}

/** Fields by which lists can be narrowed: scalars, each once. */
export function selectableProblems(
  fields: readonly SelectableField[],
  root: JSONSchemaProps | undefined,
  path: string,
  problems: Problem[],
): void {
  const seen = new Set<string>();
  for (const [i, { jsonPath = '' }] of fields.entries()) {
    const place = `${path}[${i}].jsonPath`;
    const found = jsonPath === '' ? undefined : follow(jsonPath, root ?? {});
    if (found === undefined) problems.push(required(place));
    else if (typeof found === 'string') problems.push(invalid(place, jsonPath, `is an invalid path: ${found}`));
    else {
      if (/^\.metadata(\.|$)/.test(jsonPath)) {
        problems.push(invalid(place, jsonPath, 'must not point to fields in metadata'));
      }
      if (!SELECTABLE.has(found.type ?? '')) {
        const detail =
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
        problems.push(invalid(place, jsonPath, detail));
      }
      if (seen.has(jsonPath)) problems.push(duplicate(place, jsonPath));
      seen.add(jsonPath);
    }
  }
  if (seen.size > MAX_SELECTABLE) problems.push(tooMany(path, seen.size, MAX_SELECTABLE));
}
