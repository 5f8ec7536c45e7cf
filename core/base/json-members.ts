import type { Json } from './json.ts';

/** A member of the outermost object that is itself an object, as it stands in a document. */
export interface Member {
  readonly key: string;
  readonly text: string;
}

/** What a member says that was read before: the same value for every reader. */
export interface KnownMember {
  readonly value: Json;
  /** How many there are in it, at all depths. */
  readonly keys: number;
}

/** Where members are asked for: those that were known, whose values are in the document's, and the large ones that were not. */
export interface PartsRead {
  readonly known?: { readonly [key: string]: Json } | undefined;
  readonly fresh?: readonly Member[] | undefined;
}

/** Tells what it knows of large members of documents, which then need no reading. */
export interface Members {
  known(member: Member): KnownMember | undefined;
}

/** Where a member stands in a text: its value, and its key without quotes. */
export interface Range {
  readonly keyFrom: number;
  readonly keyTo: number;
  readonly from: number;
  readonly to: number;
}

export interface Split {
  /** The document with null, which nothing joins, in the place of each known member. */
  readonly rest: string;
  readonly known: Record<string, Json> | undefined;
  /** In the known members. */
  readonly keys: number;
  readonly fresh: readonly Member[];
}

/** No escapes, and no `__proto__`. */
const WORD = /^[a-zA-Z]\w*$/;

/** Takes known members out of a document. */
export function split(text: string, ranges: readonly Range[], members: Members): Split {
  let known: Record<string, Json> | undefined;
  const fresh: Member[] = [];
  let rest = '';
  let keys = 0;
  let at = 0;
  for (const { keyFrom, keyTo, from, to } of ranges) {
    const key = text.slice(keyFrom, keyTo);
    if (!WORD.test(key)) continue;
    const member = { key, text: text.slice(from, to) };
    const found = members.known(member);
    if (found === undefined) {
      fresh.push(member);
      continue;
    }
    rest += `${text.slice(at, from)}null`;
    at = to;
    keys += found.keys;
    (known ??= {})[key] = found.value;
  }
  return { rest: at === 0 ? text : rest + text.slice(at), known, keys, fresh };
}
