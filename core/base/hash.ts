/**
 * The hash functions themselves, in the language alone: for seeded tests and for places without a platform's cryptography.
 * Their constants are defined by roots of primes and by sines, so they are computed on first use and not listed.
 */

export type HashAlgorithm = 'sha1' | 'sha256' | 'sha512' | 'md5';

export function hashOf(algorithm: HashAlgorithm, bytes: Uint8Array): Uint8Array {
  switch (algorithm) {
    case 'sha1':
      return sha1(bytes);
    case 'sha256':
      return sha256(bytes);
    case 'sha512':
      return sha512(bytes);
    case 'md5':
      return md5(bytes);
  }
}

/** HMAC (RFC 2104) over SHA-256. */
export function hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = new Uint8Array(64 + bytes.length);
  const outer = new Uint8Array(64 + 32);
  for (let i = 0; i < 64; i++) {
    inner[i] = block[i]! ^ 0x36;
    outer[i] = block[i]! ^ 0x5c;
  }
  inner.set(bytes, 64);
  outer.set(sha256(inner), 64);
  return sha256(outer);
}

/** The message with its end mark and its length in bits, as a whole number of blocks. */
function padded(bytes: Uint8Array, block: 64 | 128, littleEndian = false): DataView {
  const lengthBytes = block === 64 ? 8 : 16;
  const total = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
  const whole = new Uint8Array(total);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setBigUint64(total - 8, BigInt(bytes.length) * 8n, littleEndian);
  return view;
}

const left = (word: number, by: number) => (word << by) | (word >>> (32 - by));
const right = (word: number, by: number) => (word >>> by) | (word << (32 - by));

function words(state: Uint32Array | Int32Array, littleEndian = false): Uint8Array {
  const out = new DataView(new ArrayBuffer(state.length * 4));
  state.forEach((word, i) => out.setUint32(i * 4, word, littleEndian));
  return new Uint8Array(out.buffer);
}

function md5(bytes: Uint8Array): Uint8Array {
  const message = padded(bytes, 64, true);
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < message.byteLength; at += 64) {
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const [mixed, word] =
        round === 0
          ? [(b & c) | (~b & d), i]
          : round === 1
            ? [(d & b) | (~d & c), (5 * i + 1) & 15]
            : round === 2
              ? [b ^ c ^ d, (3 * i + 5) & 15]
              : [c ^ (b | ~d), (7 * i) & 15];
      const sum = (a + mixed + sines[i]! + message.getInt32(at + word * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + left(sum, shifts[round * 4 + (i & 3)]!)) | 0];
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
  }
  return words(state, true);
}

function sha1(bytes: Uint8Array): Uint8Array {
  const message = padded(bytes, 64);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const w = new Int32Array(80);
  for (let at = 0; at < message.byteLength; at += 64) {
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      w[i] = i < 16 ? message.getInt32(at + i * 4) : left(w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!, 1);
      const mixed =
        i < 20
          ? ((b & c) | (~b & d)) + 0x5a827999
          : i < 40
            ? (b ^ c ^ d) + 0x6ed9eba1
            : i < 60
              ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
              : (b ^ c ^ d) + 0xca62c1d6;
      const next = (left(a, 5) + mixed + e + w[i]!) | 0;
      [e, d, c, b, a] = [d, c, left(b, 30), a, next];
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
    state[4]! += e;
  }
  return words(state);
}

interface Sha2Constants {
  /** First 64 bits of the fractions of the cube roots of the first 80 primes; SHA-256 uses the upper halves of 64 of them. */
  readonly k512: BigUint64Array;
  readonly k256: Int32Array;
  /** Of the square roots of the first 8 primes. */
  readonly h512: BigUint64Array;
  readonly h256: Int32Array;
}
let constants: Sha2Constants | undefined;

function sha2Constants(): Sha2Constants {
  if (constants !== undefined) return constants;
  const primes: bigint[] = [];
  for (let candidate = 2n; primes.length < 80; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate);
  }
  /** The first 64 bits of the fraction of n's root: the root of n·2^(64·degree), found by bisection, without its whole part. */
  const fraction = (n: bigint, degree: bigint) => {
    const target = n << (64n * degree);
    let low = 0n;
    let high = 1n << 70n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** degree <= target) low = middle;
      else high = middle;
    }
    return BigInt.asUintN(64, low);
  };
  const k512 = BigUint64Array.from(primes, (prime) => fraction(prime, 3n));
  const h512 = BigUint64Array.from(primes.slice(0, 8), (prime) => fraction(prime, 2n));
  const upper = (list: BigUint64Array) => Int32Array.from(list, (word) => Number(word >> 32n) | 0);
  constants = { k512, h512, k256: upper(k512.slice(0, 64)), h256: upper(h512) };
  return constants;
}

function sha256(bytes: Uint8Array): Uint8Array {
  const { k256, h256 } = sha2Constants();
  const message = padded(bytes, 64);
  const state = h256.slice();
  const w = new Int32Array(64);
  for (let at = 0; at < message.byteLength; at += 64) {
    let [a, b, c, d, e, f, g, h] = state as unknown as number[] as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = message.getInt32(at + i * 4);
      else {
        const early = w[i - 15]!;
        const late = w[i - 2]!;
        w[i] =
          w[i - 16]! +
          (right(early, 7) ^ right(early, 18) ^ (early >>> 3)) +
          w[i - 7]! +
          (right(late, 17) ^ right(late, 19) ^ (late >>> 10));
      }
      const one = (h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & f) ^ (~e & g)) + k256[i]! + w[i]!) | 0;
      const two = ((right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    const sums = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i++) state[i]! += sums[i]!;
  }
  return words(state);
}

function sha512(bytes: Uint8Array): Uint8Array {
  const { k512, h512 } = sha2Constants();
  const message = padded(bytes, 128);
  const state = h512.slice();
  const w = new BigUint64Array(80);
  const turn = (word: bigint, by: bigint) => BigInt.asUintN(64, (word >> by) | (word << (64n - by)));
  for (let at = 0; at < message.byteLength; at += 128) {
    let [a, b, c, d, e, f, g, h] = state as unknown as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let i = 0; i < 80; i++) {
      if (i < 16) w[i] = message.getBigUint64(at + i * 8);
      else {
        const early = w[i - 15]!;
        const late = w[i - 2]!;
        w[i] =
          w[i - 16]! +
          (turn(early, 1n) ^ turn(early, 8n) ^ (early >> 7n)) +
          w[i - 7]! +
          (turn(late, 19n) ^ turn(late, 61n) ^ (late >> 6n));
      }
      const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & g)) + k512[i]! + w[i]!;
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, BigInt.asUintN(64, d + one), c, b, a, BigInt.asUintN(64, one + two)];
    }
    const sums = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i++) state[i]! += sums[i]!;
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => out.setBigUint64(i * 8, word));
  return new Uint8Array(out.buffer);
}
