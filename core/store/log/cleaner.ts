import type { StoredEntry } from '../entry.ts';
import type { JournalView } from '../journal.ts';
import type { Segments } from './segments.ts';

/** Entries looked at in one step, and bytes written again in one step: each well under a millisecond of work. */
const LOOKS = 20_000;
const CARRIED = 1024 * 1024;
/** The log may be so many times as large as what is current in it. */
const SPREAD = 2.5;
/** Segments that are never worth the trouble. */
const FREE_SEGMENTS = 4;

/** Gives up the oldest segment of a log that has grown too large, writing again what is still current in it. */
export interface Cleaner {
  /** Does a little, if there is something to do. */
  step(): void;
  /** Where the live log begins for the frame that is about to be written, given where it began before. */
  firstLive(before: number): number;
  /** What was carried since the last frame was lost, or the segment is gone: begins anew. */
  reset(): void;
}

export interface CleanerParts {
  readonly segments: Segments;
  readonly segmentBytes: number;
  readonly view: JournalView;
  /** Stages the entry for the next frame. */
  carry(entry: StoredEntry): void;
}

export function createCleaner({ segments, segmentBytes, view, carry }: CleanerParts): Cleaner {
  let scan: Iterator<StoredEntry> | undefined;
  /** All that was current in the oldest segment is in later frames, the next one included. */
  let done = false;

  const due = () =>
    segments.count > 1 && segments.size > Math.max(FREE_SEGMENTS * segmentBytes, SPREAD * segments.live + segmentBytes);

  return {
    step() {
      if (done || (scan === undefined && !due())) return;
      scan ??= view.values()[Symbol.iterator]();
      const oldest = segments.first.number;
      let carried = 0;
      for (let looks = 0; looks < LOOKS && carried < CARRIED; looks++) {
        const next = scan.next();
        if (next.done === true) {
          done = true;
          return;
        }
        const entry = next.value;
        // An entry that a write on its way replaces must not follow it in the log: replayed, it would come back.
        if (entry.place !== oldest || view.ahead(entry.key) !== entry) continue;
        carry(entry);
        carried += entry.weight;
      }
    },
    firstLive: (before) => (done ? segments.first.number + 1 : before),
    reset() {
      scan = undefined;
      done = false;
    },
  };
}
