import { checkedStrategy, subdomainProblems } from '#core/api/rules';
import type { EndpointAddress, EndpointSubset, Endpoints } from '#core/api/types';
import { sameJson } from '#core/base';
import {
  addressProblems,
  dnsLabelProblems,
  parseAddress,
  portNumberProblems,
  qualifiedNameProblems,
} from '#core/machinery/names';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Addresses that no other machine could reach. */
export function endpointAddressProblems(text: string, path: string, problems: Problem[]): void {
  const address = parseAddress(text);
  if (address === undefined) {
    problems.push(invalid(path, text, 'must be a valid IP address'));
    return;
  }
  const { family, bytes } = address;
  const [first = 0, second = 0, third = 0] = bytes;
  const refuse = (detail: string) => problems.push(invalid(path, text, detail));
  const is4 = family === 4;
  const last = bytes.length - 1;
  const leading = bytes.every((byte, i) => i === last || byte === 0);
  if (bytes.every((byte) => byte === 0)) refuse(`may not be unspecified (${text})`);
  if (is4 ? first === 127 : leading && bytes[last] === 1) {
    refuse('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  }
  if (is4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80) {
    refuse('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  }
  if (is4 ? first === 224 && second === 0 && third === 0 : first === 0xff && (second & 0x0f) === 0x02) {
    refuse('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
}

function oneAddressProblems({ ip = '', hostname = '', nodeName }: EndpointAddress, path: string, problems: Problem[]) {
  matching(addressProblems)(ip, `${path}.ip`, problems);
  if (hostname !== '') matching(dnsLabelProblems)(hostname, `${path}.hostname`, problems);
  subdomainProblems(nodeName, `${path}.nodeName`, problems);
  endpointAddressProblems(ip, `${path}.ip`, problems);
}

function subsetProblems(
  { addresses, notReadyAddresses, ports }: EndpointSubset,
  path: string,
  problems: Problem[],
): void {
  if ((addresses ?? []).length === 0 && (notReadyAddresses ?? []).length === 0) {
    problems.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  }
  for (const [i, one] of (addresses ?? []).entries()) oneAddressProblems(one, `${path}.addresses[${i}]`, problems);
  for (const [i, one] of (notReadyAddresses ?? []).entries()) {
    oneAddressProblems(one, `${path}.notReadyAddresses[${i}]`, problems);
  }
  const all = ports ?? [];
  for (const [i, { name = '', port = 0, protocol = '' as string, appProtocol }] of all.entries()) {
    const place = `${path}.ports[${i}]`;
    if (name !== '') matching(dnsLabelProblems)(name, `${place}.name`, problems);
    else if (all.length > 1) problems.push(required(`${place}.name`));
    for (const detail of portNumberProblems(port)) problems.push(invalid(`${place}.port`, port, detail));
    if (protocol === '') problems.push(required(`${place}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) problems.push(notSupported(`${place}.protocol`, protocol, PROTOCOLS));
    matching(qualifiedNameProblems)(appProtocol, `${place}.appProtocol`, problems);
  }
}

function endpointsProblems({ subsets }: Endpoints, problems: Problem[]): void {
  for (const [i, subset] of (subsets ?? []).entries()) subsetProblems(subset, `subsets[${i}]`, problems);
}

/** Upstream: pkg/registry/core/endpoint/strategy.go, pkg/apis/core/validation/validation.go (ValidateEndpoints). */
export const endpointsStrategy = checkedStrategy<Endpoints>('/endpoints', 'Endpoints', 'v1', {
  create: endpointsProblems,
  update: (next, old, problems) => {
    if (!sameJson(next.subsets ?? [], old.subsets ?? [])) endpointsProblems(next, problems);
  },
});
