import type { Json } from '#core/base';
import type { Field, ObjectSchema, ScalarSchema, ScalarType, Schema } from '#core/machinery/schema';

/** OpenAPI as JSON. Keys stand in upstream's order, so that documents can be compared as text. */
export type Node = { readonly [key: string]: Json };

export type Dialect = 'v2' | 'v3';

/** The text that describes a definition or one of its fields; `undefined` where there is none. */
export type Descriptions = (definition: string, field?: string) => string | undefined;

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const PREFIX = { v2: '#/definitions/', v3: '#/components/schemas/' } as const;

/** Scalars with a definition of their own. */
const NAMED: Readonly<Partial<Record<ScalarType, string>>> = {
  time: `${META}.Time`,
  microTime: `${META}.MicroTime`,
  duration: `${META}.Duration`,
  fieldsV1: `${META}.FieldsV1`,
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
};

/** Those definitions, which hold no fields. */
export function plainDefinition(name: string, dialect: Dialect): Node | undefined {
  switch (name.slice(name.lastIndexOf('.') + 1)) {
    case 'Time':
    case 'MicroTime':
      return { type: 'string', format: 'date-time' };
    case 'Duration':
      return { type: 'string' };
    case 'FieldsV1':
    case 'Patch':
    case 'RawExtension':
      return { type: 'object' };
    case 'Quantity':
      return dialect === 'v2' ? { type: 'string' } : { oneOf: [{ type: 'string' }, { type: 'number' }] };
    case 'IntOrString':
      return dialect === 'v2'
        ? { type: 'string', format: 'int-or-string' }
        : { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] };
    case 'JSON':
    case 'JSONSchemaPropsOrArray':
    case 'JSONSchemaPropsOrBool':
    case 'JSONSchemaPropsOrStringArray':
      return {};
    case 'Info':
      return name.endsWith('.version.Info') ? versionInfo(dialect) : undefined;
    default:
      return undefined;
  }
}

/** What /version answers. Upstream: apimachinery/pkg/version/types.go. */
function versionInfo(dialect: Dialect): Node {
  const required = [
    'major',
    'minor',
    'gitVersion',
    'gitCommit',
    'gitTreeState',
    'buildDate',
    'goVersion',
    'compiler',
    'platform',
  ];
  const optional = ['emulationMajor', 'emulationMinor', 'minCompatibilityMajor', 'minCompatibilityMinor'];
  const always = dialect === 'v3' ? { default: '' } : {};
  const properties = Object.fromEntries(
    [...required, ...optional]
      .sort()
      .map((name) => [name, { type: 'string', ...(required.includes(name) ? always : {}) }]),
  );
  return { type: 'object', required, properties };
}

/** Names of the definitions that a field's value is made of. */
export function referenced(schema: Schema): string | undefined {
  if (schema.type === 'list') return referenced(schema.items);
  if (schema.type === 'map') return referenced(schema.values);
  return schema.type === 'object' ? schema.name : scalarName(schema);
}

const scalarName = (schema: ScalarSchema): string | undefined => schema.name ?? NAMED[schema.type];

const PLAIN: Readonly<Partial<Record<ScalarType, Node>>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
};

/** Go's zero value, which v3 publishes as the default of what is no pointer. */
function zeroDefault(schema: Schema): Json | undefined {
  switch (schema.type) {
    case 'object':
      return {};
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
      return 0;
    default:
      return undefined;
  }
}

const whenGiven = (name: string, value: Json | undefined): Node => (value === undefined ? {} : { [name]: value });

/** A definition with its fields; `kinds` is the extension that names the kinds it stands for. */
export function definitionNode(
  schema: ObjectSchema,
  dialect: Dialect,
  describe: Descriptions,
  kinds: readonly Node[],
): Node {
  const name = schema.name ?? '';
  const required = schema.fields.filter((field) => field.required).map((field) => field.name);
  const properties: Record<string, Json> = {};
  for (const field of schema.fields.toSorted((left, right) => (left.name < right.name ? -1 : 1)))
    properties[field.name] = fieldNode(field, dialect, descriptionOf(name, field, describe));
  return {
    ...whenGiven('description', describe(name)),
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    ...(schema.fields.length === 0 ? {} : { properties }),
    ...(kinds.length === 0 ? {} : { 'x-kubernetes-group-version-kind': kinds }),
    ...(schema.mapType === 'atomic' ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(schema.unions === undefined ? {} : { 'x-kubernetes-unions': schema.unions.map(unionNode) }),
  };
}

const JSON_SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** Fields without a word in the original, not even their type's: there they are bare references. */
const UNDESCRIBED: Readonly<Record<string, ReadonlySet<string>>> = {
  'io.k8s.api.networking.v1.IngressRule': new Set(['http']),
  [JSON_SCHEMA]: new Set(['additionalItems', 'additionalProperties', 'example', 'externalDocs', 'items', 'not']),
};

const descriptionOf = (definition: string, { name, schema }: Field, describe: Descriptions): string | undefined =>
  UNDESCRIBED[definition]?.has(name) === true ? undefined : (describe(definition, name) ?? ofType(schema, describe));

/** A field that nobody describes is what its type is. */
function ofType(schema: Schema, describe: Descriptions): string | undefined {
  const name = referenced(schema);
  return name === undefined ? undefined : describe(name);
}

const unionNode = ({ discriminator, members }: NonNullable<ObjectSchema['unions']>[number]): Node => ({
  ...whenGiven('discriminator', discriminator),
  'fields-to-discriminateBy': members,
});

function fieldNode(field: Field, dialect: Dialect, description: string | undefined): Node {
  const { schema, pointer, omitempty } = field;
  const isValue = !pointer && (schema.type === 'object' || !omitempty);
  const fallback = dialect === 'v2' ? undefined : (field.default ?? (isValue ? zeroDefault(schema) : undefined));
  const node = valueNode(schema, dialect, description, fallback);
  const more = extensions(field);
  const isBare = dialect === 'v3' && '$ref' in node && Object.keys(more).length > 0;
  return isBare ? { allOf: [node], ...more } : { ...node, ...more };
}

/** One value: a reference, or what it is. In v3 a reference with siblings is an `allOf`. */
function valueNode(schema: Schema, dialect: Dialect, description?: string, fallback?: Json): Node {
  const about = { ...whenGiven('description', description), ...whenGiven('default', fallback) };
  if (schema.type === 'list') {
    const items = valueNode(schema.items, dialect, undefined, dialect === 'v3' ? zeroDefault(schema.items) : undefined);
    return { ...about, type: 'array', items };
  }
  if (schema.type === 'map') {
    const fallbackOfValues = dialect === 'v3' ? zeroDefault(schema.values) : undefined;
    return {
      ...about,
      type: 'object',
      additionalProperties: valueNode(schema.values, dialect, undefined, fallbackOfValues),
    };
  }
  const name = schema.type === 'object' ? schema.name : scalarName(schema);
  if (schema.type === 'object' && name === undefined)
    return { ...about, ...definitionNode(schema, dialect, () => undefined, []) };
  if (name === undefined) {
    const { type, format } = PLAIN[schema.type as ScalarType] ?? {};
    return {
      ...whenGiven('description', description),
      ...whenGiven('type', type),
      ...whenGiven('format', format),
      ...whenGiven('default', fallback),
      ...whenGiven('enum', (schema as ScalarSchema).enum as Json | undefined),
    };
  }
  const reference = { $ref: PREFIX[dialect] + name };
  if (dialect === 'v2') return { ...about, ...reference };
  return Object.keys(about).length === 0 ? reference : { ...about, allOf: [reference] };
}

function extensions({ schema, patchStrategy, patchMergeKey, typeGiven }: Field): Node {
  const isMap = schema.type === 'map' || schema.type === 'object';
  return {
    ...(schema.type === 'list' && schema.keys.length > 0 ? { 'x-kubernetes-list-map-keys': schema.keys } : {}),
    ...(typeGiven === true && schema.type === 'list' ? { 'x-kubernetes-list-type': schema.listType } : {}),
    ...(typeGiven === true && schema.type === 'bytes' ? { 'x-kubernetes-list-type': 'atomic' } : {}),
    ...(typeGiven === true && isMap ? { 'x-kubernetes-map-type': schema.mapType } : {}),
    ...whenGiven('x-kubernetes-patch-merge-key', patchMergeKey),
    ...whenGiven('x-kubernetes-patch-strategy', patchStrategy?.join(',')),
  };
}
