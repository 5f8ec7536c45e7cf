import type { PodSpec, ResourceRequirements } from '#core/api/types';
import { parseQuantity } from '#core/machinery/quantity';

export type QosClass = 'BestEffort' | 'Burstable' | 'Guaranteed';

const COUNTED = ['cpu', 'memory'] as const;

interface Sums {
  readonly requests: Map<string, bigint>;
  readonly limits: Map<string, bigint>;
  /** Every container limits both. */
  limited: boolean;
}

function add(sums: Sums, resources: ResourceRequirements | undefined): void {
  let limits = 0;
  for (const name of COUNTED) {
    const request = amount(resources?.requests, name);
    if (request > 0n) sums.requests.set(name, (sums.requests.get(name) ?? 0n) + request);
    const limit = amount(resources?.limits, name);
    if (limit <= 0n) continue;
    limits++;
    sums.limits.set(name, (sums.limits.get(name) ?? 0n) + limit);
  }
  if (limits < COUNTED.length) sums.limited = false;
}

const amount = (list: Readonly<Record<string, string>> | undefined, name: string): bigint =>
  list?.[name] === undefined ? 0n : parseQuantity(list[name]).nano;

/** How well a pod is served when its node runs short. Upstream: pkg/apis/core/helper/qos/qos.go. */
export function qosClass(spec: PodSpec): QosClass {
  const sums: Sums = { requests: new Map(), limits: new Map(), limited: true };
  if (spec.resources !== undefined) add(sums, spec.resources);
  else for (const { resources } of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) add(sums, resources);
  const { requests, limits, limited } = sums;
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const same =
    limited && requests.size === limits.size && [...requests].every(([name, value]) => limits.get(name) === value);
  return same ? 'Guaranteed' : 'Burstable';
}
