import type { Json } from './json.ts';
import { remembered } from './remembered.ts';

const needsEscape = /[<>&\u2028\u2029]/;
const escapable = /[<>&\u2028\u2029]/g;

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};
const escaped = (character: string): string => ESCAPES[character]!;

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
  return escapeAsGo(listText(value) ?? exactJson(value));
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

/** One object or any other value, not escaped yet. */
const exactJson = (value: unknown): string => (keepsText(value) ? fields(value as object, ofObject) : plain(value));

/** A list that has such objects among its items; `undefined` for anything else. */
function listText(value: unknown): string | undefined {
  const items = (value as MaybeObject | null | undefined)?.items;
  if (!Array.isArray(items) || !items.some(keepsText)) return undefined;
  const ofOthers = keepsText(value) ? ofObject : ofAny;
  return fields(value as object, (key, field) =>
    key === 'items' ? `[${items.map(exactJson).join()}]` : ofOthers(key, field),
  );
}

function keepsText(value: unknown): boolean {
  const managed = (value as MaybeObject | null | undefined)?.metadata?.managedFields;
  return (
    Array.isArray(managed) && managed.some((entry: MaybeEntry | null) => textOfFields(entry?.fieldsV1) !== undefined)
  );
}

/** No field set has a member called `text`: theirs begin with `f:`, `k:`, `v:`, `i:` or are a dot. */
function textOfFields(fieldSet: unknown): string | undefined {
  const text = (fieldSet as MaybeEntry['fieldsV1'] | null)?.text;
  return typeof text === 'string' ? text : undefined;
}

const ofAny = (_key: string, field: unknown): string => plain(field);

function ofObject(key: string, field: unknown): string {
  if (key === 'metadata') return fields(field as object, ofMetadata);
  return key === 'spec' && typeof field === 'object' && field !== null ? specText(field) : plain(field);
}

/** Objects made of one template have one spec. */
const specText = remembered(plain);

const ofMetadata = (key: string, field: unknown): string =>
  key === 'managedFields' ? `[${(field as readonly object[]).map(managerText).join()}]` : plain(field);

const managerText = (entry: object): string => fields(entry, ofManager);

const ofManager = (key: string, field: unknown): string =>
  (key === 'fieldsV1' ? textOfFields(field) : undefined) ?? plain(field);

/** An object with each field's text made by `write`; what is undefined is left out, as everywhere in JSON. */
function fields(object: object, write: (key: string, field: unknown) => string): string {
  let text = '';
  for (const key in object) {
    const field = (object as Readonly<Record<string, unknown>>)[key];
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
