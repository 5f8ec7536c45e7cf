import { hex } from '#core/base';
import {
  childrenOf,
  contentOf,
  context,
  type Element,
  elementAt,
  OID,
  oidOf,
  stringOf,
  timeOf,
  wholeOf,
} from './der.ts';

/** What a distinguished name says that Kubernetes reads. */
export interface DistinguishedName {
  readonly commonName: string;
  /** Groups. */
  readonly organizations: readonly string[];
  /** Kubernetes' own attribute 1.3.6.1.4.1.57683.2. */
  readonly uid?: string;
}

/** The part of an X.509 certificate that says who shows it. Signatures are the TLS adapter's business. */
export interface Certificate {
  readonly subject: DistinguishedName;
  /** Names as raw DER in hex, to compare. */
  readonly subjectName: string;
  readonly issuerName: string;
  /** Key identifiers in hex, where the certificate gives them. */
  readonly subjectKey?: string;
  readonly authorityKey?: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Throws a RangeError where the bytes are no certificate. */
export function certificateOf(der: Uint8Array): Certificate {
  const [body] = childrenOf(elementAt(der, 0));
  if (body === undefined) throw new RangeError('not a certificate');
  const fields = childrenOf(body);
  // The version is optional; without it everything moves by one.
  const first = fields[0]?.tag === context(0) ? 1 : 0;
  const [, , issuer, validity, subject] = fields.slice(first);
  if (issuer === undefined || validity === undefined || subject === undefined)
    throw new RangeError('not a certificate');
  const [notBefore, notAfter] = childrenOf(validity);
  if (notBefore === undefined || notAfter === undefined) throw new RangeError('not a certificate');
  const extensions = fields.find(({ tag }) => tag === context(3));
  const keys = extensions === undefined ? {} : keyIdentifiers(extensions);
  return {
    subject: nameOf(subject),
    subjectName: hex(wholeOf(subject)),
    issuerName: hex(wholeOf(issuer)),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    ...keys,
  };
}

/** A PKCS #10 request's subject, public key (DER of its SubjectPublicKeyInfo) and the alternative names it asks for. */
export interface SigningRequest {
  readonly subject: DistinguishedName;
  readonly publicKey: Uint8Array;
  readonly dnsNames: readonly string[];
  /** As text. */
  readonly addresses: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
}

/** Throws a RangeError where the bytes are no certificate request. */
export function signingRequestOf(der: Uint8Array): SigningRequest {
  const [body] = childrenOf(elementAt(der, 0));
  const [, subject, publicKey, attributes] = body === undefined ? [] : childrenOf(body);
  if (subject === undefined || publicKey === undefined) throw new RangeError('not a certificate request');
  const names = attributes === undefined ? [] : alternativeNames(attributes);
  const of = (tag: number) => names.filter((one) => (one.tag & 0x1f) === tag);
  return {
    subject: nameOf(subject),
    publicKey: wholeOf(publicKey),
    emails: of(1).map(stringOf),
    dnsNames: of(2).map(stringOf),
    uris: of(6).map(stringOf),
    addresses: of(7).map((one) => addressText(contentOf(one))),
  };
}

/** Every block of PEM with that label, as DER. */
export function pemBlocks(text: string, label: string): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  const pattern = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;
  for (const [, name, body] of text.matchAll(pattern)) {
    if (name === label) blocks.push(Uint8Array.fromBase64(body!.replace(/\s+/g, '')));
  }
  return blocks;
}

/** Whether that authority is named as the certificate's issuer; the TLS adapter has verified that it really is one of those trusted. */
export const namesAsIssuer = (certificate: Certificate, authority: Certificate): boolean =>
  certificate.issuerName === authority.subjectName &&
  (certificate.authorityKey === undefined ||
    authority.subjectKey === undefined ||
    certificate.authorityKey === authority.subjectKey);

function nameOf(name: Element): DistinguishedName {
  let commonName = '';
  let uid: string | undefined;
  const organizations: string[] = [];
  for (const set of childrenOf(name)) {
    for (const pair of childrenOf(set)) {
      const [type, value] = childrenOf(pair);
      if (type?.tag !== OID || value === undefined) continue;
      switch (oidOf(type)) {
        case '2.5.4.3':
          commonName = stringOf(value);
          break;
        case '2.5.4.10':
          organizations.push(stringOf(value));
          break;
        case '1.3.6.1.4.1.57683.2':
          uid = stringOf(value);
          break;
      }
    }
  }
  return { commonName, organizations, ...(uid === undefined ? {} : { uid }) };
}

function keyIdentifiers(extensions: Element): { subjectKey?: string; authorityKey?: string } {
  const found: { subjectKey?: string; authorityKey?: string } = {};
  for (const extension of childrenOf(childrenOf(extensions)[0]!)) {
    const parts = childrenOf(extension);
    const value = parts.at(-1)!;
    const id = oidOf(parts[0]!);
    if (id === '2.5.29.14') found.subjectKey = hex(contentOf(elementAt(contentOf(value), 0)));
    if (id === '2.5.29.35') {
      const key = childrenOf(elementAt(contentOf(value), 0)).find(({ tag }) => tag === 0x80);
      if (key !== undefined) found.authorityKey = hex(contentOf(key));
    }
  }
  return found;
}

/** Of the extension request among a request's attributes. */
function alternativeNames(attributes: Element): Element[] {
  for (const attribute of childrenOf(attributes)) {
    const [type, values] = childrenOf(attribute);
    if (type === undefined || values === undefined || oidOf(type) !== '1.2.840.113549.1.9.14') continue;
    for (const list of childrenOf(values)) {
      for (const extension of childrenOf(list)) {
        const parts = childrenOf(extension);
        if (oidOf(parts[0]!) === '2.5.29.17') return childrenOf(elementAt(contentOf(parts.at(-1)!), 0));
      }
    }
  }
  return [];
}

const addressText = (bytes: Uint8Array): string =>
  bytes.length === 4 ? bytes.join('.') : (hex(bytes).match(/.{4}/g) ?? []).join(':');
