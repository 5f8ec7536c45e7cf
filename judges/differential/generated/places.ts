import type { Json, JsonObject } from '#core/base';
import type { Field, Schema } from '#core/machinery/schema';

/** A value within an object, and what the schema says of it. */
export interface Place {
  readonly path: readonly (string | number)[];
  readonly value: Json;
  readonly schema: Schema;
  /** The field of the nearest struct above. */
  readonly field: string;
  readonly required: boolean;
}

/** Every place of a value that the schema knows, outermost first; the value itself is the first. */
export function placesOf(schema: Schema, value: Json): readonly Place[] {
  const all: Place[] = [];
  const walk = (one: Schema, at: Json, path: readonly (string | number)[], field: string, required: boolean): void => {
    all.push({ path, value: at, schema: one, field, required });
    if (one.type === 'object' && isObject(at))
      for (const [name, part] of Object.entries(at)) {
        const known: Field | undefined = one.byName.get(name);
        if (known !== undefined) walk(known.schema, part, [...path, name], name, known.required);
      }
    else if (one.type === 'list' && Array.isArray(at))
      at.forEach((part, index) => walk(one.items, part, [...path, index], field, false));
    else if (one.type === 'map' && isObject(at))
      for (const [key, part] of Object.entries(at)) walk(one.values, part, [...path, key], field, false);
  };
  walk(schema, value, [], '', true);
  return all;
}

/** The value with something else at a place; `undefined` takes it away. Structs and lists on the way are copied. */
export function withAt(value: Json | undefined, path: readonly (string | number)[], next: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return next ?? null;
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? [...value] : [];
    if (rest.length === 0 && next === undefined) list.splice(step, 1);
    else list[step] = withAt(list[step], rest, next);
    return list;
  }
  const object: Record<string, Json> = isObject(value) ? { ...value } : {};
  if (rest.length === 0 && next === undefined) delete object[step];
  else
    Object.defineProperty(object, step, {
      value: withAt(object[step], rest, next),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return object;
}

/** What lies at a path, if anything does. */
export function at(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  let here: Json | undefined = value;
  for (const step of path) {
    if (typeof step === 'number') here = Array.isArray(here) ? here[step] : undefined;
    else here = isObject(here) && Object.hasOwn(here, step) ? (here as JsonObject)[step] : undefined;
  }
  return here;
}

/** A JSON object, not a list and not null. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
