import { textOf } from '#core/base';
import type { Key, Revision } from '../types.ts';
import { checksum } from './checksum.ts';
import { FRAME_HEADER, MAGIC, RECORD_HEADER, type RecordKind } from './format.ts';
import type { FrameHead } from './frame-writer.ts';

/** A frame that was read and found whole. */
export interface Frame extends FrameHead {
  readonly offset: number;
  /** Where the next one begins. */
  readonly end: number;
  readonly records: number;
}

export interface FrameRecord {
  readonly kind: RecordKind;
  readonly key: Key;
  readonly revision: Revision;
  readonly expires: number;
  /** JSON; empty where none was given. A part of the segment's bytes, as `value` is: copy what is kept. */
  readonly cause: Uint8Array;
  readonly value: Uint8Array;
}

/** A segment's bytes, ready to be read in words. */
export interface Segment {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly words: Int32Array;
}

export function segmentOf(read: Uint8Array): Segment {
  const bytes = read.byteOffset % 8 === 0 ? read : read.slice();
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    words: new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2),
  };
}

/** The frame at that offset, if a whole one is there. */
export function frameAt({ bytes, view, words }: Segment, offset: number): Frame | undefined {
  if (offset + FRAME_HEADER > bytes.length || view.getUint32(offset, true) !== MAGIC) return undefined;
  const size = FRAME_HEADER + view.getUint32(offset + 4, true);
  if (size % 8 !== 0 || offset + size > bytes.length) return undefined;
  const sum = checksum(words, (offset >> 2) + 4, (offset + size) >> 2, size);
  if (view.getFloat64(offset + 8, true) !== sum) return undefined;
  return {
    offset,
    end: offset + size,
    sequence: view.getFloat64(offset + 16, true),
    revision: view.getFloat64(offset + 24, true),
    time: view.getFloat64(offset + 32, true),
    firstLive: view.getUint32(offset + 40, true),
    records: view.getUint32(offset + 44, true),
  };
}

/** The first whole frame at or after that offset. */
export function nextFrame(segment: Segment, offset: number): Frame | undefined {
  for (let at = (offset + 7) & ~7; at + FRAME_HEADER <= segment.bytes.length; at += 8) {
    const frame = frameAt(segment, at);
    if (frame !== undefined) return frame;
  }
  return undefined;
}

/** Nothing was ever written from that offset on: a disk may write zeros ahead. */
export function isBlank({ bytes, words }: Segment, offset: number): boolean {
  for (let at = offset >> 2; at < words.length; at++) if (words[at] !== 0) return false;
  return bytes.subarray(words.length * 4).every((byte) => byte === 0);
}

/** A frame's records, in order. The checksum vouches for them: nothing is checked again. */
export function recordsOf({ bytes, view }: Segment, frame: Frame): FrameRecord[] {
  const records: FrameRecord[] = [];
  for (let at = frame.offset + FRAME_HEADER; at < frame.end; at += view.getUint32(at, true)) {
    const kindAndKey = view.getUint32(at + 4, true);
    const causeAt = at + RECORD_HEADER + (kindAndKey >>> 16);
    const valueAt = causeAt + view.getUint32(at + 24, true);
    records.push({
      kind: (kindAndKey & 0xff) as RecordKind,
      key: textOf(bytes.subarray(at + RECORD_HEADER, causeAt)),
      revision: view.getFloat64(at + 8, true),
      expires: view.getFloat64(at + 16, true),
      cause: bytes.subarray(causeAt, valueAt),
      value: bytes.subarray(valueAt, valueAt + view.getUint32(at + 28, true)),
    });
  }
  return records;
}
