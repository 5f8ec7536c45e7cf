import type { Json } from './json.ts';
import { JsonFailure, type ParsedJson, readExactly } from './exact-json.ts';
import { type Members, type PartsRead, type Range, split } from './json-members.ts';

export interface JsonLimits {
  /** Arrays and objects within each other; one more is refused. */
  readonly maxDepth: number;
}

/** Deeper than any real object; shallow enough for the recursive walks that follow. */
const DEFAULT_LIMITS: JsonLimits = { maxDepth: 1000 };

/** In bytes: smaller members are quicker read than found, and large documents are rarely sent twice. */
const LEAST_MEMBER = 256;
const MOST_DOCUMENT = 32 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What a byte does outside a string; 0 is nothing. */
const STRING = 1;
const OPEN = 2;
const CLOSE = 3;
const COLON = 4;
const DIGIT = 5;

const role = new Uint8Array(256);
role[QUOTE] = STRING;
role[0x7b] = role[0x5b] = OPEN;
role[0x7d] = role[0x5d] = CLOSE;
role[0x3a] = COLON;
for (let digit = 0x30; digit <= 0x39; digit++) role[digit] = DIGIT;

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads JSON as strictly as the API does: no invalid UTF-8, bounded depth, duplicate keys reported, integers beyond 2^53
 * exact (bigint up to 64 bits, a float beyond, as Go's unstructured decoding has it), `__proto__` an ordinary key.
 * One scan of the bytes and the engine's own parser; only what these cannot do exactly takes the slow parser.
 * Of members that `members` knows it takes the values; of the other large ones it tells the texts.
 * Throws a JsonFailure with Go's wording.
 */
export function parseJson(
  bytes: Uint8Array,
  limits: JsonLimits = DEFAULT_LIMITS,
  members?: Members,
): ParsedJson & PartsRead {
  let text: string;
  try {
    text = utf8Decoder.decode(bytes);
  } catch {
    throw new JsonFailure('invalid UTF-8 in JSON');
  }
  // Places in bytes are places in the text only where every character is a byte.
  const ranges: Range[] | undefined =
    members === undefined || bytes.length > MOST_DOCUMENT || text.length !== bytes.length ? undefined : [];
  const keys = scan(bytes, limits.maxDepth, ranges);
  if (keys < 0) return readExactly(text, limits.maxDepth);
  const parts = ranges === undefined || ranges.length === 0 ? undefined : split(text, ranges, members!);
  let value: Json;
  try {
    value = JSON.parse(parts === undefined ? text : parts.rest) as Json;
  } catch {
    // Same refusal, but with the words that clients know.
    return readExactly(text, limits.maxDepth);
  }
  if (parts === undefined) return countKeys(value) === keys ? { value } : readExactly(text, limits.maxDepth);
  if (countKeys(value) !== keys - parts.keys) return readExactly(text, limits.maxDepth);
  const { known, fresh } = parts;
  return { value: known === undefined ? value : Object.assign(value as object, known), known, fresh };
}

/**
 * The number of keys, or -1 where the text has something that JSON.parse reads inexactly; large members of the outermost
 * object are put into `ranges`. Throws when it is too deep.
 */
function scan(bytes: Uint8Array, maxDepth: number, ranges: Range[] | undefined): number {
  const { length } = bytes;
  let keys = 0;
  let depth = 0;
  let at = 0;
  /** Of the outermost object's last string and of the value that follows it. */
  let keyFrom = 0;
  let keyTo = 0;
  let from = 0;
  while (at < length) {
    switch (role[bytes[at]!]) {
      case STRING:
        at++;
        if (depth === 1) keyFrom = at;
        while (at < length && bytes[at] !== QUOTE) {
          if (bytes[at] === BACKSLASH) {
            // A surrogate escape may be alone: text that no UTF-8 can hold.
            if (bytes[at + 1] === 0x75 && (bytes[at + 2]! | 0x20) === 0x64) return -1;
            at++;
          }
          at++;
        }
        if (depth === 1) keyTo = at;
        break;
      case OPEN:
        if (++depth > maxDepth) throw new JsonFailure('exceeded max depth');
        if (depth === 2) from = at;
        else if (depth === 1 && bytes[at] !== 0x7b) ranges = undefined;
        break;
      case CLOSE:
        if (--depth === 1 && ranges !== undefined && at - from >= LEAST_MEMBER && bytes[from] === 0x7b)
          ranges.push({ keyFrom, keyTo, from, to: at + 1 });
        break;
      case COLON:
        keys++;
        break;
      case DIGIT: {
        const start = at;
        while (role[bytes[at + 1]!] === DIGIT) at++;
        if (at - start >= 15) return -1;
        // An exponent may overflow to infinity, and 1.0 is no integer.
        if ((bytes[at + 1]! | 0x20) === 0x65 || bytes[at + 1] === 0x2e) return -1;
        break;
      }
    }
    at++;
  }
  return keys;
}

/** How many keys there are in a value, at all depths. */
export function countKeys(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (typeof item === 'object' && item !== null) count += countKeys(item);
    }
    return count;
  }
  const object = value as { readonly [key: string]: Json };
  for (const key in object) {
    count++;
    const item = object[key];
    if (typeof item === 'object' && item !== null) count += countKeys(item);
  }
  return count;
}
