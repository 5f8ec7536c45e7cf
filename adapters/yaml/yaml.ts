import { parseDocument, stringify, type DocumentOptions, type ParseOptions, type SchemaOptions, type Tags } from 'yaml';
import type { Yaml } from '#core/apiserver';

/**
 * YAML 1.1 as Go's yaml.v2 reads it: `yes` is true and 0777 octal, but dates and 1:30 stay text. Aliases may be resolved a
 * hundred times a document at most, so that a small text cannot become a large object.
 */
const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  uniqueKeys: true,
  intAsBigInt: true,
  logLevel: 'silent',
  customTags: (tags) =>
    (tags as Exclude<Tags[number], string>[]).filter(
      (tag) => tag.tag !== 'tag:yaml.org,2002:timestamp' && (!('format' in tag) || tag.format !== 'TIME'),
    ),
};
const MOST_ALIASES = 100;

/** One document and back. Integers within ±(2^53−1) are numbers, beyond bigints, as everywhere in core. */
export const yamlCodec: Yaml = {
  parse(text) {
    const document = parseDocument(text, OPTIONS);
    const problem = document.errors[0];
    if (problem !== undefined)
      throw new Error(inGoWords(problem.message, problem.code, problem.linePos?.[0].line, text));
    return plain(document.toJS({ maxAliasCount: MOST_ALIASES }));
  },
  stringify: (value) => stringify(value, { lineWidth: 0, version: '1.1' }),
};

/** Clients look for the words of Go's library where a key is given twice. */
function inGoWords(message: string, code: string, line: number | undefined, text: string): string {
  const first = message.split('\n')[0]!;
  if (code !== 'DUPLICATE_KEY' || line === undefined) return `yaml: line ${line ?? 1}: ${first}`;
  const key = /^\s*(?:-\s+)?(.+?)\s*:/.exec(text.split('\n')[line - 1] ?? '')?.[1] ?? '';
  return `yaml: unmarshal errors:\n  line ${line}: key ${JSON.stringify(key.replace(/^["']|["']$/g, ''))} already set in map`;
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
