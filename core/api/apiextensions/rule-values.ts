import type { JSONSchemaProps } from '#core/api/types';
import { fromBase64, type Json } from '#core/base';
import { escapeName, unescapeName } from '#core/machinery/cel';
import {
  Bytes,
  Duration,
  equal,
  Failure,
  isMapping,
  keyedList,
  type List,
  type Mapping,
  show,
  Timestamp,
  type Value,
} from '#core/machinery/cel/evaluate';
import { parseDuration, parseInstant } from '#core/machinery/values';
import { propertiesOf } from './rule-types.ts';
import { extraOf, itemsOf } from './structural.ts';

const SECOND = 1_000_000_000n;

type Schemas = (name: string) => JSONSchemaProps | undefined;

function time(text: string, shown: string): Value {
  const instant = parseInstant(text);
  if (instant === undefined) return new Failure(`Invalid ${shown} formatted string`);
  return new Timestamp(BigInt(instant.seconds) * SECOND + BigInt(instant.nanos));
}

function bytes(text: string): Value {
  try {
    return new Bytes(Array.from(fromBase64(text), (byte) => String.fromCharCode(byte)).join(''));
  } catch {
    return new Failure(`Invalid byte formatted string ${text}`);
  }
}

/** Formats that make a value of another type of a text. */
const FORMATS: Readonly<Record<string, (text: string) => Value>> = {
  duration: (text) => {
    const nanoseconds = parseDuration(text);
    return nanoseconds === undefined ? new Failure(`Invalid duration ${text}`) : new Duration(nanoseconds);
  },
  date: (text) => time(`${text}T00:00:00Z`, 'date'),
  'date-time': (text) => time(text, 'date-time'),
  byte: bytes,
};

/** An object, whose names are escaped, or a map, whose names are not; what no schema speaks of is not there. */
function mapping(json: Readonly<Record<string, Json>>, schemaOf: Schemas, escaped: boolean): Mapping {
  const plain = (name: string) => (escaped ? unescapeName(name) : name);
  const shown = (name: string) => (escaped ? escapeName(name) : name) ?? name;
  return {
    get size() {
      return Object.keys(json).length;
    },
    find: (key) => {
      const name = typeof key === 'string' ? plain(key) : undefined;
      if (name === undefined || !Object.hasOwn(json, name)) return undefined;
      const schema = schemaOf(name);
      if (schema === undefined || (escaped && json[name] === null)) return undefined;
      return ruleValue(json[name]!, schema);
    },
    keys: () =>
      Object.keys(json)
        .filter((name) => schemaOf(name))
        .map(shown),
  };
}

function list(json: readonly Json[], schema: JSONSchemaProps): Value {
  const items = itemsOf(schema);
  if (items === undefined) return new Failure('invalid array type, expected Items with a non-empty Schema');
  const plain: List = { length: json.length, at: (index) => ruleValue(json[index]!, items) };
  if (schema['x-kubernetes-list-type'] === 'set') return keyedList(plain, show, () => true);
  if (schema['x-kubernetes-list-type'] !== 'map') return plain;
  const keys = (schema['x-kubernetes-list-map-keys'] ?? []).map((key) => escapeName(key) ?? key);
  const keyOf = (item: Value): string =>
    isMapping(item) ? keys.map((key) => show(item.find(key) ?? null)).join() : show(item);
  return keyedList(plain, keyOf, equal);
}

function object(json: Readonly<Record<string, Json>>, schema: JSONSchemaProps, isRoot: boolean): Value {
  const embedded = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  if (embedded || schema.properties !== undefined) {
    const properties = propertiesOf(schema, embedded);
    return mapping(json, (name) => (Object.hasOwn(properties, name) ? properties[name] : undefined), true);
  }
  const extra = extraOf(schema);
  return mapping(json, () => extra, false);
}

const wrong = (type: string): Failure => new Failure(`invalid data, expected ${type}`);

function scalar(json: Json, { type = '', format = '' }: JSONSchemaProps): Value {
  if (type === 'string') {
    if (typeof json !== 'string') return wrong('string');
    return Object.hasOwn(FORMATS, format) ? FORMATS[format]!(json) : json;
  }
  if (type === 'boolean') return typeof json === 'boolean' ? json : wrong('bool');
  if (type === 'number') return typeof json === 'number' || typeof json === 'bigint' ? Number(json) : wrong('float');
  if (type !== 'integer') return new Failure(`invalid type, got ${type}`);
  return typeof json === 'bigint' || (typeof json === 'number' && Number.isInteger(json)) ? BigInt(json) : wrong('int');
}

/**
 * A value as the rules of its schema see it. What is within is made when it is asked for.
 * Upstream: apiserver/pkg/cel/common/valuesunstructured.go.
 */
export function ruleValue(json: Json, schema: JSONSchemaProps, isRoot = false): Value {
  if (json === null) {
    return schema.nullable === true ? null : new Failure('invalid data, got null for schema with nullable=false');
  }
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof json === 'string' ? json : scalar(json, { type: 'integer' });
  }
  const { type } = schema;
  if (type === 'array') return Array.isArray(json) ? list(json as readonly Json[], schema) : wrong('array');
  if (type !== 'object') return scalar(json, schema);
  if (typeof json !== 'object' || Array.isArray(json)) return wrong('object');
  return object(json as Readonly<Record<string, Json>>, schema, isRoot);
}
