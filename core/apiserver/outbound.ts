import type { Duplex, Readable } from '#core/base';
import type { Answer, Headers } from './types.ts';

/** Everything that the server dials: webhooks, aggregated servers, kubelets, pods, Services. */
export interface Outbound {
  /** Sends a request and gives the answer's head and its body as a stream. Rejects with a StatusError (503, 504) when nobody answers. */
  request(target: Target, request: OutboundRequest): Promise<OutboundAnswer>;
  /** Opens an upgraded connection (SPDY, WebSocket): the answer must be 101, anything else is given as it is. */
  upgrade(target: Target, request: OutboundRequest): Promise<UpgradeAnswer>;
  /** A raw connection, for port forwarding. */
  connect(target: Target): Promise<Duplex>;
}

export type Target =
  | { readonly kind: 'url'; readonly url: string; readonly tls?: OutboundTls }
  /** Resolved to one of the Service's ready endpoints. `port` by number or name. */
  | {
      readonly kind: 'service';
      readonly namespace: string;
      readonly name: string;
      readonly port: string;
      readonly scheme: 'http' | 'https';
      readonly tls?: OutboundTls;
    }
  /** The kubelet of a node. */
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'pod'; readonly address: string; readonly port: number; readonly scheme: 'http' | 'https' };

export interface OutboundTls {
  /** PEM; absent: the system's. */
  readonly ca?: string;
  readonly serverName?: string;
  /** Proxying to pods and Services over https does not verify, as upstream. */
  readonly insecure?: boolean;
}

export interface OutboundRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body?: Uint8Array;
  /** Milliseconds for the whole answer; absent for streams. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
  /** Host and port of who answered; absent where that is in this process. */
  readonly address?: string;
}

/** `duplex` is there when the other side upgraded (101). */
export interface UpgradeAnswer {
  readonly head: Answer;
  readonly duplex?: Duplex;
}
