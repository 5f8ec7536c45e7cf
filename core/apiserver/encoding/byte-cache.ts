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

  /** The bytes under `key` in a `form`, made if need be. */
  get(key: Key, form: string, make: () => Uint8Array): Uint8Array {
    let forms = this.#young.get(key);
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
