import { below, type Json, type JsonObject, type Random, stringify } from '#core/base';
import type { Field, ObjectSchema } from '#core/machinery/schema';
import type { Kind } from './kinds.ts';
import type { Step } from './life.ts';
import { faulty } from './faults.ts';
import { withChange, withMore } from './objects.ts';
import { at, isObject, placesOf, withAt } from './places.ts';
import { chance, oneOf, plausible, sayable } from './values.ts';

type Patch = Pick<Step, 'it' | 'type' | 'body'>;

/** A JSON patch of one to three operations on the object, some of which fail. */
export function jsonPatch(random: Random, kind: Kind, object: JsonObject): Patch {
  const operations = Array.from({ length: oneOf(random, [1, 1, 2, 3]) }, () => operation(random, kind, object));
  return {
    it: `JSON patch ${operations.map((one) => one['op']).join()}`,
    type: 'application/json-patch+json',
    body: stringify(operations),
  };
}

const pointer = (path: readonly (string | number)[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function operation(random: Random, kind: Kind, object: JsonObject): JsonObject {
  const places = placesOf(kind.schema, object).filter(({ path }) => path.length > 0);
  const place = oneOf(random, places);
  const path = pointer(place.path);
  switch (below(random, 10)) {
    case 0:
      return { op: 'remove', path };
    case 1:
      return { op: 'test', path, value: chance(random, 0.7) ? place.value : 'other' };
    case 2:
      return { op: 'copy', from: path, path: pointer(['metadata', 'annotations', 'copied']) };
    case 3:
      return { op: 'move', from: path, path: pointer(oneOf(random, places).path) };
    case 4:
      return oneOf<JsonObject>(random, [
        { op: 'bogus', path },
        { op: 'add', path: '/no/such', value: 1 },
        { op: 'remove', path: '/none' },
        { op: 'replace', path: '/none', value: 1 },
        { op: 'add', path: 'x', value: 1 },
        { path, value: 1 },
        { op: 'add', path },
        { op: 'replace', path: `${path}/99`, value: 'x' },
      ]);
    case 5:
    case 6: {
      const structs = places.filter(({ schema }) => schema.type === 'object');
      const struct = structs.length === 0 ? undefined : oneOf(random, structs);
      if (struct === undefined || struct.schema.type !== 'object')
        return { op: 'add', path: '/metadata/labels', value: { a: 'b' } };
      const field = oneOf(
        random,
        sayable(struct.schema, struct.path.length === 0).filter(({ name }) => name !== 'managedFields'),
      );
      return {
        op: 'add',
        path: pointer([...struct.path, field.name]),
        value: plausible(random, field.schema, field.name),
      };
    }
    default:
      return {
        op: oneOf(random, ['replace', 'replace', 'add']),
        path,
        value: plausible(random, place.schema, place.field),
      };
  }
}

/** What a merge patch says to get from one object to another, lists whole. */
function difference(from: Json | undefined, to: Json): Json {
  if (!isObject(from) || !isObject(to)) return to;
  const patch: Record<string, Json> = {};
  const say = (key: string, value: Json) =>
    Object.defineProperty(patch, key, { value, enumerable: true, configurable: true, writable: true });
  for (const [key, value] of Object.entries(to))
    if (JSON.stringify(from[key]) !== JSON.stringify(value)) say(key, difference(from[key], value));
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) say(key, null);
  return patch;
}

const altered = (random: Random, kind: Kind, object: JsonObject): JsonObject => {
  let next = object;
  for (let n = oneOf(random, [1, 1, 2, 3]); n > 0; n--)
    next = chance(random, 0.5) ? withMore(random, kind.schema, next) : withChange(random, kind, next);
  return next;
};

export function mergePatch(random: Random, kind: Kind, object: JsonObject): Patch {
  const type = 'application/merge-patch+json';
  if (chance(random, 0.15)) {
    const { it, text } = faulty(random, kind, object);
    return { it: `merge patch, ${it}`, type, body: text };
  }
  return { it: 'merge patch', type, body: stringify(difference(object, altered(random, kind, object))) };
}

/** A strategic patch: a merge patch whose lists say only some items, and now and then a directive. */
export function strategicPatch(random: Random, kind: Kind, object: JsonObject): Patch {
  const type = 'application/strategic-merge-patch+json';
  if (chance(random, 0.1)) {
    const { it, text } = faulty(random, kind, object);
    return { it: `strategic patch, ${it}`, type, body: text };
  }
  const patch = difference(object, altered(random, kind, object));
  if (!isObject(patch) || chance(random, 0.4)) return { it: 'strategic patch', type, body: stringify(patch) };
  const [it, path, next] = directive(random, kind, object);
  return {
    it: `strategic patch, ${it}`,
    type,
    body: stringify(path === undefined ? patch : withAt(patch, path, next)),
  };
}

type Directive = readonly [it: string, path?: readonly (string | number)[], value?: Json];

/** The path of a struct or list that no list lies above, so that a patch can name it. */
function directive(random: Random, kind: Kind, object: JsonObject): Directive {
  const reachable = placesOf(kind.schema, object).filter(({ path }) => path.every((step) => typeof step === 'string'));
  const structs = reachable.filter(
    ({ schema, path }) => (schema.type === 'object' || schema.type === 'map') && path.length > 0,
  );
  const struct = oneOf(random, structs);
  switch (below(random, 6)) {
    case 0:
      return ['$patch in a struct', [...struct.path, '$patch'], oneOf(random, ['replace', 'delete', 'merge', 'bogus'])];
    case 1:
      return [
        '$retainKeys',
        [...struct.path, '$retainKeys'],
        isObject(struct.value) ? Object.keys(struct.value).slice(0, 1) : [],
      ];
    case 2:
      return ['$deleteFromPrimitiveList', ['metadata', '$deleteFromPrimitiveList/finalizers'], ['example.com/hold']];
    case 3:
      return ['$setElementOrder', ['metadata', '$setElementOrder/finalizers'], ['a.example.com/x']];
    default: {
      const merged = reachable.filter(
        ({ path, value, schema }) =>
          schema.type === 'list' &&
          Array.isArray(value) &&
          value.length > 0 &&
          mergeKey(kind.schema, path) !== undefined,
      );
      if (merged.length === 0) return ['no list to merge'];
      const list = oneOf(random, merged);
      const key = mergeKey(kind.schema, list.path)!;
      const first = (list.value as readonly Json[])[0];
      const known = isObject(first) ? (first[key] ?? 'main') : 'main';
      const items = list.schema.type === 'list' ? list.schema.items : undefined;
      if (items?.type !== 'object') return ['no list to merge'];
      const field: Field = oneOf(random, items.fields);
      return oneOf<Directive>(random, [
        ['$patch delete of an item', list.path, [{ $patch: 'delete', [key]: known }]],
        ['$patch delete of none', list.path, [{ $patch: 'delete', [key]: 'nobody' }]],
        ['$patch replace of a list', list.path, [{ $patch: 'replace' }, plausible(random, items, list.field)]],
        ['item without its key', list.path, [{ [field.name]: plausible(random, field.schema, field.name) }]],
        ['item merged', list.path, [{ [key]: known, [field.name]: plausible(random, field.schema, field.name) }]],
        ['item added', list.path, [plausible(random, items, list.field)]],
        ['order of items', [...list.path.slice(0, -1), `$setElementOrder/${list.field}`], [{ [key]: known }]],
        ['order of others', [...list.path.slice(0, -1), `$setElementOrder/${list.field}`], [{ [key]: 'nobody' }]],
      ]);
    }
  }
}

function mergeKey(schema: ObjectSchema, path: readonly (string | number)[]): string | undefined {
  let here: ObjectSchema | undefined = schema;
  let key: string | undefined;
  for (const step of path) {
    const field: Field | undefined = here?.byName.get(String(step));
    key = field?.patchStrategy?.includes('merge') === true ? field.patchMergeKey : undefined;
    here = field?.schema.type === 'object' ? field.schema : undefined;
  }
  return key;
}

/** Part of the object or something more, applied: some of what it has, changed here and there. */
export function applied(random: Random, kind: Kind, object: JsonObject): Patch {
  const type = 'application/apply-patch+yaml';
  if (chance(random, 0.12)) {
    const { it, text } = faulty(random, kind, object);
    return { it: `apply, ${it}`, type, body: text };
  }
  const next = chance(random, 0.3) ? object : altered(random, kind, object);
  return { it: 'apply', type, body: stringify(chance(random, 0.4) ? partOf(random, kind, next) : next) };
}

function partOf(random: Random, kind: Kind, object: JsonObject): JsonObject {
  let part = object;
  for (let n = 2; n > 0; n--) {
    const places = placesOf(kind.schema, part).filter(
      ({ path, required }) => path.length > 1 && !required && path[0] !== 'metadata',
    );
    if (places.length === 0) return part;
    part = withAt(part, oneOf(random, places).path, undefined) as JsonObject;
  }
  return at(part, ['metadata', 'name']) === undefined ? object : part;
}
