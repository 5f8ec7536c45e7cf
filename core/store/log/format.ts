/**
 * The log on disk. A segment (`00000001.log`) is a row of frames, and zeros where its writer did not close it; a frame is
 * what one append wrote, whole transactions all of it. All numbers are little-endian, all parts begin at multiples of 8 bytes.
 *
 *     frame   0 u32 magic and format   4 u32 length of the body   8 f64 checksum of all that follows
 *            16 f64 sequence          24 f64 the store's revision after it
 *            32 f64 wall time, ms     40 u32 first live segment   44 u32 number of records   48 body
 *     record  0 u32 length  4 u8 kind  6 u16 length of the key    8 f64 revision
 *            16 f64 expires, wall time, ms, or 0                 24 u32 length of the cause  28 u32 length of the value
 *            32 key (UTF-8), cause (JSON), value (JSON of the storage version), padding
 */

/** The format that this program writes; it reads all up to it. A change of the layout is a new number and a reader for the old. */
export const FORMAT = 1;
/** "KNL" and the format. */
const magicOf = (format: number) => (0x4c4e4b | (format << 24)) >>> 0;
export const MAGIC = magicOf(FORMAT);
/** The format of something that begins as a frame does; `undefined` when it does not. */
export const formatOf = (word: number): number | undefined =>
  (word & 0xffffff) === 0x4c4e4b ? word >>> 24 : undefined;

export const FRAME_HEADER = 48;
export const RECORD_HEADER = 32;

export const PUT = 1;
export const DELETE = 2;
/** An entry that was current when its segment was given up, written again at its old revision. */
export const CARRY = 3;
export type RecordKind = typeof PUT | typeof DELETE | typeof CARRY;

export const segmentName = (segment: number): string => `${String(segment).padStart(8, '0')}.log`;

/** The number in a segment's name; `undefined` for other files. */
export function segmentNumber(name: string): number | undefined {
  return /^\d{8,}\.log$/.test(name) ? Number.parseInt(name, 10) : undefined;
}

export const padded = (length: number): number => (length + 7) & ~7;
