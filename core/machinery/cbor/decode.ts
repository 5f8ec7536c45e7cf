import { concat, hex, type Json, lossyTextOf, type SpelledNumber, textOf, toBase64, toBase64Url } from '#core/base';
import { CborFailure, unacceptable } from './failure.ts';
import { checkForm, passItem } from './form.ts';
import {
  ARRAY,
  BYTES,
  HALF,
  Heads,
  INDEFINITE,
  MAP,
  NEGATIVE,
  SIMPLE,
  TAG,
  TEXT,
  typeName,
  UNSIGNED,
} from './heads.ts';
import { timeOfSeconds, timeOfText } from './times.ts';

export interface CborDocument {
  readonly value: Json;
  /** Whole numbers that were sent as floats: no integer in Go is read from them. At most 100. */
  readonly spelled: readonly SpelledNumber[];
}

const MAX_SPELLED = 100;
const INT64 = 2n ** 63n;
const FALSE = 20;
const TRUE = 21;
const NULL = 22;

/** Tags that say what text the bytes within are meant to become. */
const LATER: ReadonlyMap<number, (bytes: Uint8Array) => string> = new Map([
  [21, toBase64Url],
  [22, toBase64],
  [23, hex],
]);
const TEXT_TIME = 0;
const EPOCH_TIME = 1;

/**
 * Reads one CBOR item as the API does: byte strings are texts (base64 where a tag says so; what is no UTF-8 becomes U+FFFD, as
 * in JSON), integers have 64 bits, tagged times become RFC 3339, other tags are passed over. Throws a CborFailure where the
 * form is wrong, a key comes twice, a text is no UTF-8, a number is not finite.
 * Upstream: apimachinery/pkg/runtime/serializer/cbor/internal/modes/decode.go.
 */
export function decodeCbor(bytes: Uint8Array): CborDocument {
  checkForm(new Heads(bytes));
  const reader = new Reader(bytes);
  const value = reader.value();
  return { value, spelled: reader.spelled };
}

/** Reads items that follow each other with nothing between them (RFC 8742), as a watch sends them. Throws a CborFailure. */
export function decodeCborSequence(bytes: Uint8Array): readonly Json[] {
  const heads = new Heads(bytes);
  const values: Json[] = [];
  while (heads.at < bytes.length) {
    const from = heads.at;
    passItem(heads);
    values.push(new Reader(bytes.subarray(from, heads.at)).value());
  }
  return values;
}

class Reader {
  readonly spelled: SpelledNumber[] = [];
  readonly #heads: Heads;
  readonly #path: (string | number)[] = [];
  #later: ((bytes: Uint8Array) => string) | undefined;

  constructor(bytes: Uint8Array) {
    this.#heads = new Heads(bytes);
  }

  value(): Json {
    const heads = this.#heads;
    heads.read();
    switch (heads.major) {
      case UNSIGNED:
      case NEGATIVE:
        return this.#integer();
      case BYTES: {
        const bytes = this.#bytes();
        return this.#later === undefined ? lossyTextOf(bytes) : this.#later(bytes);
      }
      case TEXT:
        return strictText(this.#bytes());
      case ARRAY:
        return this.#array();
      case MAP:
        return this.#map();
      case TAG:
        return this.#tagged();
      default:
        return this.#primitive();
    }
  }

  #integer(): number | bigint {
    const { major, argument } = this.#heads;
    const isNegative = major === NEGATIVE;
    const exact = isNegative ? -1n - BigInt(argument) : BigInt(argument);
    if (typeof argument === 'bigint' && argument >= INT64)
      throw new CborFailure(
        `cbor: cannot unmarshal ${typeName(major)} into Go value of type int64 (${exact} overflows Go's int64)`,
      );
    const short = Number(exact);
    return Number.isSafeInteger(short) ? short : exact;
  }

  /** What a byte or text string holds. */
  #bytes(): Uint8Array {
    const heads = this.#heads;
    if (heads.info !== INDEFINITE) {
      const from = heads.at;
      heads.at += Number(heads.argument);
      return heads.bytes.subarray(from, heads.at);
    }
    const isText = heads.major === TEXT;
    const chunks: Uint8Array[] = [];
    while (!heads.ends()) {
      heads.read();
      const chunk = this.#bytes();
      if (isText) strictText(chunk);
      chunks.push(chunk);
    }
    return concat(chunks);
  }

  #array(): readonly Json[] {
    const { info, argument } = this.#heads;
    const items: Json[] = [];
    while (info === INDEFINITE ? !this.#heads.ends() : items.length < Number(argument)) {
      this.#path.push(items.length);
      items.push(this.value());
      this.#path.pop();
    }
    return items;
  }

  #map(): Json {
    const { info, argument } = this.#heads;
    const isOutermost = this.#path.length === 0;
    const fields = new Map<string, Json>();
    while (info === INDEFINITE ? !this.#heads.ends() : fields.size < Number(argument)) {
      const key = this.#key();
      if (fields.has(key)) {
        const shown = JSON.stringify(key);
        throw new CborFailure(
          `cbor: found duplicate map key ${shown} at map element index ${fields.size}`,
          isOutermost,
        );
      }
      this.#path.push(key);
      fields.set(key, this.value());
      this.#path.pop();
    }
    // `__proto__` becomes a field of its own.
    return Object.fromEntries(fields);
  }

  /** Null is the empty text, as Go has it. */
  #key(): string {
    const { next } = this.#heads;
    const key = this.value();
    if (typeof key === 'string') return key;
    if (key === null) return '';
    throw new CborFailure(`cbor: cannot unmarshal ${typeName(next)} into Go value of type string`);
  }

  #tagged(): Json {
    const heads = this.#heads;
    const tag = Number(heads.argument);
    if (tag === TEXT_TIME || tag === EPOCH_TIME) return this.#time(tag);
    const later = LATER.get(tag);
    if (later === undefined) return this.value();
    const outer = this.#later;
    this.#later = later;
    const value = this.value();
    this.#later = outer;
    return value;
  }

  #time(tag: number): string {
    const { next } = this.#heads;
    const isText = tag === TEXT_TIME;
    const value = this.value();
    if (isText && next === TEXT) return timeOfText(value as string);
    if (!isText && (typeof value === 'number' || typeof value === 'bigint')) return timeOfSeconds(value);
    const wanted = isText ? 'text string' : 'integer or floating-point number';
    throw new CborFailure(`cbor: tag number ${tag} must be followed by ${wanted}, got ${typeName(next)}`);
  }

  #primitive(): Json {
    const heads = this.#heads;
    if (heads.info >= HALF) {
      const float = heads.float();
      if (Number.isInteger(float) && this.spelled.length < MAX_SPELLED)
        this.spelled.push({ path: [...this.#path], text: String(float) });
      return float;
    }
    if (heads.info !== SIMPLE) {
      if (heads.info === FALSE || heads.info === TRUE) return heads.info === TRUE;
      if (heads.info === NULL) return null;
    }
    throw new CborFailure(unacceptable('primitives', `simple value ${heads.argument} is not recognized`));
  }
}

function strictText(bytes: Uint8Array): string {
  try {
    return textOf(bytes);
  } catch {
    throw new CborFailure('cbor: invalid UTF-8 string');
  }
}
