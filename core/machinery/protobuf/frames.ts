import { concat } from '#core/base';
import { malformed, newReader, readBytes, readText, readVarint, skip } from './reader.ts';
import { keyOf } from './shape.ts';
import { closeField, newWriter, putText, putVarint, take, used } from './writer.ts';

/**
 * A watch event on the wire: four bytes of length, then a WatchEvent whose object is an envelope. These are the bytes
 * before an envelope of `length` bytes; nothing comes after it. Upstream: apimachinery/pkg/util/framer/framer.go.
 */
export function watchFrameHead(type: string, length: number): Uint8Array {
  const writer = newWriter(64);
  // The object is a RawExtension that holds the envelope as field 1.
  putVarint(writer, length);
  putVarint(writer, keyOf(1, 2));
  const raw = used(writer) + length;
  putVarint(writer, raw);
  putVarint(writer, keyOf(2, 2));
  const before = used(writer);
  putText(writer, type);
  closeField(writer, before, keyOf(1, 2));
  const event = take(writer);
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, event.length + length);
  return concat([head, event]);
}

export interface WatchFrame {
  readonly type: string;
  /** Open it with `openEnvelope`. */
  readonly object: Uint8Array;
}

/** A WatchEvent without its four bytes of length. Throws a 400 where it is none. */
export function openWatchEvent(bytes: Uint8Array): WatchFrame {
  const reader = newReader(bytes);
  let type = '';
  let object: Uint8Array = new Uint8Array();
  while (reader.at < reader.end) {
    const key = readVarint(reader);
    if (key === keyOf(1, 2)) type = readText(reader);
    else if (key === keyOf(2, 2)) {
      const raw = newReader(readBytes(reader));
      while (raw.at < raw.end) {
        const inner = readVarint(raw);
        if (inner === keyOf(1, 2)) object = readBytes(raw);
        else skip(raw, inner & 7);
      }
    } else skip(reader, key & 7);
  }
  return { type, object };
}

/** Frames may not be longer: a client that sends more is refused. */
const MAX_FRAME = 64 << 20;

/** Cuts a stream of chunks into frames; keeps what is not complete yet. */
export function frameReader(): { push(chunk: Uint8Array): readonly Uint8Array[] } {
  let kept: Uint8Array = new Uint8Array();
  return {
    push: (chunk) => {
      const bytes = kept.length === 0 ? chunk : concat([kept, chunk]);
      const frames: Uint8Array[] = [];
      let at = 0;
      while (bytes.length - at >= 4) {
        const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
        if (length > MAX_FRAME) throw malformed(`a frame of ${length} bytes`);
        if (bytes.length - at - 4 < length) break;
        frames.push(bytes.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
      kept = bytes.subarray(at);
      return frames;
    },
  };
}
