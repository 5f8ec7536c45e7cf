import type { Readable } from '#core/base';

/** Takes exact numbers of bytes from a stream that arrives in chunks of any size. */
export interface ByteReader {
  /** Undefined at the end of the stream, also where it ends amid what was asked for. Rejects as the stream does. */
  take(length: number): Promise<Uint8Array | undefined>;
}

export function byteReader(from: Readable): ByteReader {
  let held: Uint8Array = new Uint8Array(0);
  return {
    async take(length) {
      if (held.length >= length) {
        const taken = held.subarray(0, length);
        held = held.subarray(length);
        return taken;
      }
      const whole = new Uint8Array(length);
      whole.set(held);
      let filled = held.length;
      held = new Uint8Array(0);
      while (filled < length) {
        const chunk = await from.read();
        if (chunk === undefined) return undefined;
        const used = Math.min(chunk.length, length - filled);
        whole.set(used === chunk.length ? chunk : chunk.subarray(0, used), filled);
        filled += used;
        if (used < chunk.length) held = chunk.subarray(used);
      }
      return whole;
    },
  };
}
