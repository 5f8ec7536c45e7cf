import type {
  Endpoints,
  EndpointSlice,
  IPAddress,
  Ingress,
  IngressClass,
  NetworkPolicy,
  Service,
  ServiceCIDR,
} from '#core/api/types';
import { listed } from '#core/machinery/table';
import { age, labelsText, nameOf, orNone, selectorText, show } from './kit.ts';

interface Points {
  readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
}

/** Addresses in order; without repetition. */
function addresses(status: Points | undefined): readonly string[] {
  const all = (status?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').filter((one) => one !== '');
  return [...new Set(all)].toSorted();
}

function externalIps({ spec, status }: Service): string {
  const own = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case 'ClusterIP':
    case 'NodePort':
      return orNone(own.join());
    case 'LoadBalancer':
      return [...addresses(status?.loadBalancer), ...own].join() || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

export const services = show<Service>(
  ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', '*Selector'],
  (object, now) => {
    const { spec } = object;
    const ports = (spec?.ports ?? []).map(({ port, nodePort = 0, protocol }) =>
      nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    );
    return [
      nameOf(object),
      spec?.type ?? '',
      orNone(spec?.clusterIPs?.[0]),
      externalIps(object),
      orNone(ports.join()),
      age(object, now),
      labelsText(spec?.selector),
    ];
  },
);

const hostPort = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

export const endpoints = show<Endpoints>(['Name', 'Endpoints', 'Age'], (object, now) => {
  const all = (object.subsets ?? []).flatMap(({ addresses: ready = [], ports = [] }) =>
    ports.length === 0
      ? ready.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => ready.map(({ ip }) => hostPort(ip, port))),
  );
  const none = (object.subsets?.length ?? 0) === 0 ? '<none>' : '';
  return [nameOf(object), listed(all, 3, none), age(object, now)];
});

export const endpointSlices = show<EndpointSlice>(
  ['Name', 'AddressType', 'Ports', 'Endpoints', 'Age'],
  (object, now) => [
    nameOf(object),
    object.addressType,
    listed(
      (object.ports ?? []).map(({ port, name }) => port?.toString() ?? name ?? '*'),
      3,
      '<unset>',
    ),
    listed(
      (object.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []),
      3,
      '<unset>',
    ),
    age(object, now),
  ],
);

function hosts({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const shown = rules.slice(0, 3).flatMap(({ host = '' }) => (host === '' ? [] : [host]));
  if (shown.length === 0) return '*';
  return rules.length > 3 ? `${shown.join()} + ${rules.length - 3} more...` : shown.join();
}

export const ingresses = show<Ingress>(['Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'], (object, now) => [
  nameOf(object),
  orNone(object.spec?.ingressClassName),
  hosts(object),
  addresses(object.status?.loadBalancer).join(),
  (object.spec?.tls?.length ?? 0) > 0 ? '80, 443' : '80',
  age(object, now),
]);

export const ingressClasses = show<IngressClass>(['Name', 'Controller', 'Parameters', 'Age'], (object, now) => {
  const { controller = '', parameters } = object.spec ?? {};
  const standard = object.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true';
  const group = parameters?.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
  return [
    `${nameOf(object)}${standard ? ' (default)' : ''}`,
    controller,
    parameters === undefined ? '<none>' : `${parameters.kind}${group}/${parameters.name}`,
    age(object, now),
  ];
});

export const networkPolicies = show<NetworkPolicy>(['Name', 'Pod-Selector', 'Age'], (object, now) => [
  nameOf(object),
  selectorText(object.spec?.podSelector ?? {}),
  age(object, now),
]);

export const ipAddresses = show<IPAddress>(['Name', 'ParentRef'], (object, now) => {
  const parent = object.spec?.parentRef;
  const { group = '', resource = '', namespace = '', name = '' } = parent ?? {};
  const what = `${resource}${group === '' ? '' : `.${group}`}`.toLowerCase();
  const text = parent === undefined ? '<none>' : [what, ...(namespace === '' ? [] : [namespace]), name].join('/');
  // The age has no column of its own, in the original too.
  return [nameOf(object), text, age(object, now)];
});

export const serviceCIDRs = show<ServiceCIDR>(['Name', 'CIDRs', 'Age'], (object, now) => [
  nameOf(object),
  (object.spec?.cidrs ?? []).join(),
  age(object, now),
]);
