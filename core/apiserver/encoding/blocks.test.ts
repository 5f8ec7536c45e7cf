import { expect, test } from 'vitest';
import { concat, textOf, utf8 } from '#core/base';
import type { Entry } from '#core/store';
import type { ListResult } from '../context.ts';
import { type Block, type ItemForm, itemGroups } from './blocks.ts';
import { ByteCache } from './byte-cache.ts';
import type { EncoderParts } from './parts-of-answer.ts';

const keyOf = (i: number) => `/pods/a/${String(i).padStart(5, '0')}`;
const entryOf = (i: number, revision = 1) => ({ key: keyOf(i), revision }) as unknown as Entry;
const many = (count: number) => Array.from({ length: count }, (_, i) => entryOf(i));

/** A cache, and what is read of it: the text of a list, and how many items had to be written for it. */
function world(limit = 1024 * 1024) {
  const parts = { items: new ByteCache<Entry, Block>(limit) } as unknown as EncoderParts;
  const read = (entries: readonly Entry[], { isWhole = true, now = 0, lasts = Infinity } = {}) => {
    let written = 0;
    const form: ItemForm = {
      name: 'text',
      separator: utf8(','),
      write({ key, revision }, out) {
        written++;
        out.push(utf8(key), utf8(`@${revision}`), utf8(lasts === Infinity ? '' : ` at ${now}`));
        return now + lasts;
      },
    };
    const groups = [...itemGroups(parts, { isWhole } as ListResult, entries, form, now)];
    return { text: textOf(concat(groups.flatMap(({ pieces }) => pieces))), groups: groups.length, written };
  };
  return read;
}
const textOfAll = (entries: readonly Entry[]) => entries.map(({ key, revision }) => `${key}@${revision}`).join();

test('a list is written once and then found, in pieces of many', () => {
  const read = world();
  const entries = many(2000);
  expect(read([])).toEqual({ text: '', groups: 0, written: 0 });
  const first = read(entries);
  expect(first.text).toBe(textOfAll(entries));
  expect(first.groups).toBeLessThan(200);
  expect(read(entries)).toEqual({ ...first, written: 0 });
});

test('what changes, comes or goes is written anew, and little beside it', () => {
  const read = world();
  let entries = many(2000);
  read(entries);
  entries = entries.with(700, entryOf(700, 2));
  expect(read(entries)).toMatchObject({ text: textOfAll(entries), written: 1 });
  entries = entries.toSpliced(900, 1);
  expect(read(entries).text).toBe(textOfAll(entries));
  entries = entries.toSpliced(900, 0, entryOf(900, 3));
  const { text, written } = read(entries);
  expect(text).toBe(textOfAll(entries));
  expect(written).toBeLessThan(130);
});

test('pages begin and end where they will', () => {
  const read = world();
  const entries = many(2000);
  read(entries);
  for (const [from, to] of [
    [0, 500],
    [333, 334],
    [500, 1000],
    [1, 2000],
  ] as const)
    expect(read(entries.slice(from, to)).text).toBe(textOfAll(entries.slice(from, to)));
  expect(read(entries)).toMatchObject({ text: textOfAll(entries), written: 0 });
});

test('what tells an age is true for a while', () => {
  const read = world();
  const entries = many(100);
  read(entries, { now: 1000, lasts: 10 });
  expect(read(entries, { now: 1009, lasts: 10 }).written).toBe(0);
  const later = read(entries, { now: 1010, lasts: 10 });
  expect(later.written).toBe(100);
  expect(later.text).toContain(`${keyOf(7)}@1 at 1010`);
});

test('a list that leaves something out, or is too large, is written as it is', () => {
  const entries = many(500);
  for (const [read, isWhole] of [
    [world(), false],
    [world(5000), true],
  ] as const)
    for (let i = 0; i < 2; i++)
      expect(read(entries, { isWhole })).toMatchObject({ text: textOfAll(entries), written: 501 });
});
