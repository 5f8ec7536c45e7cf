import type { Service, ServicePort, ServiceSpec } from '#core/api/types';
import { invalidObject, type Problem, type StatusError } from '#core/machinery/status';

export type Spec = ServiceSpec;
export type Family = 'IPv4' | 'IPv6';

/** A Service on its way: what it shall be and what it was (`undefined` on create). Steps give changed copies. */
export interface ServiceChange {
  readonly name: string;
  readonly spec: Spec;
  readonly old: Spec | undefined;
}

export const NONE = 'None';

export const familyOf = (address: string): Family => (address.includes(':') ? 'IPv6' : 'IPv4');
export const otherFamily = (family: Family): Family => (family === 'IPv4' ? 'IPv6' : 'IPv4');

export const isExternalName = ({ type }: Spec): boolean => type === 'ExternalName';
export const isHeadless = ({ clusterIPs, clusterIP }: Spec): boolean => (clusterIPs?.[0] ?? clusterIP) === NONE;
export const hasSelector = ({ selector }: Spec): boolean => selector !== undefined && Object.keys(selector).length > 0;

export const hasNodePorts = ({ type }: Spec): boolean => type === 'NodePort' || type === 'LoadBalancer';
/** Whether ports without a node port get one. */
export const allocatesNodePorts = ({ type, allocateLoadBalancerNodePorts }: Spec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
export const needsHealthCheck = ({ type, externalTrafficPolicy }: Spec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

export const nodePortsOf = ({ ports = [] }: Spec): readonly number[] =>
  ports.map(({ nodePort }) => nodePort ?? 0).filter((port) => port !== 0);

/** Every port of nodes that a Service holds, its health check's too. */
export const heldPorts = (spec: Spec): readonly number[] =>
  spec.healthCheckNodePort ? [...nodePortsOf(spec), spec.healthCheckNodePort] : nodePortsOf(spec);

/** The addresses that a Service holds: none for headless ones and external names. */
export const heldAddresses = (spec: Spec | undefined): readonly string[] =>
  spec === undefined || isExternalName(spec) || isHeadless(spec)
    ? []
    : (spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []));

export const sameStrings = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

/** The spec without those fields. */
export function without(spec: Spec, ...fields: readonly (keyof Spec)[]): Spec {
  if (!fields.some((field) => spec[field] !== undefined)) return spec;
  return Object.fromEntries(
    Object.entries(spec).filter(([field]) => !fields.includes(field as keyof Spec)),
  ) as unknown as Spec;
}

export const withoutNodePort = ({ nodePort: _, ...port }: ServicePort): ServicePort => port;

export const refused = (name: string, problems: readonly Problem[]): StatusError =>
  invalidObject({ group: '', resource: 'Service', name }, problems);

export const specOf = (service: Service | undefined): Spec | undefined => service?.spec;
