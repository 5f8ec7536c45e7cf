import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bits, boolean, integer, octets, oid, sequence, set, tagged, time, utf8String } from './der.ts';
import { addressBytes } from './address.ts';

/** What a certificate says. */
export interface Subject {
  readonly commonName: string;
  /** Kubernetes' groups. */
  readonly organizations?: readonly string[];
}

export type Usage = 'serverAuth' | 'clientAuth';

export interface CertificateRequest {
  readonly subject: Subject;
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** `CA` makes an authority. */
  readonly usages: readonly Usage[] | 'CA';
  readonly names?: readonly string[];
  /** IPv4 and IPv6. */
  readonly addresses?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A certificate and its key, both PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

const USAGES: Readonly<Record<Usage, string>> = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' };
/** digitalSignature and keyEncipherment; an authority signs certificates too. The second number counts unused bits. */
const LEAF_USAGE = [0xa0, 5] as const;
const AUTHORITY_USAGE = [0xa4, 2] as const;

const nameOf = ({ commonName, organizations = [] }: Subject) =>
  sequence(
    ...organizations.map((one) => set(sequence(oid('2.5.4.10'), utf8String(one)))),
    set(sequence(oid('2.5.4.3'), utf8String(commonName))),
  );

const extension = (id: string, critical: boolean, value: Uint8Array) =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));

/** RFC 5280's first method: SHA-1 of the public key's bits, which end its SubjectPublicKeyInfo. */
const keyId = (publicKey: Uint8Array) => createHash('sha1').update(publicKey.subarray(-65)).digest();

/** Whoever signs: its name, public key and private key (EC P-256). */
export interface Issuer {
  readonly subject: Subject;
  readonly publicKey: Uint8Array;
  readonly key: KeyObject;
}

/** Issues an X.509 v3 certificate signed with ECDSA over SHA-256; gives PEM. */
export function issue(request: CertificateRequest, issuer: Issuer): string {
  const { subject, publicKey, usages, names = [], addresses = [] } = request;
  const authority = usages === 'CA';
  const signedWith = sequence(oid('1.2.840.10045.4.3.2'));
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const [usage, unused] = authority ? AUTHORITY_USAGE : LEAF_USAGE;
  const alternatives = [
    ...names.map((one) => tagged(2, false, Buffer.from(one))),
    ...addresses.map((one) => tagged(7, false, addressBytes(one))),
  ];
  const extensions = [
    extension('2.5.29.15', true, bits(Buffer.of(usage), unused)),
    ...(usages === 'CA' || usages.length === 0
      ? []
      : [extension('2.5.29.37', false, sequence(...usages.map((one) => oid(USAGES[one]))))]),
    extension('2.5.29.19', true, sequence(...(authority ? [boolean(true)] : []))),
    ...(authority
      ? [extension('2.5.29.14', false, octets(keyId(publicKey)))]
      : [extension('2.5.29.35', false, sequence(tagged(0, false, keyId(issuer.publicKey))))]),
    ...(alternatives.length > 0 ? [extension('2.5.29.17', false, sequence(...alternatives))] : []),
  ];
  const body = sequence(
    tagged(0, true, integer(Buffer.of(2))),
    integer(serial),
    signedWith,
    nameOf(issuer.subject),
    sequence(time(request.notBefore), time(request.notAfter)),
    nameOf(subject),
    publicKey,
    tagged(3, true, sequence(...extensions)),
  );
  const whole = sequence(body, signedWith, bits(sign('sha256', body, issuer.key)));
  return pem('CERTIFICATE', whole);
}

export const pem = (label: string, bytes: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;

/** A new P-256 key: the object, its PEM (SEC 1, as kubeadm writes it) and the DER of its public half. */
export function newKey(): { readonly key: KeyObject; readonly pem: string; readonly publicKey: Buffer } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: pair.privateKey,
    pem: pair.privateKey.export({ format: 'pem', type: 'sec1' }) as string,
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }),
  };
}

export const keyOf = (text: string): KeyObject => createPrivateKey(text);
