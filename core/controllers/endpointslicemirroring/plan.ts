import { endpoints as endpointsToken } from '#core/api/tokens';
import type { EndpointAddress, Endpoints } from '#core/api/types/core/v1';
import type { Endpoint, EndpointPort, EndpointSlice } from '#core/api/types/discovery/v1';
import { addressText, parseAddress } from '#core/machinery/names';
import { controllerReference } from '#core/operator';
import { equal } from '../common/equal.ts';
import { repack } from '../endpoints/plan.ts';
import { arrange, type Arrangement, type Group } from '../endpointslice/arrange.ts';
import { MANAGED_BY, SERVICE_NAME } from '../endpointslice/plan.ts';

export const MIRROR = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const UNCOPIED = [
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
];
/** Addresses of one subset that are mirrored. */
const MOST = 1000;

export interface Plan extends Arrangement {
  /** Addresses that are none, and addresses that were too many. */
  readonly invalid: number;
  readonly skipped: number;
}

/** Endpoints that somebody keeps for a Service without selector; others have slices of their own, or need none. */
export const isMirrored = ({ metadata }: Endpoints): boolean =>
  metadata.labels?.[SKIP] !== 'true' && metadata.annotations?.[LEADER] === undefined;

/** The slices that mirror Endpoints, one a subset and address family. Upstream: pkg/controller/endpointslicemirroring/reconciler.go. */
export function plan(endpoints: Endpoints, slices: readonly EndpointSlice[]): Plan {
  const groups: Group[] = [];
  let invalid = 0;
  let skipped = 0;
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of repack(endpoints.subsets ?? [])) {
    const found: Record<Group['addressType'], Endpoint[]> = { IPv4: [], IPv6: [] };
    let count = 0;
    for (const [list, ready] of [[addresses, true] as const, [notReadyAddresses, false] as const]) {
      for (const address of list) {
        const parsed = parseAddress(address.ip);
        if (parsed === undefined) invalid++;
        else if (count >= MOST) skipped++;
        else {
          count++;
          found[parsed.family === 4 ? 'IPv4' : 'IPv6'].push(endpointOf(address, addressText(parsed), ready));
        }
      }
    }
    const own = ports.map(({ name = '', port, protocol = 'TCP', appProtocol }): EndpointPort => ({
      name,
      protocol,
      port,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    }));
    for (const addressType of ['IPv4', 'IPv6'] as const) {
      const list = found[addressType];
      if (list.length > 0) groups.push({ addressType, ports: own, endpoints: list });
    }
  }
  const labels = { ...endpoints.metadata.labels, [SERVICE_NAME]: endpoints.metadata.name ?? '', [MANAGED_BY]: MIRROR };
  const annotations = Object.fromEntries(
    Object.entries(endpoints.metadata.annotations ?? {}).filter(([name]) => !UNCOPIED.includes(name)),
  );
  const arranged = arrange({
    existing: slices,
    groups,
    most: MOST,
    fresh: (addressType, ports) => freshSlice(endpoints, addressType, ports, labels, annotations),
    dressed: (slice) =>
      equal(slice.metadata.labels, labels) && equal(slice.metadata.annotations ?? {}, annotations)
        ? slice
        : { ...slice, metadata: { ...slice.metadata, labels, annotations } },
  });
  const leaving = endpoints.metadata.deletionTimestamp !== undefined;
  return { ...arranged, create: leaving ? [] : arranged.create, invalid, skipped };
}

function endpointOf({ hostname, nodeName, targetRef }: EndpointAddress, address: string, ready: boolean): Endpoint {
  return {
    addresses: [address],
    conditions: { ready },
    ...(hostname === undefined || hostname === '' ? {} : { hostname }),
    ...(targetRef === undefined ? {} : { targetRef }),
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}

function freshSlice(
  endpoints: Endpoints,
  addressType: Group['addressType'],
  ports: readonly EndpointPort[],
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): EndpointSlice {
  const { name = '', namespace = '' } = endpoints.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: name.length < 253 ? `${name}-` : name,
      namespace,
      labels,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [controllerReference(endpoints, endpointsToken)],
    },
    addressType,
    ports,
    endpoints: [],
  };
}
