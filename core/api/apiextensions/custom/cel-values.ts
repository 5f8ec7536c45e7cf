import type { JSONSchemaProps } from '#core/api/types';
import type { Json } from '#core/base';
import { escapeName } from '#core/machinery/cel';
import { Bytes, Duration, type Mapping, Timestamp, type Value, valueOf } from '#core/machinery/cel/evaluate';
import { fromBase64 } from '#core/base';
import { parseDuration, parseInstant } from '#core/machinery/values';
import { extraOf, itemsOf } from '../structural.ts';
import { isObject } from './past.ts';

const META: JSONSchemaProps = {
  type: 'object',
  properties: { name: { type: 'string' }, generateName: { type: 'string' } },
};

/** A root, and an object within, has kind, version and a name whatever its schema says. */
function propertiesOf(
  { properties = {} }: JSONSchemaProps,
  isRoot: boolean,
): Readonly<Record<string, JSONSchemaProps>> {
  return isRoot
    ? { ...properties, kind: { type: 'string' }, apiVersion: { type: 'string' }, metadata: META }
    : properties;
}

const isEmbedded = (schema: JSONSchemaProps): boolean => schema['x-kubernetes-embedded-resource'] === true;

/** A value as rules see it: typed by its schema. Upstream: apiserver/pkg/cel/common/values.go. */
export function celValue(schema: JSONSchemaProps, value: Json, isRoot = isEmbedded(schema)): Value {
  if (value === null || schema['x-kubernetes-int-or-string'] === true) return valueOf(value);
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    const list = value as readonly Json[];
    return items === undefined ? valueOf(value) : { length: list.length, at: (i) => celValue(items, list[i]!) };
  }
  if (isObject(value)) {
    const extra = extraOf(schema);
    if (extra !== undefined)
      return mapping(new Map(Object.keys(value).map((key) => [key, () => celValue(extra, value[key]!)])));
    const fields = new Map<string, () => Value>();
    for (const [name, one] of Object.entries(propertiesOf(schema, isRoot))) {
      const escaped = escapeName(name);
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      if (escaped !== undefined && given !== undefined) fields.set(escaped, () => celValue(one, given));
    }
    return mapping(fields);
  }
  if (schema.type === 'number' && typeof value === 'number') return value;
  return typeof value === 'string' ? textValue(schema, value) : valueOf(value);
}

function mapping(fields: ReadonlyMap<string, () => Value>): Mapping {
  return {
    size: fields.size,
    find: (key) => (typeof key === 'string' ? fields.get(key)?.() : undefined),
    keys: () => fields.keys(),
  };
}

function textValue({ format }: JSONSchemaProps, text: string): Value {
  switch (format) {
    case 'byte':
      return new Bytes(String.fromCharCode(...fromBase64(text)));
    case 'duration': {
      const nanoseconds = parseDuration(text);
      return nanoseconds === undefined ? text : new Duration(nanoseconds);
    }
    case 'date':
    case 'date-time': {
      const instant = parseInstant(format === 'date' ? `${text}T00:00:00Z` : text);
      return instant === undefined
        ? text
        : new Timestamp(BigInt(instant.seconds) * 1_000_000_000n + BigInt(instant.nanos));
    }
    default:
      return text;
  }
}
