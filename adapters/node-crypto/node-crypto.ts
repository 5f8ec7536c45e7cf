import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  hash,
  randomBytes,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { type Crypto, type PrivateKey, type PublicKey, toBase64Url } from '#core/base';

/** The platform's cryptography as core's seam. Keys made by `privateKeyOf` and `publicKeyOf` are the only ones it takes. */
export const nodeCrypto: Crypto = {
  hash: (algorithm, bytes) => hash(algorithm, bytes, 'buffer'),
  randomBytes: (length) => randomBytes(length),
  uuid: () => randomUUID(),
  sign: (key, bytes) => sign('sha256', bytes, { key: keyObject(key), dsaEncoding: 'ieee-p1363' }),
  verify(key, bytes, signature) {
    try {
      return verify('sha256', bytes, { key: keyObject(key), dsaEncoding: 'ieee-p1363' }, signature);
    } catch {
      return false;
    }
  },
};

interface Held {
  readonly object: KeyObject;
}
const keyObject = (key: PrivateKey | PublicKey): KeyObject => (key as unknown as Held).object;

/** A key to sign with: PEM (EC P-256), or a new one. Throws where the text holds no such key. */
export function privateKeyOf(pem?: string): PrivateKey {
  const object =
    pem === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(pem);
  if (object.asymmetricKeyType !== 'ec')
    throw new TypeError(`a signing key must be EC P-256, not ${object.asymmetricKeyType}`);
  return { object, public: publicKeyOf(object) } as PrivateKey & Held;
}

/** A key to verify with: PEM of a public key, a private key or a certificate (EC P-256 or RSA), or a JSON Web Key. */
export function publicKeyOf(from: string | KeyObject | Readonly<Record<string, string>>): PublicKey {
  const object =
    typeof from === 'object' && 'kty' in from
      ? createPublicKey({ key: from as never, format: 'jwk' })
      : createPublicKey(from as string | KeyObject);
  const algorithm = object.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  const jwk = object.export({ format: 'jwk' }) as Record<string, string>;
  if (algorithm === 'ES256' && jwk['crv'] !== 'P-256') {
    throw new TypeError(`a verifying key must be EC P-256 or RSA, not ${jwk['crv'] ?? object.asymmetricKeyType}`);
  }
  const der = object.export({ format: 'der', type: 'spki' });
  const id = toBase64Url(createHash('sha256').update(der).digest());
  return { object, algorithm, id, jwk } as PublicKey & Held;
}

/** The key's PEM: PKCS #8 for the private one, SPKI otherwise. */
export const pemOf = (key: PrivateKey | PublicKey): string => {
  const object = keyObject(key);
  return object.export({ format: 'pem', type: object.type === 'private' ? 'pkcs8' : 'spki' }) as string;
};
