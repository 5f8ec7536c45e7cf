import type { Node, Pod, Service } from '#core/api/types/core/v1';
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '#core/api/types/discovery/v1';
import { services } from '#core/api/tokens';
import { addressText, parseAddress } from '#core/machinery/names';
import { controllerReference } from '#core/operator';
import { equal } from '../common/equal.ts';
import { isReady } from '../common/pods.ts';
import { hasEndpoint, hasHostname, isHeadless, podPort } from '../common/service-pods.ts';
import { arrange, type Arrangement, type Group } from './arrange.ts';

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGER = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';
const ZONE = 'topology.kubernetes.io/zone';
const MOST_NAME = 253;
/** Endpoints that one slice holds; upstream's `--max-endpoints-per-slice`. */
const MOST = 100;

export interface World {
  readonly service: Service;
  /** The pods that it selects. */
  readonly pods: readonly Pod[];
  /** The slices that this controller manages for it. */
  readonly slices: readonly EndpointSlice[];
  readonly nodeNamed: (name: string) => Node | undefined;
}

export interface Plan extends Arrangement {
  /** A pod's node is not known (yet): the pod was left out, look again. */
  readonly incomplete: boolean;
}

/** The slices that a Service should have. Upstream: k8s.io/endpointslice/reconciler.go. */
export function plan({ service, pods, slices, nodeNamed }: World): Plan {
  const groups: Group[] = [];
  let incomplete = false;
  const types = addressTypes(service);
  for (const addressType of types) {
    const byPorts = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>();
    for (const pod of pods) {
      if (!hasEndpoint(pod, true)) continue;
      const node = nodeNamed(pod.spec.nodeName ?? '');
      if (node === undefined && service.spec?.publishNotReadyAddresses !== true) {
        incomplete = true;
        continue;
      }
      const endpoint = endpointOf(service, pod, node, addressType);
      if (endpoint === undefined) continue;
      const ports = portsOf(service, pod);
      const key = JSON.stringify(ports);
      const group = byPorts.get(key);
      if (group === undefined) byPorts.set(key, { ports, endpoints: [endpoint] });
      else group.endpoints.push(endpoint);
    }
    if (byPorts.size === 0) groups.push({ addressType, ports: [], endpoints: [] });
    for (const group of byPorts.values()) groups.push({ addressType, ...group });
  }
  const dressed = (slice: EndpointSlice): EndpointSlice => {
    const labels = labelsOf(service);
    return equal(labels, slice.metadata.labels) ? slice : { ...slice, metadata: { ...slice.metadata, labels } };
  };
  const ours = slices.filter((slice) => isOwnedBy(slice, service));
  const arranged = arrange({
    existing: ours,
    groups,
    most: MOST,
    dressed,
    fresh: (addressType, ports) => freshSlice(service, addressType, ports),
  });
  return {
    ...arranged,
    // While it goes the garbage collector takes the slices.
    create: service.metadata.deletionTimestamp === undefined ? arranged.create : [],
    // Those of an earlier Service of the name are the garbage collector's too, but they would mislead until then.
    delete: [...arranged.delete, ...slices.filter((slice) => !isOwnedBy(slice, service))],
    incomplete,
  };
}

const isOwnedBy = ({ metadata }: EndpointSlice, service: Service): boolean =>
  metadata.ownerReferences?.some(({ uid, kind }) => kind === 'Service' && uid === service.metadata.uid) === true;

function addressTypes({ spec }: Service): readonly Group['addressType'][] {
  const families = spec?.ipFamilies ?? [];
  if (families.length > 0) return families as readonly Group['addressType'][];
  if ((spec?.clusterIP ?? '') !== '' && spec?.clusterIP !== 'None') {
    return [spec!.clusterIP!.includes(':') ? 'IPv6' : 'IPv4'];
  }
  return ['IPv4', 'IPv6'];
}

function endpointOf(
  service: Service,
  pod: Pod,
  node: Node | undefined,
  addressType: Group['addressType'],
): Endpoint | undefined {
  const addresses: string[] = [];
  for (const { ip } of pod.status?.podIPs ?? []) {
    const address = parseAddress(ip);
    if (address !== undefined && (address.family === 4) === (addressType === 'IPv4'))
      addresses.push(addressText(address));
  }
  if (addresses.length === 0) return undefined;
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const { nodeName } = pod.spec;
  const zone = node?.metadata.labels?.[ZONE];
  const hints = ready ? hintsOf(service, zone, nodeName) : undefined;
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hasHostname(pod, service) ? { hostname: pod.spec.hostname! } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName === undefined || nodeName === '' ? {} : { nodeName }),
    ...(zone === undefined || zone === '' ? {} : { zone }),
    ...(hints === undefined ? {} : { hints }),
  };
}

/** Where a ready endpoint should be used from, if the Service prefers what is close. Upstream: k8s.io/endpointslice/trafficdist. */
function hintsOf({ spec }: Service, zone: string | undefined, node: string | undefined): EndpointHints | undefined {
  const preference = spec?.trafficDistribution;
  const close = preference === 'PreferClose' || preference === 'PreferSameZone' || preference === 'PreferSameNode';
  if (!close) return undefined;
  const forZones = zone === undefined || zone === '' ? undefined : [{ name: zone }];
  const forNodes = preference === 'PreferSameNode' && node !== undefined ? [{ name: node }] : undefined;
  if (forZones === undefined && forNodes === undefined) return undefined;
  return { ...(forZones && { forZones }), ...(forNodes && { forNodes }) };
}

function portsOf(service: Service, pod: Pod): readonly EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const port of service.spec?.ports ?? []) {
    const number = podPort(pod, port);
    if (number === undefined) continue;
    const { name = '', protocol = 'TCP', appProtocol } = port;
    ports.push({ name, protocol, port: number, ...(appProtocol === undefined ? {} : { appProtocol }) });
  }
  return ports;
}

/** The Service's labels, and those by which the slice is found. */
function labelsOf(service: Service): Readonly<Record<string, string>> {
  const { [HEADLESS]: _headless, [SERVICE_NAME]: _name, [MANAGED_BY]: _by, ...own } = service.metadata.labels ?? {};
  return {
    ...own,
    ...(isHeadless(service) ? { [HEADLESS]: '' } : {}),
    [SERVICE_NAME]: service.metadata.name ?? '',
    [MANAGED_BY]: MANAGER,
  };
}

function freshSlice(
  service: Service,
  addressType: Group['addressType'],
  ports: readonly EndpointPort[],
): EndpointSlice {
  const { name = '', namespace = '' } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: name.length < MOST_NAME ? `${name}-` : name,
      namespace,
      labels: labelsOf(service),
      ownerReferences: [controllerReference(service, services)],
    },
    addressType,
    ports,
    endpoints: [],
  };
}
