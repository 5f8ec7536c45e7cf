import { type Json, type JsonObject, setField } from '#core/base';
import { dotted } from './dotted.ts';
import { byKeyBytes, withSortedKeys } from './key-order.ts';
import type { EitherSchema, Field, ListSchema, MapSchema, ObjectSchema, Schema } from './model.ts';
import { NormaliseFailure, mismatch } from './mismatch.ts';
import { converted, scalarValue } from './scalars.ts';
import { prune } from './pruned.ts';
import { absentValue, isDropped, isHollow, zeroObject } from './zero.ts';

export interface Normalised {
  readonly value: JsonObject;
  /** Dotted paths of what the schema does not know, in the order in which they stand; dropped from `value`. */
  readonly unknown: readonly string[];
  /** Whether `value` holds lists, maps or bytes that are empty where storage has none. */
  readonly hollow: boolean;
}

/**
 * Empty lists, maps and bytes, which Go tells from none:
 * - `given`: kept, as its decoder does; admission and validation may see the difference.
 * - `written`: left out where a field has `omitempty`, as its encoder does; but kept within atomic lists, which the
 *   original compares as Go values.
 * - `stored`: none at all, as they come back from storage.
 */
export type Form = 'given' | 'written' | 'stored';

/**
 * What the original reads a value from. Keys of what has no schema keep their order only in a `document`; a `sorted` one was a
 * map on its way; a `map` is converted, not read, and whole numbers are cut to what fits (apimachinery/pkg/runtime/converter.go).
 */
export type Source = 'document' | 'sorted' | 'map';

/** More than these are not told, as in the original. */
const MAX_UNKNOWN = 100;

interface Walk {
  /** Names of fields and keys, indexes of items. */
  readonly path: (string | number)[];
  readonly structs: ObjectSchema[];
  readonly unknown: string[];
  readonly form: Form;
  readonly source: Source;
  /** Within a list that is compared as a whole, where what is empty counts. */
  whole: boolean;
  hollow: boolean;
}

interface Shape {
  readonly positions: ReadonlyMap<string, number>;
  /** What is written for a field that is not there. */
  readonly absent: readonly (Json | undefined)[];
  /** How many fields are always written. */
  readonly always: number;
}

const shapes = new WeakMap<ObjectSchema, Shape>();

function shapeOf(schema: ObjectSchema): Shape {
  let known = shapes.get(schema);
  if (known === undefined) {
    const absent = schema.fields.map(absentValue);
    known = {
      positions: new Map(schema.fields.map(({ name }, index) => [name, index])),
      absent,
      always: absent.filter((value) => value !== undefined).length,
    };
    shapes.set(schema, known);
  }
  return known;
}

/**
 * The one gate of everything that is written: brings a value into the form that is stored and sent. Fields in the schema's
 * order, maps by their keys' bytes, zero values as Go's encoder writes or omits them, quantities, times and durations
 * canonical, unknown fields dropped and told. What is in that form already is returned as it is, whole or in part.
 * `known` is in that form (the same schema's, form and source): parts of the value that are its parts are not looked at again, nor
 * is `hollow` told of them. Throws a NormaliseFailure where a value has the wrong type, in the words that clients know.
 */
export function normalise(
  schema: ObjectSchema,
  value: Json,
  form: Form = 'stored',
  source: Source = 'document',
  known?: JsonObject,
): Normalised {
  if (schema.structural === true) return prunedRoot(schema, value, source);
  const walk: Walk = { path: [], structs: [], unknown: [], form, source, whole: false, hollow: false };
  const normal = struct(walk, schema, value, known);
  return { value: normal, unknown: walk.unknown, hollow: walk.hollow };
}

function struct(walk: Walk, schema: ObjectSchema, value: Json, known: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(walk, schema, value);
  const { fields } = schema;
  const { positions, absent, always } = shapeOf(schema);
  const given = value as JsonObject;
  const parts = knownParts(known);
  let changed: Map<string, Json | undefined> | undefined;
  let extra: Record<string, Json> | undefined;
  let same = true;
  let last = -1;
  let written = 0;
  walk.structs.push(schema);
  for (const name in given) {
    const at = positions.get(name);
    const before = given[name];
    if (at === undefined) {
      if (before === undefined) same = false;
      else if (schema.preserveUnknown === true) setField((extra ??= {}), name, before);
      else {
        same = false;
        unknown(walk, name);
      }
      continue;
    }
    const familiar = parts === undefined ? undefined : parts[name];
    let after = before;
    if (before !== undefined && before !== familiar) {
      walk.path.push(name);
      after = fieldValue(walk, fields[at]!, before, familiar);
      walk.path.pop();
    }
    if (after !== before) {
      same = false;
      (changed ??= new Map()).set(name, after);
    }
    if (at < last) same = false;
    last = at;
    if (after !== undefined && absent[at] !== undefined) written++;
  }
  walk.structs.pop();
  if (same && written === always) return given;
  const object: Record<string, Json> = {};
  for (let i = 0; i < fields.length; i++) {
    const { name } = fields[i]!;
    const own = changed?.has(name) === true ? changed.get(name) : Object.hasOwn(given, name) ? given[name] : undefined;
    const one = own === undefined ? absent[i] : own;
    if (one !== undefined) object[name] = one;
  }
  if (extra !== undefined) for (const name in extra) setField(object, name, extra[name]!);
  return object;
}

type Parts = { readonly [place: string | number]: Json };

/** The parts of what is known, where it has any. */
const knownParts = (known: Json | undefined): Parts | undefined =>
  typeof known === 'object' && known !== null ? (known as Parts) : undefined;

/** A custom resource: its metadata is read as everybody's, the rest pruned. */
function prunedRoot(schema: ObjectSchema, value: Json, source: Source): Normalised {
  return prune(schema, value, (metaSchema, metadata) => normalise(metaSchema, { metadata }, 'stored', source));
}

/** `undefined` where the field is left out. */
function fieldValue(walk: Walk, field: Field, value: Json, known: Json | undefined): Json | undefined {
  const { schema } = field;
  if (value === null) return field.pointer && schema.constraints?.nullable === true ? null : absentValue(field);
  const after = valueOf(walk, schema, value, known);
  if (!field.pointer && isHollow(schema, after)) {
    if (walk.form === 'given' || walk.whole) {
      walk.hollow = true;
      return after;
    }
    if (field.omitempty) return undefined;
    return walk.form === 'stored' && schema.type !== 'bytes' ? null : after;
  }
  return isDropped(field, after) ? undefined : after;
}

function valueOf(walk: Walk, schema: Schema, value: Json, known: Json | undefined): Json {
  switch (schema.type) {
    case 'object':
      return struct(walk, schema, value, known);
    case 'list':
      return list(walk, schema, value, known);
    case 'map':
      return map(walk, schema, value, known);
    case 'fieldsV1':
      return fieldsText(walk, value);
    case 'any':
      if (schema.either !== undefined) return either(walk, schema.either, value);
      // The JSON of schemas becomes a map wherever it is from.
      return walk.source === 'document' && schema.name?.endsWith('.JSON') !== true ? value : withSortedKeys(value);
    case 'string':
      if (typeof value === 'string') return value;
      throw wrong(walk, schema, value);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw wrong(walk, schema, value);
    default: {
      const after = scalarValue(schema.type, walk.source === 'map' ? converted(schema.type, value) : value);
      if (after === undefined) throw wrong(walk, schema, value);
      return after;
    }
  }
}

function list(walk: Walk, schema: ListSchema, value: Json, known: Json | undefined): Json {
  if (!Array.isArray(value)) throw wrong(walk, schema, value);
  const items = value as readonly Json[];
  const outer = walk.whole;
  if (walk.form === 'written' && schema.listType === 'atomic') walk.whole = true;
  const parts = knownParts(known);
  let changed: Json[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const before = items[i]!;
    const familiar = parts === undefined ? undefined : parts[i];
    let after: Json = before;
    if (before === null) after = zeroOf(schema.items);
    else if (before !== familiar) {
      walk.path.push(i);
      after = valueOf(walk, schema.items, before, familiar);
      walk.path.pop();
    }
    if (changed === undefined && after !== before) changed = items.slice(0, i);
    changed?.push(after);
  }
  walk.whole = outer;
  return changed ?? items;
}

function map(walk: Walk, schema: MapSchema, value: Json, known: Json | undefined): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(walk, schema, value);
  const given = value as JsonObject;
  const parts = knownParts(known);
  let changed: Map<string, Json> | undefined;
  let same = true;
  let previous: string | undefined;
  for (const name in given) {
    const before = given[name];
    if (before === undefined) {
      same = false;
      continue;
    }
    const familiar = parts === undefined ? undefined : parts[name];
    let after: Json = before;
    if (before === null) after = zeroOf(schema.values);
    else if (before !== familiar) {
      walk.path.push(name);
      after = valueOf(walk, schema.values, before, familiar);
      walk.path.pop();
    }
    if (after !== before) {
      same = false;
      (changed ??= new Map()).set(name, after);
    }
    if (previous !== undefined && byKeyBytes(previous, name) > 0) same = false;
    previous = name;
  }
  if (same) return given;
  const ordered: Record<string, Json> = {};
  for (const name of Object.keys(given).sort(byKeyBytes)) {
    const one = changed?.has(name) === true ? changed.get(name) : given[name];
    if (one !== undefined) setField(ordered, name, one);
  }
  return ordered;
}

/** What Go has where a list or a map holds null. */
function zeroOf(schema: Schema): Json {
  if (schema.type === 'object') return zeroObject(schema);
  if (schema.type === 'bytes') return '';
  const zero = absentValue({ name: '', schema, required: false, pointer: false, omitempty: false });
  return zero === undefined ? null : zero;
}

/** The object's own managed fields are kept as text; those of an embedded template stay what they are. */
function fieldsText(walk: Walk, value: Json): Json {
  if (typeof value !== 'object' || Array.isArray(value) || walk.path.length !== 4 || walk.path[0] !== 'metadata')
    return value;
  return typeof (value as JsonObject)['text'] === 'string' ? value : { text: JSON.stringify(value) };
}

/** A part of JSONSchemaProps that reads itself: what it does not know is dropped without a word. */
function either(walk: Walk, { or, schema }: EitherSchema, value: Json): Json {
  const isPlain = typeof value !== 'object' || value === null;
  if (or === 'boolean' && (isPlain ? typeof value !== 'boolean' : Array.isArray(value)))
    throw new NormaliseFailure('boolean or JSON schema expected');
  // A scalar says nothing where schemas are expected; what is no schema in a list of them is wrong.
  if (or === 'schemas' && isPlain) return null;
  const part = (one: Json): Json => {
    if (typeof one !== 'object' && or === 'schemas') throw wrong(walk, schema, one);
    if (typeof one !== 'object' || one === null) return one;
    const { value: normal, hollow } = normalise(schema, one, walk.form);
    if (hollow) walk.hollow = true;
    return normal;
  };
  if (!Array.isArray(value)) return part(value);
  const after = (value as readonly Json[]).map(part);
  return after.some((item, i) => item !== value[i]) ? after : value;
}

function unknown(walk: Walk, name: string): void {
  if (walk.unknown.length < MAX_UNKNOWN) walk.unknown.push(dotted([...walk.path, name]));
}

function wrong(walk: Walk, schema: Schema, value: Json): NormaliseFailure {
  const names = walk.path.filter((part) => typeof part === 'string');
  // A key of a map is no field: the path ends at the map.
  return mismatch(walk.structs, names, schema, value);
}
