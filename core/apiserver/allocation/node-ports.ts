import type { Service, ServicePort } from '#core/api/types';
import type { Random } from '#core/base';
import { internalError, invalid } from '#core/machinery/status';
import type { Key, Store } from '#core/store';
import { bandOf, pick } from './ranges.ts';
import {
  allocatesNodePorts,
  hasNodePorts,
  heldPorts,
  needsHealthCheck,
  nodePortsOf,
  refused,
  type ServiceChange,
  type Spec,
} from './service.ts';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const STEP = 32;
const MAX_UPPER = 128;
/** What a dry run answers in place of the first port: beyond the usual range, as upstream. */
const DRY_RUN_PORT = 32_769;

export interface NodePorts {
  /** The spec with the ports that it lacks, and those now reserved. Throws a StatusError where one cannot be had. */
  allocate(change: ServiceChange, dryRun: boolean): { readonly spec: Spec; readonly taken: readonly number[] };
  release(ports: readonly number[]): void;
  close(): void;
}

/** Follows Services: what they hold is taken, in this process what is on its way to the store too. */
export function nodePorts(store: Store, random: Random, range: PortRange): NodePorts {
  const band = bandOf(range.last - range.first + 1, STEP, MAX_UPPER);
  /** How many Services hold a port; more than one only if somebody wrote past the allocator. */
  const held = new Map<number, number>();
  const known = new Map<Key, readonly number[]>();
  const reserved = new Set<number>();
  const isTaken = (port: number) => reserved.has(port) || held.has(port);

  const follow = (key: Key, service: Service | undefined) => {
    for (const port of known.get(key) ?? []) {
      const left = (held.get(port) ?? 1) - 1;
      if (left > 0) held.set(port, left);
      else held.delete(port);
    }
    known.delete(key);
    const ports = service?.spec === undefined ? [] : [...new Set(heldPorts(service.spec))];
    if (ports.length === 0) return;
    known.set(key, ports);
    for (const port of ports) held.set(port, (held.get(port) ?? 0) + 1);
  };
  const view = store.view('/services/');
  for (const entry of view.range()) follow(entry.key, entry.object as unknown as Service);
  const watch = store.watch('/services/', view.revision, {
    changes(changes) {
      for (const { key, entry } of changes) follow(key, entry?.object as unknown as Service | undefined);
    },
    closed() {},
  });
  if ('failure' in watch) throw new Error(`cannot follow services: ${watch.failure}`);

  /** One Service's turn: what it takes, and gives back if it fails. */
  const turn = (dryRun: boolean) => {
    const taken: number[] = [];
    const take = (port: number) => {
      taken.push(port);
      if (!dryRun) reserved.add(port);
      return port;
    };
    return {
      taken,
      /** Why the port cannot be had; `undefined` when it is taken now. */
      ask(port: number): string | undefined {
        if (!dryRun && (port < range.first || port > range.last)) {
          return `provided port is not in the valid range. The range of valid ports is ${range.first}-${range.last}`;
        }
        if (isTaken(port) || taken.includes(port)) return 'provided port is already allocated';
        take(port);
        return undefined;
      },
      choose(): number | undefined {
        if (dryRun) return take(taken.length === 0 ? DRY_RUN_PORT : Math.max(...taken) + 1);
        const offset = pick(band, random, (at) => isTaken(range.first + at));
        return offset === undefined ? undefined : take(range.first + offset);
      },
    };
  };

  return {
    allocate(change, dryRun) {
      const own = turn(dryRun);
      try {
        const ports = hasNodePorts(change.spec) ? withNodePorts(change, own) : change.spec.ports;
        const spec = ports === change.spec.ports ? change.spec : { ...change.spec, ports: ports! };
        return { spec: withHealthCheck({ ...change, spec }, own), taken: own.taken };
      } catch (failure) {
        if (!dryRun) for (const port of own.taken) reserved.delete(port);
        throw failure;
      }
    },
    release(ports) {
      for (const port of ports) reserved.delete(port);
    },
    close: () => watch.close(),
  };
}

interface Turn {
  ask(port: number): string | undefined;
  choose(): number | undefined;
}

const full = (what: string) => internalError(`failed to allocate a ${what}: range is full`);

/** One port number for the protocols of one port (DNS by UDP and TCP); otherwise each its own. */
function withNodePorts({ name, spec, old }: ServiceChange, turn: Turn): readonly ServicePort[] {
  const ports = spec.ports ?? [];
  const before = new Set(old === undefined ? [] : nodePortsOf(old));
  const byPort = new Map<number, number>();
  const granted = new Set<number>();
  const ask = (port: number, index: number) => {
    if (before.has(port)) return port;
    const why = turn.ask(port);
    if (why !== undefined) throw refused(name, [invalid(`spec.ports[${index}].nodePort`, port, why)]);
    granted.add(port);
    return port;
  };
  return ports.map((port, i) => {
    const wanted = port.nodePort ?? 0;
    if (wanted === 0 && !allocatesNodePorts(spec)) return port;
    const shared = byPort.get(port.port);
    if (old === undefined && shared !== undefined) {
      if (wanted === 0) return { ...port, nodePort: shared };
      if (wanted !== shared) ask(wanted, i);
      return port;
    }
    if (old !== undefined && wanted !== 0 && granted.has(wanted)) return port;
    const asked = wanted !== 0 || old !== undefined ? wanted : requestedFor(port.port, ports);
    const nodePort = asked === 0 ? turn.choose() : ask(asked, i);
    if (nodePort === undefined) throw full('nodePort');
    byPort.set(port.port, nodePort);
    return nodePort === wanted ? port : { ...port, nodePort };
  });
}

const requestedFor = (number: number, ports: readonly ServicePort[]) =>
  ports.find(({ port, nodePort }) => port === number && nodePort)?.nodePort ?? 0;

function withHealthCheck({ spec, old }: ServiceChange, turn: Turn): Spec {
  if (!needsHealthCheck(spec) || (old !== undefined && needsHealthCheck(old))) return spec;
  const wanted = spec.healthCheckNodePort ?? 0;
  if (wanted === 0) {
    const port = turn.choose();
    if (port === undefined) throw internalError('failed to allocate a HealthCheck NodePort 0: range is full');
    return { ...spec, healthCheckNodePort: port };
  }
  const why = turn.ask(wanted);
  if (why !== undefined) throw internalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${why}`);
  return spec;
}
