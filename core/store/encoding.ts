import { encodeJson, parseJson, stringify, textOf } from '#core/base';
import { interner, type Intern } from '#core/machinery/apply';
import type { KubeObject, ManagedFieldsEntry } from '#core/machinery/object';

/** How objects become bytes and back; the machinery's codecs replace the default. */
export interface Encoding {
  encode(object: KubeObject): Uint8Array;
  /** The same as text, where the encoding can give it: it is written into the log without an array of bytes between. */
  text?(object: KubeObject): string;
  decode(bytes: Uint8Array): KubeObject;
}

/** Field sets shared by stored objects: those of a kind mostly have the same few. */
const SHARED_SETS = 10_000;

/** More digits in a row than any number has that JSON.parse reads exactly. */
const LONG = 16;

/**
 * JSON in the order of the object's own keys, as it is sent, and back to the same object: integers beyond 2^53 are bigint on both sides,
 * `fieldsV1` is text on both, one for all that have the same.
 */
export function jsonEncoding(): Encoding {
  const intern = interner(SHARED_SETS);
  return {
    encode: encodeJson,
    text: stringify,
    decode(bytes) {
      const value = hasLongDigits(bytes) ? parseJson(bytes).value : JSON.parse(textOf(bytes));
      return withFieldsText(value as KubeObject, intern);
    },
  };
}

/** A run of so many covers one of every so many bytes: only these are looked at, and their neighbours where they are digits. */
function hasLongDigits(bytes: Uint8Array): boolean {
  for (let at = LONG - 1; at < bytes.length; at += LONG) {
    if (!isDigit(bytes[at]!)) continue;
    let from = at;
    while (from > 0 && isDigit(bytes[from - 1]!)) from--;
    let to = at + 1;
    while (to < bytes.length && isDigit(bytes[to]!)) to++;
    if (to - from >= LONG) return true;
  }
  return false;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** The object is fresh from the parser and nobody else's yet: its entries are changed in place. */
function withFieldsText(object: KubeObject, intern: Intern): KubeObject {
  const managed = object.metadata?.managedFields;
  if (!Array.isArray(managed)) return object;
  for (const entry of managed as { fieldsV1?: ManagedFieldsEntry['fieldsV1'] }[]) {
    if (entry.fieldsV1 !== undefined) entry.fieldsV1 = intern(stringify(entry.fieldsV1));
  }
  return object;
}
