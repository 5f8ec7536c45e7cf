import { isObject, type Json, type JsonObject, type Repeat } from '#core/base';
import type { Field, ObjectSchema, Schema } from '#core/machinery/schema';

interface Place {
  readonly schema: Schema;
  /** Absent for items of lists and values of maps. */
  readonly field?: Field;
}

/** Types whose value stays what it was where null is read over it, unless they are pointers. */
const KEPT = new Set(['object', 'string', 'boolean', 'int32', 'int64', 'float64', 'any']);

/** Where a path leads: `anything` where whatever stands there is not looked into, `nowhere` for unknown fields. */
function placeOf(root: Schema, path: Repeat['path']): Place | 'anything' | 'nowhere' {
  let place: Place = { schema: root };
  for (const part of path) {
    const { schema } = place;
    if (schema.type === 'list') place = { schema: schema.items };
    else if (schema.type === 'map') place = { schema: schema.values };
    else if (schema.type === 'object') {
      const field = schema.byName.get(String(part));
      if (field === undefined) return 'nowhere';
      place = { schema: field.schema, field };
    } else return 'anything';
  }
  return place;
}

/** What Go holds after it read `later` over `earlier`: fields that are not given again stay; a map's values are read anew. */
function readOver({ schema, field }: Place, earlier: Json, later: Json): Json {
  if (field === undefined) return later;
  if (later === null) return !field.pointer && KEPT.has(schema.type) ? earlier : later;
  if (!isObject(earlier) || !isObject(later)) return later;
  if (schema.type !== 'object' && schema.type !== 'map') return later;
  const merged = new Map<string, Json>(Object.entries(earlier));
  for (const [name, value] of Object.entries(later)) {
    const inner = schema.type === 'object' ? schema.byName.get(name) : undefined;
    const before = merged.get(name);
    const joins = inner !== undefined && before !== undefined;
    merged.set(name, joins ? readOver({ schema: inner.schema, field: inner }, before, value) : value);
  }
  return Object.fromEntries(merged);
}

/** The value with another one at a path, if there is something. */
function changedAt(value: Json, path: Repeat['path'], change: (old: Json) => Json): Json {
  const [part, ...rest] = path;
  if (part === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item: Json, i) => (i === part ? changedAt(item, rest, change) : item));
  if (!isObject(value) || !Object.hasOwn(value, part)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, name === String(part) ? changedAt(one, rest, change) : one]),
  );
}

export interface Joined {
  readonly value: JsonObject;
  /** Keys that stand there more than once; what anything may stand in is not looked into. */
  readonly doubtful: readonly string[];
  /** The object with each value that another took the place of: they are read as well, and may be refused. */
  readonly earlier: readonly JsonObject[];
}

/**
 * An object in which keys were given more than once, as the original reads it: later values are read over earlier ones. Custom
 * resources are maps to it, where the last value is all there is.
 */
export function joinRepeats(schema: ObjectSchema, value: JsonObject, repeats: readonly Repeat[]): Joined {
  const doubtful = new Set<string>();
  const before: Json[] = [];
  let joined: Json = value;
  for (const { path, text, earlier } of repeats) {
    const place = placeOf(schema, path);
    if (place === 'anything') continue;
    doubtful.add(text);
    if (place === 'nowhere' || schema.structural === true) continue;
    before.push(changedAt(joined, path, () => earlier));
    joined = changedAt(joined, path, (later) => readOver(place, earlier, later));
  }
  return { value: joined as JsonObject, doubtful: [...doubtful], earlier: before as JsonObject[] };
}
