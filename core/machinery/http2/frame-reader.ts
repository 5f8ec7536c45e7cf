import { concat } from '#core/base';
import { ConnectionFailure } from './failure.ts';
import { FRAME, FRAME_SIZE_ERROR, HEAD, number32, PREFACE, PROTOCOL_ERROR } from './frames.ts';

/** Cuts what arrives into frames; `take` gets each. Both throw a ConnectionFailure. */
export function frameReader(take: (kind: number, flags: number, stream: number, payload: Uint8Array) => void) {
  let rest: Uint8Array | undefined;
  let isBegun = false;

  /** Where the frames begin; -1 before all of the preface is there. */
  const begin = (bytes: Uint8Array): number => {
    const length = Math.min(bytes.length, PREFACE.length);
    for (let i = 0; i < length; i++) {
      if (bytes[i] !== PREFACE[i]) throw new ConnectionFailure(PROTOCOL_ERROR, 'no preface');
    }
    isBegun = length === PREFACE.length;
    return isBegun ? length : -1;
  };

  return (chunk: Uint8Array): void => {
    const bytes = rest === undefined ? chunk : concat([rest, chunk]);
    rest = bytes;
    let at = isBegun ? 0 : begin(bytes);
    if (at < 0) return;
    while (bytes.length - at >= HEAD) {
      const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      if (length > FRAME) throw new ConnectionFailure(FRAME_SIZE_ERROR, 'a frame is too long');
      const end = at + HEAD + length;
      if (end > bytes.length) break;
      const stream = number32(bytes, at + 5) & 0x7fffffff;
      take(bytes[at + 3]!, bytes[at + 4]!, stream, bytes.subarray(at + HEAD, end));
      at = end;
    }
    rest = at < bytes.length ? bytes.subarray(at) : undefined;
  };
}
