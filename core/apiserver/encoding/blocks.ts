import { concat } from '#core/base';
import type { Entry } from '#core/store';
import type { ListResult } from '../context.ts';
import type { EncoderParts } from './parts-of-answer.ts';

/** How the items of lists are written in one form. */
export interface ItemForm {
  /** Tells it apart from all other forms of the same entries. */
  readonly name: string;
  /** What stands between two items. */
  readonly separator: Uint8Array;
  /**
   * Adds an item's bytes to `out`, and says until when they are true, in milliseconds of the wall clock: `Infinity` unless
   * they tell an age. `keep`: whether they are worth keeping by themselves; `earlier`: what they were when they were true.
   */
  write(entry: Entry, out: Uint8Array[], keep: boolean, earlier?: Uint8Array): number;
}

/** Items of a list that lie side by side, in one piece: a list of thousands is found and sent in a few dozen. */
export interface Block {
  readonly entries: readonly Entry[];
  readonly bytes: Uint8Array;
  /** Where in them each item ends, and until when it is true. */
  readonly ends: readonly number[];
  readonly until: readonly number[];
  /** The first moment at which something in it is no longer true. */
  readonly good: number;
}

/** Items in a block at least, unless they are large; and at most. */
const FEW = 8;
const MOST = 128;
/** Bytes after which a block ends. */
const LARGE = 512 * 1024;
/** Items in a group that is not kept as a block. */
const LOOSE = 64;

/**
 * A block ends behind a key of one in about thirty-two, told by its last letters: so an object that comes or goes moves no
 * more than its own block, wherever a list begins.
 */
function endsBlock(key: string): boolean {
  let hash = 0;
  for (let i = Math.max(0, key.length - 4); i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x9e3779b1);
  return hash >>> 27 === 0;
}

/** A group of a list's items, separators included. */
export interface Group {
  readonly pieces: readonly Uint8Array[];
  /** It had to be made: there was work to do. */
  readonly isMade: boolean;
}

/** Whether the cache has room for all items of a list in this form. */
export function areKept({ items }: EncoderParts, entries: readonly Entry[], form: ItemForm): boolean {
  const [first] = entries;
  if (first === undefined) return true;
  return items.holds(entries.length, sizeOf(items.block(blockName(form, first))) ?? written(first, form));
}

const blockName = ({ name }: ItemForm, { key }: Entry): string => `${name} ${key}`;

/**
 * The items of a list in groups: as blocks that are kept where nothing was left out of the list and the cache has room for
 * all of it (`fits`), else as they are. `entries` in the order in which they are written; `now` in milliseconds of the wall clock.
 */
export function* itemGroups(
  parts: EncoderParts,
  { isWhole }: ListResult,
  entries: readonly Entry[],
  form: ItemForm,
  now = 0,
  fits = areKept(parts, entries, form),
): Generator<Group> {
  const { items } = parts;
  for (let at = 0; at < entries.length;) {
    const pieces: Uint8Array[] = at === 0 ? [] : [form.separator];
    if (isWhole && fits) {
      const name = blockName(form, entries[at]!);
      const kept = items.block(name);
      const block =
        kept !== undefined && kept.good > now && isOf(kept, entries, at) ? kept : made(kept, entries, at, form, now);
      if (block !== kept) items.keepBlock(name, block);
      const count = Math.min(block.entries.length, entries.length - at);
      pieces.push(count === block.entries.length ? block.bytes : block.bytes.subarray(0, block.ends[count - 1]));
      at += count;
      yield { pieces, isMade: block !== kept };
    } else {
      const end = Math.min(entries.length, at + LOOSE);
      let length = 0;
      for (const begin = at; at < end && length < LARGE; at++) {
        if (at > begin) pieces.push(form.separator);
        const before = pieces.length;
        form.write(entries[at]!, pieces, fits);
        length += lengthOf(pieces, before);
      }
      yield { pieces, isMade: true };
    }
  }
}

/** About how many bytes an item is, by one of its list or a block of them. */
const sizeOf = (block: Block | undefined): number | undefined =>
  block === undefined ? undefined : block.bytes.length / block.entries.length;
function written(entry: Entry, form: ItemForm): number {
  const pieces: Uint8Array[] = [];
  form.write(entry, pieces, false);
  return lengthOf(pieces);
}

/** Whether the block is of the entries from `at` on, as far as they go. */
function isOf(block: Block, entries: readonly Entry[], at: number): boolean {
  const count = Math.min(block.entries.length, entries.length - at);
  for (let i = 0; i < count; i++) if (block.entries[i] !== entries[at + i]) return false;
  return true;
}

/** The block of the entries from `at` on; what is still true of an earlier one is taken from it. */
function made(earlier: Block | undefined, entries: readonly Entry[], at: number, form: ItemForm, now: number): Block {
  const pieces: Uint8Array[] = [];
  const ends: number[] = [];
  const until: number[] = [];
  let length = 0;
  let good = Infinity;
  for (let i = at; i < entries.length; i++) {
    const entry = entries[i]!;
    const before = pieces.length;
    if (i > at) pieces.push(form.separator);
    const known = earlier === undefined ? -1 : earlier.entries.indexOf(entry);
    const was = known < 0 ? undefined : itemIn(earlier!, known, form);
    let lasts = known < 0 ? 0 : earlier!.until[known]!;
    if (was !== undefined && lasts > now) pieces.push(was);
    else lasts = form.write(entry, pieces, false, was);
    length += lengthOf(pieces, before);
    ends.push(length);
    until.push(lasts);
    good = Math.min(good, lasts);
    if (length >= LARGE || ends.length >= MOST || (ends.length >= FEW && endsBlock(entry.key))) break;
  }
  return { entries: entries.slice(at, at + ends.length), bytes: concat(pieces), ends, until, good };
}

const itemIn = ({ bytes, ends }: Block, index: number, { separator }: ItemForm): Uint8Array =>
  bytes.subarray(index === 0 ? 0 : ends[index - 1]! + separator.length, ends[index]);

export function lengthOf(pieces: readonly Uint8Array[], from = 0): number {
  let length = 0;
  for (let i = from; i < pieces.length; i++) length += pieces[i]!.length;
  return length;
}
