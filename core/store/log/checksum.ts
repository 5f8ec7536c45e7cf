const PRIME_1 = 0x9e3779b1 | 0;
const PRIME_2 = 0x85ebca77 | 0;
const PRIME_3 = 0xc2b2ae3d | 0;
const PRIME_4 = 0x27d4eb2f | 0;

/**
 * A 53-bit checksum of the words from `from` up to `to` (an even number of them); four lanes, so that it runs at memory
 * speed (about 2 GB/s). It finds torn, zeroed, misplaced and flipped data; it is no protection against a forger.
 * Bytes are taken as little-endian words: no platform that runs JavaScript has others.
 */
export function checksum(words: Int32Array, from: number, to: number, seed: number): number {
  let a = (seed + PRIME_1) | 0;
  let b = (seed + PRIME_2) | 0;
  let c = (seed ^ PRIME_3) | 0;
  let d = (seed - PRIME_4) | 0;
  let at = from;
  for (const end = from + ((to - from) & ~3); at < end; at += 4) {
    a = Math.imul(a ^ words[at]!, PRIME_1);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ words[at + 1]!, PRIME_2);
    b = (b << 13) | (b >>> 19);
    c = Math.imul(c ^ words[at + 2]!, PRIME_3);
    c = (c << 13) | (c >>> 19);
    d = Math.imul(d ^ words[at + 3]!, PRIME_4);
    d = (d << 13) | (d >>> 19);
  }
  for (; at < to; at += 2) {
    a = Math.imul(a ^ words[at]!, PRIME_3);
    b = Math.imul(b ^ words[at + 1]!, PRIME_4);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  const low = mix((mix(a ^ (b << 7) ^ (b >>> 25)) + mix(c ^ (d << 11) ^ (d >>> 21))) | 0);
  const high = mix((mix(b ^ (c << 5) ^ (c >>> 27)) + mix(d ^ (a << 17) ^ (a >>> 15)) + (to - from)) | 0);
  return (low >>> 0) + (high >>> 11) * 0x1_0000_0000;
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), PRIME_2);
  mixed = Math.imul(mixed ^ (mixed >>> 13), PRIME_3);
  return mixed ^ (mixed >>> 16);
}
