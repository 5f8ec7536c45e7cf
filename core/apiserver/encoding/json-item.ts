import { encodeJson, textOf, utf8 } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import type { Entry, Revision } from '#core/store';
import type { Endpoint } from '../context.ts';
import { emittedAt, isCustom, withoutType } from './emit.ts';

const UID = utf8('"uid":"');
/** The uid's text and its closing quote. */
const UID_LENGTH = 37;
const METADATA = utf8('"metadata":{');
/** Where to look for the uid at most: names and namespaces come before it. */
const REACH = 2048;

const prefixes = new Map<string, Uint8Array>();

/** What a built-in's JSON begins with: `{"kind":"Pod","apiVersion":"v1",`. */
export function typePrefix(kind: string, apiVersion: string): Uint8Array {
  const id = `${apiVersion}/${kind}`;
  let prefix = prefixes.get(id);
  if (prefix === undefined) {
    prefix = utf8(`{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`);
    prefixes.set(id, prefix);
  }
  return prefix;
}

/**
 * A built-in object as the items of its lists are written, without kind and apiVersion: cut from the stored bytes, the
 * resourceVersion put in behind the uid. A custom resource whole.
 */
export function jsonItem(entry: Entry, endpoint: Endpoint, revision: Revision = entry.revision): Uint8Array {
  const { definition } = endpoint;
  if (isCustom(definition)) return encodeJson(emittedAt(entry.object, revision, endpoint));
  const { json } = entry;
  if (definition.convert === undefined || startsWith(json, itemPrefix(endpoint))) {
    const spliced = typeof json === 'string' ? spliceText(json, revision) : splice(json, revision);
    if (spliced !== undefined) return spliced;
  }
  return encodeJson(withoutType(emittedAt(entry.object, revision, endpoint)));
}

/**
 * `"metadata":{...,"uid":"...","resourceVersion":"5",...}` of a built-in object, cut from the stored bytes; `undefined` where
 * they are not in the expected order, or of another version.
 */
export function jsonMetadata({ json, revision }: Entry, endpoint: Endpoint): readonly Uint8Array[] | undefined {
  const { definition } = endpoint;
  if (definition.convert !== undefined && !startsWith(json, itemPrefix(endpoint))) return undefined;
  const bytes = typeof json === 'string' ? utf8(json) : json;
  const places = placesIn(bytes);
  const end = places === undefined ? -1 : endOf(bytes, places.start + METADATA.length);
  if (places === undefined || end < places.cut) return undefined;
  const { start, cut } = places;
  return [bytes.subarray(start, cut), utf8(`,"resourceVersion":"${revision}"`), bytes.subarray(cut, end)];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Where an object ends whose brace was opened just before `from`. */
function endOf(bytes: Uint8Array, from: number): number {
  let depth = 1;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      while (bytes[++at] !== QUOTE) {
        if (at >= bytes.length) return -1;
        if (bytes[at] === BACKSLASH) at++;
      }
    } else if (byte === OPEN) depth++;
    else if (byte === CLOSE && --depth === 0) return at + 1;
  }
  return -1;
}

/** Where the metadata begins, and where in it the uid has ended. */
function placesIn(bytes: Uint8Array): { readonly start: number; readonly cut: number } | undefined {
  // Kind and apiVersion come first; they hold no brace, so the metadata is the first thing that opens one.
  const start = find(bytes, METADATA, 1, Math.min(bytes.length, 256));
  if (start < 0) return undefined;
  const uid = find(bytes, UID, start + METADATA.length, Math.min(bytes.length, REACH));
  if (uid < 0) return undefined;
  const cut = uid + UID.length + UID_LENGTH;
  return bytes[cut - 1] === QUOTE ? { start, cut } : undefined;
}

/** `{"metadata":{...,"uid":"...","resourceVersion":"5",...},...}`; `undefined` where the bytes are not in the expected order. */
function splice(bytes: Uint8Array, revision: Revision): Uint8Array | undefined {
  const places = placesIn(bytes);
  if (places === undefined) return undefined;
  const { start, cut } = places;
  const insert = utf8(`,"resourceVersion":"${revision}"`);
  const item = new Uint8Array(1 + bytes.length - start + insert.length);
  item[0] = 0x7b;
  item.set(bytes.subarray(start, cut), 1);
  item.set(insert, 1 + cut - start);
  item.set(bytes.subarray(cut), 1 + cut - start + insert.length);
  return item;
}

/** The same of a text. */
function spliceText(text: string, revision: Revision): Uint8Array | undefined {
  const start = text.indexOf('"metadata":{');
  if (start < 0 || start >= 256) return undefined;
  const uid = text.indexOf('"uid":"', start);
  const cut = uid + UID.length + UID_LENGTH;
  if (uid < 0 || uid >= REACH || text[cut - 1] !== '"') return undefined;
  return utf8(`{${text.slice(start, cut)},"resourceVersion":"${revision}"${text.slice(cut)}`);
}

/** Whether what is stored has the kind and version that are asked for. */
function startsWith(bytes: Uint8Array | string, prefix: Uint8Array): boolean {
  if (typeof bytes === 'string') return bytes.startsWith(textOf(prefix));
  for (let i = 0; i < prefix.length; i++) if (bytes[i] !== prefix[i]) return false;
  return true;
}

/** Where bytes stand among others, from `from` on and before `to`; -1 where they do not. */
export function find(bytes: Uint8Array, what: Uint8Array, from: number, to: number): number {
  const last = to - what.length;
  const head = what[0]!;
  search: for (let at = from; at <= last; at++) {
    if (bytes[at] !== head) continue;
    for (let i = 1; i < what.length; i++) if (bytes[at + i] !== what[i]) continue search;
    return at;
  }
  return -1;
}

/** Kind and apiVersion as they stand before an item's fields, for one that is answered alone. */
export const itemPrefix = ({ definition, version }: Endpoint): Uint8Array =>
  typePrefix(definition.kind, definition.group === '' ? version : `${definition.group}/${version}`);

/** Any object as JSON. */
export const jsonObject = (object: KubeObject): Uint8Array => encodeJson(object);
