/** Bytes of several keys that lie side by side, kept as one. */
interface Joined {
  readonly bytes: Uint8Array;
}

interface Generation<Key, Block> {
  readonly items: Map<Key, Map<string, Uint8Array>>;
  readonly blocks: Map<string, Block>;
}

const nothing = <Key, Block>(): Generation<Key, Block> => ({ items: new Map(), blocks: new Map() });

/** What an item or a block takes beside its bytes. */
const OVERHEAD = 64;

/**
 * Keeps bytes by key, and blocks of them by name, up to about `limit` bytes: two generations, of which the older is dropped
 * whole when the younger is full; whatever is asked for meanwhile moves to the younger.
 */
export class ByteCache<Key extends object, Block extends Joined = Joined> {
  readonly #half: number;
  #young = nothing<Key, Block>();
  #old = nothing<Key, Block>();
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
    let forms = this.#young.items.get(key);
    if (!keep) return (forms ?? this.#old.items.get(key))?.get(form) ?? make();
    if (forms === undefined) {
      forms = this.#old.items.get(key) ?? new Map<string, Uint8Array>();
      this.#young.items.set(key, forms);
      for (const bytes of forms.values()) this.#held += bytes.length;
    }
    const known = forms.get(form);
    if (known !== undefined) return known;
    const bytes = make();
    forms.set(form, bytes);
    this.#hold(bytes.length + OVERHEAD);
    return bytes;
  }

  /** The block of a name, as it was kept last. */
  block(name: string): Block | undefined {
    const young = this.#young.blocks.get(name);
    if (young !== undefined) return young;
    const old = this.#old.blocks.get(name);
    if (old !== undefined) this.keepBlock(name, old);
    return old;
  }

  /** Keeps a block in place of the one of that name. */
  keepBlock(name: string, block: Block): void {
    const before = this.#young.blocks.get(name);
    this.#young.blocks.set(name, block);
    this.#hold(block.bytes.length - (before?.bytes.length ?? -OVERHEAD));
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held <= this.#half) return;
    this.#old = this.#young;
    this.#young = nothing();
    this.#held = 0;
  }
}
