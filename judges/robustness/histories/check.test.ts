import { expect, test } from 'vitest';
import { faultsOf } from './check.ts';
import type { History, List, Outcome, Read, Watched, WatchEvent, Write } from './history.ts';

const done = (revision?: number): Outcome => ({ is: 'done', ...(revision === undefined ? {} : { revision }) });
const unknown: Outcome = { is: 'unknown' };
const conflict: Outcome = { is: 'refused', conflict: true };
const write = (
  start: number,
  end: number,
  onto: number,
  value: string | undefined,
  outcome: Outcome,
  key = 'a',
): Write => ({
  start,
  end,
  key,
  onto,
  value,
  outcome,
});
const read = (start: number, end: number, revision?: number, value?: string): Read => ({
  start,
  end,
  key: 'a',
  found: revision === undefined ? undefined : { revision, value: value! },
});
const list = (start: number, end: number, revision: number, items: Record<string, [number, string]>): List => ({
  start,
  end,
  revision,
  items: new Map(Object.entries(items).map(([key, [at, value]]) => [key, { revision: at, value }])),
});
const told = (type: 'ADDED' | 'MODIFIED' | 'DELETED', revision: number, value: string, key = 'a'): WatchEvent => ({
  type,
  revision,
  value,
  key,
});
const bookmark = (revision: number): WatchEvent => ({ type: 'BOOKMARK', revision });
const watch = (from: number, ...events: WatchEvent[]): Watched => ({ from, events });
const historyOf = (part: Partial<History>): History => ({ writes: [], reads: [], lists: [], watches: [], ...part });

/** x at 1, y at 2, deleted at 3, z at 4, each after the other, and all of it watched. */
const life: History = historyOf({
  writes: [
    write(0, 1, 0, 'x', done(1)),
    write(2, 3, 1, 'y', done(2)),
    write(4, 5, 2, undefined, done()),
    write(6, 7, 0, 'z', done(4)),
  ],
  watches: [watch(0, told('ADDED', 1, 'x'), told('MODIFIED', 2, 'y'), told('DELETED', 3, 'y'), told('ADDED', 4, 'z'))],
});

test.each<{ it: string; more: Partial<History> }>([
  { it: 'a life', more: {} },
  {
    it: 'reads while a write is under way: the old and the new',
    more: { reads: [read(2, 3, 1, 'x'), read(2, 3, 2, 'y')] },
  },
  { it: 'absence before, between and never elsewhere', more: { reads: [read(0, 1), read(4, 5), read(6, 7)] } },
  { it: 'lists of each moment', more: { lists: [list(1.1, 1.2, 1, { a: [1, 'x'] }), list(5.1, 5.2, 3, {})] } },
  {
    it: 'a write without an answer that did not happen',
    more: { writes: [...life.writes, write(1, 9, 1, 'u', unknown)] },
  },
  {
    it: 'a write without an answer that happened late',
    more: { writes: [...life.writes, write(8, 9, 4, 'u', unknown)], reads: [read(30, 31, 5, 'u')] },
  },
  { it: 'a conflict with what came before', more: { writes: [...life.writes, write(3.1, 3.2, 1, 'u', conflict)] } },
  {
    it: 'a watch that begins later, with bookmarks',
    more: { watches: [...life.watches, watch(2, told('DELETED', 3, 'y'), bookmark(3))] },
  },
])('no fault: $it', ({ more }) => expect(faultsOf({ ...life, ...more })).toEqual([]));

test.each<{ it: string; more: Partial<History>; fault: string }>([
  { it: 'an old version read', more: { reads: [read(3.1, 3.2, 1, 'x')] }, fault: 'was read after something newer' },
  {
    it: 'a new version read, then the old one',
    more: { reads: [read(2, 2.1, 2, 'y'), read(2.2, 2.3, 1, 'x')] },
    fault: 'was read after something newer',
  },
  { it: 'a version of the future', more: { reads: [read(1.1, 1.2, 2, 'y')] }, fault: 'was read before it' },
  { it: 'absence of what is there', more: { reads: [read(3.1, 3.2)] }, fault: 'though it was there all the time' },
  {
    it: 'an acknowledged write lost',
    more: { lists: [list(8, 9, 5, {})], watches: [...life.watches, watch(0, ...life.watches[0]!.events, bookmark(5))] },
    fault: 'a list at 5 lacks a=z at 4',
  },
  {
    it: 'a list behind what was acknowledged',
    more: { lists: [list(3.1, 3.2, 1, { a: [1, 'x'] })] },
    fault: 'but 2 had been answered',
  },
  { it: 'a list that mixes moments', more: { lists: [list(2, 3, 1, { a: [2, 'y'] })] }, fault: 'of the future' },
  {
    it: 'a list with an old item',
    more: { lists: [list(2, 3, 2, { a: [1, 'x'] })] },
    fault: 'a list at 2 shows a=x at 1',
  },
  {
    it: 'a revision for two objects',
    more: { writes: [...life.writes, write(1, 3, 0, 'o', done(2), 'b')] },
    fault: 'revision 2 is b=o to its writer, and was a=y',
  },
  {
    it: 'a revision with two contents',
    more: { reads: [read(2, 3, 2, 'other')] },
    fault: 'revision 2 is a=other to a reader, and was a=y',
  },
  {
    it: 'revisions against real time',
    more: { writes: [...life.writes, write(8, 9, 0, 'o', done(3), 'b')], watches: [] },
    fault: 'is at 3, but 4 had been answered',
  },
  {
    it: 'a refused write that happened',
    more: { writes: [...life.writes, write(8, 9, 4, 'u', conflict)], reads: [read(9, 10, 5, 'u')] },
    fault: 'that write was refused',
  },
  { it: 'what nobody wrote', more: { reads: [read(9, 10, 5, 'u')] }, fault: 'nobody wrote that' },
  {
    it: 'two writes onto one version',
    more: {
      writes: [...life.writes, write(6, 8, 2, 'o', done(5))],
      watches: [watch(0, ...life.watches[0]!.events, told('MODIFIED', 5, 'o'))],
    },
    fault: 'onto 2, but z at 4 lay there',
  },
  {
    it: 'a gap',
    more: { watches: [watch(0, told('ADDED', 1, 'x'), told('DELETED', 3, 'y')), ...life.watches] },
    fault: 'did not tell a at 2',
  },
  {
    it: 'a gap that all watches have',
    more: { watches: [watch(0, told('ADDED', 1, 'x'), told('DELETED', 3, 'y'))] },
    fault: 'did not tell a at 2',
  },
  {
    it: 'a bookmark over a gap',
    more: { watches: [watch(1, bookmark(4)), ...life.watches] },
    fault: 'did not tell a at 2',
  },
  {
    it: 'a change told twice',
    more: { watches: [watch(1, told('MODIFIED', 2, 'y'), told('MODIFIED', 2, 'y'))] },
    fault: 'told a at 2 after 2',
  },
  {
    it: 'a wrong type',
    more: { watches: [...life.watches, watch(1, told('ADDED', 2, 'y'))] },
    fault: 'as ADDED, after x',
  },
  {
    it: 'a conflict with nothing',
    more: { writes: [...life.writes, write(3.1, 3.2, 2, 'u', conflict)] },
    fault: 'met a conflict',
  },
])('a fault: $it', ({ more, fault }) =>
  expect(faultsOf({ ...life, ...more })).toContainEqual(expect.stringContaining(fault)),
);
