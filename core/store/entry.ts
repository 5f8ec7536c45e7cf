import type { KubeObject } from '#core/machinery/object';
import type { Encoding } from './encoding.ts';
import type { Entry, Key, Revision } from './types.ts';

/** An entry as the store's own parts see it. */
export interface StoredEntry extends Entry {
  /** Wall time in milliseconds at which it goes by itself; 0 for never. */
  readonly expires: number;
  /** The log segment that holds it; 0 where the backend has none. */
  place: number;
  /** The length of its bytes, or a guess where they were never made. */
  weight: number;
  /** Its JSON to be written, in the form that costs least. A text is kept until `written`: who made the write is answered with it. */
  readonly stored: Uint8Array | string;
  /** It was written and its writer answered. */
  written(): void;
  /** Has its bytes copied, where it holds any: they may be a part of something large. */
  moveBytes(copy: (bytes: Uint8Array) => Uint8Array): void;
}

/** Makes entries. All entries of one store share one bounded cache of second forms. */
export interface Entries {
  fromObject(key: Key, revision: Revision, object: KubeObject, expires: number): StoredEntry;
  fromBytes(key: Key, revision: Revision, bytes: Uint8Array, expires: number): StoredEntry;
}

/** A kind's objects are kept as objects where something in this process reads them, else as bytes: half the memory, no work for the collector. */
export type Form = 'object' | 'bytes';

/** What an object weighs in the bounds of the window while its bytes were never made; most are a few kilobytes. */
const GUESS = 1024;

/** `limit` bounds the second forms kept, in bytes of JSON. */
export function createEntries(encoding: Encoding, limit: number, formOf: (key: Key) => Form): Entries {
  const cache = secondForms(limit);
  return {
    fromObject: (key, revision, object, expires) =>
      new CachedEntry(encoding, cache, formOf(key), key, revision, object, undefined, expires),
    fromBytes: (key, revision, bytes, expires) =>
      new CachedEntry(encoding, cache, formOf(key), key, revision, undefined, bytes, expires),
  };
}

/** A class, for its accessors on the prototype: a closure for each of a hundred thousand entries would weigh more than they. */
class CachedEntry implements StoredEntry {
  readonly key: Key;
  readonly revision: Revision;
  readonly expires: number;
  place = 0;
  weight: number;
  /** Read since the cache last looked. */
  used = false;
  cached = false;
  #object: KubeObject | undefined;
  #bytes: Uint8Array | undefined;
  #text: string | undefined;
  readonly #form: Form;
  readonly #encoding: Encoding;
  readonly #cache: SecondForms;

  constructor(
    encoding: Encoding,
    cache: SecondForms,
    form: Form,
    key: Key,
    revision: Revision,
    object: KubeObject | undefined,
    bytes: Uint8Array | undefined,
    expires: number,
  ) {
    this.key = key;
    this.revision = revision;
    this.expires = expires;
    this.weight = bytes?.length ?? GUESS;
    this.#object = object;
    this.#bytes = bytes;
    this.#form = form;
    this.#encoding = encoding;
    this.#cache = cache;
  }

  get object(): KubeObject {
    this.used = true;
    if (this.#object !== undefined) return this.#object;
    const object = this.#encoding.decode(this.#bytes!);
    this.#object = object;
    this.#cache.add(this);
    return object;
  }

  get bytes(): Uint8Array {
    this.used = true;
    if (this.#bytes !== undefined) return this.#bytes;
    const bytes = this.#encoding.encode(this.#object!);
    this.#bytes = bytes;
    this.weight = bytes.length;
    this.#cache.add(this);
    return bytes;
  }

  get json(): Uint8Array | string {
    this.used = true;
    if (this.#bytes !== undefined) return this.#bytes;
    if (this.#text !== undefined) return this.#text;
    // An array for each write would be the greater part of a commit's cost; an object that is kept as bytes needs it anyway.
    if (this.#form === 'bytes' || this.#encoding.text === undefined) return this.bytes;
    return this.#encoding.text(this.#object!);
  }

  get stored(): Uint8Array | string {
    const { json } = this;
    if (typeof json === 'string') this.#text = json;
    return json;
  }

  written(): void {
    this.#text = undefined;
  }

  moveBytes(copy: (bytes: Uint8Array) => Uint8Array): void {
    if (this.#bytes !== undefined) this.#bytes = copy(this.#bytes);
  }

  /** Goes back to one form: its own. */
  dropSecond(): void {
    if (this.#object === undefined || this.#bytes === undefined) return;
    if (this.#form === 'object') this.#bytes = undefined;
    else this.#object = undefined;
  }
}

interface SecondForms {
  add(entry: CachedEntry): void;
}

/** Drops the second form of whoever was longest in without being read: a queue that gives a second chance. */
function secondForms(limit: number): SecondForms {
  let queue: CachedEntry[] = [];
  let head = 0;
  let held = 0;
  const add = (entry: CachedEntry) => {
    if (entry.cached) return;
    entry.cached = true;
    entry.used = false;
    held += entry.weight;
    queue.push(entry);
    while (held > limit) {
      const oldest = queue[head++]!;
      if (oldest.used) {
        oldest.used = false;
        queue.push(oldest);
      } else {
        oldest.cached = false;
        held -= oldest.weight;
        oldest.dropSecond();
      }
    }
    if (head > 1024 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
  };
  return { add };
}
