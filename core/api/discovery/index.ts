import { endpointAddressProblems } from '#core/api/core';
import type { Strategy } from '#core/api/definition';
import { checkedStrategy, subdomainProblems } from '#core/api/rules';
import type { EndpointSlice } from '#core/api/types';
import { sameJson } from '#core/base';
import {
  addressProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  parseAddress,
  qualifiedNameProblems,
  strictAddressProblems,
} from '#core/machinery/names';
import { duplicate, invalid, notSupported, type Problem, required, tooMany } from '#core/machinery/status';
import { labelProblems, matching, unchanged } from '#core/machinery/validation';

const MAX_LABELS = 16;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_ENDPOINTS = 1000;
const MAX_HINTS = 8;
const TYPES = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];

/** At least two labels, each a DNS label; a dot may stand at the end. */
function domainProblems(name: string, path: string, problems: Problem[]): void {
  if (name === '') {
    problems.push(required(path));
    return;
  }
  const plain = name.endsWith('.') ? name.slice(0, -1) : name;
  const details = dnsSubdomainProblems(plain);
  if (details.length > 0) problems.push(invalid(path, plain, details.join(',')));
  else if (plain.split('.').length < 2) {
    problems.push(invalid(path, plain, 'should be a domain with at least two segments separated by dots'));
  } else {
    for (const label of plain.split('.')) {
      const wrong = dnsLabelProblems(label);
      if (wrong.length > 0) problems.push(invalid(path, label, wrong.join(',')));
    }
  }
}

function oneAddressProblems(address: string, type: string, list: string, i: number, problems: Problem[]): void {
  const path = `${list}[${i}]`;
  if (type === 'FQDN') domainProblems(address, path, problems);
  if (type !== 'IPv4' && type !== 'IPv6') return;
  const details = type === 'IPv4' ? addressProblems(address) : strictAddressProblems(address);
  for (const detail of details) problems.push(invalid(path, address, detail));
  if (details.length > 0) return;
  if (`IPv${parseAddress(address)?.family}` !== type)
    problems.push(invalid(list, address, `must be an ${type} address`));
  endpointAddressProblems(address, path, problems);
}

/** Names of zones or nodes, none twice. */
function hintProblems(
  hints: readonly { readonly name: string }[] | undefined,
  grammar: (name: string) => readonly string[],
  path: string,
  problems: Problem[],
): void {
  const all = hints ?? [];
  if (all.length > MAX_HINTS) {
    problems.push(tooMany(path, all.length, MAX_HINTS));
    return;
  }
  const seen = new Set<string>();
  for (const [i, { name }] of all.entries()) {
    const place = `${path}[${i}].name`;
    if (seen.has(name)) problems.push(duplicate(place, name));
    seen.add(name);
    matching(grammar)(name, place, problems);
  }
}

function endpointProblems(endpoint: Endpoint, type: string, path: string, problems: Problem[]): void {
  const addresses = endpoint.addresses ?? [];
  const list = `${path}.addresses`;
  if (addresses.length === 0) problems.push(required(list, 'must contain at least 1 address'));
  else if (addresses.length > MAX_ADDRESSES) problems.push(tooMany(list, addresses.length, MAX_ADDRESSES));
  for (const [i, address] of addresses.entries()) oneAddressProblems(address, type, list, i, problems);
  subdomainProblems(endpoint.nodeName, `${path}.nodeName`, problems);
  const topology = endpoint.deprecatedTopology ?? {};
  const count = Object.keys(topology).length;
  if (count > MAX_LABELS) problems.push(tooMany(`${path}.deprecatedTopology`, count, MAX_LABELS));
  labelProblems(topology, `${path}.deprecatedTopology`, problems);
  matching(dnsLabelProblems)(endpoint.hostname, `${path}.hostname`, problems);
  hintProblems(endpoint.hints?.forZones, labelValueProblems, `${path}.hints.forZones`, problems);
  if ((endpoint.hints?.forZones?.length ?? 0) > MAX_HINTS) return;
  hintProblems(endpoint.hints?.forNodes, dnsSubdomainProblems, `${path}.hints.forNodes`, problems);
}

function portProblems({ ports }: EndpointSlice, problems: Problem[]): void {
  const all = ports ?? [];
  if (all.length > MAX_PORTS) {
    problems.push(tooMany('ports', all.length, MAX_PORTS));
    return;
  }
  const names = new Set<string>();
  for (const [i, { name = '', protocol, appProtocol }] of all.entries()) {
    const path = `ports[${i}]`;
    if (name !== '') matching(dnsLabelProblems)(name, `${path}.name`, problems);
    if (names.has(name)) problems.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (protocol === undefined) problems.push(required(`${path}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) problems.push(notSupported(`${path}.protocol`, protocol, PROTOCOLS));
    matching(qualifiedNameProblems)(appProtocol, `${path}.appProtocol`, problems);
  }
}

function endpointsProblems({ endpoints, addressType }: EndpointSlice, problems: Problem[]): void {
  const all = endpoints ?? [];
  if (all.length > MAX_ENDPOINTS) {
    problems.push(tooMany('endpoints', all.length, MAX_ENDPOINTS));
    return;
  }
  for (const [i, endpoint] of all.entries()) endpointProblems(endpoint, addressType, `endpoints[${i}]`, problems);
}

function sliceProblems(slice: EndpointSlice, old: EndpointSlice | undefined, problems: Problem[]): void {
  const type: string = slice.addressType ?? '';
  if (type === '') problems.push(required('addressType'));
  else if (!TYPES.includes(type)) problems.push(notSupported('addressType', type, TYPES));
  portProblems(slice, problems);
  if (old === undefined || !sameJson(old.endpoints ?? [], slice.endpoints ?? [])) endpointsProblems(slice, problems);
}

const checked = checkedStrategy<EndpointSlice>('discovery.k8s.io/endpointslices', 'EndpointSlice', 'v1', {
  create: (slice, problems) => sliceProblems(slice, undefined, problems),
  update: (next, old, problems) => {
    sliceProblems(next, old, problems);
    unchanged(next.addressType, old.addressType, 'addressType', problems);
  },
});

/** Old topology is not written any more; a node's name that lies in it moves to where it belongs. */
function withoutTopology(slice: EndpointSlice, old: EndpointSlice | undefined): EndpointSlice {
  if (!slice.endpoints?.some(({ deprecatedTopology }) => deprecatedTopology !== undefined)) return slice;
  if (old !== undefined && sameJson(old.endpoints ?? [], slice.endpoints)) return slice;
  const known = new Set(old?.endpoints?.map(({ deprecatedTopology }) => deprecatedTopology?.[HOSTNAME]));
  const endpoints = slice.endpoints.map(({ deprecatedTopology, ...endpoint }): Endpoint => {
    const name = deprecatedTopology?.[HOSTNAME];
    const moves = endpoint.nodeName === undefined && name !== undefined && known.has(name);
    return moves && dnsSubdomainProblems(name).length === 0 ? { ...endpoint, nodeName: name } : endpoint;
  });
  return { ...slice, endpoints };
}

const HOSTNAME = 'kubernetes.io/hostname';

/** Upstream: pkg/registry/discovery/endpointslice/strategy.go, pkg/apis/discovery/validation/validation.go. */
const endpointSliceStrategy: Strategy = {
  ...checked,
  prepareForCreate: (object) => {
    const slice = withoutTopology(object as EndpointSlice, undefined);
    return { ...slice, metadata: { ...slice.metadata, generation: 1 } };
  },
  prepareForUpdate: (next, old, context) =>
    withoutTopology(checked.prepareForUpdate!(next, old, context) as EndpointSlice, old as EndpointSlice),
  warnings: (object, old) =>
    old === undefined && (object as EndpointSlice).addressType === 'FQDN'
      ? ['spec.addressType: FQDN endpoints are deprecated']
      : [],
};

/** Strategies of the discovery group. */
export const discovery: Readonly<Record<string, Strategy>> = {
  'discovery.k8s.io/endpointslices': endpointSliceStrategy,
};
