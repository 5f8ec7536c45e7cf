import type { Service } from '#core/api/types';
import { addressProblems, dnsSubdomainProblems, parseAddress } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';

const PATH = 'status.loadBalancer.ingress';
const MODES = ['Proxy', 'VIP'];

/** Where a load balancer lets traffic in. Upstream: pkg/apis/core/validation/validation.go (ValidateLoadBalancerStatus). */
export function serviceStatusProblems({ spec, status }: Service, old: Service): readonly Problem[] {
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (spec?.type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbiddenField(PATH, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const problems: Problem[] = [];
  const known = new Set(old.status?.loadBalancer?.ingress?.map(({ ip }) => ip));
  for (const [i, { ip = '', ipMode, hostname = '' }] of ingress.entries()) {
    const path = `${PATH}[${i}]`;
    if (ip !== '' && !known.has(ip)) matching(addressProblems)(ip, `${path}.ip`, problems);
    if (ipMode === undefined) {
      if (ip !== '') problems.push(required(`${path}.ipMode`, 'must be specified when `ip` is set'));
    } else if (ip === '') problems.push(forbiddenField(`${path}.ipMode`, 'may not be specified when `ip` is not set'));
    else if (!MODES.includes(ipMode)) problems.push(notSupported(`${path}.ipMode`, ipMode, MODES));
    if (hostname === '') continue;
    matching(dnsSubdomainProblems)(hostname, `${path}.hostname`, problems);
    if (parseAddress(hostname) !== undefined) {
      problems.push(invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    }
  }
  return problems;
}
