import type { Disk } from '../disk.ts';
import { JournalFailure } from '../journal.ts';
import { recordsOf } from './frame-reader.ts';
import { recover } from './recover.ts';

/** What the log holds, and whether a store would open it. */
export interface CheckReport {
  /** Why it would not. */
  readonly refusal: string | undefined;
  /** The torn frame at the end that opening would cut off: nobody was told that what it held was kept. */
  readonly torn: { readonly file: string; readonly offset: number; readonly bytes: number } | undefined;
  /** Of the live log; up to the damage where there is some. */
  readonly segments: number;
  readonly bytes: number;
  readonly frames: number;
  readonly records: number;
  readonly revision: number;
  readonly archivedSegments: number;
}

/** Reads the whole live log as opening does, and changes nothing. Rejects with a `DiskFailure` where it cannot be read at all. */
export async function checkLog(disk: Pick<Disk, 'list' | 'read'>): Promise<CheckReport> {
  let frames = 0;
  let records = 0;
  let revision = 0;
  const untouched: Disk = {
    list: () => disk.list(),
    read: (name, from, to) => disk.read(name, from, to),
    append: () => Promise.resolve(),
    sync: () => Promise.resolve(),
    truncate: () => Promise.resolve(),
    syncDirectory: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const counts = () => ({ frames, records, revision });
  try {
    const { live, archived, cut } = await recover(untouched, (segment, frame) => {
      frames++;
      records += recordsOf(segment, frame).length;
      revision = Math.max(revision, frame.revision);
    });
    const bytes = live.reduce((sum, { size }) => sum + size, 0);
    const found = { segments: live.length, bytes, archivedSegments: archived.length };
    return { refusal: undefined, torn: cut, ...found, ...counts() };
  } catch (problem) {
    if (!(problem instanceof JournalFailure)) throw problem;
    return { refusal: problem.message, torn: undefined, segments: 0, bytes: 0, archivedSegments: 0, ...counts() };
  }
}
