import {
  isCollection,
  isNode,
  isScalar,
  Lexer,
  LineCounter,
  parseDocument,
  stringify,
  visit,
  type Document,
  type DocumentOptions,
  type ParseOptions,
  type SchemaOptions,
  type Tags,
  type YAMLParseError,
} from 'yaml';
import type { Yaml, YamlDocument } from '#core/apiserver';
import { readAside } from './aside.ts';

/**
 * YAML 1.1 as Go's yaml.v2 reads it: `yes` is true and 0777 octal, but dates and 1:30 stay text. Aliases may be resolved a
 * hundred times a document at most, so that a small text cannot become a large object.
 */
const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  // The library compares each key with all before it: a large map would take minutes. `duplicatesIn` does it once for all.
  uniqueKeys: false,
  intAsBigInt: true,
  // It makes an excerpt for every error; one is shown.
  prettyErrors: false,
  logLevel: 'silent',
  customTags: (tags) =>
    (tags as Exclude<Tags[number], string>[]).filter(
      (tag) => tag.tag !== 'tag:yaml.org,2002:timestamp' && (!('format' in tag) || tag.format !== 'TIME'),
    ),
};
const MOST_ALIASES = 100;

/** Texts of more characters are read in a thread of their own: a kilobyte takes about a millisecond. */
const ASIDE = 8 * 1024;

/** One document and back. Integers within ±(2^53−1) are numbers, beyond bigints, as everywhere in core. */
export const yamlCodec: Yaml & YamlParser = {
  read: async (text) => (text.length <= ASIDE ? readHere(text) : aside(text)),
  parse(text) {
    const { value, duplicates } = readHere(text);
    if (duplicates.length > 0)
      throw new Error(`yaml: unmarshal errors:\n${duplicates.map((one) => `  ${one}`).join('\n')}`);
    return value;
  },
  stringify: (value) => stringify(value, { lineWidth: 0, version: '1.1' }),
};

const aside = readAside();

/** For programs that may wait, however long the text is. */
interface YamlParser {
  /** The first document; throws an Error, of a key that is given twice too. */
  parse(text: string): unknown;
}

/** Reads the first document at once. Throws an Error with a message for the client. */
export function readHere(text: string): YamlDocument {
  refuseDepth(text);
  const lines = new LineCounter();
  const document = parseDocument(text, { ...OPTIONS, lineCounter: lines });
  // A second document is no fault of the first.
  const end = endOfFlow(document);
  const isBehind = ({ code, pos }: YAMLParseError) =>
    code === 'MULTIPLE_DOCS' || (code === 'UNEXPECTED_TOKEN' && pos[0] >= end);
  const error = document.errors.find((one) => !isBehind(one));
  if (error !== undefined) {
    throw new Error(`yaml: ${inGoWords(error.message.split('\n')[0]!, lines.linePos(error.pos[0]).line)}`);
  }
  const duplicates = duplicatesIn(document).map(
    (place) => `line ${lines.linePos(place).line}: key ${keyAt(text, place)} already set in map`,
  );
  return { value: plain(document.toJS({ maxAliasCount: MOST_ALIASES })), duplicates };
}

const END_OF_STREAM = 'found unexpected end of stream';

/** Texts that are cut off, as Go's library tells of them. */
const CUT_OFF: readonly (readonly [RegExp, string])[] = [
  [/\bend with a \]$/, "did not find expected ',' or ']'"],
  [/\bend with a \}$/, "did not find expected ',' or '}'"],
  [/^Missing closing .*quote$/, END_OF_STREAM],
];

/** With the line; a text that breaks off in the first one is told of without. */
function inGoWords(message: string, line: number): string {
  const words = CUT_OFF.find(([form]) => form.test(message))?.[1];
  return words === END_OF_STREAM && line === 1 ? words : `line ${line}: ${words ?? message}`;
}

/** Where a document in brackets ends: what follows it is none of its own. */
function endOfFlow({ contents }: Document): number {
  return isCollection(contents) && contents.flow === true ? (contents.range?.[1] ?? Infinity) : Infinity;
}

/** As deep as JSON may be. */
const MOST_DEPTH = 1000;
const TOO_DEEP = `yaml: exceeded max depth: more than ${MOST_DEPTH} lists and maps within each other`;
/** Comes before each text: what follows is a scalar's, brackets in it are no lists. */
const SCALAR = '\x1f';

/** The parser goes on and on into what is too deep for it, so it is refused before, as far as brackets tell. */
function refuseDepth(text: string): void {
  if (!mayBeDeep(text)) return;
  let depth = 0;
  let isText = false;
  for (const token of new Lexer().lex(text)) {
    if (!isText && (token === '[' || token === '{')) depth++;
    if (!isText && (token === ']' || token === '}')) depth--;
    isText = token === SCALAR;
    if (depth > MOST_DEPTH) throw new Error(TOO_DEEP);
  }
}

/** Whether the brackets, those in texts too, could reach that depth: almost never, and quickly told. */
function mayBeDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) depth++;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
    if (depth > MOST_DEPTH) return true;
  }
  return false;
}

/** As many as clients are shown at most. */
const MOST_DUPLICATES = 100;

/** Where keys stand that their maps have already. */
function duplicatesIn(document: Document): number[] {
  const found: { readonly place: number; readonly end: number }[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key, value } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value) && found.length < MOST_DUPLICATES) {
          const place = key.range?.[0] ?? 0;
          found.push({ place, end: isNode(value) ? (value.range?.[1] ?? place) : place });
        }
        seen.add(key.value);
      }
    },
  });
  // Told once the value has been read: what is in it comes first.
  return found.sort((left, right) => left.end - right.end || right.place - left.place).map(({ place }) => place);
}

/** The key that is written there, quoted: clients look for the words of Go's library where a key is given twice. */
function keyAt(text: string, place: number): string {
  const [, double, single, bare = ''] =
    /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(.+?))\s*(?::|$)/.exec(text.slice(place, place + 300)) ?? [];
  return JSON.stringify(double ?? single ?? bare);
}

/** Bigints that a number holds become numbers; keys that are no text become text. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
