import { type Container, type PodSpec, type Resources, allContainers } from '../api.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COUNTED = ['cpu', 'memory'] as const;

const isSet = (quantity: string | undefined): boolean =>
  quantity !== undefined && !/^0+(\.0*)?[A-Za-z]*$/.test(quantity);

const anySet = ({ requests, limits }: Resources = {}): boolean =>
  COUNTED.some((name) => isSet(requests?.[name]) || isSet(limits?.[name]));

/** Its limits are set, and its requests (the limits where absent) are the same. */
const isExact = ({ requests, limits }: Resources = {}): boolean =>
  COUNTED.every((name) => isSet(limits?.[name]) && (requests?.[name] ?? limits?.[name]) === limits?.[name]);

/** Quantities are canonical once stored, so equal amounts are equal texts. Upstream: pkg/apis/core/v1/helper/qos/qos.go. */
export function qosOf(spec: PodSpec): QosClass {
  if (anySet(spec.resources)) return isExact(spec.resources) ? 'Guaranteed' : 'Burstable';
  const containers: readonly Container[] = allContainers({ ...spec, ephemeralContainers: [] });
  if (!containers.some((one) => anySet(one.resources))) return 'BestEffort';
  return containers.every((one) => isExact(one.resources)) ? 'Guaranteed' : 'Burstable';
}
