import type { Service, ServicePort } from '#core/api/types/core/v1';
import type { EndpointSlice } from '#core/api/types/discovery/v1';

/** One place where a Service's traffic may go. */
export interface Target {
  readonly ip: string;
  readonly port: number;
  readonly local: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
}

/** Where a node stands, as far as it decides between endpoints. */
export interface Location {
  readonly node: string;
  /** Empty: unknown. */
  readonly zone: string;
}

/**
 * What the slices say of one port of a Service, each address once. Where two slices disagree the ready one counts, as the other is
 * older.
 */
export function readEndpoints(slices: readonly EndpointSlice[], port: ServicePort, here: Location): readonly Target[] {
  const targets = new Map<string, Target>();
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue;
    for (const { name = '', protocol = 'TCP', port: number } of slice.ports ?? []) {
      if (number === undefined || name !== (port.name ?? '') || protocol !== (port.protocol ?? 'TCP')) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const ip = endpoint.addresses[0];
        if (ip === undefined) continue;
        const ready = endpoint.conditions?.ready ?? true;
        const key = `${ip}:${number}`;
        if (targets.has(key) && !ready) continue;
        targets.set(key, {
          ip,
          port: number,
          local: endpoint.nodeName === here.node,
          ready,
          serving: endpoint.conditions?.serving ?? ready,
          terminating: endpoint.conditions?.terminating ?? false,
          zones: endpoint.hints?.forZones?.map(({ name }) => name) ?? [],
          nodes: endpoint.hints?.forNodes?.map(({ name }) => name) ?? [],
        });
      }
    }
  }
  return [...targets.values()].sort((a, b) => (a.ip === b.ip ? a.port - b.port : a.ip < b.ip ? -1 : 1));
}

/** The endpoints that traffic goes to under each of the two policies. */
export interface Choice {
  readonly cluster: readonly Target[];
  readonly local: readonly Target[];
  /** Somewhere in the cluster there is one that could serve, though perhaps not under the policy. */
  readonly any: boolean;
}

/**
 * Ready endpoints, near ones if hints say so for all; where none is ready, those that still serve while they terminate.
 * Upstream: pkg/proxy/topology.go.
 */
export function choose(service: Service, targets: readonly Target[], here: Location): Choice {
  const [usesCluster, usesLocal] = policiesOf(service);
  const fallback = targets.filter(({ serving, terminating }) => serving && terminating);
  const ready = targets.filter((target) => target.ready);
  const cluster = !usesCluster ? [] : ready.length > 0 ? near(ready, here) : fallback;
  const localReady = ready.filter(({ local }) => local);
  const local = !usesLocal ? [] : localReady.length > 0 ? localReady : fallback.filter((target) => target.local);
  return { cluster, local, any: ready.length > 0 || fallback.length > 0 };
}

/** Whether any of a Service's traffic goes by the policy Cluster, and by Local. */
function policiesOf({ spec }: Service): [cluster: boolean, local: boolean] {
  const internalLocal = spec.internalTrafficPolicy === 'Local';
  const externalLocal = isExternal(spec) && spec.externalTrafficPolicy === 'Local';
  // Traffic from pods and nodes to an external address goes cluster-wide whatever the policy.
  return [!internalLocal || isExternal(spec), internalLocal || externalLocal];
}

export const isExternal = ({ type, externalIPs = [] }: Service['spec']): boolean =>
  type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0;

function near(ready: readonly Target[], { node, zone }: Location): readonly Target[] {
  if (ready.every(({ nodes }) => nodes.length > 0)) {
    const here = ready.filter(({ nodes }) => nodes.includes(node));
    if (here.length > 0) return here;
  }
  if (zone !== '' && ready.every(({ zones }) => zones.length > 0)) {
    const here = ready.filter(({ zones }) => zones.includes(zone));
    if (here.length > 0) return here;
  }
  return ready;
}
