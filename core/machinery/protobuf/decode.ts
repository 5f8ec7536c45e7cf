import { type Json, type JsonObject, parseJson, setField, toBase64, utf8 } from '#core/base';
import {
  absentValue,
  byKeyBytes,
  type Field,
  type ObjectSchema,
  type ScalarSchema,
  type Schema,
  zeroObject,
} from '#core/machinery/schema';
import { durationText, microTimeText, timeText, ZERO_SECONDS } from '#core/machinery/values';
import {
  enter,
  leave,
  malformed,
  newReader,
  readBytes,
  readDouble,
  readInt32,
  readInteger,
  type Reader,
  readText,
  readVarint,
  skip,
} from './reader.ts';
import { nest, type Nested, wireOf } from './shape.ts';

type Read = (reader: Reader) => Json;

interface FieldReader {
  readonly form: 'one' | 'list' | 'map' | 'group';
  readonly wire: number;
  /** Of a value, of an item, of a map's value. */
  readonly read: Read;
  /** In the order in which the object is written. */
  readonly position: number;
  /** Of a map: the value of an entry that has none. */
  readonly empty?: Json;
  /** Of a group, by number. */
  readonly readers?: readonly (FieldReader | undefined)[];
}

interface Shape {
  readonly names: readonly string[];
  /** What stands for a field that did not come. */
  readonly absent: readonly (Json | undefined)[];
  /** A zero that did come is left out. */
  readonly dropsZero: readonly boolean[];
  readonly readers: readonly (FieldReader | undefined)[];
}

const shapes = new WeakMap<ObjectSchema, Shape>();

function shapeOf(schema: ObjectSchema): Shape {
  let known = shapes.get(schema);
  if (known === undefined) {
    const { fields } = schema;
    known = {
      names: fields.map((field) => field.name),
      absent: fields.map(absentValue),
      dropsZero: fields.map((field) => field.omitempty && !field.pointer && isPlain(field.schema)),
      readers: readersOf(nest(fields), fields),
    };
    shapes.set(schema, known);
  }
  return known;
}

const isPlain = ({ type }: Schema): boolean =>
  type === 'string' ||
  type === 'bytes' ||
  type === 'boolean' ||
  type === 'int32' ||
  type === 'int64' ||
  type === 'float64';

function readersOf(nested: readonly Nested[], all: readonly Field[]): readonly (FieldReader | undefined)[] {
  const readers: (FieldReader | undefined)[] = [];
  for (const one of nested)
    readers[one.tag] =
      'fields' in one
        ? { form: 'group', wire: 2, read: () => null, position: -1, readers: readersOf(one.fields, all) }
        : fieldReader(one.field, all.indexOf(one.field));
  return Array.from(readers);
}

function fieldReader({ schema }: Field, position: number): FieldReader {
  if (schema.type === 'list' && schema.wrapped !== true)
    return { form: 'list', wire: wireOf(schema.items), read: readOf(schema.items), position };
  if (schema.type === 'map') {
    const { values } = schema;
    const unset: Field = { name: '', schema: values, required: false, pointer: false, omitempty: false };
    const empty = values.type === 'bytes' ? '' : absentValue(unset)!;
    return { form: 'map', wire: wireOf(values), read: readOf(values), position, empty };
  }
  return { form: 'one', wire: wireOf(schema), read: readOf(schema), position };
}

function readOf(schema: Schema): Read {
  switch (schema.type) {
    case 'object':
      return (reader) => {
        const outer = enter(reader);
        const object = readObject(reader, schema, undefined);
        leave(reader, outer);
        return object;
      };
    case 'list': {
      const items = readersOf([{ tag: 1, field: wrappedItems(schema) }], []);
      const item = { ...items[1]!, position: 0 };
      return (reader) => {
        const values: (Json | undefined)[] = [[]];
        const outer = enter(reader);
        readFields(reader, [undefined, item], values);
        leave(reader, outer);
        return values[0]!;
      };
    }
    case 'map':
      throw new Error('a map within a list or map has no protobuf form');
    default:
      return scalarRead(schema);
  }
}

const wrappedItems = ({ items }: Extract<Schema, { type: 'list' }>): Field => ({
  name: 'items',
  schema: { type: 'list', items, listType: 'atomic', keys: [] },
  required: false,
  pointer: false,
  omitempty: true,
});

function scalarRead(schema: ScalarSchema): Read {
  switch (schema.type) {
    case 'string':
      return readText;
    case 'boolean':
      return (reader) => readVarint(reader) !== 0;
    case 'int32':
      return readInt32;
    case 'int64':
      return readInteger;
    case 'float64':
      return readDouble;
    case 'bytes':
      return (reader) => toBase64(readBytes(reader));
    case 'any':
      return schema.either === undefined ? readAny : eitherRead(schema.either);
    default:
      return SPECIAL[schema.type];
  }
}

/** Reads a small message of numbers and texts: what came, by number. */
function readNumbers(reader: Reader): { readonly numbers: (number | bigint)[]; readonly texts: string[] } {
  const numbers: (number | bigint)[] = [];
  const texts: string[] = [];
  const outer = enter(reader);
  while (reader.at < reader.end) {
    const key = readVarint(reader);
    const tag = Math.floor(key / 8);
    if (tag > 3) skip(reader, key & 7);
    else if ((key & 7) === 0) numbers[tag] = readInteger(reader);
    else if ((key & 7) === 2) texts[tag] = readText(reader);
    else skip(reader, key & 7);
  }
  leave(reader, outer);
  return { numbers, texts };
}

const MINIMUM_SECONDS = ZERO_SECONDS;
const MAXIMUM_SECONDS = 253402300799;

function readInstant(reader: Reader, micro: boolean): Json {
  const { numbers } = readNumbers(reader);
  if (numbers.length === 0) return null;
  const seconds = Number(numbers[1] ?? 0);
  if (seconds < MINIMUM_SECONDS || seconds > MAXIMUM_SECONDS) throw malformed('time out of range');
  if (seconds === ZERO_SECONDS) return null;
  return micro ? microTimeText(seconds, Number(numbers[2] ?? 0)) : timeText(seconds);
}

function parsed(text: string): Json {
  if (text === '') return null;
  try {
    return parseJson(utf8(text)).value;
  } catch {
    throw malformed('an embedded object is not JSON');
  }
}

const readAny: Read = (reader) => parsed(readNumbers(reader).texts[1] ?? '');

const SPECIAL: Readonly<Record<'time' | 'microTime' | 'duration' | 'quantity' | 'intOrString' | 'fieldsV1', Read>> = {
  time: (reader) => readInstant(reader, false),
  microTime: (reader) => readInstant(reader, true),
  duration: (reader) => durationText(BigInt(readNumbers(reader).numbers[1] ?? 0)),
  quantity: (reader) => readNumbers(reader).texts[1] ?? '0',
  intOrString: (reader) => {
    const { numbers, texts } = readNumbers(reader);
    return numbers[1] === 1 ? (texts[3] ?? '') : Number(numbers[2] ?? 0);
  },
  fieldsV1: (reader) => {
    const isOwn = reader.depth === reader.ownFieldsDepth;
    const text = readNumbers(reader).texts[1];
    if (text === undefined || text === '') return null;
    return isOwn ? { text } : parsed(text);
  },
};

function eitherRead({ or, schema }: NonNullable<ScalarSchema['either']>): Read {
  const readSchema = readOf(schema);
  return (reader) => {
    let found: Json | undefined;
    let allows = false;
    const list: Json[] = [];
    const outer = enter(reader);
    while (reader.at < reader.end) {
      const key = readVarint(reader);
      if (or === 'boolean') {
        if (key === 8) allows = readVarint(reader) !== 0;
        else if (key === 18) found = readSchema(reader);
        else skip(reader, key & 7);
      } else if (key === 10) found = readSchema(reader);
      else if (key === 18) list.push(or === 'schemas' ? readSchema(reader) : readText(reader));
      else skip(reader, key & 7);
    }
    leave(reader, outer);
    if (or === 'boolean') return found ?? allows;
    return list.length > 0 ? list : (found ?? null);
  };
}

function readEntry(reader: Reader, { read, wire, empty }: FieldReader, map: Record<string, Json>): void {
  let name = '';
  let value: Json | undefined;
  const outer = enter(reader);
  while (reader.at < reader.end) {
    const key = readVarint(reader);
    if (key === 10) name = readText(reader);
    else if (key === 16 + wire) value = read(reader);
    else skip(reader, key & 7);
  }
  leave(reader, outer);
  setField(map, name, value === undefined ? empty! : value);
}

function readFields(reader: Reader, readers: readonly (FieldReader | undefined)[], values: (Json | undefined)[]): void {
  while (reader.at < reader.end) {
    const key = readVarint(reader);
    const tag = key < 0x7fffffff ? key >> 3 : 0;
    if (tag === 0) throw malformed(`illegal tag ${tag}`);
    const wire = key & 7;
    const field = tag < readers.length ? readers[tag] : undefined;
    if (field === undefined) {
      skip(reader, wire);
      continue;
    }
    if (field.form === 'list') {
      const list = (values[field.position] ??= []) as Json[];
      if (wire === 2 && field.wire === 0) {
        // Packed: many numbers under one key.
        const outer = enter(reader);
        while (reader.at < reader.end) list.push(field.read(reader));
        leave(reader, outer);
        continue;
      }
      if (wire !== field.wire) throw malformed(`wrong wireType = ${wire}`);
      list.push(field.read(reader));
      continue;
    }
    if (field.form === 'one') {
      if (wire !== field.wire) throw malformed(`wrong wireType = ${wire}`);
      values[field.position] = field.read(reader);
      continue;
    }
    if (wire !== 2) throw malformed(`wrong wireType = ${wire}`);
    if (field.form === 'map') readEntry(reader, field, (values[field.position] ??= {}) as Record<string, Json>);
    else {
      const outer = enter(reader);
      readFields(reader, field.readers!, values);
      leave(reader, outer);
    }
  }
}

interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

function readObject(reader: Reader, schema: ObjectSchema, type: TypeMeta | undefined): JsonObject {
  const { names, absent, dropsZero, readers } = shapeOf(schema);
  const values: (Json | undefined)[] = [];
  for (let i = 0; i < names.length; i++) values.push(undefined);
  readFields(reader, readers, values);
  const object: Record<string, Json> = {};
  for (let i = 0; i < names.length; i++) {
    let value = values[i];
    if (value === undefined && type !== undefined) {
      if (names[i] === 'kind') value = type.kind;
      else if (names[i] === 'apiVersion') value = type.apiVersion;
    }
    if (value === undefined || (dropsZero[i] === true && (value === '' || value === 0 || value === false)))
      value = absent[i];
    else if (value === null && absent[i] === undefined) continue;
    else if (value !== null && typeof value === 'object' && schema.fields[i]!.schema.type === 'map')
      value = inOrder(value as JsonObject);
    if (value !== undefined) object[names[i]!] = value;
  }
  return object;
}

/** Maps are written in the order of their keys' bytes; what upstream encoded already is. */
function inOrder(map: JsonObject): JsonObject {
  const names = Object.keys(map);
  for (let i = 1; i < names.length; i++)
    if (byKeyBytes(names[i - 1]!, names[i]!) > 0)
      return Object.fromEntries(names.sort(byKeyBytes).map((name) => [name, map[name]!]));
  return map;
}

/**
 * Reads a message of this kind, its fields in the order in which the API writes them and zero values as it has them.
 * `type` is what the envelope said. Throws a 400 where the bytes are no such message.
 */
export function decodeProto(schema: ObjectSchema, bytes: Uint8Array, type?: TypeMeta): JsonObject {
  return bytes.length === 0 && type === undefined
    ? zeroObject(schema)
    : readObject(newReader(bytes, isList(schema) ? 3 : 2), schema, type);
}

/** A list's items are objects with managed fields of their own. */
const isList = ({ byName }: ObjectSchema): boolean => {
  const metadata = byName.get('metadata')?.schema;
  return byName.has('items') && metadata?.type === 'object' && metadata.byName.has('continue');
};
