/**
 * The cryptography that core needs, all of it synchronous: `crypto.subtle` costs 40 times as much a call and completes in
 * an order of its own. Node's crypto implements it in an adapter, a seeded implementation in tests.
 */
export interface Crypto {
  hash(algorithm: 'sha1' | 'sha256' | 'sha512' | 'md5', bytes: Uint8Array): Uint8Array;
  randomBytes(length: number): Uint8Array;
  /** A version 4 UUID in lower case. */
  uuid(): string;
  /** Signs with ECDSA P-256 over SHA-256; the signature is r and s, 32 bytes each (as JWS ES256 has it). */
  sign(key: PrivateKey, bytes: Uint8Array): Uint8Array;
  /** Never throws: a signature that cannot be read is a wrong one. Takes ES256 and RS256 keys. */
  verify(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** A key that signs; what it holds is the implementation's business. */
export interface PrivateKey {
  readonly public: PublicKey;
}

/** A key that verifies, with what its JSON Web Key says of it. */
export interface PublicKey {
  readonly algorithm: 'ES256' | 'RS256';
  /** The key's id: base64url of the SHA-256 of its DER form, as upstream derives it. */
  readonly id: string;
  /** The public members of its JSON Web Key (`kty`, `crv`, `x`, `y` or `n`, `e`). */
  readonly jwk: Readonly<Record<string, string>>;
}
