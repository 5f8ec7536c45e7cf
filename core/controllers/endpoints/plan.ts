import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset, Pod, Service } from '#core/api/types/core/v1';
import { parseAddress } from '#core/machinery/names';
import { equal } from '../common/equal.ts';
import { isReady } from '../common/pods.ts';
import { hasEndpoint, hasHostname, isHeadless, podPort } from '../common/service-pods.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const MANAGER = 'endpoint-controller';
const HEADLESS = 'service.kubernetes.io/headless';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
/** Addresses that one Endpoints object holds. */
const MOST = 1000;

export interface World {
  readonly service: Service;
  /** The pods that it selects. */
  readonly pods: readonly Pod[];
  readonly known: Endpoints | undefined;
}

/** The Endpoints that a Service should have; the known ones where nothing differs. Upstream: pkg/controller/endpoint/endpoints_controller.go. */
export function plan({ service, pods, known }: World): Endpoints {
  const { subsets, truncated } = bounded(repack(subsetsOf(service, pods)));
  const labels = {
    ...without(service.metadata.labels, HEADLESS),
    ...(isHeadless(service) ? { [HEADLESS]: '' } : {}),
    [MANAGED_BY]: MANAGER,
  };
  const annotations = {
    ...without(known?.metadata.annotations, OVER_CAPACITY),
    ...(truncated ? { [OVER_CAPACITY]: 'truncated' } : {}),
  };
  if (
    known !== undefined &&
    equal(known.metadata.labels, labels) &&
    equal(known.metadata.annotations ?? {}, annotations) &&
    sameSubsets(known.subsets ?? [], subsets)
  ) {
    return known;
  }
  const { name = '', namespace = '' } = service.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...(known?.metadata ?? { name, namespace }),
      labels,
      ...(Object.keys(annotations).length === 0 && known?.metadata.annotations === undefined ? {} : { annotations }),
    },
    ...(subsets.length === 0 ? {} : { subsets }),
  };
}

function without(map: Readonly<Record<string, string>> = {}, key: string): Readonly<Record<string, string>> {
  const { [key]: _left, ...rest } = map;
  return rest;
}

const sameSubsets = (known: readonly EndpointSubset[], wanted: readonly EndpointSubset[]) =>
  equal(known, wanted) || equal(repack(known), wanted);

function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const subsets: EndpointSubset[] = [];
  const tolerant = service.spec?.publishNotReadyAddresses === true;
  const ports = service.spec?.ports ?? [];
  for (const pod of pods) {
    if (!hasEndpoint(pod, tolerant)) continue;
    const address = addressOf(service, pod);
    if (address === undefined) continue;
    const addresses = tolerant || isReady(pod) ? { addresses: [address] } : { notReadyAddresses: [address] };
    if (ports.length === 0 && isHeadless(service)) subsets.push(addresses);
    for (const port of ports) {
      const number = podPort(pod, port);
      if (number === undefined) continue;
      const { name, protocol = 'TCP', appProtocol } = port;
      const own: EndpointPort = {
        ...(name === undefined || name === '' ? {} : { name }),
        port: number,
        protocol,
        ...(appProtocol === undefined ? {} : { appProtocol }),
      };
      subsets.push({ ...addresses, ports: [own] });
    }
  }
  return subsets;
}

/** In the Service's own family: Endpoints know but one. */
function addressOf(service: Service, pod: Pod): EndpointAddress | undefined {
  const { clusterIP = '', ipFamilies } = service.spec ?? {};
  const six = clusterIP === '' || clusterIP === 'None' ? ipFamilies?.[0] === 'IPv6' : clusterIP.includes(':');
  const ips = pod.status?.podIPs?.map(({ ip }) => ip) ?? [pod.status?.podIP ?? ''];
  const ip = ips.find((text) => parseAddress(text)?.family === (six ? 6 : 4));
  if (ip === undefined) return undefined;
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  return {
    ip,
    ...(hasHostname(pod, service) ? { hostname: pod.spec.hostname! } : {}),
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

interface Reached {
  readonly address: EndpointAddress;
  ready: boolean;
}

/**
 * The one canonical form of subsets: ports that are reached at the same addresses stand together, each address once, not ready
 * if it is so anywhere. Upstream: pkg/api/v1/endpoints/util.go.
 */
export function repack(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  const byPort = new Map<string, { readonly port: EndpointPort | undefined; readonly reached: Map<string, Reached> }>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const portKey = port === undefined ? '' : portText(port);
      let entry = byPort.get(portKey);
      if (entry === undefined) byPort.set(portKey, (entry = { port, reached: new Map() }));
      for (const [list, ready] of [[addresses, true] as const, [notReadyAddresses, false] as const]) {
        for (const address of list) {
          const key = addressKey(address);
          const known = entry.reached.get(key);
          if (known === undefined) entry.reached.set(key, { address, ready });
          else if (!ready) known.ready = false;
        }
      }
    }
  }
  const byAddresses = new Map<string, { readonly ports: EndpointPort[]; readonly reached: readonly Reached[] }>();
  for (const { port, reached } of byPort.values()) {
    const sorted = [...reached].toSorted(([a], [b]) => compare(a, b));
    const key = sorted.map(([one, { ready }]) => `${one}:${ready}`).join(',');
    let entry = byAddresses.get(key);
    if (entry === undefined) byAddresses.set(key, (entry = { ports: [], reached: sorted.map(([, one]) => one) }));
    if (port !== undefined) entry.ports.push(port);
  }
  return [...byAddresses]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([, { ports, reached }]) => {
      const ready = reached.filter((one) => one.ready).map(({ address }) => address);
      const unready = reached.filter((one) => !one.ready).map(({ address }) => address);
      return {
        ...(ready.length === 0 ? {} : { addresses: ready }),
        ...(unready.length === 0 ? {} : { notReadyAddresses: unready }),
        ...(ports.length === 0 ? {} : { ports: ports.toSorted((a, b) => compare(portText(a), portText(b))) }),
      };
    });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const portText = ({ name = '', port, protocol = 'TCP', appProtocol = '' }: EndpointPort) =>
  [name, port, protocol, appProtocol].join('/');
const addressKey = ({ ip, targetRef }: EndpointAddress) => `${ip}/${targetRef?.uid ?? ''}`;

/** Leaves out what is too much, first of all addresses that are not ready. */
function bounded(subsets: EndpointSubset[]): { readonly subsets: EndpointSubset[]; readonly truncated: boolean } {
  const count = (field: 'addresses' | 'notReadyAddresses') =>
    subsets.reduce((sum, subset) => sum + (subset[field]?.length ?? 0), 0);
  const ready = count('addresses');
  const unready = count('notReadyAddresses');
  if (ready + unready <= MOST) return { subsets, truncated: false };
  const keepReady = Math.min(ready, MOST);
  const keepUnready = MOST - keepReady;
  const share = (list: readonly EndpointAddress[] | undefined, keep: number, all: number) =>
    list === undefined ? [] : list.slice(0, all === 0 ? 0 : Math.floor((list.length * keep) / all));
  return {
    truncated: true,
    subsets: subsets.flatMap(({ addresses, notReadyAddresses, ports }) => {
      const some = share(addresses, keepReady, ready);
      const others = share(notReadyAddresses, keepUnready, unready);
      if (some.length + others.length === 0) return [];
      return [
        {
          ...(some.length === 0 ? {} : { addresses: some }),
          ...(others.length === 0 ? {} : { notReadyAddresses: others }),
          ...(ports === undefined ? {} : { ports }),
        },
      ];
    }),
  };
}
