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
import { type Declared, type Sizes, sizesOf } from '#core/machinery/cel/estimate';
import { byteLength } from '#core/machinery/names';
import { extraOf, itemsOf } from './structural.ts';

/** How large a request may be, in bytes: nothing in it is larger. */
const MOST_BYTES = 3 * 1024 * 1024;

const sized = (type: Type, most: number, leastBytes: number): Declared => ({ type, most, leastBytes });

const SCALARS: Readonly<Record<string, Declared>> = {
  boolean: sized(BOOL, 0, 4),
  number: sized(DOUBLE, 0, 1),
  integer: sized(INT, 0, 1),
};
const TIMES: Readonly<Record<string, Declared>> = {
  duration: sized(DURATION, 32, 3),
  date: sized(TIMESTAMP, 12, 12),
  'date-time': sized(TIMESTAMP, 32, 21),
};

/** The longest text that may stand there, in bytes: a character takes up to four. */
function longestText({ maxLength, enum: values = [] }: JSONSchemaProps): number {
  if (maxLength !== undefined) return Math.max(0, maxLength) * 4;
  const longest = Math.max(0, ...values.map((one) => (typeof one === 'string' ? byteLength(one) : 0)));
  return values.length > 0 ? longest : MOST_BYTES - 2;
}

function text(schema: JSONSchemaProps): Declared {
  const { format = '', maxLength } = schema;
  if (format !== 'byte') return TIMES[format] ?? sized(STRING, longestText(schema), 2);
  return sized(BYTES, maxLength === undefined ? MOST_BYTES - 2 : Math.max(0, maxLength), 2);
}

const META: JSONSchemaProps = {
  type: 'object',
  properties: { name: { type: 'string' }, generateName: { type: 'string' } },
};

const isEmbedded = (schema: JSONSchemaProps): boolean => schema['x-kubernetes-embedded-resource'] === true;

/** A root always has its kind, and a name. */
export function propertiesOf(
  { properties = {} }: JSONSchemaProps,
  isRoot: boolean,
): Readonly<Record<string, JSONSchemaProps>> {
  if (!isRoot) return properties;
  const { kind, apiVersion, metadata } = properties;
  const { name, generateName } = metadata?.type === 'object' ? (metadata.properties ?? {}) : {};
  if ([kind, apiVersion, name, generateName].every((one) => one?.type === 'string')) return properties;
  return { ...properties, kind: { type: 'string' }, apiVersion: { type: 'string' }, metadata: META };
}

function list(schema: JSONSchemaProps, items: JSONSchemaProps | undefined, name: string): Declared | undefined {
  const element = items && declare(items, isEmbedded(items), `${name}.@idx`);
  if (element === undefined) return undefined;
  const most = Math.max(0, schema.maxItems ?? Math.floor((MOST_BYTES - 2) / (element.leastBytes + 1)));
  return { ...sized(listOf(element.type), most, 2), element };
}

function map(schema: JSONSchemaProps, extra: JSONSchemaProps, name: string): Declared | undefined {
  const element = declare(extra, isEmbedded(extra), `${name}.@elem`);
  if (element === undefined) return undefined;
  const most = Math.max(0, schema.maxProperties ?? Math.floor((MOST_BYTES - 2) / (element.leastBytes + 6)));
  return { ...sized(mapOf(STRING, element.type), most, 2), key: sized(STRING, 0, 2), element };
}

function object(schema: JSONSchemaProps, isRoot: boolean, name: string): Declared {
  const fields = new Map<string, Declared>();
  const required = new Set(schema.required);
  let leastBytes = 2;
  for (const [property, one] of Object.entries(propertiesOf(schema, isRoot))) {
    const field = escapeName(property);
    const found = declare(one, isEmbedded(one), `${name}.${field}`);
    if (found === undefined) continue;
    if (field !== undefined) fields.set(field, found);
    if (required.has(property) && one.default === undefined) leastBytes += byteLength(property) + found.leastBytes + 4;
  }
  return { ...sized(struct(name), 0, leastBytes), fields };
}

/** Types a schema for its rules; undefined if it says too little. Upstream: apiserver/pkg/cel/common/schemas.go. */
function declare(schema: JSONSchemaProps, isRoot: boolean, name: string): Declared | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) {
    return sized(DYN, schema.maxLength === undefined ? MOST_BYTES - 2 : Math.max(0, schema.maxLength) * 4, 1);
  }
  const { type = '' } = schema;
  const extra = extraOf(schema);
  if (type === 'array') return list(schema, itemsOf(schema), name);
  if (type === 'string') return text(schema);
  if (type !== 'object') return SCALARS[type];
  return extra ? map(schema, extra, name) : object(schema, isRoot, name);
}

/** Gathers the types with fields of a declaration. */
function structsIn({ type, fields, element }: Declared, all: Map<string, Fields>): void {
  if (element) structsIn(element, all);
  if (fields === undefined) return;
  all.set(type.name, Object.fromEntries([...fields].map(([name, field]) => [name, field.type])));
  for (const field of fields.values()) structsIn(field, all);
}

/** What the rules of a schema may speak of: its value, and the one before, which may be an optional. */
export interface RuleEnvironments {
  readonly plain: Environment;
  readonly optionalOldSelf: Environment;
  readonly sizes: Sizes;
  /** How often a value of the schema can stand in a request at all. */
  readonly mostOften: bigint;
}

/**
 * What rules of a schema are compiled in; undefined if it says too little. The original names the type by the time of
 * day. Upstream: apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go.
 */
export function ruleEnvironments(schema: JSONSchemaProps, isRoot: boolean): RuleEnvironments | undefined {
  const declared = declare(schema, isRoot || isEmbedded(schema), 'selfType');
  if (declared === undefined) return undefined;
  const structs = new Map<string, Fields>();
  structsIn(declared, structs);
  const self = declared.type;
  const environment = extend(baseEnvironment(), { variables: { self }, struct: structsOf(structs) });
  return {
    plain: extend(environment, { variables: { oldSelf: self } }),
    optionalOldSelf: extend(environment, { variables: { oldSelf: optionalOf(self) } }),
    sizes: sizesOf(declared),
    mostOften: BigInt(Math.floor(MOST_BYTES / (declared.leastBytes + 1))),
  };
}
