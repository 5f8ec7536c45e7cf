import type { StoredEntry } from '../entry.ts';
import { padded, RECORD_HEADER } from './format.ts';

/** What is known of one segment that is part of the present. */
export interface SegmentInfo {
  readonly number: number;
  /** Its length on disk. */
  size: number;
  /** About how many of its bytes are records of entries that are current. */
  live: number;
}

/** The row of live segments, oldest first, and how full of life each is. */
export interface Segments {
  readonly first: SegmentInfo;
  readonly last: SegmentInfo;
  readonly count: number;
  /** Bytes on disk. */
  readonly size: number;
  readonly live: number;
  add(segment: SegmentInfo): void;
  dropFirst(): SegmentInfo;
  /** The entry is current now and lies in that segment. */
  settle(entry: StoredEntry, segment: number): void;
  /** The entry is no longer current. */
  release(entry: StoredEntry): void;
}

const sizeOf = (entry: StoredEntry) => padded(RECORD_HEADER + entry.key.length + entry.weight);

export function createSegments(): Segments {
  const row: SegmentInfo[] = [];
  /** Segments are numbered without gaps. */
  const find = (number: number): SegmentInfo | undefined => row[number - (row[0]?.number ?? 0)];
  return {
    get first() {
      return row[0]!;
    },
    get last() {
      return row.at(-1)!;
    },
    get count() {
      return row.length;
    },
    get size() {
      return row.reduce((sum, { size }) => sum + size, 0);
    },
    get live() {
      return row.reduce((sum, { live }) => sum + live, 0);
    },
    add: (segment) => void row.push(segment),
    dropFirst: () => row.shift()!,
    settle(entry, segment) {
      entry.place = segment;
      const found = find(segment);
      if (found !== undefined) found.live += sizeOf(entry);
    },
    release(entry) {
      const found = find(entry.place);
      if (found !== undefined) found.live -= sizeOf(entry);
    },
  };
}
