import type { TLSSocket } from 'node:tls';
import type { Peer } from '#core/apiserver';

/** Who is at the other end: the certificates only where the chain was verified against a CA that we trust. */
export function peerOf(socket: TLSSocket): Peer {
  return { address: socket.remoteAddress ?? '', certificates: socket.authorized ? certificatesOf(socket) : [] };
}

function certificatesOf(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate = socket.getPeerCertificate(true);
  // The root points at itself.
  while (certificate?.raw !== undefined && !chain.some((one) => Buffer.compare(one, certificate.raw) === 0)) {
    chain.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
