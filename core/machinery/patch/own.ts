import type { Json, JsonObject } from '#core/base';

export type MutableObject = { [key: string]: Json };

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const fieldOf = (object: JsonObject | undefined, key: string): Json | undefined =>
  object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;

/** What a JSON value is, in the words of the messages that clients know. */
export const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
};
