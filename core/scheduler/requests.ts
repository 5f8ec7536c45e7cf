import type { Container, Pod } from '#core/api/types/core/v1';
import { milliNumber, wholeNumber } from '#core/machinery/quantity';

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

/** Upstream: pkg/scheduler/util/pod_resources.go. */
const ASSUMED_MILLI_CPU = 100;
const ASSUMED_MEMORY = 200 * 1024 * 1024;

type Amounts = Map<string, number>;

const amountOf = (resource: string, quantity: string): number =>
  resource === 'cpu' ? milliNumber(quantity) : wholeNumber(quantity);

function amountsOf(list: Readonly<Record<string, string>> | undefined, assumed: boolean): Amounts {
  const amounts: Amounts = new Map();
  for (const [resource, quantity] of Object.entries(list ?? {})) amounts.set(resource, amountOf(resource, quantity));
  if (assumed) {
    if (!amounts.has('cpu')) amounts.set('cpu', ASSUMED_MILLI_CPU);
    if (!amounts.has('memory')) amounts.set('memory', ASSUMED_MEMORY);
  }
  return amounts;
}

const combine = (into: Amounts, more: Amounts, how: (a: number, b: number) => number): Amounts => {
  for (const [resource, amount] of more) into.set(resource, how(into.get(resource) ?? 0, amount));
  return into;
};
const sum = (a: number, b: number) => a + b;
const isSidecar = (container: Container) => container.restartPolicy === 'Always';

/**
 * The most that a pod needs at any moment: all its containers and sidecars together, or an init container with the sidecars
 * started before it, whichever is more; what is asked of the pod as a whole instead, where it is; and the overhead of its
 * runtime class. Upstream: component-helpers/resource/helpers.go (PodRequests).
 */
function total({ spec }: Pod, assumed: boolean): Amounts {
  const running: Amounts = new Map();
  for (const { resources } of spec.containers) combine(running, amountsOf(resources?.requests, assumed), sum);
  const starting: Amounts = new Map();
  const sidecars: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container.resources?.requests, assumed);
    if (isSidecar(container)) {
      combine(running, own, sum);
      combine(sidecars, own, sum);
      combine(starting, sidecars, Math.max);
    } else {
      combine(starting, combine(own, sidecars, sum), Math.max);
    }
  }
  const all = combine(running, starting, Math.max);
  for (const [resource, quantity] of Object.entries(spec.resources?.requests ?? {})) {
    all.set(resource, amountOf(resource, quantity));
  }
  return combine(all, amountsOf(spec.overhead, false), sum);
}

const PLAIN = new Set(['cpu', 'memory', 'ephemeral-storage']);

export function requestsOf(pod: Pod): Requests {
  const asked = total(pod, false);
  const scored = total(pod, true);
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
