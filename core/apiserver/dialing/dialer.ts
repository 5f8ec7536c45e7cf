import type { Duplex } from '#core/base';
import type { OutboundAnswer, OutboundRequest, UpgradeAnswer } from '../outbound.ts';

/** An address to dial, with nothing left to look up but a host name. */
export interface Origin {
  readonly scheme: 'http' | 'https';
  /** An IP address or a name. */
  readonly host: string;
  readonly port: number;
  readonly tls?: OriginTls;
}

export interface OriginTls {
  /** PEM; absent: the system's authorities. */
  readonly ca?: string;
  /** The name that the certificate must carry, where it is not the host. */
  readonly serverName?: string;
  readonly insecure?: boolean;
  /** PEM; what to show of ourselves. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** Opens connections; one adapter implements it for a platform. Rejects with a StatusError (503, 504) when nobody answers. */
export interface Dialer {
  request(origin: Origin, request: OutboundRequest): Promise<OutboundAnswer>;
  upgrade(origin: Origin, request: OutboundRequest): Promise<UpgradeAnswer>;
  connect(host: string, port: number): Promise<Duplex>;
}
