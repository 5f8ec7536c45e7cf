import type { Service } from '#core/api/types';

const OLD_HINTS = 'service.kubernetes.io/topology-aware-hints';
const HINTS = 'service.kubernetes.io/topology-mode';

/** Upstream: pkg/api/service/warnings.go, but for addresses written in odd ways. */
export function serviceWarnings({ metadata, spec = {} }: Service): readonly string[] {
  const told: string[] = [];
  const { type = 'ClusterIP', externalIPs = [], loadBalancerIP = '', externalName = '', sessionAffinity } = spec;
  const isHeadless = type === 'ClusterIP' && spec.clusterIP === 'None';
  if (Object.hasOwn(metadata.annotations ?? {}, OLD_HINTS)) {
    told.push(`annotation ${OLD_HINTS} is deprecated, please use ${HINTS} instead`);
  }
  if (isHeadless) {
    if (loadBalancerIP !== '') told.push('spec.loadBalancerIP is ignored for headless services');
    if (externalIPs.length > 0) told.push('spec.externalIPs is ignored for headless services');
    if (sessionAffinity !== 'None') told.push('spec.SessionAffinity is ignored for headless services');
  }
  if (externalIPs.length > 0 && !isHeadless && type !== 'ExternalName') {
    told.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (type === 'ExternalName' && externalIPs.length > 0) {
    told.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (type !== 'ExternalName' && externalName !== '') {
    told.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === 'PreferClose') {
    told.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return told;
}
