import type { Service, ServicePort } from '#core/api/types';
import { sameJson } from '#core/base';
import {
  addressProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  parseAddress,
  qualifiedNameProblems,
  rangeProblems,
} from '#core/machinery/names';
import { duplicate, forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import {
  absent,
  at,
  check,
  each,
  labelProblems,
  matching,
  oneOf,
  present,
  range,
  type Rule,
  type Rules,
  when,
} from '#core/machinery/validation';
import { portProblems } from '../pod/probes.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

const isHeadless = ({ spec }: Service): boolean => spec?.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';
const isOfType =
  (...types: readonly string[]) =>
  ({ spec }: Service): boolean =>
    types.includes(spec?.type ?? '');

const notHeadless: Rule<Service> = (service, path, problems) => {
  if (!isHeadless(service)) return;
  const place = `${path}spec.clusterIPs[0]`;
  problems.push(invalid(place, 'None', `may not be set to 'None' for ${service.spec?.type} services`));
};

const OF_EXTERNAL_NAME = 'may not be set for ExternalName services';

const externalName: Rule<string | undefined> = (name = '', path, problems) => {
  const host = name.endsWith('.') ? name.slice(0, -1) : name;
  if (host === '') problems.push(required(path));
  else matching(dnsSubdomainProblems)(host, path, problems);
};

const ports: Rule<readonly ServicePort[] | undefined> = (list, path, problems) => {
  const all = list ?? [];
  const names = new Set<string>();
  for (const [i, { name = '', port, protocol = '', targetPort, appProtocol }] of all.entries()) {
    const place = `${path}[${i}]`;
    if (name !== '') {
      matching(dnsLabelProblems)(name, `${place}.name`, problems);
      if (names.has(name)) problems.push(duplicate(`${place}.name`, name));
      names.add(name);
    } else if (all.length > 1) problems.push(required(`${place}.name`));
    range(1, 65535)(port, `${place}.port`, problems);
    if (protocol === '') problems.push(required(`${place}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) problems.push(notSupported(`${place}.protocol`, protocol, PROTOCOLS));
    portProblems(targetPort, `${place}.targetPort`, problems);
    matching(qualifiedNameProblems)(appProtocol, `${place}.appProtocol`, problems);
  }
};

const MAX_AFFINITY = 86400;

const affinity: Rule<Service> = ({ spec }, _path, problems) => {
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

const clusterIps: Rule<Service> = ({ spec }, _path, problems) => {
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec ?? {};
  const place = 'spec.clusterIPs';
  if (clusterIP !== '') {
    if (clusterIPs.length === 0) problems.push(required(place));
    else if (clusterIPs[0] !== clusterIP)
      problems.push(invalid(place, clusterIPs, 'first value must match `clusterIP`'));
  } else if (clusterIPs.length > 0) {
    problems.push(invalid(place, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  }
  for (const [i, family] of ipFamilies.entries()) {
    oneOf('IPv4', 'IPv6')(family, `spec.ipFamilies[${i}]`, problems);
    if (ipFamilies.indexOf(family) < i) problems.push(duplicate(`spec.ipFamilies[${i}]`, family));
  }
  oneOf('PreferDualStack', 'RequireDualStack', 'SingleStack')(ipFamilyPolicy, 'spec.ipFamilyPolicy', problems);
  const before = problems.length;
  for (const [i, ip] of clusterIPs.entries()) {
    if (i > 0 || ip !== 'None') matching(addressProblems)(ip, `${place}[${i}]`, problems);
    else if (clusterIPs.length > 1)
      problems.push(invalid(place, clusterIPs, "'None' must be the first and only value"));
  }
  if (clusterIPs.length > 2) problems.push(invalid(place, clusterIPs, 'may only hold up to 2 values'));
  if (problems.length > before) return;
  const families = clusterIPs.map((ip) => parseAddress(ip)?.family);
  if (families.length === 2 && families[0] === families[1]) {
    problems.push(invalid(place, clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  for (const [i, family] of families.entries()) {
    const wanted = ipFamilies[i];
    if (family === undefined || wanted === undefined || wanted === `IPv${family}`) continue;
    problems.push(
      invalid(`${place}[${i}]`, clusterIPs[i], `expected an ${wanted} value as indicated by \`ipFamilies[${i}]\``),
    );
  }
};

const nodePorts: Rule<Service> = ({ spec }, _path, problems) => {
  const taken = new Set<string>();
  for (const [i, { nodePort = 0, protocol }] of (spec?.ports ?? []).entries()) {
    if (nodePort === 0) continue;
    const place = `spec.ports[${i}].nodePort`;
    if (spec?.type === 'ClusterIP') problems.push(forbiddenField(place, "may not be used when `type` is 'ClusterIP'"));
    const key = `${protocol}/${nodePort}`;
    if (taken.has(key)) problems.push(duplicate(place, nodePort));
    taken.add(key);
  }
};

const distinctPorts: Rule<Service> = ({ spec }, _path, problems) => {
  const taken = new Set<string>();
  for (const [i, { port, protocol = '' }] of (spec?.ports ?? []).entries()) {
    const key = `${protocol}/${port}`;
    if (taken.has(key)) problems.push(duplicate(`spec.ports[${i}]`, { protocol, port }));
    taken.add(key);
  }
};

const isExposed = isOfType('NodePort', 'LoadBalancer');

const traffic: Rule<Service> = (service, _path, problems) => {
  const {
    externalTrafficPolicy = '',
    healthCheckNodePort = 0,
    externalIPs = [],
    internalTrafficPolicy,
    type,
  } = service.spec ?? {};
  const place = 'spec.externalTrafficPolicy';
  const isReached = isExposed(service) || (type === 'ClusterIP' && externalIPs.length > 0);
  if (!isReached) {
    if (externalTrafficPolicy !== '') {
      problems.push(invalid(place, externalTrafficPolicy, 'may only be set for externally-accessible services'));
    }
  } else if (externalTrafficPolicy === '') {
    if (isExposed(service)) problems.push(required(place));
  } else oneOf('Cluster', 'Local')(externalTrafficPolicy, place, problems);
  const local = type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
  if (!local && healthCheckNodePort !== 0) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    problems.push(invalid('spec.healthCheckNodePort', healthCheckNodePort, detail));
  }
  if (internalTrafficPolicy !== undefined)
    oneOf('Cluster', 'Local')(internalTrafficPolicy, 'spec.internalTrafficPolicy', problems);
  else if (type !== 'ExternalName') problems.push(required('spec.internalTrafficPolicy'));
};

const sourceRanges: Rule<Service> = ({ spec }, _path, problems) => {
  const ranges = spec?.loadBalancerSourceRanges ?? [];
  if (ranges.length === 0) return;
  const place = 'spec.LoadBalancerSourceRanges';
  if (spec?.type !== 'LoadBalancer')
    problems.push(forbiddenField(place, "may only be used when `type` is 'LoadBalancer'"));
  for (const [i, value] of ranges.entries()) matching(rangeProblems)(value.trim(), `${place}[${i}]`, problems);
};

/** Upstream: pkg/apis/core/validation/validation.go (ValidateService). */
export const service: Rules<Service> = [
  when(
    (one: Service) => !isHeadless(one) && one.spec?.type !== 'ExternalName',
    at('spec.ports', (list, path, problems) => {
      if ((list?.length ?? 0) === 0) problems.push(required(path));
    }),
  ),
  when(isOfType('LoadBalancer', 'NodePort'), notHeadless),
  when(
    isOfType('ExternalName'),
    at(
      'spec.clusterIPs',
      when((ips: readonly string[] | undefined) => (ips?.length ?? 0) > 0, absent(OF_EXTERNAL_NAME)),
    ),
    at(
      'spec.ipFamilies',
      when((all: readonly string[] | undefined) => (all?.length ?? 0) > 0, absent(OF_EXTERNAL_NAME)),
    ),
    at('spec.ipFamilyPolicy', absent(OF_EXTERNAL_NAME)),
    at('spec.externalName', externalName),
  ),
  at('spec.ports', ports),
  at('spec.selector', (labels, path, problems) => labelProblems(labels, path, problems)),
  at('spec.sessionAffinity', present(), oneOf('ClientIP', 'None')),
  affinity,
  when((one: Service) => one.spec?.type !== 'ExternalName', clusterIps),
  at('spec.externalIPs', each(matching(addressProblems))),
  at('spec.type', present(), oneOf('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort')),
  nodePorts,
  distinctPorts,
  sourceRanges,
  when(
    (one: Service) => one.spec?.type !== 'LoadBalancer',
    at('spec.allocateLoadBalancerNodePorts', absent("may only be used when `type` is 'LoadBalancer'")),
  ),
  when(
    (one: Service) => one.spec?.type !== 'LoadBalancer',
    at('spec.loadBalancerClass', absent("may only be used when `type` is 'LoadBalancer'")),
  ),
  traffic,
  at('spec.trafficDistribution', oneOf('PreferClose', 'PreferSameZone', 'PreferSameNode')),
];

export const serviceProblems = (one: Service): readonly Problem[] => check(service, one);

/** An address that was given stays, as long as the Service is of a sort that has one. */
function addressUpdateProblems(next: Service, old: Service, problems: Problem[]): void {
  const gone = next.spec?.type === 'ExternalName' || old.spec?.type === 'ExternalName';
  const before = old.spec?.clusterIPs ?? [];
  if (gone || before.length === 0) return;
  const after = next.spec?.clusterIPs ?? [];
  if (after[0] !== before[0]) {
    const detail = after.length === 0 ? 'primary clusterIP can not be unset' : 'may not change once set';
    problems.push(invalid('spec.clusterIPs[0]', after, detail));
  } else if (before.length === 2 && after.length === 2 && !sameJson(before, after)) {
    problems.push(invalid('spec.clusterIPs[1]', after, 'may not change once set'));
  }
  const family = next.spec?.ipFamilies?.[0];
  if (old.spec?.ipFamilies?.[0] !== undefined && family !== undefined && family !== old.spec.ipFamilies[0]) {
    problems.push(invalid('spec.ipFamilies[0]', family, 'may not change once set'));
  }
}

/** Upstream: pkg/apis/core/validation/validation.go (ValidateServiceUpdate). */
export function serviceUpdateProblems(next: Service, old: Service): readonly Problem[] {
  const problems: Problem[] = [];
  addressUpdateProblems(next, old, problems);
  // Judged as a change and as a new one: clients are told twice.
  if (next.spec?.type !== 'LoadBalancer' && next.spec?.loadBalancerClass !== undefined) {
    problems.push(forbiddenField('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'"));
  }
  return [...problems, ...serviceProblems(next)];
}
