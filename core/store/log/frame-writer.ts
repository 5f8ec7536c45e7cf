import type { Revision } from '../types.ts';
import { checksum } from './checksum.ts';
import { FRAME_HEADER, MAGIC, padded, RECORD_HEADER, type RecordKind } from './format.ts';

/** Bytes that a writer begins with, and goes back to after an unusually large frame. */
const SMALL = 8 * 1024;
const LARGE = 8 * 1024 * 1024;

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

export interface FrameHead {
  readonly sequence: number;
  readonly revision: Revision;
  /** Wall time in milliseconds. */
  readonly time: number;
  readonly firstLive: number;
}

/** Collects the records of one frame. */
export interface FrameWriter {
  readonly records: number;
  /** Bytes so far, header included. */
  readonly size: number;
  /** Copies what it is given; returns the value's length in bytes. Keys of more than 65,535 bytes are refused with a RangeError. */
  add(
    kind: RecordKind,
    key: string,
    revision: Revision,
    expires: number,
    cause: Uint8Array | undefined,
    value: Uint8Array | string | undefined,
  ): number;
  /** The frame as it goes to disk; valid until `clear`. */
  seal(head: FrameHead): Uint8Array;
  clear(): void;
  /** Takes back what was added since it had that size and so many records. */
  rewind(size: number, records: number): void;
}

export function frameWriter(): FrameWriter {
  let buffer = new ArrayBuffer(SMALL);
  let bytes = new Uint8Array(buffer);
  let view = new DataView(buffer);
  let size = FRAME_HEADER;
  let records = 0;

  const allocate = (capacity: number) => {
    const old = bytes;
    buffer = new ArrayBuffer(capacity);
    bytes = new Uint8Array(buffer);
    view = new DataView(buffer);
    bytes.set(old.subarray(0, size));
  };

  return {
    get records() {
      return records;
    },
    get size() {
      return size;
    },
    add(kind, key, revision, expires, cause = NOTHING, value = NOTHING) {
      // A UTF-16 unit takes three bytes of UTF-8 at most.
      const room = typeof value === 'string' ? value.length * 3 : value.length;
      const most = size + RECORD_HEADER + padded(key.length * 3 + cause.length + room);
      if (most > bytes.length) allocate(Math.max(bytes.length * 2, most));
      const at = size;
      const { written } = encoder.encodeInto(key, bytes.subarray(at + RECORD_HEADER));
      if (written > 0xffff) throw new RangeError(`a key has ${written} bytes; 65535 are allowed`);
      const causeAt = at + RECORD_HEADER + written;
      const valueAt = causeAt + cause.length;
      bytes.set(cause, causeAt);
      let length: number;
      if (typeof value === 'string') length = encoder.encodeInto(value, bytes.subarray(valueAt)).written;
      else {
        bytes.set(value, valueAt);
        length = value.length;
      }
      const end = valueAt + length;
      const next = padded(end);
      view.setUint32(at, next - at, true);
      view.setUint32(at + 4, kind | (written << 16), true);
      view.setFloat64(at + 8, revision, true);
      view.setFloat64(at + 16, expires, true);
      view.setUint32(at + 24, cause.length, true);
      view.setUint32(at + 28, length, true);
      bytes.fill(0, end, next);
      size = next;
      records++;
      return length;
    },
    seal({ sequence, revision, time, firstLive }) {
      view.setUint32(0, MAGIC, true);
      view.setUint32(4, size - FRAME_HEADER, true);
      view.setFloat64(16, sequence, true);
      view.setFloat64(24, revision, true);
      view.setFloat64(32, time, true);
      view.setUint32(40, firstLive, true);
      view.setUint32(44, records, true);
      view.setFloat64(8, checksum(new Int32Array(buffer, 0, size >> 2), 4, size >> 2, size), true);
      return bytes.subarray(0, size);
    },
    clear() {
      size = FRAME_HEADER;
      records = 0;
      if (bytes.length > LARGE) allocate(SMALL);
    },
    rewind(toSize, toRecords) {
      size = toSize;
      records = toRecords;
    },
  };
}
