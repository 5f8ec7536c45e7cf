import type { Json } from './json.ts';

/** Text that is no JSON, or more than is allowed. The message is Go's, which clients know. */
export class JsonFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonFailure';
  }
}

/** What a document holds, and what is doubtful about it. */
export interface ParsedJson {
  readonly value: Json;
  /** Keys given more than once, as dotted paths (`spec.containers[0].name`), at most 100; the last value given is the one kept. */
  readonly duplicates?: readonly string[];
  /** Whole numbers that are not written as such, or that no integer of 64 bits holds: `1.0`, `1e3`. At most 100. */
  readonly spelled?: readonly SpelledNumber[];
  /** The keys that were given more than once, with what stood there before: a reader that knows types may join both. */
  readonly repeats?: readonly Repeat[];
}

/** A key that was given once more. */
export interface Repeat {
  readonly path: readonly (string | number)[];
  /** The path as `duplicates` has it. */
  readonly text: string;
  readonly earlier: Json;
}

/** A number whose writing matters: no integer in Go is read from it. */
export interface SpelledNumber {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

const MAX_DUPLICATES = 100;
const MAX_SPELLED = 100;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const numberForm = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** The slow parser: exact integers, the place of every duplicate key, Go's error texts. */
export function readExactly(text: string, maxDepth: number): ParsedJson {
  const reader = new ExactReader(text, maxDepth);
  const value = reader.document();
  const { duplicates, repeats, spelled } = reader;
  return {
    value,
    ...(duplicates.size === 0 ? {} : { duplicates: [...duplicates], repeats }),
    ...(spelled.length === 0 ? {} : { spelled }),
  };
}

class ExactReader {
  readonly duplicates = new Set<string>();
  readonly spelled: SpelledNumber[] = [];
  readonly repeats: Repeat[] = [];
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document(): Json {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#unexpected('after top-level value');
    return value;
  }

  #space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at++;
    }
  }

  #unexpected(where: string): never {
    const isOver = this.#at >= this.#text.length;
    // Go feeds a space to what is cut off: within a word or an escape that is the character that does not fit.
    if (isOver && !where.startsWith('in ')) throw new JsonFailure('unexpected end of JSON input');
    const character = isOver ? ' ' : String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    const code = character.charCodeAt(0);
    const isBare = (code < 0x20 && !'\b\f\n\r\t'.includes(character)) || code === 0x7f;
    const shown = isBare
      ? `'\\x${code.toString(16).padStart(2, '0')}'`
      : character === "'"
        ? `'\\''`
        : `'${JSON.stringify(character).slice(1, -1).replace('\\"', '"')}'`;
    throw new JsonFailure(`invalid character ${shown} ${where}`);
  }

  #value(depth: number): Json {
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth + 1);
      case '[':
        return this.#array(depth + 1);
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true', true);
      case 'f':
        return this.#literal('false', false);
      case 'n':
        return this.#literal('null', null);
      default:
        return this.#number();
    }
  }

  #literal<T extends Json>(word: string, value: T): T {
    for (let i = 1; i < word.length; i++) {
      this.#at++;
      if (this.#text[this.#at] !== word[i]) this.#unexpected(`in literal ${word} (expecting '${word[i]}')`);
    }
    this.#at++;
    return value;
  }

  #number(): number | bigint {
    numberForm.lastIndex = this.#at;
    const form = numberForm.exec(this.#text)?.[0];
    if (form === undefined) {
      if (this.#text[this.#at] !== '-') this.#unexpected('looking for beginning of value');
      this.#at++;
      this.#unexpected('in numeric literal');
    }
    this.#at += form.length;
    const value = Number(form);
    if (!Number.isFinite(value)) throw new JsonFailure(`cannot unmarshal number ${form} into Go value of type float64`);
    if (/[.eE]/.test(form)) {
      if (Number.isInteger(value)) this.#spell(form);
      return value === 0 ? 0 : value;
    }
    if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    const whole = BigInt(form);
    if (whole <= INT64_MAX && whole >= INT64_MIN) return whole;
    this.#spell(form);
    return value;
  }

  #spell(text: string): void {
    if (this.spelled.length < MAX_SPELLED) this.spelled.push({ path: [...this.#path], text });
  }

  #string(): string {
    const start = ++this.#at;
    let out = '';
    let from = start;
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(unit)) throw new JsonFailure('unexpected end of JSON input');
      if (unit === 0x22) break;
      if (unit < 0x20) this.#unexpected('in string literal');
      if (unit === 0x5c) {
        out += this.#text.slice(from, this.#at++) + this.#escape();
        from = this.#at;
      } else this.#at++;
    }
    out += this.#text.slice(from, this.#at++);
    return out.toWellFormed();
  }

  #escape(): string {
    const kind = this.#text[this.#at];
    if (kind === 'u') {
      const digits = this.#text.slice(this.#at + 1, this.#at + 5);
      const good = /^[0-9a-fA-F]*/.exec(digits)![0].length;
      if (good < 4) {
        this.#at += 1 + good;
        this.#unexpected('in \\u hexadecimal character escape');
      }
      this.#at += 5;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const plain = kind === undefined ? undefined : escapes.get(kind);
    if (plain === undefined) this.#unexpected('in string escape code');
    this.#at++;
    return plain;
  }

  #array(depth: number): Json {
    this.#enter(depth);
    const items: Json[] = [];
    if (this.#closes(']')) return items;
    for (;;) {
      this.#path.push(items.length);
      items.push(this.#value(depth));
      this.#path.pop();
      this.#space();
      if (this.#text[this.#at] === ']') break;
      if (this.#text[this.#at] !== ',') this.#unexpected('after array element');
      this.#at++;
    }
    this.#at++;
    return items;
  }

  #object(depth: number): Json {
    this.#enter(depth);
    const entries = new Map<string, Json>();
    if (this.#closes('}')) return {};
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      this.#space();
      if (this.#text[this.#at] !== ':') this.#unexpected('after object key');
      this.#at++;
      this.#path.push(key);
      const isRepeated = entries.has(key) && this.duplicates.size < MAX_DUPLICATES;
      const path = isRepeated ? [...this.#path] : [];
      if (isRepeated) this.duplicates.add(pathText(path));
      const value = this.#value(depth);
      if (isRepeated) this.repeats.push({ path, text: pathText(path), earlier: entries.get(key)! });
      entries.set(key, value);
      this.#path.pop();
      this.#space();
      if (this.#text[this.#at] === '}') break;
      if (this.#text[this.#at] !== ',') this.#unexpected('after object key:value pair');
      this.#at++;
    }
    this.#at++;
    // Defines own keys, `__proto__` too.
    return Object.fromEntries(entries);
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth) throw new JsonFailure('exceeded max depth');
    this.#at++;
  }

  #closes(bracket: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }
}

function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text;
}
