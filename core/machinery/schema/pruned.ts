import { isObject, type Json, type JsonObject } from '#core/base';
import { byKeyBytes, withSortedKeys } from './key-order.ts';
import { NormaliseFailure } from './mismatch.ts';
import type { ObjectSchema, Schema } from './model.ts';
import type { Normalised } from './normalise.ts';

/** Reads the metadata of an object as everybody's: `{metadata}` in and out. */
type ReadMeta = (holder: ObjectSchema, metadata: Json) => Normalised;

interface Walk {
  readonly readMeta: ReadMeta;
  readonly unknown: string[];
  /** Told after all others: what the metadata of embedded objects does not know. */
  readonly unknownMeta: string[];
}

const META = new Set(['apiVersion', 'kind', 'metadata']);

/** Schemas with nothing but their metadata, by the schema of an object: what `readMeta` is given. */
const holders = new WeakMap<ObjectSchema, ObjectSchema>();

function holderOf(schema: ObjectSchema): ObjectSchema | undefined {
  const known = holders.get(schema);
  if (known !== undefined) return known;
  const field = schema.byName.get('metadata');
  if (field === undefined) return undefined;
  const holder: ObjectSchema = {
    type: 'object',
    fields: [field],
    byName: new Map([['metadata', field]]),
    mapType: 'granular',
  };
  holders.set(schema, holder);
  return holder;
}

/**
 * A custom resource as it is kept: without what its schema does not know and without null where that is neither allowed nor
 * replaced by a default, all keys in the order of their bytes. Values of the wrong type stay: they are refused later. What
 * is in that form already is returned as it is, whole or in part. Throws a NormaliseFailure where the metadata cannot be
 * read. Upstream: apiextensions-apiserver/pkg/apiserver/customresource_handler.go (unstructuredSchemaCoercer).
 */
export function prune(schema: ObjectSchema, value: Json, readMeta: ReadMeta): Normalised {
  if (!isObject(value)) throw new NormaliseFailure('an object is expected');
  const walk: Walk = { readMeta, unknown: [], unknownMeta: [] };
  const { metadata } = value;
  const holder = holderOf(schema);
  const read = metadata === undefined || holder === undefined ? undefined : readMeta(holder, metadata);
  const known = read === undefined ? undefined : sortedMeta(read.value['metadata'], metadata);
  const whole = objectValue(walk, schema, value, '', true);
  const unknown = [...(read?.unknown ?? []), ...walk.unknown.toSorted(), ...walk.unknownMeta.toSorted()];
  if (known === undefined || known === whole['metadata']) return { value: whole, unknown, hollow: false };
  return { value: { ...whole, metadata: known }, unknown, hollow: false };
}

/** The metadata with its keys in order; the given one where they are. */
function sortedMeta(read: Json | undefined, given: Json | undefined): Json {
  const sorted = withSortedKeys(read ?? {});
  return isObject(given) && isObject(sorted) && sameOrder(given, sorted) ? given : sorted;
}

/** Whether two values are alike, their keys in the same order too. */
function sameOrder(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((one, i) => sameOrder(one, right[i]));
  if (!isObject(left) || !isObject(right)) return false;
  const [names, others] = [Object.keys(left), Object.keys(right)];
  return (
    names.length === others.length && names.every((one, i) => one === others[i] && sameOrder(left[one]!, right[one]!))
  );
}

/** A part of an object: a default, or what a schema within one stands for. */
export function pruned(schema: Schema, value: Json): Json {
  const walk: Walk = {
    readMeta: (_, metadata) => ({ value: { metadata }, unknown: [], hollow: false }),
    unknown: [],
    unknownMeta: [],
  };
  return valueOf(walk, schema, value, '');
}

const NOTHING: Schema = { type: 'object', fields: [], byName: new Map(), mapType: 'granular' };

/** What is said of a field; undefined where nothing is. */
const schemaOfField = (schema: Schema, name: string): Schema | undefined =>
  schema.type === 'object' ? schema.byName.get(name)?.schema : schema.type === 'map' ? schema.values : undefined;

const takesNull = (schema: Schema, name: string): boolean => {
  const field = schema.type === 'object' ? schema.byName.get(name) : undefined;
  const inner = schemaOfField(schema, name);
  return inner === undefined || inner.constraints?.nullable === true || field?.default !== undefined;
};

function valueOf(walk: Walk, schema: Schema, value: Json, path: string): Json {
  if (Array.isArray(value)) return listValue(walk, schema, value, path);
  return isObject(value) ? objectValue(walk, schema, value, path, false) : value;
}

function listValue(walk: Walk, schema: Schema, list: readonly Json[], path: string): Json {
  if (schema.type === 'object' && schema.preserveUnknown === true) {
    return sameOrder(list, withSortedKeys(list)) ? list : withSortedKeys(list);
  }
  const items = schema.type === 'list' ? schema.items : NOTHING;
  let changed: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i]!;
    const after = valueOf(walk, items, before, `${path}[${i}]`);
    if (changed === undefined && after !== before) changed = list.slice(0, i);
    changed?.push(after);
  }
  return changed ?? list;
}

function objectValue(walk: Walk, schema: Schema, given: JsonObject, path: string, isRoot: boolean): JsonObject {
  const preserves = schema.type === 'object' && schema.preserveUnknown === true;
  const embeds = isRoot || (schema.type === 'object' && schema.embedded === true);
  const kept = new Map<string, Json>();
  let same = true;
  let previous: string | undefined;
  for (const name in given) {
    const before = given[name]!;
    const after = fieldValue(walk, schema, name, before, path, { preserves, embeds, isRoot });
    if (after === undefined) {
      same = false;
      continue;
    }
    if (after !== before || (previous !== undefined && byKeyBytes(previous, name) > 0)) same = false;
    previous = name;
    kept.set(name, after);
  }
  return same ? given : ordered(kept);
}

/** `undefined` where the field goes. */
function fieldValue(
  walk: Walk,
  schema: Schema,
  name: string,
  value: Json | undefined,
  path: string,
  { preserves, embeds, isRoot }: { readonly preserves: boolean; readonly embeds: boolean; readonly isRoot: boolean },
): Json | undefined {
  if (value === undefined) return undefined;
  const place = path === '' ? name : `${path}.${name}`;
  if (embeds && META.has(name)) {
    if (isRoot || name !== 'metadata' || schema.type !== 'object') return value;
    return embeddedMeta(walk, schema, value, place);
  }
  if (value === null && !takesNull(schema, name)) return undefined;
  const inner = schemaOfField(schema, name);
  if (inner !== undefined) return valueOf(walk, inner, value, place);
  if (preserves) {
    const sorted = withSortedKeys(value);
    return sameOrder(value, sorted) ? value : sorted;
  }
  walk.unknown.push(place);
  return undefined;
}

function embeddedMeta(walk: Walk, schema: ObjectSchema, value: Json, place: string): Json {
  const holder = holderOf(schema);
  if (holder === undefined) return value;
  const read = walk.readMeta(holder, value);
  const prefix = place.slice(0, place.length - 'metadata'.length);
  walk.unknownMeta.push(...read.unknown.map((one) => prefix + one));
  return sortedMeta(read.value['metadata'], value);
}

function ordered(fields: ReadonlyMap<string, Json>): JsonObject {
  // Object.fromEntries takes `__proto__` for a name like any other.
  return Object.fromEntries([...fields].sort(([left], [right]) => byKeyBytes(left, right)));
}
