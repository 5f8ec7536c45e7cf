import type { Log } from '#core/base';
import type { StoredEntry } from '../entry.ts';
import type { JournalView } from '../journal.ts';
import { DELETE, segmentName } from './format.ts';
import { frameAt, recordsOf, segmentOf } from './frame-reader.ts';
import type { Segments } from './segments.ts';

/** Bytes gone through in one step, and written again at most: well under a millisecond of work. */
const PIECE = 1024 * 1024;
/** The log may be so many times as large as what is current in it. */
const SPREAD = 2.5;
/** Segments that are never worth the trouble. */
const FREE_SEGMENTS = 4;

/**
 * Gives up the oldest segment of a log that has grown too large, writing again what is still current in it: copied from
 * where it lies, for to encode an object anew costs twenty times as much.
 */
export interface Cleaner {
  /** Does a little; `undefined` where there is nothing to do. Never rejects. */
  step(): Promise<void> | undefined;
  /** Where the live log begins for the frame that is about to be written, given where it began before. */
  firstLive(before: number): number;
  /** What was carried since the last frame was lost, or the segment is gone: begins anew. */
  reset(): void;
}

export interface CleanerParts {
  readonly segments: Segments;
  readonly segmentBytes: number;
  readonly view: JournalView;
  readonly log: Log;
  /** A part of a segment's file. */
  read(name: string, from: number, to: number): Promise<Uint8Array>;
  /** Stages the entry for the next frame; copies its JSON. */
  carry(entry: StoredEntry, json: Uint8Array | string): void;
}

export function createCleaner({ segments, segmentBytes, view, log, read, carry }: CleanerParts): Cleaner {
  /** Up to where the oldest segment has been gone through; `undefined` while it may stay. */
  let from: number | undefined;
  let length = PIECE;
  /** All that was current in the oldest segment is in later frames, the next one included. */
  let done = false;

  const due = () =>
    segments.count > 1 && segments.size > Math.max(FREE_SEGMENTS * segmentBytes, SPREAD * segments.live + segmentBytes);

  /** An entry that a write on its way replaces must not follow it in the log: replayed, it would come back. */
  const isToStay = (entry: StoredEntry | undefined): entry is StoredEntry =>
    entry?.place === segments.first.number && view.ahead(entry.key) === entry;

  const advance = async (start: number): Promise<void> => {
    const { number, size } = segments.first;
    const name = segmentName(number);
    try {
      const piece = segmentOf(await read(name, start, Math.min(size, start + length)));
      let end = 0;
      for (let frame = frameAt(piece, 0); frame !== undefined; frame = frameAt(piece, end)) {
        for (const { kind, key, revision, value } of recordsOf(piece, frame)) {
          const entry = kind === DELETE ? undefined : view.get(key);
          if (entry?.revision === revision && isToStay(entry)) carry(entry, value);
        }
        end = frame.end;
      }
      if (end === 0 && start + length >= size) throw new Error(`what lies at byte ${start} cannot be read`);
      // A frame of many commits may be larger than a piece.
      length = end === 0 ? length * 2 : PIECE;
      from = start + end;
      done = from === size;
    } catch (problem) {
      log.warn('a part of the log cannot be read any more: what is current in it is written anew from memory', {
        problem,
        file: name,
      });
      for (const entry of view.values()) if (isToStay(entry)) carry(entry, entry.json);
      done = true;
    }
  };

  return {
    step: () => (done || (from === undefined && !due()) ? undefined : advance(from ?? 0)),
    firstLive: (before) => (done ? segments.first.number + 1 : before),
    reset() {
      from = undefined;
      length = PIECE;
      done = false;
    },
  };
}
