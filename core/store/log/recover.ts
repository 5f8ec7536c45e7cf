import type { Disk, DiskFile } from '../disk.ts';
import { JournalFailure } from '../journal.ts';
import { FORMAT, formatOf, segmentName, segmentNumber } from './format.ts';
import { frameAt, isBlank, nextFrame, segmentOf, type Frame, type Segment } from './frame-reader.ts';

/** One live segment as it was found, cut to its whole frames. */
export interface FoundSegment {
  readonly number: number;
  readonly size: number;
}

/** What lies on the disk, made sound. */
export interface Found {
  /** Live segments, oldest first, without gaps. */
  readonly live: readonly FoundSegment[];
  /** Segments that are no part of the present any more: the archive. */
  readonly archived: readonly FoundSegment[];
  /** A torn frame that was cut off: nobody was ever told that its transactions were kept. */
  readonly cut: { readonly file: string; readonly offset: number; readonly bytes: number } | undefined;
}

/** Takes each frame of the live log, in order. */
export type FrameVisitor = (segment: Segment, frame: Frame, number: number) => void;

/**
 * Reads the log from its first live segment on. A torn frame at its very end is cut off; damage anywhere else is refused,
 * with the file and the offset. When it resolves, all that it showed is on the disk for good: what a killed process left in
 * the operating system's memory is synced before anybody reads it.
 */
export async function recover(disk: Disk, visit: FrameVisitor): Promise<Found> {
  const segments = numbered(await disk.list());
  const end = await findEnd(disk, segments);
  if (end === undefined) return { live: [], archived: [], cut: undefined };
  const { firstLive, last, cut } = end;
  const live = segments.filter(({ number }) => number >= firstLive && number <= last.number);
  if (live[0]?.number !== firstLive) throw missing(firstLive);
  let sequence: number | undefined;
  const whole: FoundSegment[] = [];
  for (const [index, { number, name }] of live.entries()) {
    if (number !== firstLive + index) throw missing(firstLive + index);
    const segment = number === last.number ? last.segment : segmentOf(await disk.read(name));
    const stop = number === last.number ? last.size : segment.bytes.length;
    let offset = 0;
    while (offset < stop && !isBlank(segment, offset)) {
      const frame = frameAt(segment, offset);
      if (frame === undefined) throw damaged(segment, name, offset);
      if (sequence !== undefined && frame.sequence !== sequence + 1) {
        throw broken(name, offset, `frame ${sequence + 1} should be here, but this is ${frame.sequence}`);
      }
      sequence = frame.sequence;
      visit(segment, frame, number);
      offset = frame.end;
    }
    whole.push({ number, size: offset });
  }
  await disk.sync(segmentName(last.number));
  await disk.syncDirectory();
  return { live: whole, archived: segments.filter(({ number }) => number < firstLive), cut };
}

interface Numbered extends DiskFile {
  readonly number: number;
}

export const numbered = (files: readonly DiskFile[]): Numbered[] =>
  files
    .flatMap(({ name, size }) => {
      const number = segmentNumber(name);
      return number === undefined ? [] : [{ name, size, number }];
    })
    .sort((a, b) => a.number - b.number);

/** Finds the newest whole frame, which knows where the live log begins, and cuts off what is torn behind it. */
async function findEnd(disk: Disk, segments: readonly Numbered[]) {
  let cut: Found['cut'];
  for (const { number, name } of segments.toReversed()) {
    const segment = segmentOf(await disk.read(name));
    let newest: Frame | undefined;
    for (let next = frameAt(segment, 0); next !== undefined; next = frameAt(segment, next.end)) newest = next;
    const size = newest?.end ?? 0;
    if (!isBlank(segment, size)) {
      // One append is under way at a time, so behind a torn frame there is never a whole one.
      if (nextFrame(segment, size) !== undefined || isNewer(segment, size)) throw damaged(segment, name, size);
      if (cut !== undefined) throw damaged(segment, name, size);
      cut = { file: name, offset: size, bytes: segment.bytes.length - size };
    }
    if (newest !== undefined) {
      if (size < segment.bytes.length) await disk.truncate(name, size);
      return { firstLive: newest.firstLive, last: { number, segment, size }, cut };
    }
    // The segment was just being made; the one before was synced whole until then.
    await disk.truncate(name, undefined);
    await disk.syncDirectory();
  }
  return undefined;
}

/** A frame of a later format stands there. (A torn magic ends in zeros: that is no format.) */
const isNewer = (segment: Segment, offset: number): boolean => (formatAt(segment, offset) ?? 0) > FORMAT;

const formatAt = ({ view, bytes }: Segment, offset: number): number | undefined =>
  bytes.length >= offset + 4 ? formatOf(view.getUint32(offset, true)) : undefined;

const refusal = (message: string) => new JournalFailure(message, false);

const missing = (number: number) =>
  refusal(
    `the store's log is damaged: ${segmentName(number)} is missing. Bring it back from a backup, or let "kubernode store repair" keep what is left`,
  );

const broken = (name: string, offset: number, what: string) =>
  refusal(
    `the store's log is damaged: ${name} at byte ${offset}: ${what}. Bring the file back from a backup, or let "kubernode store repair" keep what can be read`,
  );

function damaged(segment: Segment, name: string, offset: number): JournalFailure {
  if (!isNewer(segment, offset)) return broken(name, offset, 'what is written here cannot be read');
  return refusal(
    `${name} was written by a newer version: it has format ${formatAt(segment, offset)} of the store's log, this version knows formats up to ${FORMAT}`,
  );
}
