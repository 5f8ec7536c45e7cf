import { fromBase64, stringify, type Json, type JsonObject } from '#core/base';
import { byKeyBytes, type Field, type ObjectSchema, type ScalarSchema, type Schema } from '#core/machinery/schema';
import { parseDuration, parseInstant } from '#core/machinery/values';
import { keyOf, nest, type Nested, wireOf } from './shape.ts';
import {
  closeField,
  newWriter,
  putBytes,
  putDouble,
  putInteger,
  putText,
  putVarint,
  take,
  used,
  type Writer,
} from './writer.ts';

/** Writes a value with its length where its wire type has one, but without its key. */
type Put = (writer: Writer, value: Json) => void;

interface FieldEncoder {
  readonly name: string;
  readonly key: number;
  readonly form: 'one' | 'list' | 'map' | 'group';
  readonly put: Put;
  readonly wire: number;
  /** What stands where the field is absent: Go writes the zero values of all that is no pointer. */
  readonly absent: Uint8Array | undefined;
  /** Of a group: the fields of an embedded struct. */
  readonly fields?: readonly FieldEncoder[];
}

/** By schema, last field first. Made on first use. */
const encoders = new WeakMap<ObjectSchema, readonly FieldEncoder[]>();
const NOTHING: JsonObject = {};

export function encodersOf(schema: ObjectSchema): readonly FieldEncoder[] {
  let known = encoders.get(schema);
  if (known === undefined) {
    known = compile(nest(schema.fields));
    encoders.set(schema, known);
  }
  return known;
}

const compile = (nested: readonly Nested[]): readonly FieldEncoder[] =>
  nested
    .map((one): FieldEncoder => {
      if ('fields' in one) {
        const fields = compile(one.fields);
        return { name: '', key: keyOf(one.tag, 2), form: 'group', put: () => {}, wire: 2, absent: undefined, fields };
      }
      return fieldEncoder(one.field, one.tag);
    })
    .toReversed();

function fieldEncoder(field: Field, tag: number): FieldEncoder {
  const { schema, name } = field;
  if (schema.type === 'list' && schema.wrapped !== true) {
    const wire = wireOf(schema.items);
    return { name, key: keyOf(tag, wire), form: 'list', put: putOf(schema.items), wire, absent: undefined };
  }
  if (schema.type === 'map') {
    const wire = wireOf(schema.values);
    return { name, key: keyOf(tag, 2), form: 'map', put: putOf(schema.values), wire, absent: undefined };
  }
  const wire = wireOf(schema);
  const encoder = { name, key: keyOf(tag, wire), form: 'one', put: putOf(schema), wire } as const;
  return { ...encoder, absent: absentBytes(field, encoder.put, encoder.key) };
}

function absentBytes({ pointer, schema }: Field, put: Put, key: number): Uint8Array | undefined {
  if (pointer || schema.type === 'list' || schema.type === 'bytes' || schema.type === 'fieldsV1') return undefined;
  const writer = newWriter(64);
  put(writer, null);
  putVarint(writer, key);
  return take(writer);
}

/** `null` stands for the zero value throughout. */
function putOf(schema: Schema): Put {
  switch (schema.type) {
    case 'object':
      return (writer, value) => {
        const before = used(writer);
        putFields(writer, encodersOf(schema), (value ?? NOTHING) as JsonObject);
        putVarint(writer, used(writer) - before);
      };
    case 'list': {
      // A list that is a message of its own.
      const put = putOf(schema.items);
      const key = keyOf(1, wireOf(schema.items));
      return (writer, value) => {
        const before = used(writer);
        putItems(writer, put, key, (value ?? []) as readonly Json[]);
        putVarint(writer, used(writer) - before);
      };
    }
    case 'map':
      throw new Error('a map within a list or map has no protobuf form');
    default:
      return scalarPut(schema);
  }
}

function scalarPut(schema: ScalarSchema): Put {
  switch (schema.type) {
    case 'string':
      return (writer, value) => {
        const before = used(writer);
        if (value !== null) putText(writer, value as string);
        putVarint(writer, used(writer) - before);
      };
    case 'boolean':
      return (writer, value) => putVarint(writer, value === true ? 1 : 0);
    case 'int32':
    case 'int64':
      return (writer, value) => putInteger(writer, (value ?? 0) as number | bigint);
    case 'float64':
      return (writer, value) => putDouble(writer, Number(value ?? 0));
    case 'bytes':
      return (writer, value) => {
        const bytes = fromBase64((value ?? '') as string);
        putBytes(writer, bytes);
        putVarint(writer, bytes.length);
      };
    case 'any':
      return schema.either === undefined ? putAny : eitherPut(schema.either);
    default:
      return delimited(SPECIAL[schema.type]);
  }
}

/** RawExtension and JSON: the text of the value as field 1. */
const putAny: Put = (writer, value) => {
  const before = used(writer);
  if (value !== null) {
    putText(writer, stringify(value));
    closeField(writer, before, keyOf(1, 2));
  }
  putVarint(writer, used(writer) - before);
};

const delimited =
  (put: Put): Put =>
  (writer, value) => {
    const before = used(writer);
    put(writer, value);
    putVarint(writer, used(writer) - before);
  };

/** The content of the messages that stand for a value which JSON writes as text or number. */
const SPECIAL: Readonly<Record<'time' | 'microTime' | 'duration' | 'quantity' | 'intOrString' | 'fieldsV1', Put>> = {
  time: (writer, value) => putInstant(writer, value, false),
  microTime: (writer, value) => putInstant(writer, value, true),
  duration: (writer, value) => {
    putInteger(writer, value === null ? 0 : (parseDuration(value as string) ?? 0n));
    putVarint(writer, keyOf(1, 0));
  },
  quantity: (writer, value) => {
    const before = used(writer);
    putText(writer, value === null ? '0' : String(value));
    closeField(writer, before, keyOf(1, 2));
  },
  intOrString: (writer, value) => {
    const before = used(writer);
    const isText = typeof value === 'string';
    if (isText) putText(writer, value);
    closeField(writer, before, keyOf(3, 2));
    putInteger(writer, isText ? 0 : ((value ?? 0) as number));
    putVarint(writer, keyOf(2, 0));
    putVarint(writer, isText ? 1 : 0);
    putVarint(writer, keyOf(1, 0));
  },
  fieldsV1: (writer, value) => {
    if (value === null) return;
    const before = used(writer);
    const { text } = value as { readonly text?: unknown };
    putText(writer, typeof text === 'string' ? text : stringify(value));
    closeField(writer, before, keyOf(1, 2));
  },
};

function putInstant(writer: Writer, value: Json, micro: boolean): void {
  const instant = value === null ? undefined : parseInstant(value as string);
  if (instant === undefined) return;
  putInteger(writer, micro ? instant.nanos - (instant.nanos % 1000) : 0);
  putVarint(writer, keyOf(2, 0));
  putInteger(writer, instant.seconds);
  putVarint(writer, keyOf(1, 0));
}

/** Upstream: apiextensions-apiserver/pkg/apis/apiextensions/v1/{types_jsonschema,marshal}.go. */
function eitherPut({ or, schema }: NonNullable<ScalarSchema['either']>): Put {
  const putSchema = putOf(schema);
  const isSchema = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (or === 'boolean')
    return delimited((writer, value) => {
      if (isSchema(value)) {
        putSchema(writer, value);
        putVarint(writer, keyOf(2, 2));
      }
      putVarint(writer, isSchema(value) || value === true ? 1 : 0);
      putVarint(writer, keyOf(1, 0));
    });
  const putItem = or === 'schemas' ? putSchema : scalarPut({ type: 'string' });
  return delimited((writer, value) => {
    if (Array.isArray(value)) putItems(writer, putItem, keyOf(2, 2), value);
    else if (isSchema(value)) {
      putSchema(writer, value);
      putVarint(writer, keyOf(1, 2));
    }
  });
}

function putItems(writer: Writer, put: Put, key: number, items: readonly Json[]): void {
  for (let i = items.length - 1; i >= 0; i--) {
    put(writer, items[i]!);
    putVarint(writer, key);
  }
}

function putEntries(writer: Writer, { put, key, wire }: FieldEncoder, map: JsonObject): void {
  const names = Object.keys(map);
  if (names.length > 1) names.sort(byKeyBytes);
  for (let i = names.length - 1; i >= 0; i--) {
    const name = names[i]!;
    const before = used(writer);
    put(writer, map[name]!);
    putVarint(writer, keyOf(2, wire));
    const inner = used(writer);
    putText(writer, name);
    closeField(writer, inner, keyOf(1, 2));
    closeField(writer, before, key);
  }
}

/** A message's fields, last first, without its own length. */
export function putFields(writer: Writer, fields: readonly FieldEncoder[], object: JsonObject): void {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!;
    if (field.form === 'group') {
      const before = used(writer);
      putFields(writer, field.fields!, object);
      closeField(writer, before, field.key);
      continue;
    }
    const value = object[field.name];
    if (value === undefined || value === null) {
      if (field.absent !== undefined) putBytes(writer, field.absent);
    } else if (field.form === 'one') {
      field.put(writer, value);
      putVarint(writer, field.key);
    } else if (field.form === 'list') putItems(writer, field.put, field.key, value as readonly Json[]);
    else putEntries(writer, field, value as JsonObject);
  }
}

/** Grows to the largest object seen and is kept: one object is encoded at a time. */
let scratch: Writer | undefined;

function written<T>(schema: ObjectSchema, object: object, result: (writer: Writer) => T): T {
  const writer = scratch ?? newWriter(16384);
  scratch = undefined;
  writer.at = writer.bytes.length;
  putFields(writer, encodersOf(schema), object as JsonObject);
  const made = result(writer);
  if (writer.bytes.length <= 1 << 20) scratch = writer;
  return made;
}

/** The object as a message of its kind: without `kind` and `apiVersion`, which the envelope carries. */
export const encodeProto = (schema: ObjectSchema, object: object): Uint8Array => written(schema, object, take);

/** How many bytes that message has, for as much work but without an array for it. */
export const protoLength = (schema: ObjectSchema, object: object): number => written(schema, object, used);
