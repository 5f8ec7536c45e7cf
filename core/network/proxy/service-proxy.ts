import type { Log, Timer, Turns } from '#core/base';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import { endpointSlices, nodes, services } from '#core/api/tokens';
import type { Informers } from '#core/client';
import {
  merge,
  serviceKeyOf,
  serviceRules,
  staleFlows,
  TABLE,
  wholeTable,
  type ProxyNode,
  type RuleSet,
  type ServiceRules,
  type StaleFlow,
} from '#core/network/services';
import { difference } from '#core/network/table';

export interface ServiceProxyParts {
  readonly informers: Informers;
  readonly turns: Turns;
  readonly log: Log;
  readonly node: { readonly name: string; readonly ip: string };
  readonly podRanges: readonly string[];
  readonly serviceRanges: readonly string[];
  /** Endpoints that only this node knows of, by Service: its own DNS. They stand before what the API has. */
  readonly own?: ReadonlyMap<string, readonly EndpointSlice[]>;
  /** Applies all commands or none; rejects with the reason. */
  readonly apply: (commands: readonly string[]) => Promise<void>;
  /** Makes the kernel forget a UDP flow. */
  readonly forget: (flow: StaleFlow) => Promise<void>;
}

/** A node's part in Services: what the API says, as rules in the kernel. */
export interface ServiceProxy {
  /** The rules are in place for the first time. */
  readonly ready: Promise<void>;
  /** Stops following; the rules stay, so that Services go on while the agent is away. */
  stop(): void;
}

/** Milliseconds: changes that come together are applied together. */
const GATHER = 10;
const FIRST_RETRY = 500;
const LONGEST_RETRY = 30_000;
const SERVICE_LABEL = 'kubernetes.io/service-name';
const ZONE_LABEL = 'topology.kubernetes.io/zone';
const BY_SERVICE = 'service';

const serviceOf = ({ metadata }: EndpointSlice): string | undefined => {
  const name = metadata.labels?.[SERVICE_LABEL];
  return name === undefined ? undefined : `${metadata.namespace ?? ''}/${name}`;
};

/**
 * Follows Services, EndpointSlices and this node's zone. Only the Services that changed are planned anew, and only the
 * difference goes to the kernel; the first time, and after a failure, the table is replaced as a whole.
 */
export function createServiceProxy(parts: ServiceProxyParts): ServiceProxy {
  const { informers, turns, log, own = new Map<string, readonly EndpointSlice[]>() } = parts;
  const serviceInformer = informers.get(services);
  const sliceInformer = informers.get(endpointSlices);
  const nodeInformer = informers.get(nodes);
  sliceInformer.index(BY_SERVICE, (slice) => {
    const service = serviceOf(slice);
    return service === undefined ? [] : [service];
  });

  const ready = Promise.withResolvers<void>();
  const planned = new Map<string, ServiceRules>();
  const changed = new Set<string>();
  let zone = '';
  let applied: RuleSet | undefined;
  let timer: Timer | undefined;
  let busy = false;
  let stopped = false;
  let retry = FIRST_RETRY;

  const schedule = (milliseconds: number) => {
    if (timer === undefined && !stopped) timer = turns.after(milliseconds, run);
  };
  const touch = (service: string | undefined) => {
    if (service === undefined) return;
    changed.add(service);
    schedule(GATHER);
  };
  const run = () => {
    timer = undefined;
    if (busy || stopped || !synced) return;
    busy = true;
    void sync().finally(() => {
      busy = false;
      if (changed.size > 0) schedule(GATHER);
    });
  };

  const replan = () => {
    const here: ProxyNode = { node: parts.node.name, ip: parts.node.ip, podRanges: parts.podRanges, zone };
    for (const key of changed) {
      const service = serviceInformer.cache.get(key);
      if (service === undefined) planned.delete(key);
      else planned.set(key, serviceRules(service, own.get(key) ?? sliceInformer.cache.by(BY_SERVICE, key), here));
    }
    changed.clear();
  };
  const sync = async () => {
    replan();
    const wanted = merge(planned.values());
    const before = applied;
    const { commands } =
      before === undefined ? wholeTable(wanted, parts.serviceRanges) : difference(TABLE, before, wanted);
    try {
      await turns.external(() => parts.apply(commands));
    } catch (error) {
      log.error('Service rules were refused', { error: String(error), commands: commands.length });
      // Whatever the table is like now, it is replaced next time.
      applied = undefined;
      timer ??= turns.after(retry, run);
      retry = Math.min(LONGEST_RETRY, 2 * retry);
      return;
    }
    applied = wanted;
    retry = FIRST_RETRY;
    ready.resolve();
    if (before === undefined) return;
    for (const flow of staleFlows(before, wanted)) await turns.external(() => parts.forget(flow));
  };

  const removers = [
    serviceInformer.handle((next, previous) => touch(serviceKeyOf(next ?? previous!))),
    sliceInformer.handle((next, previous) => {
      if (previous !== undefined) touch(serviceOf(previous));
      if (next !== undefined) touch(serviceOf(next));
    }),
    nodeInformer.handle((next) => {
      if (next === undefined || next.metadata.name !== parts.node.name) return;
      const now = next.metadata.labels?.[ZONE_LABEL] ?? '';
      if (now === zone) return;
      zone = now;
      for (const service of serviceInformer.cache.values()) touch(serviceKeyOf(service));
    }),
  ];
  let synced = false;
  void Promise.all([serviceInformer.synced, sliceInformer.synced, nodeInformer.synced]).then(() => {
    synced = true;
    schedule(0);
  });
  return {
    ready: ready.promise,
    stop() {
      stopped = true;
      timer?.cancel();
      for (const remove of removers) remove();
    },
  };
}
