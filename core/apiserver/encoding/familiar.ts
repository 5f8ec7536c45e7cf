import { countKeys, type JsonObject, type KnownMember, type Member, type Members } from '#core/base';
import type { ObjectSchema } from '#core/machinery/schema';

/** How many members are remembered in a generation; there are two. */
const GENERATION = 64;

interface Familiar extends KnownMember {
  readonly schema: ObjectSchema;
  readonly key: string;
}

/**
 * Large members of documents that were sent lately, by their text: all pods of one template say the same `spec`. They are read
 * once, and whoever sends the text again gets the very same value, in the form of what is decoded: what others remember of
 * that value (defaults, owned fields) is not made anew either. Two generations, of which the older is dropped when the
 * younger is full; whatever is asked for meanwhile moves to the younger.
 */
export class FamiliarMembers {
  #young = new Map<string, Familiar>();
  #old = new Map<string, Familiar>();

  /** What is known of objects of one schema. */
  of(schema: ObjectSchema): Members {
    return {
      known: ({ key, text }: Member) => {
        const found = this.#young.get(text) ?? this.#aged(text);
        return found !== undefined && found.schema === schema && found.key === key ? found : undefined;
      },
    };
  }

  /** Keeps members of a document that was read without a doubt: `raw` as it was sent, `object` decoded. */
  keep(schema: ObjectSchema, fresh: readonly Member[], raw: JsonObject, object: JsonObject): void {
    for (const { key, text } of fresh) {
      const value = object[key];
      if (typeof value === 'object' && value !== null)
        this.#put(text, { schema, key, value, keys: countKeys(raw[key]!) });
    }
  }

  #aged(text: string): Familiar | undefined {
    const found = this.#old.get(text);
    if (found !== undefined) this.#put(text, found);
    return found;
  }

  #put(text: string, member: Familiar): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, member);
  }
}
