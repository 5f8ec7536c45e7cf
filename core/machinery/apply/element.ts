import { isObject, type Json } from '#core/base';
import { absentValue, type ListSchema, type Schema } from '#core/machinery/schema';
import { isList } from './values.ts';

export const fieldElement = (name: string): string => `f:${name}`;

const sortedKeys = new WeakMap<ListSchema, readonly string[]>();

function keysOf(schema: ListSchema): readonly string[] {
  let keys = sortedKeys.get(schema);
  if (keys === undefined) sortedKeys.set(schema, (keys = schema.keys.toSorted()));
  return keys;
}

const scalarText = (value: Json): string => (typeof value === 'bigint' ? value.toString() : JSON.stringify(value));

/** An object whose fields nobody can own: an item in it cannot be told apart. The message says why. */
export class Untypable extends Error {}

/** What tells a list's item apart in a field set: its keys, or its value. `undefined` where it has none. */
export function itemElement(schema: ListSchema, item: Json): string | undefined {
  if (schema.listType === 'set') return typeof item === 'object' ? undefined : `v:${scalarText(item)}`;
  if (!isObject(item)) return undefined;
  let text = '';
  for (const key of keysOf(schema)) {
    const value = Object.hasOwn(item, key) ? item[key] : keyDefault(schema.items, key);
    if (value !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${scalarText(value)}`;
  }
  return text === '' ? undefined : `k:{${text}}`;
}

/** Why an item has no element. */
export function withoutKey({ listType, keys }: ListSchema, item: Json): string {
  if (listType === 'map') {
    if (item === null) return 'associative list with keys may not have a null element';
    if (!isObject(item)) return 'associative list with keys may not have non-map elements';
    const names = JSON.stringify(keys).replaceAll(',', ' ');
    return `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`;
  }
  if (item === null) return "associative list without keys has an element that's an explicit null";
  if (isList(item)) return 'not supported: associative list with lists as elements';
  return "associative list without keys has an element that's a map type";
}

/** A key that was left out counts as its default, else as the zero value that would be written. */
function keyDefault(items: Schema, key: string): Json | undefined {
  const field = items.type === 'object' ? items.byName.get(key) : undefined;
  return field === undefined ? undefined : (field.default ?? absentValue(field) ?? undefined);
}

/** A key's value as messages have it; one that is a map or list stands there without its braces. */
function shown(value: Json): string {
  if (isList(value)) return `[${value.map(shown).join(',')}]`;
  if (!isObject(value)) return scalarText(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}=${shown(one)}`)
    .join('');
}

/** `.spec.containers[name="a"].image`, as conflicts name it. */
export function pathText(path: readonly string[]): string {
  let text = '';
  for (const element of path) {
    const content = element.slice(2);
    if (element.startsWith('f:')) text += `.${content}`;
    else if (element.startsWith('k:')) {
      const keys = Object.entries(JSON.parse(content) as Record<string, Json>);
      text += `[${keys.map(([name, value]) => `${name}=${shown(value)}`).join(',')}]`;
    } else if (element.startsWith('v:')) text += `[=${content}]`;
    else text += `[${content}]`;
  }
  return text;
}
