import type { Disk } from '../disk.ts';
import type { StoreParts } from '../parts.ts';
import { FRAME_HEADER, segmentName } from './format.ts';

/** How long segments are kept after they have left the present. Only readers of history open them: they cost disk, no memory. */
export interface Retention {
  /** Bytes of archived segments at most. */
  readonly bytes: number;
  /** Milliseconds of wall time since a segment's last frame; default: no limit. */
  readonly age?: number;
}

/** The segments before the live log, oldest first. */
export interface Archive {
  readonly isEmpty: boolean;
  add(segment: number, size: number): void;
  /** Removes what is beyond the retention. Never rejects: what cannot be removed now is found again at the next start. */
  prune(): Promise<void>;
  /** Removes all of it: the disk is full. */
  empty(): Promise<void>;
}

interface Archived {
  readonly segment: number;
  readonly size: number;
}

export function createArchive(
  disk: Disk,
  { clock, log }: StoreParts,
  { bytes: limit, age = Infinity }: Retention = { bytes: 0 },
): Archive {
  const row: Archived[] = [];
  let bytes = 0;
  /** When the oldest segment ended, as far as it was asked for. */
  let oldest: { readonly segment: number; readonly ended: number } | undefined;

  const removeFirst = async () => {
    const { segment, size } = row.shift()!;
    bytes -= size;
    try {
      await disk.truncate(segmentName(segment), undefined);
    } catch (problem) {
      log.warn('an old segment could not be removed', { problem, file: segmentName(segment) });
    }
  };

  /** A segment has ended when the next one began. */
  const endOfFirst = async (): Promise<number> => {
    const { segment } = row[0]!;
    if (oldest?.segment !== segment) {
      const head = await disk.read(segmentName(segment + 1), 0, FRAME_HEADER).catch(() => new Uint8Array(0));
      const ended =
        head.length < FRAME_HEADER ? clock.now() : new DataView(head.buffer, head.byteOffset).getFloat64(32, true);
      oldest = { segment, ended };
    }
    return oldest.ended;
  };

  return {
    get isEmpty() {
      return row.length === 0;
    },
    add(segment, size) {
      row.push({ segment, size });
      bytes += size;
    },
    async prune() {
      while (row.length > 0) {
        if (bytes <= limit && (age === Infinity || clock.now() - (await endOfFirst()) <= age)) return;
        await removeFirst();
      }
    },
    async empty() {
      while (row.length > 0) await removeFirst();
    },
  };
}
