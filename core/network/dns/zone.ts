import type { Service } from '#core/api/types/core/v1';
import type { Endpoint, EndpointPort, EndpointSlice } from '#core/api/types/discovery/v1';
import { TYPE, type DnsRecord } from './message.ts';

/** The cluster as its DNS sees it. Keys are `namespace/name`. */
export interface World {
  /** `cluster.local` */
  readonly domain: string;
  service(key: string): Service | undefined;
  slicesOf(key: string): readonly EndpointSlice[];
  hasNamespace(name: string): boolean;
  /** Services with this cluster IP. */
  servicesAt(ip: string): readonly Service[];
  /** Slices with this endpoint address. */
  slicesAt(ip: string): readonly EndpointSlice[];
  /** Whether addresses of this one's reverse zone are the cluster's to answer for. */
  ownsAddress(ip: string): boolean;
}

/** A name of the cluster's, or somebody else's. `exists` without records: the name is there, but has none of that type. */
export type Found =
  | {
      readonly ours: true;
      readonly exists: boolean;
      readonly records: readonly DnsRecord[];
      readonly additional?: readonly DnsRecord[];
    }
  | { readonly ours: false };

/** Seconds. Endpoints of headless Services come and go, and clients should follow. */
const TTL = 5;
const SCHEMA_VERSION = '1.1.0';

const missing: Found = { ours: true, exists: false, records: [] };
const empty: Found = { ours: true, exists: true, records: [] };
const having = (records: readonly DnsRecord[], additional?: readonly DnsRecord[]): Found => ({
  ours: true,
  exists: true,
  records,
  ...(additional === undefined ? {} : { additional }),
});

/**
 * What the cluster says of a name: the records of Kubernetes' DNS-based service discovery (specification 1.1.0), with pods'
 * names by address answered as "insecure" (without looking for the pod), as CoreDNS does by default.
 * `name` is in lower case without a closing dot.
 */
export function lookUp(world: World, name: string, type: number): Found {
  if (name.endsWith('.in-addr.arpa')) return reverse(world, name, type);
  const { domain } = world;
  if (name === domain) return empty;
  if (!name.endsWith(`.${domain}`)) return { ours: false };
  const labels = name
    .slice(0, -domain.length - 1)
    .split('.')
    .reverse();
  const [kind, namespace, ...rest] = labels;
  if (kind === 'dns-version' && labels.length === 1) {
    return type === TYPE.TXT ? having([{ name, ttl: TTL, type: 'TXT', text: SCHEMA_VERSION }]) : empty;
  }
  if (kind !== 'svc' && kind !== 'pod') return missing;
  if (namespace === undefined) return empty;
  if (!world.hasNamespace(namespace)) return missing;
  if (rest.length === 0) return empty;
  return kind === 'pod' ? pod(name, rest, type) : serviceName(world, name, namespace, rest, type);
}

/** `10-244-0-5.default.pod` */
function pod(name: string, [label = '', ...more]: readonly string[], type: number): Found {
  const address = label.replaceAll('-', '.');
  if (more.length > 0 || !isIPv4(address)) return missing;
  return type === TYPE.A || type === TYPE.ANY ? having([{ name, ttl: TTL, type: 'A', address }]) : empty;
}

function serviceName(world: World, name: string, namespace: string, labels: readonly string[], type: number): Found {
  const [serviceLabel = '', ...below] = labels;
  const key = `${namespace}/${serviceLabel}`;
  const service = world.service(key);
  if (service === undefined) return missing;
  const self = `${serviceLabel}.${namespace}.svc.${world.domain}`;
  if (service.spec.type === 'ExternalName') {
    const target = service.spec.externalName ?? '';
    return below.length > 0 ? missing : having([{ name, ttl: TTL, type: 'CNAME', target }]);
  }
  const headless = service.spec.clusterIP === 'None';
  const slices = headless ? world.slicesOf(key) : [];
  if (below.length === 0)
    return addresses(name, headless ? endpointAddresses(slices) : clusterIPs(service), type, headless);
  const [protocol = '', port = '', ...beyond] = below;
  if (below.length <= 2 && protocol.startsWith('_') && beyond.length === 0) {
    return headless
      ? headlessPorts(name, self, slices, protocol, port, type)
      : clusterPorts(name, self, service, protocol, port, type);
  }
  if (headless && below.length === 1) {
    const of = endpointsOf(slices).filter(({ endpoint }) => hostOf(endpoint) === protocol);
    return addresses(
      name,
      of.flatMap(({ endpoint }) => endpoint.addresses),
      type,
      true,
    );
  }
  return missing;
}

const clusterIPs = ({ spec }: Service): readonly string[] =>
  spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);

/** A headless Service without endpoints does not exist, as in CoreDNS: clients then wait for it instead of failing. */
function addresses(name: string, ips: readonly string[], type: number, headless: boolean): Found {
  if (ips.length === 0) return headless ? missing : empty;
  const records = [...new Set(ips)].flatMap((address): DnsRecord[] => {
    const of = address.includes(':') ? 'AAAA' : 'A';
    return type === TYPE[of] || type === TYPE.ANY ? [{ name, ttl: TTL, type: of, address }] : [];
  });
  return having(records);
}

interface Placed {
  readonly endpoint: Endpoint;
  readonly ports: readonly EndpointPort[];
}

/** Ready ones; `publishNotReadyAddresses` already made its endpoints ready in the slice. */
const endpointsOf = (slices: readonly EndpointSlice[]): readonly Placed[] =>
  slices.flatMap(({ addressType, endpoints, ports }) =>
    addressType === 'FQDN'
      ? []
      : (endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready !== false)
          .map((endpoint) => ({ endpoint, ports: ports ?? [] })),
  );

const endpointAddresses = (slices: readonly EndpointSlice[]): readonly string[] =>
  endpointsOf(slices).flatMap(({ endpoint }) => endpoint.addresses);

/** An endpoint's own label below its Service: its hostname, or its address with dashes. */
const hostOf = ({ hostname, addresses: [address = ''] }: Endpoint): string =>
  hostname !== undefined && hostname !== '' ? hostname.toLowerCase() : address.replaceAll(/[.:]/g, '-');

const matches = (wanted: string, given: string): boolean => wanted === '' || wanted.slice(1) === given.toLowerCase();

function clusterPorts(
  name: string,
  self: string,
  service: Service,
  protocol: string,
  port: string,
  type: number,
): Found {
  const ports = (service.spec.ports ?? []).filter(
    (one) => matches(protocol, one.protocol ?? 'TCP') && matches(port, one.name ?? '') && (one.name ?? '') !== '',
  );
  if (ports.length === 0) return missing;
  if (type !== TYPE.SRV && type !== TYPE.ANY) return empty;
  const weight = Math.floor(100 / ports.length);
  return having(
    ports.map((one) => ({ name, ttl: TTL, type: 'SRV', priority: 0, weight, port: one.port, target: self })),
    clusterIPs(service).map((address) => addressRecord(self, address)),
  );
}

function headlessPorts(
  name: string,
  self: string,
  slices: readonly EndpointSlice[],
  protocol: string,
  port: string,
  type: number,
): Found {
  const found = endpointsOf(slices).flatMap(({ endpoint, ports }) =>
    ports
      .filter(
        (one) => matches(protocol, one.protocol ?? 'TCP') && matches(port, one.name ?? '') && one.port !== undefined,
      )
      .map((one) => ({ target: `${hostOf(endpoint)}.${self}`, port: one.port!, endpoint })),
  );
  if (found.length === 0) return missing;
  if (type !== TYPE.SRV && type !== TYPE.ANY) return empty;
  const weight = Math.max(1, Math.floor(100 / found.length));
  return having(
    found.map(({ target, port: number }) => ({
      name,
      ttl: TTL,
      type: 'SRV',
      priority: 0,
      weight,
      port: number,
      target,
    })),
    found.flatMap(({ target, endpoint }) => endpoint.addresses.map((address) => addressRecord(target, address))),
  );
}

const addressRecord = (name: string, address: string): DnsRecord => ({
  name,
  ttl: TTL,
  type: address.includes(':') ? 'AAAA' : 'A',
  address,
});

/** `9.0.96.10.in-addr.arpa` */
function reverse(world: World, name: string, type: number): Found {
  const ip = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
  if (!isIPv4(ip) || !world.ownsAddress(ip)) return { ours: false };
  const targets = world.servicesAt(ip).map((service) => selfOf(world, service.metadata));
  if (targets.length === 0) {
    for (const slice of world.slicesAt(ip)) {
      const service = slice.metadata.labels?.['kubernetes.io/service-name'];
      if (service === undefined) continue;
      const self = selfOf(world, { name: service, namespace: slice.metadata.namespace ?? '' });
      for (const endpoint of slice.endpoints ?? []) {
        if (endpoint.addresses.includes(ip)) targets.push(`${hostOf(endpoint)}.${self}`);
      }
    }
  }
  if (targets.length === 0) return missing;
  if (type !== TYPE.PTR && type !== TYPE.ANY) return empty;
  return having([...new Set(targets)].map((target) => ({ name, ttl: TTL, type: 'PTR', target })));
}

const selfOf = ({ domain }: World, { name, namespace }: { name?: string; namespace?: string }): string =>
  `${name ?? ''}.${namespace ?? ''}.svc.${domain}`;

export function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}
