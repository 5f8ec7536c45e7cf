import type { Json } from './json.ts';

const needsEscape = /[<>&\u2028\u2029]/;
const escapable = /[<>&\u2028\u2029]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** As Go's encoder: `<`, `>`, `&` and the two line separators never stand as themselves. In JSON they occur in strings only. */
export const escapeAsGo = (json: string): string => (needsEscape.test(json) ? json.replace(escapable, escaped) : json);

/** The engine's way to write a number of its own digits; missing from the language's type library so far. */
interface RawJson {
  rawJSON(text: string): unknown;
}

const exactIntegers = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? (JSON as unknown as RawJson).rawJSON(value.toString()) : value;

function plain(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (failure) {
    // Nothing but a bigint makes it throw; they are rare enough to be found this way.
    if (!(failure instanceof TypeError)) throw failure;
    return JSON.stringify(value, exactIntegers);
  }
}

/**
 * A JSON value as text, with Go's escaping and exact bigints. An object's managed fields that are kept as text
 * (`{text}` under `metadata.managedFields[].fieldsV1`, of the object itself or of the items of a list) are written as
 * the JSON that they are.
 */
export function stringify(value: unknown): string {
  return escapeAsGo(withFieldsText(value));
}

/** A plain JSON value with a line for each field, for people; exact as well. */
export const indentedJson = (value: Json): string => escapeAsGo(JSON.stringify(value, exactIntegers, 2));

/** `stringify`, as UTF-8 bytes. */
export const encodeJson = (value: unknown): Uint8Array<ArrayBuffer> => encoder.encode(stringify(value));

const encoder = new TextEncoder();

interface MaybeObject {
  readonly metadata?: { readonly managedFields?: readonly MaybeEntry[] };
  readonly items?: readonly unknown[];
}
interface MaybeEntry {
  readonly fieldsV1?: { readonly text?: unknown };
}

const keepsText = (entry: MaybeEntry | null): boolean => typeof entry?.fieldsV1?.text === 'string';

function withFieldsText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return plain(value);
  const { metadata, items } = value as MaybeObject;
  const managed = metadata?.managedFields;
  const spliced = Array.isArray(managed) && managed.some(keepsText);
  const list = Array.isArray(items) && items.some(hasFieldsText);
  if (!spliced && !list) return plain(value);
  return fields(value, (key, field) => {
    if (key === 'metadata' && spliced) return fields(field as object, managedFieldsText);
    if (key === 'items' && list) return `[${(field as readonly unknown[]).map(withFieldsText).join()}]`;
    return plain(field);
  });
}

function hasFieldsText(item: unknown): boolean {
  const managed = (item as MaybeObject | null)?.metadata?.managedFields;
  return Array.isArray(managed) && managed.some(keepsText);
}

const managedFieldsText = (key: string, field: unknown): string =>
  key === 'managedFields'
    ? `[${(field as readonly object[]).map((entry) => fields(entry, entryText)).join()}]`
    : plain(field);

function entryText(key: string, field: unknown): string {
  const text = key === 'fieldsV1' ? (field as { readonly text?: unknown } | null)?.text : undefined;
  return typeof text === 'string' ? text : plain(field);
}

/** An object with each field's text made by `write`; what is undefined is left out, as everywhere in JSON. */
function fields(object: object, write: (key: string, field: unknown) => string): string {
  let text = '';
  for (const [key, field] of Object.entries(object)) {
    if (field !== undefined) text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${write(key, field)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Whether two JSON values are equal; a missing field differs from null, and the order of keys does not matter. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    for (let i = 0; i < left.length; i++) if (!sameJson(left[i], right[i])) return false;
    return true;
  }
  if (Array.isArray(right)) return false;
  const one = left as { readonly [key: string]: Json };
  const other = right as { readonly [key: string]: Json };
  let count = 0;
  for (const key in one) {
    if (one[key] === undefined) continue;
    count++;
    if (!Object.hasOwn(other, key) || !sameJson(one[key], other[key])) return false;
  }
  for (const key in other) if (other[key] !== undefined) count--;
  return count === 0;
}
