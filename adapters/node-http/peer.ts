import type { TLSSocket } from 'node:tls';
import type { Peer } from '#core/apiserver';

/** Who is at the other end: the certificates only where the chain was verified against a CA that we trust. */
export function peerOf(socket: TLSSocket): Peer {
  return { address: socket.remoteAddress ?? '', certificates: socket.authorized ? certificatesOf(socket) : [] };
}

function certificatesOf(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate !== undefined) {
    const { raw } = certificate;
    // The root points at itself.
    if (chain.some((one) => Buffer.compare(one, raw) === 0)) break;
    chain.push(raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
