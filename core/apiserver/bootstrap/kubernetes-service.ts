import type { Endpoints, EndpointSlice, Service } from '#core/api/types';
import { sameJson } from '#core/base';
import { timeOf } from '#core/machinery/values';
import { type Wanted, wanted } from './wanted.ts';

export interface AdvertisedServer {
  /** IPv4 or IPv6, not loopback: what pods reach. */
  readonly address: string;
  readonly port: number;
  /** The first address of the Service range. */
  readonly serviceAddress: string;
  readonly serviceRanges: readonly string[];
}

const familyOf = (address: string) => (address.includes(':') ? 'IPv6' : 'IPv4');
const PORT = 443;

/** The range that Services get addresses of. Upstream: pkg/controlplane/controller/defaultservicecidr. `now` in milliseconds. */
export const serviceRange = ({ serviceRanges }: AdvertisedServer, now: number): Wanted =>
  wanted('networking.k8s.io', 'servicecidrs', {
    kind: 'ServiceCIDR',
    apiVersion: 'networking.k8s.io/v1',
    metadata: { name: 'kubernetes' },
    spec: { cidrs: serviceRanges },
    status: {
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          lastTransitionTime: timeOf(now),
          reason: '',
          message: 'Kubernetes default Service CIDR is ready',
        },
      ],
    },
  });

/** Service `default/kubernetes`. Upstream: pkg/controlplane/controller/kubernetesservice. */
export function kubernetesService({ port, serviceAddress }: AdvertisedServer): Wanted {
  const ports = [{ name: 'https', protocol: 'TCP' as const, port: PORT, targetPort: port }];
  const object = {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      ports,
      clusterIP: serviceAddress,
      clusterIPs: [serviceAddress],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ipFamilies: [familyOf(serviceAddress)],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: {} },
  };
  return wanted('', 'services', object, (old: Service) =>
    sameJson(old.spec?.ports, ports) && old.spec?.type === 'ClusterIP'
      ? undefined
      : { ...old, spec: { ...old.spec, ports, type: 'ClusterIP' } },
  );
}

/** The object that says that Service `default/kubernetes` has its address. */
export const kubernetesAddress = ({ serviceAddress }: AdvertisedServer): Wanted =>
  wanted('networking.k8s.io', 'ipaddresses', {
    kind: 'IPAddress',
    apiVersion: 'networking.k8s.io/v1',
    metadata: {
      name: serviceAddress,
      labels: {
        'ipaddress.kubernetes.io/ip-family': familyOf(serviceAddress),
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
      },
    },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'kubernetes' } },
  });

/** Where the server is reached, which follows its address. Upstream: pkg/controlplane/reconcilers. */
export function kubernetesEndpoints({ address, port }: AdvertisedServer): readonly Wanted[] {
  const subsets = [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' as const }] }];
  const endpoints = [{ addresses: [address], conditions: { ready: true } }];
  const ports = [{ name: 'https', protocol: 'TCP' as const, port }];
  const addressType = familyOf(address);
  return [
    wanted(
      '',
      'endpoints',
      {
        kind: 'Endpoints',
        apiVersion: 'v1',
        metadata: {
          name: 'kubernetes',
          namespace: 'default',
          labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
        },
        subsets,
      },
      (old: Endpoints) => (sameJson(old.subsets, subsets) ? undefined : { ...old, subsets }),
    ),
    wanted(
      'discovery.k8s.io',
      'endpointslices',
      {
        kind: 'EndpointSlice',
        apiVersion: 'discovery.k8s.io/v1',
        metadata: {
          generation: 1,
          name: 'kubernetes',
          namespace: 'default',
          labels: { 'kubernetes.io/service-name': 'kubernetes' },
        },
        addressType,
        endpoints,
        ports,
      },
      (old: EndpointSlice) =>
        sameJson(old.endpoints, endpoints) && sameJson(old.ports, ports) && old.addressType === addressType
          ? undefined
          : { ...old, addressType, endpoints, ports },
    ),
  ];
}
