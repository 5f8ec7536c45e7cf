import type { Log, Random, Timer, Turns } from '#core/base';
import { below } from '#core/base';
import { endpointSlices, nodes, services } from '#core/api/tokens';
import type { Node, Service } from '#core/api/types/core/v1';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import type { Informers } from '#core/client';
import { serviceKeyOf } from '#core/network/services';
import type { EventRecorder } from '#core/operator';

/** A TCP port of this machine's loopback that leads to a Service. */
export interface WantedPort {
  readonly port: number;
  readonly service: string;
  /** Only nodes with an endpoint of the Service let its traffic in. */
  readonly localOnly: boolean;
}

export interface Listener {
  close(): void;
}

export interface NodePortParts {
  readonly informers: Informers;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly recorder: EventRecorder;
  /** Whether this machine reaches a node's address. */
  readonly isReachable: (ip: string) => boolean;
  /** Listens on the loopback and sends each connection to the address that `target` gives then. Rejects when the port is taken. */
  readonly listen: (port: number, target: () => { host: string; port: number } | undefined) => Promise<Listener>;
}

const GATHER = 50;
const RETRY = 10_000;
const BY_SERVICE = 'service';

/** The node ports of all Services, by port; UDP has no place here, as a loopback socket cannot tell its clients apart. */
export function wantedPorts(all: Iterable<Service>): ReadonlyMap<number, WantedPort> {
  const wanted = new Map<number, WantedPort>();
  for (const service of all) {
    const { type, ports = [], externalTrafficPolicy } = service.spec;
    if (type !== 'NodePort' && type !== 'LoadBalancer') continue;
    for (const { nodePort = 0, protocol = 'TCP' } of ports) {
      if (nodePort === 0 || protocol !== 'TCP') continue;
      wanted.set(nodePort, {
        port: nodePort,
        service: serviceKeyOf(service),
        localOnly: externalTrafficPolicy === 'Local',
      });
    }
  }
  return wanted;
}

/**
 * Makes node ports answer on the machine's own loopback, which real nodes, being namespaces, do not share: `curl
 * localhost:30080` works. A port that somebody else has becomes an event on the Service.
 */
export function createNodePorts(parts: NodePortParts): { stop(): void } {
  const { informers, turns, random, recorder, log } = parts;
  const serviceInformer = informers.get(services);
  const sliceInformer = informers.get(endpointSlices);
  const nodeInformer = informers.get(nodes);
  sliceInformer.index(BY_SERVICE, ({ metadata }) => {
    const name = metadata.labels?.['kubernetes.io/service-name'];
    return name === undefined ? [] : [`${metadata.namespace ?? ''}/${name}`];
  });
  const open = new Map<number, { wanted: WantedPort; listener: Listener | undefined }>();
  const told = new Set<string>();
  let timer: Timer | undefined;
  let stopped = false;

  const target = (port: number) => {
    const wanted = open.get(port)?.wanted;
    if (wanted === undefined) return undefined;
    const hosts = wanted.localOnly
      ? nodesWithEndpoint(sliceInformer.cache.by(BY_SERVICE, wanted.service), (name) => nodeInformer.cache.get(name))
      : [...nodeInformer.cache.values()].filter(isReady);
    const addresses = hosts.map(addressOf).filter((ip) => ip !== undefined && parts.isReachable(ip));
    const host = addresses[below(random, addresses.length)];
    return host === undefined ? undefined : { host, port };
  };
  const start = (wanted: WantedPort) => {
    const entry: { wanted: WantedPort; listener: Listener | undefined } = { wanted, listener: undefined };
    open.set(wanted.port, entry);
    turns
      .external(() => parts.listen(wanted.port, () => target(wanted.port)))
      .then(
        (listener) => {
          if (stopped || open.get(wanted.port) !== entry) listener.close();
          else entry.listener = listener;
        },
        (error: unknown) => {
          if (open.get(wanted.port) === entry) open.delete(wanted.port);
          tell(wanted, error);
          schedule(RETRY);
        },
      );
  };
  const tell = (wanted: WantedPort, error: unknown) => {
    log.warn('A node port cannot be opened on the loopback', { port: wanted.port, error: String(error) });
    const service = serviceInformer.cache.get(wanted.service);
    const once = `${wanted.service}:${wanted.port}`;
    if (service === undefined || told.has(once)) return;
    told.add(once);
    const message = `Port ${wanted.port} of this machine's loopback is in use by another program; the Service answers on its nodes' addresses only`;
    recorder.event(service, 'Warning', 'NodePortUnavailable', message);
  };
  const sync = () => {
    timer = undefined;
    const wanted = wantedPorts(serviceInformer.cache.values());
    for (const [port, entry] of open) {
      if (wanted.has(port)) continue;
      open.delete(port);
      told.delete(`${entry.wanted.service}:${port}`);
      entry.listener?.close();
    }
    for (const [port, one] of wanted) {
      const entry = open.get(port);
      if (entry === undefined) start(one);
      else entry.wanted = one;
    }
  };
  const schedule = (milliseconds: number) => {
    if (!stopped && serviceInformer.hasSynced) timer ??= turns.after(milliseconds, sync);
  };
  const remove = serviceInformer.handle(() => schedule(GATHER));
  void serviceInformer.synced.then(() => schedule(0));
  return {
    stop() {
      stopped = true;
      timer?.cancel();
      remove();
      for (const { listener } of open.values()) listener?.close();
      open.clear();
    },
  };
}

const isReady = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

const addressOf = ({ status }: Node): string | undefined =>
  status?.addresses?.find(({ type, address }) => type === 'InternalIP' && address.includes('.'))?.address;

function nodesWithEndpoint(slices: readonly EndpointSlice[], nodeNamed: (name: string) => Node | undefined): Node[] {
  const found = new Map<string, Node>();
  for (const { endpoints } of slices) {
    for (const { nodeName, conditions } of endpoints ?? []) {
      const node = nodeName === undefined || conditions?.ready === false ? undefined : nodeNamed(nodeName);
      if (node !== undefined) found.set(nodeName!, node);
    }
  }
  return [...found.values()];
}
