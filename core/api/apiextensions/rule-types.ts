import type { JSONSchemaProps } from '#core/api/types';
import {
  BOOL,
  BYTES,
  baseEnvironment,
  DOUBLE,
  DURATION,
  DYN,
  type Environment,
  escapeName,
  extend,
  type Fields,
  INT,
  listOf,
  mapOf,
  optionalOf,
  STRING,
  struct,
  structsOf,
  TIMESTAMP,
  type Type,
} from '#core/machinery/cel';
import { extraOf, itemsOf } from './structural.ts';

const SCALARS: Readonly<Record<string, Type>> = { boolean: BOOL, number: DOUBLE, integer: INT };
const FORMATS: Readonly<Record<string, Type>> = {
  byte: BYTES,
  duration: DURATION,
  date: TIMESTAMP,
  'date-time': TIMESTAMP,
};
const META: JSONSchemaProps = {
  type: 'object',
  properties: { name: { type: 'string' }, generateName: { type: 'string' } },
};

const isEmbedded = (schema: JSONSchemaProps): boolean => schema['x-kubernetes-embedded-resource'] === true;

/** A root always has its kind, and a name. */
function propertiesOf(
  { properties = {} }: JSONSchemaProps,
  isRoot: boolean,
): Readonly<Record<string, JSONSchemaProps>> {
  if (!isRoot) return properties;
  const { kind, apiVersion, metadata } = properties;
  const { name, generateName } = metadata?.type === 'object' ? (metadata.properties ?? {}) : {};
  if ([kind, apiVersion, name, generateName].every((one) => one?.type === 'string')) return properties;
  return { ...properties, kind: { type: 'string' }, apiVersion: { type: 'string' }, metadata: META };
}

function declare(schema: JSONSchemaProps, isRoot: boolean, name: string, all: Map<string, Fields>): Type | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) return DYN;
  const { type = '', format = '' } = schema;
  if (type === 'array') {
    const items = itemsOf(schema);
    const element = items && declare(items, isEmbedded(items), `${name}.@idx`, all);
    return element && listOf(element);
  }
  if (type === 'string') return FORMATS[format] ?? STRING;
  if (type !== 'object' && !isRoot) return SCALARS[type];
  const extra = extraOf(schema);
  if (extra && !isRoot) {
    const element = declare(extra, isEmbedded(extra), `${name}.@elem`, all);
    return element && mapOf(STRING, element);
  }
  const fields: Record<string, Type> = {};
  for (const [property, one] of Object.entries(propertiesOf(schema, isRoot))) {
    const field = escapeName(property);
    const found = declare(one, isEmbedded(one), `${name}.${field}`, all);
    if (field !== undefined && found) fields[field] = found;
  }
  all.set(name, fields);
  return struct(name);
}

/** What the rules of a schema may speak of: its value, and the one before, which may be an optional. */
export interface RuleEnvironments {
  readonly plain: Environment;
  readonly optionalOldSelf: Environment;
}

/**
 * Types a schema for its rules; undefined if it says too little. The original names the type by the time of day.
 * Upstream: apiserver/pkg/cel/common/schemas.go, apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go.
 */
export function ruleEnvironments(schema: JSONSchemaProps, isRoot: boolean): RuleEnvironments | undefined {
  const structs = new Map<string, Fields>();
  const self = declare(schema, isRoot || isEmbedded(schema), 'selfType', structs);
  if (self === undefined) return undefined;
  const environment = extend(baseEnvironment(), { variables: { self }, struct: structsOf(structs) });
  return {
    plain: extend(environment, { variables: { oldSelf: self } }),
    optionalOldSelf: extend(environment, { variables: { oldSelf: optionalOf(self) } }),
  };
}
