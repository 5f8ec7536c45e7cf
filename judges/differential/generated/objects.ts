import { below, type Json, type JsonObject, type Random } from '#core/base';
import type { ObjectSchema } from '#core/machinery/schema';
import type { Kind } from './kinds.ts';
import { isObject, placesOf, withAt } from './places.ts';
import { skeletons } from './skeletons.ts';
import { chance, oneOf, plausible, sayable } from './values.ts';

/** A skeleton of the kind with its name. */
export function named(kind: Kind, name: string, skeleton: JsonObject): JsonObject {
  const metadata = isObject(skeleton['metadata']) ? skeleton['metadata'] : {};
  const { metadata: _, ...rest } = skeleton;
  return { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name, ...metadata }, ...rest };
}

/** The object that is stored for updates. */
export const subject = (kind: Kind, name: string): JsonObject => named(kind, name, skeletons[kind.id]![0]!);

/** One of the kind's skeletons with some further fields. Most are valid. */
export function example(random: Random, kind: Kind, name: string, additions: number): JsonObject {
  let object = named(kind, name, oneOf(random, skeletons[kind.id]!));
  for (let n = 0; n < additions; n++) object = withMore(random, kind.schema, object);
  return object;
}

/** The object with one more field: one that its schema has and the object has not, or one more item of a list. */
export function withMore(random: Random, schema: ObjectSchema, object: JsonObject): JsonObject {
  const metadata = schema.byName.get('metadata')?.schema;
  if (metadata?.type === 'object' && chance(random, 0.1)) {
    const field = oneOf(random, ['labels', 'annotations', 'finalizers', 'ownerReferences']);
    return withAt(
      object,
      ['metadata', field],
      plausible(random, metadata.byName.get(field)!.schema, field),
    ) as JsonObject;
  }
  for (let tries = 0; tries < 20; tries++) {
    const places = placesOf(schema, object).filter(({ path }) => path[0] !== 'metadata');
    const place = oneOf(random, places);
    if (place.schema.type === 'object' && isObject(place.value)) {
      const { value } = place;
      const absent = sayable(place.schema, place.path.length === 0).filter(({ name }) => !Object.hasOwn(value, name));
      if (absent.length === 0) continue;
      const field = oneOf(random, absent);
      return withAt(object, [...place.path, field.name], plausible(random, field.schema, field.name)) as JsonObject;
    }
    if (place.schema.type === 'list' && Array.isArray(place.value) && chance(random, 0.5))
      return withAt(object, place.path, [
        ...place.value,
        plausible(random, place.schema.items, place.field),
      ]) as JsonObject;
    if (place.schema.type === 'map' && isObject(place.value))
      return withAt(object, place.path, {
        ...place.value,
        ...(plausible(random, place.schema, place.field) as JsonObject),
      }) as JsonObject;
  }
  return object;
}

/** The object with one of its values changed to another of the kind that could stand there. */
export function withChange(random: Random, kind: Kind, object: JsonObject): JsonObject {
  const places = placesOf(kind.schema, object).filter(
    ({ path }) =>
      path.length > 0 && path[0] !== 'apiVersion' && path[0] !== 'kind' && (path[0] !== 'metadata' || path.length > 2),
  );
  if (places.length === 0) return withMore(random, kind.schema, object);
  const place = places[below(random, places.length)]!;
  const next: Json | undefined =
    chance(random, 0.15) && !place.required ? undefined : plausible(random, place.schema, place.field);
  return withAt(object, place.path, next) as JsonObject;
}
