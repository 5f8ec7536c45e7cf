import type { Service } from '#core/api/types';
import { addressProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { at, chosen, labelProblems, matching, oneOf, type Rule } from '#core/machinery/validation';
import { endpointAddressProblems } from '../endpoints/strategy.ts';
import { clusterAddressChangeProblems, clusterAddressProblems, isHeadless } from './cluster-ips.ts';
import { classChangeProblems, classProblems, portAllocationProblems, sourceProblems } from './load-balancer.ts';
import { distinctProblems, ports } from './ports.ts';
import { healthChangeProblems, trafficProblems } from './traffic.ts';

/** What is wrong with a Service; some of it may be if it was so before. */
type ServiceRule = (service: Service, old: Service | undefined, problems: Problem[]) => void;

const field =
  (rule: Rule<Service>): ServiceRule =>
  (service, _, problems) =>
    rule(service, '', problems);

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

/** Two annotations of different age that mean the same. */
const topology: ServiceRule = ({ metadata: { annotations = {} } }, _, problems) => {
  const [mode, hints] = [annotations[MODE], annotations[HINTS]];
  if (mode === undefined || hints === undefined || mode === hints) return;
  const detail = `must match annotations[${HINTS}] when both are specified`;
  problems.push(invalid(`metadata.annotations[${MODE}]`, mode, detail));
};

const somePort: ServiceRule = (service, _, problems) => {
  if ((service.spec?.ports?.length ?? 0) > 0 || isHeadless(service) || service.spec?.type === 'ExternalName') return;
  problems.push(required('spec.ports'));
};

function externalNameProblems({ spec }: Service, problems: Problem[]): void {
  const refuse = (name: string) =>
    problems.push(forbiddenField(`spec.${name}`, 'may not be set for ExternalName services'));
  if ((spec?.clusterIPs?.length ?? 0) > 0) refuse('clusterIPs');
  if ((spec?.ipFamilies?.length ?? 0) > 0) refuse('ipFamilies');
  if (spec?.ipFamilyPolicy !== undefined) refuse('ipFamilyPolicy');
  const { externalName: name = '' } = spec ?? {};
  const host = name.endsWith('.') ? name.slice(0, -1) : name;
  if (host === '') problems.push(required('spec.externalName'));
  else matching(dnsSubdomainProblems)(host, 'spec.externalName', problems);
}

const byType: ServiceRule = (service, _, problems) => {
  const { type } = service.spec ?? {};
  if (type === 'ExternalName') externalNameProblems(service, problems);
  else if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(service)) {
    problems.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  }
};

const MAX_AFFINITY = 86400;

const affinity: ServiceRule = ({ spec }, _, problems) => {
  const seconds = spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  const place = 'spec.sessionAffinityConfig';
  if (spec?.sessionAffinity === 'ClientIP') {
    if (seconds === undefined) problems.push(required(`${place}.clientIP.timeoutSeconds`));
    else if (seconds <= 0 || seconds > MAX_AFFINITY) {
      const detail = `must be greater than 0 and less than ${MAX_AFFINITY}`;
      problems.push(invalid(`${place}.clientIP.timeoutSeconds`, seconds, detail));
    }
  } else if (spec?.sessionAffinity === 'None' && spec.sessionAffinityConfig !== undefined) {
    problems.push(forbiddenField(place, 'must not be set when session affinity is None'));
  }
};

const externalAddresses: ServiceRule = ({ spec }, old, problems) => {
  const known = old?.spec?.externalIPs ?? [];
  for (const [i, ip] of (spec?.externalIPs ?? []).entries()) {
    const before = problems.length;
    if (!known.includes(ip)) matching(addressProblems)(ip, `spec.externalIPs[${i}]`, problems);
    if (problems.length === before) endpointAddressProblems(ip, `spec.externalIPs[${i}]`, problems);
  }
};

/** In the order in which clients are told. Upstream: pkg/apis/core/validation/validation.go (validateService). */
const rules: readonly ServiceRule[] = [
  topology,
  somePort,
  byType,
  field(at('spec.ports', ports)),
  field(at('spec.selector', labelProblems)),
  field(at('spec.sessionAffinity', chosen('ClientIP', 'None'))),
  affinity,
  clusterAddressProblems,
  externalAddresses,
  field(at('spec.type', chosen('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'))),
  distinctProblems,
  sourceProblems,
  portAllocationProblems,
  classProblems,
  trafficProblems,
  field(at('spec.trafficDistribution', oneOf('PreferClose', 'PreferSameZone', 'PreferSameNode'))),
];

export function serviceProblems(service: Service, old?: Service): readonly Problem[] {
  const problems: Problem[] = [];
  for (const rule of rules) rule(service, old, problems);
  return problems;
}

/** Upstream: pkg/apis/core/validation/validation.go (ValidateServiceUpdate). */
export function serviceUpdateProblems(next: Service, old: Service): readonly Problem[] {
  const problems: Problem[] = [];
  clusterAddressChangeProblems(next, old, problems);
  classChangeProblems(next, old, problems);
  healthChangeProblems(next, old, problems);
  return [...problems, ...serviceProblems(next, old)];
}
