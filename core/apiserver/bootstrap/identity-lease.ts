import type { Lease } from '#core/api/types';
import { concat, type Crypto, utf8 } from '#core/base';
import { microTimeOf } from '#core/machinery/values';
import { type Wanted, wanted } from './wanted.ts';

export interface ServerIdentity {
  readonly hostname: string;
  /** Where other API servers reach this one: `ADDRESS:PORT`. */
  readonly advertised: string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >>> (bits - 5)) & 31];
    held &= 0xff;
  }
  return bits === 0 ? text : text + ALPHABET[(held << (5 - bits)) & 31];
}

/** `apiserver-` and the hash of the host's name and the server's, each behind its length. Upstream: apiserver/pkg/server/config.go. */
export const leaseName = (crypto: Crypto, hostname: string): string => {
  const data = concat([hostname, 'kube-apiserver'].map(behindLength));
  return `apiserver-${base32(crypto.hash('sha256', data).subarray(0, 16))}`;
};

function behindLength(text: string): Uint8Array {
  const bytes = utf8(text);
  return concat([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

/** The lease by which a server shows that it lives; each start is a holder of its own, each renewal is written. `now` in milliseconds. */
export function identityLease(crypto: Crypto, { hostname, advertised }: ServerIdentity): (now: number) => Wanted {
  const name = leaseName(crypto, hostname);
  const holderIdentity = `${name}_${crypto.uuid()}`;
  const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': hostname };
  const annotations = { 'kubernetes.io/peer-advertise-address': advertised };
  return (now) => {
    const spec = { holderIdentity, leaseDurationSeconds: 3600, renewTime: microTimeOf(now) };
    const metadata = { name, namespace: 'kube-system', labels, annotations };
    return wanted(
      'coordination.k8s.io',
      'leases',
      { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata, spec },
      (old: Lease) => ({ ...old, metadata: { ...old.metadata, labels, annotations }, spec: { ...old.spec, ...spec } }),
    );
  };
}
