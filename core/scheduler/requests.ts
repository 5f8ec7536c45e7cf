import { asNumbers, podTotal } from '#core/api/pods';
import type { Container, Pod } from '#core/api/types/core/v1';

/** What a pod asks of a node. */
export interface Requests {
  readonly milliCpu: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes. */
  readonly ephemeralStorage: number;
  /** Extended resources and huge pages, by name. */
  readonly scalars: ReadonlyMap<string, number> | undefined;
  /** For scores: a container that asks for nothing counts as one that asks for a little, so that such pods spread too. */
  readonly scoredMilliCpu: number;
  readonly scoredMemory: number;
}

/** What a container that asks for nothing counts as. Upstream: pkg/scheduler/util/pod_resources.go. */
const ASSUMED: ReadonlyMap<string, number> = new Map([
  ['cpu', 100],
  ['memory', 200 * 1024 * 1024],
]);

const isSidecar = (container: Container) => container.restartPolicy === 'Always';

/** For scores: containers that ask for nothing are assumed to want a little, unless the pod says how much it wants in all. */
function scoredOf(pod: Pod, asked: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const { requests } = pod.spec.resources ?? {};
  const missing = requests === undefined ? ASSUMED : new Map([...ASSUMED].filter(([name]) => !asked.has(name)));
  return podTotal(pod, 'requests', asNumbers, { ...WHOLE, missing });
}

const WHOLE = { overhead: true, measured: 'all' } as const;
const PLAIN = new Set(['cpu', 'memory', 'ephemeral-storage']);

export function requestsOf(pod: Pod): Requests {
  const asked = podTotal(pod, 'requests', asNumbers, WHOLE);
  const scored = scoredOf(pod, asked);
  let scalars: Map<string, number> | undefined;
  for (const [resource, amount] of asked) {
    if (PLAIN.has(resource) || amount === 0) continue;
    scalars ??= new Map();
    scalars.set(resource, amount);
  }
  return {
    milliCpu: asked.get('cpu') ?? 0,
    memory: asked.get('memory') ?? 0,
    ephemeralStorage: asked.get('ephemeral-storage') ?? 0,
    scalars,
    scoredMilliCpu: scored.get('cpu') ?? 0,
    scoredMemory: scored.get('memory') ?? 0,
  };
}

/** A host port that a pod occupies on its node. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const ANY_ADDRESS = '0.0.0.0';

export function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  const found: HostPort[] = [];
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
  for (const { ports = [] } of containers) {
    for (const { hostPort = 0, hostIP, protocol = 'TCP' } of ports) {
      if (hostPort > 0)
        found.push({ ip: hostIP === undefined || hostIP === '' ? ANY_ADDRESS : hostIP, protocol, port: hostPort });
    }
  }
  return found;
}

/** Two pods cannot have one port on one address; every address overlaps the one that means all. */
export const portsCollide = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY_ADDRESS || b.ip === ANY_ADDRESS);
