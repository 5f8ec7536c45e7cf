import { itemsOf, listOfValues } from '../collections.ts';
import { codePoints, Failure, isList, type Value } from '../values.ts';
import { formatted } from './format.ts';
import { type Function, type Functions, ofText, ofTexts, type Tools } from './function.ts';

const characters = (text: string): readonly string[] => Array.from(text);
const outOfRange = (index: bigint): Failure => new Failure(`index out of range: ${index}`);

const charAt: Function = ([text, index]) => {
  if (typeof text !== 'string' || typeof index !== 'bigint') return undefined;
  const all = characters(text);
  if (index < 0n || index > BigInt(all.length)) return outOfRange(index);
  return all[Number(index)] ?? '';
};

const substring: Function = ([text, start, end]) => {
  if (typeof text !== 'string' || typeof start !== 'bigint') return undefined;
  const all = characters(text);
  const size = BigInt(all.length);
  if (end === undefined) return start < 0n || start > size ? outOfRange(start) : all.slice(Number(start)).join('');
  if (typeof end !== 'bigint') return undefined;
  if (start > end) return new Failure(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > size) return outOfRange(start);
  if (end < 0n || end > size) return outOfRange(end);
  return all.slice(Number(start), Number(end)).join('');
};

/** Where so many code points end, in units; undefined beyond the end of the text. */
function unitsOf(text: string, count: number): number | undefined {
  let at = 0;
  for (let n = 0; n < count; n++) {
    if (at >= text.length) return undefined;
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

const found = (text: string, at: number): bigint => (at < 0 ? -1n : BigInt(codePoints(text.slice(0, at))));

/** The first place of a part at or after an offset, in code points. */
export function indexOfText(text: string, part: string, offset = 0n): Value {
  if (part === '') return offset;
  if (offset < 0n) return outOfRange(offset);
  const from = unitsOf(text, Number(offset));
  return from === undefined ? -1n : found(text, text.indexOf(part, from));
}

/** The last place of a part at or before an offset, in code points. */
export function lastIndexOfText(text: string, part: string, offset?: bigint): Value {
  if (part === '') return offset ?? BigInt(codePoints(text));
  if (offset === undefined) return found(text, text.lastIndexOf(part));
  if (offset < 0n) return outOfRange(offset);
  const from = unitsOf(text, Number(offset));
  return from === undefined || from >= text.length ? -1n : found(text, text.lastIndexOf(part, from));
}

const replace: Function = ([text, from, to, count]) => {
  if (typeof text !== 'string' || typeof from !== 'string' || typeof to !== 'string') return undefined;
  if (count === undefined) return from === '' ? surrounded(text, to, Infinity) : text.replaceAll(from, () => to);
  if (typeof count !== 'bigint') return undefined;
  const most = count < 0n ? Infinity : Number(count);
  if (from === '') return surrounded(text, to, most);
  const parts = text.split(from);
  const replaced = Math.min(most, parts.length - 1);
  return [parts.slice(0, replaced + 1).join(to), ...parts.slice(replaced + 1)].join(from);
};

/** Nothing is before and behind every character. */
function surrounded(text: string, by: string, most: number): string {
  const all = characters(text);
  return all.map((one, n) => (n < most ? by + one : one)).join('') + (all.length < most ? by : '');
}

const split: Function = ([text, separator, count]) => {
  if (typeof text !== 'string' || typeof separator !== 'string') return undefined;
  const most = typeof count === 'bigint' ? Number(count) : -1;
  if (most === 0) return listOfValues([]);
  const parts = separator === '' ? characters(text) : text.split(separator);
  if (most < 0 || parts.length <= most) return listOfValues(parts);
  return listOfValues([...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)]);
};

const join: Function = ([list, separator]) => {
  if (!isList(list!) || (separator !== undefined && typeof separator !== 'string')) return undefined;
  const items = [...itemsOf(list)];
  if (!items.every((item) => typeof item === 'string')) return new Failure('join: invalid input');
  return items.join(separator ?? '');
};

const SPACE =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;
const QUOTED: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': String.raw`\\`,
  '"': String.raw`\"`,
};

const withPattern = (text: string, tools: Tools, apply: (pattern: ReturnType<Tools['pattern']>) => Value): Value => {
  try {
    return apply(tools.pattern(text));
  } catch (error) {
    return new Failure(error instanceof Error ? error.message : String(error));
  }
};

const findAll: Function = ([text, pattern, count], tools) => {
  if (typeof text !== 'string' || typeof pattern !== 'string') return undefined;
  const most = typeof count === 'bigint' && count >= 0n ? Number(count) : Infinity;
  return withPattern(pattern, tools, (one) => listOfValues(one.find(text, most)));
};

/** Upstream: cel-go/ext/strings.go, apiserver/pkg/cel/library/regex.go. */
export const TEXTS: Functions = {
  charAt,
  contains: ofTexts((text, part) => text.includes(part)),
  endsWith: ofTexts((text, part) => text.endsWith(part)),
  startsWith: ofTexts((text, part) => text.startsWith(part)),
  matches: ofTexts((text, pattern, tools) => withPattern(pattern, tools, (one) => one.test(text))),
  find: ofTexts((text, pattern, tools) => withPattern(pattern, tools, (one) => one.find(text, 1)[0] ?? '')),
  findAll,
  format: ([text, list]) =>
    typeof text === 'string' && isList(list!) ? formatted(text, [...itemsOf(list)]) : undefined,
  join,
  lowerAscii: ofText((text) => text.replaceAll(/[A-Z]/g, (one) => one.toLowerCase())),
  upperAscii: ofText((text) => text.replaceAll(/[a-z]/g, (one) => one.toUpperCase())),
  replace,
  split,
  substring,
  trim: ofText((text) => text.replaceAll(SPACE, '')),
  'strings.quote': ofText((text) => `"${text.replaceAll(/[\u0007\b\f\n\r\t\v\\"]/g, (one) => QUOTED[one]!)}"`),
  'jsonpatch.escapeKey': ofText((text) => text.replaceAll('~', '~0').replaceAll('/', '~1')),
};
