import type { Strategy } from '#core/api/definition';
import { genericStrategy, traits } from '#core/api/strategy';
import type { Service, ServicePort, ServiceSpec } from '#core/api/types';
import { sameJson } from '#core/base';
import { serviceStatusProblems } from './status.ts';
import { serviceProblems, serviceUpdateProblems } from './validation.ts';

const generic = genericStrategy({ group: '', version: 'v1', kind: 'Service', ...traits['/services'] });

const hasAddress = ({ type }: ServiceSpec): boolean => type !== undefined && type !== 'ExternalName';
const hasNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);

const sameAs =
  ({ port, protocol }: ServicePort) =>
  (other: ServicePort): boolean =>
    other.port === port && other.protocol === protocol;

/** A client that leaves out what was allocated wants to keep it. */
function withAllocated(next: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let spec = next;
  if (hasAddress(old) && hasAddress(next)) {
    const { clusterIP = '', clusterIPs = [] } = next;
    if (clusterIP === '' && old.clusterIP !== undefined) spec = { ...spec, clusterIP: old.clusterIP };
    const same = clusterIP === '' || clusterIP === old.clusterIP;
    if (clusterIPs.length === 0 && same && old.clusterIPs !== undefined) spec = { ...spec, clusterIPs: old.clusterIPs };
    if ((next.ipFamilies?.length ?? 0) === 0 && old.ipFamilies !== undefined)
      spec = { ...spec, ipFamilies: old.ipFamilies };
    if (next.ipFamilyPolicy === undefined && old.ipFamilyPolicy !== undefined) {
      spec = { ...spec, ipFamilyPolicy: old.ipFamilyPolicy };
    }
  }
  if (hasNodePorts(old) && hasNodePorts(next)) {
    const taken = new Set(next.ports?.map(({ nodePort = 0, protocol }) => `${protocol}/${nodePort}`));
    const ports = next.ports?.map((port): ServicePort => {
      if ((port.nodePort ?? 0) !== 0) return port;
      const before = old.ports?.find(sameAs(port))?.nodePort ?? 0;
      return before === 0 || taken.has(`${port.protocol}/${before}`) ? port : { ...port, nodePort: before };
    });
    if (ports?.some((port, i) => port !== next.ports![i]) === true) spec = { ...spec, ports };
  }
  const health = old.healthCheckNodePort ?? 0;
  if (needsHealthCheck(old) && needsHealthCheck(next) && (next.healthCheckNodePort ?? 0) === 0 && health !== 0) {
    spec = { ...spec, healthCheckNodePort: health };
  }
  return spec;
}

/** The single address and the first of the list are one thing: who sets one means both. */
function withBothAddresses(next: ServiceSpec, old: ServiceSpec | undefined): ServiceSpec {
  const { clusterIP = '', clusterIPs = [] } = next;
  if (old === undefined) return clusterIP === '' || clusterIPs.length > 0 ? next : { ...next, clusterIPs: [clusterIP] };
  if (clusterIP === clusterIPs[0] || next.type === 'ExternalName') return next;
  const singleChanged = clusterIP !== (old.clusterIP ?? '');
  const listChanged = !sameJson(clusterIPs, old.clusterIPs ?? []);
  if (singleChanged && !listChanged) {
    if (clusterIP !== '') return { ...next, clusterIPs: [clusterIP] };
    const { clusterIPs: _, ...rest } = next;
    return rest;
  }
  return next;
}

const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

/** What is no load balancer any more has lost its addresses there: nobody need wait for them to be given back. */
const withoutIngress = (service: Service): Service =>
  service.spec?.type === 'LoadBalancer' || service.status?.loadBalancer?.ingress === undefined
    ? service
    : { ...service, status: { ...service.status, loadBalancer: {} } };

/** A single address shows as a list, too; what has no address has no way to it within the cluster. */
function asRead(service: Service): Service {
  if (service.spec?.type !== 'ExternalName') return service;
  const { internalTrafficPolicy: _, ...spec } = withBothAddresses(service.spec, undefined);
  return { ...service, spec };
}

/** Upstream: pkg/registry/core/service/strategy.go. */
export const serviceStrategy: Strategy = {
  ...generic,
  prepareForCreate: (object, context) => {
    const created = generic.prepareForCreate!(object, context) as Service;
    return created.spec === undefined ? created : { ...created, spec: withBothAddresses(created.spec, undefined) };
  },
  prepareForUpdate: (object, old, context) => {
    const next = generic.prepareForUpdate!(object, old, context) as Service;
    const before = (old as Service).spec;
    if (context.subresource !== '' || next.spec === undefined || before === undefined) return next;
    const spec = withBothAddresses(withAllocated(next.spec, before), before);
    return withoutIngress(spec === next.spec ? next : { ...next, spec });
  },
  // What is stored of it upstream, it hides from every reader.
  canonicalize: (object) => asRead(object as Service),
  validateCreate: (object) => serviceProblems(object as Service),
  validateUpdate: (next, old, { subresource }) =>
    subresource === 'status'
      ? serviceStatusProblems(next as Service, old as Service)
      : serviceUpdateProblems(next as Service, old as Service),
};
