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
  parse(text, duplicate) {
    const document = parseDocument(text, OPTIONS);
    const duplicates: string[] = [];
    for (const { code, message, pos, linePos } of document.errors) {
      const line = linePos?.[0].line ?? 1;
      if (code === 'DUPLICATE_KEY') duplicates.push(`line ${line}: key ${keyAt(text, pos[0])} already set in map`);
      // A second document is no fault of the first.
      else if (code !== 'MULTIPLE_DOCS') throw new Error(`yaml: line ${line}: ${message.split('\n')[0]!}`);
    }
    if (duplicates.length > 0 && duplicate === undefined)
      throw new Error(`yaml: unmarshal errors:\n${duplicates.map((one) => `  ${one}`).join('\n')}`);
    for (const one of duplicates) duplicate?.(one);
    return plain(document.toJS({ maxAliasCount: MOST_ALIASES }));
  },
  stringify: (value) => stringify(value, { lineWidth: 0, version: '1.1' }),
};

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
