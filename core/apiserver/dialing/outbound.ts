import type { Random } from '#core/base';
import { badRequest, serviceUnavailable } from '#core/machinery/status';
import type { Outbound, Target } from '../outbound.ts';
import type { Dialer, Origin, OriginTls } from './dialer.ts';
import { askLocally, upgradeLocally, type LocalHandler } from './local.ts';
import { originOfNode, originOfService, type Directory } from './resolve.ts';

export interface OutboundParts {
  readonly directory: Directory;
  readonly random: Random;
  /** Absent in a browser and in tests: only what is local can be reached. */
  readonly dialer?: Dialer;
  /** What kubelets' certificates come from and what we show them. */
  readonly kubeletTls: OriginTls;
  /** DER of the same, for kubelets in this process. */
  readonly kubeletCertificates: readonly Uint8Array[];
  /** Nodes that live in this process. */
  readonly localNode?: (name: string) => LocalHandler | undefined;
  /** Services that are answered in this process (a test's webhook). */
  readonly localService?: (namespace: string, name: string) => LocalHandler | undefined;
}

/** The one way out: names become addresses by the API's own objects, and what lives in this process is asked directly. */
export function createOutbound(parts: OutboundParts): Outbound {
  const { directory, random, kubeletTls, kubeletCertificates } = parts;

  const local = (target: Target): LocalHandler | undefined => {
    if (target.kind === 'node') return parts.localNode?.(target.name);
    if (target.kind === 'service') return parts.localService?.(target.namespace, target.name);
    return undefined;
  };
  const originOf = (target: Target): Origin => {
    switch (target.kind) {
      case 'url':
        return originOfUrl(target.url, target.tls);
      case 'service':
        return originOfService(directory, random, target);
      case 'node':
        return originOfNode(directory, target.name, kubeletTls);
      case 'pod':
        return { scheme: target.scheme, host: target.address, port: target.port, tls: { insecure: true } };
    }
  };
  const dialer = (): Dialer => {
    if (parts.dialer === undefined)
      throw serviceUnavailable('this server has no network: it reaches only what runs in its own process');
    return parts.dialer;
  };

  return {
    async request(target, request) {
      const handler = local(target);
      if (handler !== undefined) return askLocally(handler, request, kubeletCertificates);
      const origin = originOf(target);
      const { host, port } = origin;
      return {
        ...(await dialer().request(origin, request)),
        address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
      };
    },
    async upgrade(target, request) {
      const handler = local(target);
      if (handler !== undefined) return upgradeLocally(handler, request, kubeletCertificates);
      return dialer().upgrade(originOf(target), request);
    },
    async connect(target) {
      const { host, port } = originOf(target);
      return dialer().connect(host, port);
    },
  };
}

function originOfUrl(text: string, tls: OriginTls | undefined): Origin {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw badRequest(`not a URL: ${text}`);
  }
  const scheme = url.protocol === 'http:' ? 'http' : 'https';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    scheme,
    host,
    port: Number(url.port === '' ? (scheme === 'http' ? 80 : 443) : url.port),
    ...(tls === undefined ? {} : { tls }),
  };
}
