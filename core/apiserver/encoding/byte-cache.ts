/**
 * Keeps bytes by key up to about `limit` bytes: two generations, of which the older is dropped whole when the younger is
 * full; whatever is asked for meanwhile moves to the younger.
 */
export class ByteCache<Key extends object> {
  readonly #half: number;
  #young = new Map<Key, Map<string, Uint8Array>>();
  #old = new Map<Key, Map<string, Uint8Array>>();
  #held = 0;

  constructor(limit: number) {
    this.#half = limit / 2;
  }

  /** Whether a form of so many keys, of `sample` bytes each, would be here together: else reading them all keeps none for the next reader. */
  holds(keys: number, sample: number): boolean {
    return keys * sample <= this.#half;
  }

  /** The bytes under `key` in a `form`, made if need be; and kept, unless it is said that it is not worth it. */
  get(key: Key, form: string, make: () => Uint8Array, keep = true): Uint8Array {
    let forms = this.#young.get(key);
    if (!keep) return (forms ?? this.#old.get(key))?.get(form) ?? make();
    if (forms === undefined) {
      forms = this.#old.get(key) ?? new Map<string, Uint8Array>();
      this.#young.set(key, forms);
      for (const bytes of forms.values()) this.#held += bytes.length;
    }
    const known = forms.get(form);
    if (known !== undefined) return known;
    const bytes = make();
    forms.set(form, bytes);
    this.#held += bytes.length + 64;
    if (this.#held > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#held = 0;
    }
    return bytes;
  }
}
