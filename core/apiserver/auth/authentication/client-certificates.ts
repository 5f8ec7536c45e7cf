import { type Clock, type Crypto, hex } from '#core/base';
import { unauthorized } from '#core/machinery/status';
import type { Authenticator, Credentials, User } from '#core/apiserver';
import { type Certificate, certificateOf, namesAsIssuer, pemBlocks } from '#core/apiserver/certificates';

export interface ClientCertificateParts {
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** PEM of the authorities whose certificates count. */
  readonly authorities: string;
}

interface Shown {
  readonly certificate: Certificate;
  readonly trusted: boolean;
}

/** Reads each certificate once: connections are long, and their requests show the same bytes again and again. */
function reader(authorities: string): (chain: readonly Uint8Array[]) => Shown | undefined {
  const trusted = pemBlocks(authorities, 'CERTIFICATE').map(certificateOf);
  const read = new WeakMap<Uint8Array, Shown>();
  return (chain) => {
    const leaf = chain[0];
    if (leaf === undefined) return undefined;
    let shown = read.get(leaf);
    if (shown === undefined) {
      const certificate = certificateOf(leaf);
      const last = chain.length > 1 ? certificateOf(chain.at(-1)!) : certificate;
      // The chain may end with the authority itself or with what it issued.
      const known = trusted.some((one) => namesAsIssuer(last, one) || last.subjectName === one.subjectName);
      shown = { certificate, trusted: known };
      read.set(leaf, shown);
    }
    return shown;
  };
}

/** The user is the certificate's common name, its organizations are the groups. Upstream: apiserver/pkg/authentication/request/x509/x509.go. */
export function clientCertificates({ clock, crypto, authorities }: ClientCertificateParts): Authenticator {
  const read = reader(authorities);
  const users = new WeakMap<Certificate, User>();
  return {
    authenticate({ peer }) {
      const shown = read(peer.certificates);
      if (shown === undefined || !shown.trusted || shown.certificate.subject.commonName === '') return undefined;
      const { certificate } = shown;
      checkValidity(certificate, clock.now());
      let user = users.get(certificate);
      if (user === undefined) {
        const { commonName, organizations, uid } = certificate.subject;
        const id = `X509SHA256=${hex(crypto.hash('sha256', peer.certificates[0]!))}`;
        user = {
          name: commonName,
          ...(uid === undefined ? {} : { uid }),
          groups: organizations,
          extra: { 'authentication.kubernetes.io/credential-id': [id] },
        };
        users.set(certificate, user);
      }
      return user;
    },
  };
}

/** TLS checked it when the connection opened; a connection may outlive its certificate. */
function checkValidity(certificate: Certificate, now: number): void {
  if (now < certificate.notBefore || now > certificate.notAfter) throw unauthorized();
}

export interface RequestHeaderParts extends ClientCertificateParts {
  /** Common names that may speak for others; empty: all that the authorities issued. */
  readonly allowedNames: readonly string[];
}

/** Lower case, with what upstream's kubeadm sets. */
export const requestHeaders = {
  user: ['x-remote-user'],
  uid: ['x-remote-uid'],
  group: ['x-remote-group'],
  extraPrefix: ['x-remote-extra-'],
} as const;

/** A front proxy says who asks. Upstream: apiserver/pkg/authentication/request/headerrequest/requestheader.go. */
export function frontProxy({ clock, authorities, allowedNames }: RequestHeaderParts): Authenticator {
  const read = reader(authorities);
  return {
    authenticate(request) {
      const name = request.headers['x-remote-user'];
      if (name === undefined || name === '') return undefined;
      const shown = read(request.peer.certificates);
      if (shown === undefined || !shown.trusted) return undefined;
      checkValidity(shown.certificate, clock.now());
      if (allowedNames.length > 0 && !allowedNames.includes(shown.certificate.subject.commonName)) throw unauthorized();
      return proxiedUser(name, request);
    },
  };
}

function proxiedUser(name: string, { headers }: Credentials): User {
  const extra: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>;
  for (const [header, value] of Object.entries(headers)) {
    if (header.startsWith('x-remote-extra-')) extra[unescapeKey(header.slice(15))] = valuesOf(value);
  }
  const uid = headers['x-remote-uid'];
  return {
    name,
    ...(uid === undefined || uid === '' ? {} : { uid }),
    groups: valuesOf(headers['x-remote-group']),
    ...(Object.keys(extra).length === 0 ? {} : { extra: { ...extra } }),
  };
}

/** Repeated headers arrive joined by `, `. */
export const valuesOf = (header: string | undefined): string[] =>
  header === undefined ? [] : header.split(', ').filter((one) => one !== '');

/** Keys of extra values are percent-encoded where a header's name cannot hold them. */
export function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
