import { expect, test } from 'vitest';
import { countKeys, JsonFailure, type KnownMember, type Member, type Members, parseJson, utf8 } from './index.ts';

const large = { list: Array.from({ length: 40 }, (_, i) => ({ name: `n${i}`, on: true })) };
const text = JSON.stringify(large);
const LIMITS = { maxDepth: 100 };

/** Remembers by text alone, whatever the key. */
function memory(): Members & { readonly kept: Map<string, KnownMember> } {
  const kept = new Map<string, KnownMember>();
  return { kept, known: (member: Member) => kept.get(member.text) };
}

function knowing(): Members {
  const members = memory();
  members.kept.set(text, { value: large, keys: countKeys(large) });
  return members;
}

test('the text of a large member is told, and its value taken where it is known', () => {
  const members = memory();
  const document = utf8(`{"kind":"Pod", "spec" : ${text} ,"status":{}}`);
  const first = parseJson(document, LIMITS, members);
  expect(first.fresh).toEqual([{ key: 'spec', text }]);
  members.kept.set(text, { value: large, keys: countKeys(large) });
  const second = parseJson(document, LIMITS, members);
  expect(second.value).toEqual(first.value);
  expect((second.value as { spec: unknown }).spec).toBe(large);
  expect(second.known).toEqual({ spec: large });
  expect(Object.keys(second.value as object)).toEqual(['kind', 'spec', 'status']);
});

const spoilt: readonly (readonly [string, string])[] = [
  ['a sign before it', `{"a":-${text}}`],
  ['a digit before it', `{"a":1${text}}`],
  ['a word before it', `{"a":nul${text}}`],
  ['null before it', `{"a":null${text}}`],
  ['a digit after it', `{"a":${text}1}`],
  ['an exponent after it', `{"a":${text}e5}`],
  ['itself after it', `{"a":${text}${text}}`],
  ['no key', `{${text}}`],
  ['no colon', `{"a"${text}}`],
  ['as a key', `{${text}:1}`],
  ['no end', `{"a":${text}`],
  ['another bracket at its end', `{"a":${text.slice(0, -1)}]}`],
];
test.each(spoilt)('%s is refused with the same words', (_what, document) => {
  let words = '';
  try {
    parseJson(utf8(document), LIMITS);
  } catch (failure) {
    words = (failure as JsonFailure).message;
  }
  expect(words).not.toBe('');
  expect(() => parseJson(utf8(document), LIMITS, knowing())).toThrow(new JsonFailure(words));
});

test.each([
  ['given twice', `{"a":${text},"a":${text}}`],
  ['given over another', `{"a":1,"a":${text}}`],
  ['beside another key that is given twice', `{"a":${text},"b":{"c":1,"c":2}}`],
  ['called __proto__', `{"__proto__":${text}}`],
  ['under an escaped key', `{"\\u0061":${text}}`],
  ['in a list', `[${text},${text}]`],
  ['with characters of several bytes about it', `{"é":1,"a":${text}}`],
  ['with a number of many digits beside it', `{"b":12345678901234567890,"a":${text}}`],
])('%s it reads as if it were not known', (_what, document) => {
  const { known: _known, fresh: _fresh, ...read } = parseJson(utf8(document), LIMITS, knowing());
  const { fresh: _none, ...plain } = parseJson(utf8(document), LIMITS);
  expect(read).toEqual(plain);
});
