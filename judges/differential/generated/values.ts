import { below, type Json, type JsonObject, type Random } from '#core/base';
import type { Field, ObjectSchema, Schema } from '#core/machinery/schema';
import { byDefinition, byField, byType } from './hints.ts';

export const oneOf = <T>(random: Random, all: readonly T[]): T => all[below(random, all.length)]!;
export const chance = (random: Random, share: number): boolean => random.next() < share;

/** `io.k8s.api.core.v1.PodSpec` → `PodSpec`. */
export const shortName = (schema: ObjectSchema): string => schema.name?.slice(schema.name.lastIndexOf('.') + 1) ?? '';

/** A value that such a field could well have: by its name, its definition, its enum or its type. */
export function plausible(random: Random, schema: Schema, field: string, depth = 0): Json {
  switch (schema.type) {
    case 'object': {
      const known = byDefinition[shortName(schema)];
      return known !== undefined && chance(random, 0.75) ? oneOf(random, known) : structure(random, schema, depth);
    }
    case 'list': {
      const known = byField[field];
      if (known !== undefined && known.every(Array.isArray) && chance(random, 0.8)) return oneOf(random, known);
      const count = oneOf(random, [1, 1, 1, 2, 0]);
      return Array.from({ length: count }, () => plausible(random, schema.items, field, depth + 1));
    }
    case 'map': {
      const known = byField[field];
      const plain = schema.values.type === 'string' || schema.values.type === 'quantity';
      if (known !== undefined && plain && chance(random, 0.8)) return oneOf(random, known);
      const key =
        schema.values.type === 'quantity'
          ? oneOf(random, ['cpu', 'memory', 'ephemeral-storage', 'storage', 'example.com/thing'])
          : oneOf(random, ['a', 'b', 'example.com/c']);
      return { [key]: plausible(random, schema.values, key, depth + 1) };
    }
    default: {
      if ('enum' in schema && schema.enum !== undefined && chance(random, 0.95)) return oneOf(random, schema.enum);
      const known = (byField[field] ?? []).filter((value) => fits(schema.type, value));
      return oneOf(random, known.length > 0 && chance(random, 0.9) ? known : byType[schema.type]!);
    }
  }
}

/** Required fields always, others now and then, fewer the deeper. */
function structure(random: Random, schema: ObjectSchema, depth: number): JsonObject {
  const made: Record<string, Json> = {};
  const share = depth > 3 ? 0 : Math.min(0.5, 1.2 / schema.fields.length);
  for (const field of schema.fields)
    if (field.name !== 'status' && field.name !== 'metadata' && (field.required || chance(random, share)))
      made[field.name] = plausible(random, field.schema, field.name, depth + 1);
  return made;
}

function fits(type: string, value: Json): boolean {
  if (type === 'int32' || type === 'int64') return Number.isInteger(value);
  if (type === 'float64') return typeof value === 'number';
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'intOrString') return typeof value === 'string' || typeof value === 'number';
  return type === 'string' && typeof value === 'string';
}

/** Fields that a client may say something in: not the type, and nothing that the server alone says. */
export const sayable = (schema: ObjectSchema, top: boolean): readonly Field[] =>
  schema.fields.filter(({ name }) => !top || !['apiVersion', 'kind', 'metadata', 'status'].includes(name));
