import type { Disk } from '../disk.ts';
import { FORMAT, formatOf, segmentName } from './format.ts';
import { frameAt, isBlank, nextFrame, recordsOf, segmentOf, type Frame, type Segment } from './frame-reader.ts';
import { frameWriter } from './frame-writer.ts';
import { numbered } from './recover.ts';

/** Bytes that could not be read. */
export interface Damage {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

export interface RepairReport {
  readonly damages: readonly Damage[];
  /** Frames of the live log between what could be read that are not there at all. */
  readonly missingFrames: number;
  readonly frames: number;
  readonly records: number;
  /** The segments that hold what could be read; the older ones are no part of the present any more. */
  readonly written: readonly string[];
}

/** Revisions that may have been given out by what cannot be read; none of them must come twice. */
const REVISION_GAP = 1_000_000;
const SEGMENT_BYTES = 16 * 1024 * 1024;

/**
 * Makes a damaged log openable: writes every frame of the live log that can be read anew, behind the damaged segments, and
 * ends with a frame that makes the old ones history. Until that one is synced nothing has changed. What lay in the damage is
 * lost: objects are as their last readable write left them, and one deleted there may be back. The damaged segments are then
 * an archive, which the next start may remove: whoever wants to keep them copies the folder before.
 */
export async function repairLog(disk: Disk): Promise<RepairReport> {
  const segments = numbered(await disk.list());
  const damages: Damage[] = [];
  let newest: Frame | undefined;
  for (const { name } of segments) {
    const segment = segmentOf(await disk.read(name));
    refuseNewer(segment, name);
    for (const frame of wholeFrames(segment, name, damages)) {
      if (newest === undefined || frame.sequence > newest.sequence) newest = frame;
    }
  }
  const clean = { damages, missingFrames: 0, frames: 0, records: 0, written: [] };
  if (newest === undefined) return clean;

  const { firstLive } = newest;
  const from = segments.at(-1)!.number + 1;
  const writer = frameWriter();
  const written: string[] = [];
  let { sequence, revision } = newest;
  let filled = Infinity;
  let missingFrames = 0;
  let frames = 0;
  let records = 0;
  let last: number | undefined;

  const append = async (time: number, live: number) => {
    sequence++;
    const bytes = writer.seal({ sequence, revision, time, firstLive: live });
    if (filled >= SEGMENT_BYTES) {
      if (written.length > 0) await disk.sync(written.at(-1)!);
      written.push(segmentName(from + written.length));
      filled = 0;
    }
    await disk.append(written.at(-1)!, bytes);
    filled += bytes.length;
    writer.clear();
  };

  for (const { name, number } of segments) {
    if (number < firstLive) continue;
    const segment = segmentOf(await disk.read(name));
    for (const frame of wholeFrames(segment, name, [])) {
      if (last !== undefined) missingFrames += Math.max(0, frame.sequence - last - 1);
      last = frame.sequence;
      for (const { kind, key, revision: made, expires, cause, value } of recordsOf(segment, frame)) {
        writer.add(kind, key, made, expires, cause, value);
        records++;
      }
      await append(frame.time, firstLive);
      frames++;
    }
  }
  await disk.sync(written.at(-1)!);
  await disk.syncDirectory();
  revision += REVISION_GAP;
  await append(newest.time, from);
  await disk.sync(written.at(-1)!);
  await disk.syncDirectory();
  return { damages, missingFrames, frames, records, written };
}

/** The segment's whole frames, whatever lies between them. */
function* wholeFrames(segment: Segment, file: string, damages: Damage[]): Generator<Frame> {
  const { length } = segment.bytes;
  for (let offset = 0; !isBlank(segment, offset);) {
    const frame = frameAt(segment, offset);
    if (frame !== undefined) {
      yield frame;
      offset = frame.end;
      continue;
    }
    const end = nextFrame(segment, offset + 1)?.offset ?? length;
    damages.push({ file, offset, bytes: end - offset });
    offset = end;
  }
}

function refuseNewer({ bytes, view }: Segment, name: string): void {
  const format = bytes.length >= 4 ? (formatOf(view.getUint32(0, true)) ?? 0) : 0;
  if (format > FORMAT)
    throw new Error(`${name} has format ${format} of the store's log; this version repairs formats up to ${FORMAT}`);
}
