import type { KubeObject } from '#core/machinery/object';
import { serviceUnavailable } from '#core/machinery/status';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import type { Node, Service } from '#core/api/types/core/v1';
import { below, type Random } from '#core/base';
import type { Store } from '#core/store';
import type { Target } from '../outbound.ts';
import type { Origin, OriginTls } from './dialer.ts';

/** Where names are looked up: the objects themselves, so that what is dialled is what the API says. */
export interface Directory {
  service(namespace: string, name: string): Service | undefined;
  endpointSlices(namespace: string, service: string): Iterable<EndpointSlice>;
  node(name: string): Node | undefined;
}

/** The directory that a store is. */
export function directoryOf(store: Store): Directory {
  const object = <T extends KubeObject>(key: string) => store.get(key)?.object as T | undefined;
  return {
    service: (namespace, name) => object<Service>(`/services/${namespace}/${name}`),
    node: (name) => object<Node>(`/nodes/${name}`),
    *endpointSlices(namespace, service) {
      const prefix = `discovery.k8s.io/endpointslices/${namespace}/`;
      // '0' follows '/' in byte order: the end of everything below the prefix.
      for (const entry of store.view('discovery.k8s.io/endpointslices/').range(prefix, `${prefix.slice(0, -1)}0`)) {
        const slice = entry.object as EndpointSlice;
        if (slice.metadata.labels?.['kubernetes.io/service-name'] === service) yield slice;
      }
    },
  };
}

const KUBELET_PORT = 10250;
/** Upstream's order of kubelet address types: pkg/kubeapiserver/options (kubelet-preferred-address-types). */
const ADDRESS_TYPES = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];

/** The address of one ready endpoint of a Service, chosen by chance. Throws 503 where there is none. */
export function originOfService(
  directory: Directory,
  random: Random,
  target: Extract<Target, { kind: 'service' }>,
): Origin {
  const { namespace, name, scheme } = target;
  const service = directory.service(namespace, name);
  if (service === undefined) throw serviceUnavailable(`service "${name}" not found`);
  const tls: OriginTls = { serverName: `${name}.${namespace}.svc`, ...target.tls };
  const withTls = (host: string, port: number): Origin => ({
    scheme,
    host,
    port,
    ...(scheme === 'https' ? { tls } : {}),
  });

  // The only port of a Service has no name, and who asks for no port asks for that one.
  const ports = service.spec?.ports ?? [];
  const port = ports.find((one) => (one.name ?? '') === target.port || String(one.port) === target.port);
  if (service.spec?.type === 'ExternalName') {
    return withTls(service.spec.externalName ?? '', port?.port ?? Number(target.port));
  }
  if (port === undefined) throw serviceUnavailable(`no service port "${target.port}" found for service "${name}"`);

  const found: { host: string; port: number }[] = [];
  for (const slice of directory.endpointSlices(namespace, name)) {
    const number = (slice.ports ?? []).find((one) => (one.name ?? '') === (port.name ?? ''))?.port;
    if (number === undefined) continue;
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      if (conditions?.ready !== false) found.push({ host: addresses[0]!, port: number });
    }
  }
  if (found.length === 0) throw serviceUnavailable(`no endpoints available for service "${name}"`);
  const { host, port: number } = found[below(random, found.length)]!;
  return withTls(host, number);
}

/** The kubelet of a node, by the addresses that it reported. */
export function originOfNode(directory: Directory, name: string, tls: OriginTls): Origin {
  const node = directory.node(name);
  if (node === undefined) throw serviceUnavailable(`node "${name}" not found`);
  const addresses = node.status?.addresses ?? [];
  const internal = addresses.find(({ type }) => type === 'InternalIP');
  const host =
    internal ??
    ADDRESS_TYPES.map((type) => addresses.find((one) => one.type === type)).find((one) => one !== undefined);
  if (host === undefined) throw serviceUnavailable(`no preferred addresses found; known addresses: []`);
  return {
    scheme: 'https',
    host: host.address,
    port: node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? KUBELET_PORT,
    tls,
  };
}
