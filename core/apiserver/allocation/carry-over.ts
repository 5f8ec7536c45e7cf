import {
  allocatesNodePorts,
  hasNodePorts,
  isExternalName,
  needsHealthCheck,
  nodePortsOf,
  sameStrings,
  type ServiceChange,
  type Spec,
  without,
  withoutNodePort,
} from './service.ts';

/**
 * What an update left out and the server once allocated stays: addresses, node ports (by their port's name), the health check's port.
 * Upstream: pkg/registry/core/service/storage/storage.go.
 */
export function carryOver({ spec, old }: ServiceChange): Spec {
  if (old === undefined) return spec;
  // Upstream stores it and hides it from every reader.
  let next = isExternalName(spec) ? without(spec, 'internalTrafficPolicy') : spec;
  if (!isExternalName(old) && !isExternalName(spec)) {
    if (!next.clusterIP && old.clusterIP) next = { ...next, clusterIP: old.clusterIP };
    if (!next.clusterIPs?.length && old.clusterIPs?.length) next = { ...next, clusterIPs: old.clusterIPs };
  }
  if (allocatesNodePorts(old) && allocatesNodePorts(spec)) next = { ...next, ports: keptNodePorts(next, old) };
  if (needsHealthCheck(old) && needsHealthCheck(spec) && !next.healthCheckNodePort && old.healthCheckNodePort) {
    next = { ...next, healthCheckNodePort: old.healthCheckNodePort };
  }
  return next;
}

function keptNodePorts(spec: Spec, old: Spec): NonNullable<Spec['ports']> {
  const used = new Set(nodePortsOf(spec));
  const byName = new Map((old.ports ?? []).map(({ name = '', nodePort }) => [name, nodePort]));
  return (spec.ports ?? []).map((port) => {
    if (port.nodePort) return port;
    const before = byName.get(port.name ?? '');
    return before === undefined || before === 0 || used.has(before) ? port : { ...port, nodePort: before };
  });
}

/** `clusterIP` and `clusterIPs` say the same: whoever knows only the first means both. */
export function alignAddresses({ spec, old }: ServiceChange): Spec {
  const { clusterIP = '', clusterIPs = [] } = spec;
  if (old === undefined)
    return clusterIP !== '' && clusterIPs.length === 0 ? { ...spec, clusterIPs: [clusterIP] } : spec;
  const before = old.clusterIP ?? '';
  if (old.clusterIPs?.length && clusterIPs.length === 0 && before === clusterIP)
    return { ...spec, clusterIPs: old.clusterIPs };
  if (before === clusterIP || !sameStrings(old.clusterIPs, spec.clusterIPs)) return spec;
  return before !== '' && clusterIP === '' ? without(spec, 'clusterIPs') : { ...spec, clusterIPs: [clusterIP] };
}

/**
 * What only the old type had and the update merely repeats is dropped, so that changing `type` alone works.
 * Upstream: pkg/registry/core/service/strategy.go.
 */
export function dropForType({ spec, old }: ServiceChange): Spec {
  if (old === undefined) return spec;
  let next = spec;
  if (!isExternalName(old) && isExternalName(spec)) {
    if (old.clusterIP === spec.clusterIP && sameStrings(old.clusterIPs, spec.clusterIPs))
      next = without(next, 'clusterIP', 'clusterIPs');
    if (sameStrings(old.ipFamilies, spec.ipFamilies)) next = without(next, 'ipFamilies');
    if (old.ipFamilyPolicy === spec.ipFamilyPolicy) next = without(next, 'ipFamilyPolicy');
  }
  if (hasNodePorts(old) && !hasNodePorts(spec)) {
    const before = new Set(nodePortsOf(old));
    const repeated = nodePortsOf(spec).every((port) => before.has(port));
    if (repeated && nodePortsOf(spec).length > 0) next = { ...next, ports: (next.ports ?? []).map(withoutNodePort) };
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && old.healthCheckNodePort === spec.healthCheckNodePort) {
    next = without(next, 'healthCheckNodePort');
  }
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (old.allocateLoadBalancerNodePorts === spec.allocateLoadBalancerNodePorts)
      next = without(next, 'allocateLoadBalancerNodePorts');
    if (old.loadBalancerClass === spec.loadBalancerClass) next = without(next, 'loadBalancerClass');
  }
  if (isExternal(old) && !isExternal(spec) && old.externalTrafficPolicy === spec.externalTrafficPolicy) {
    next = without(next, 'externalTrafficPolicy');
  }
  return next;
}

/** Reached from outside the cluster. */
const isExternal = (spec: Spec) =>
  hasNodePorts(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);
