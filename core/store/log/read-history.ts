import { textOf } from '#core/base';
import type { Disk } from '../disk.ts';
import type { Cause, Key, Revision } from '../types.ts';
import { CARRY, DELETE } from './format.ts';
import { frameAt, recordsOf, segmentOf } from './frame-reader.ts';
import { numbered } from './recover.ts';

/** One write as the log remembers it. */
export interface HistoryRecord {
  readonly revision: Revision;
  readonly key: Key;
  /** Wall time in milliseconds at which it was written. */
  readonly time: number;
  readonly cause: Cause | undefined;
  /** The object's JSON in its storage version; `undefined` for a deletion. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * All writes that the disk still has, archived ones included, in order: who did what, when, why. Reads a segment at a time
 * and may run beside the store that writes. A segment ends for it where the first frame cannot be read.
 */
export async function* readHistory(disk: Pick<Disk, 'list' | 'read'>): AsyncGenerator<HistoryRecord> {
  for (const { name } of numbered(await disk.list())) {
    const segment = segmentOf(await disk.read(name));
    for (let frame = frameAt(segment, 0); frame !== undefined; frame = frameAt(segment, frame.end)) {
      for (const { kind, key, revision, cause, value } of recordsOf(segment, frame)) {
        if (kind === CARRY) continue;
        const why = cause.length === 0 ? undefined : (JSON.parse(textOf(cause)) as Cause);
        yield { revision, key, time: frame.time, cause: why, bytes: kind === DELETE ? undefined : value };
      }
    }
  }
}
