import { concat, toBase64Url, utf8 } from './bytes.ts';
import type { Crypto, PrivateKey, PublicKey } from './crypto.ts';
import { hashOf, hmacSha256 } from './hash.ts';
import { below, seededRandom } from './random.ts';
import { uuidOf } from './uuid.ts';

/**
 * Cryptography for tests and simulations: real hashes, but chance from a seed and signatures that are an HMAC under a
 * secret which the *public* key carries. Whoever verifies could sign as well, so it protects nothing and must never
 * serve a real cluster; in exchange the same seed gives the same ids, tokens and signatures on every platform.
 */
export function seededCrypto(seed: number): SeededCrypto {
  const random = seededRandom(seed);
  const randomBytes = (length: number) => Uint8Array.from({ length }, () => below(random, 256));
  return {
    hash: hashOf,
    randomBytes,
    uuid: () => uuidOf(randomBytes(16)),
    generateKey() {
      const secret = randomBytes(32);
      const id = toBase64Url(hashOf('sha256', secret));
      const known: SeededKey = { algorithm: 'ES256', id, jwk: { kty: 'oct', use: 'seeded-tests-only' }, secret };
      return { public: known };
    },
    sign: (key, bytes) => signature((key.public as SeededKey).secret, bytes),
    verify(key, bytes, given) {
      const wanted = signature((key as SeededKey).secret, bytes);
      return given.length === wanted.length && wanted.every((byte, i) => byte === given[i]);
    },
  };
}

export interface SeededCrypto extends Crypto {
  generateKey(): PrivateKey;
}

interface SeededKey extends PublicKey {
  readonly secret: Uint8Array;
}

/** 64 bytes, as long as an ES256 signature. */
const signature = (secret: Uint8Array, bytes: Uint8Array) =>
  concat([hmacSha256(secret, bytes), hmacSha256(secret, concat([utf8('2'), bytes]))]);
