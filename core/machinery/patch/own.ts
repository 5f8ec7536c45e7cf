import type { Json, JsonObject } from '#core/base';

export type MutableObject = { [key: string]: Json };

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** Sets an own field; `__proto__` is a key like any other. */
export function setField(object: MutableObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else object[key] = value;
}

export const fieldOf = (object: JsonObject | undefined, key: string): Json | undefined =>
  object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;

/** What a JSON value is, in the words of the messages that clients know. */
export const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
};
