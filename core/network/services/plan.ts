import type { Service, ServicePort } from '#core/api/types/core/v1';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import { choose, isExternal, readEndpoints, type Choice, type Location, type Target } from './endpoints.ts';
import type { Element, Flow, ServiceRules } from './rules.ts';

/** The node that the rules are for. */
export interface ProxyNode extends Location {
  /** Its own address: source ranges that hold it let it in to load balancers. */
  readonly ip: string;
  /** The ranges of all pods; what comes from elsewhere to a cluster IP is masqueraded. */
  readonly podRanges: readonly string[];
}

const DEFAULT_AFFINITY_SECONDS = 10_800;
const SET_MARK = 'meta mark set meta mark | 0x4000';

/** Another proxy's business (`service.kubernetes.io/service-proxy-name`), or none's: headless, external name. */
export const isProxied = ({ metadata, spec }: Service): boolean =>
  spec.type !== 'ExternalName' &&
  spec.clusterIP !== undefined &&
  spec.clusterIP !== '' &&
  spec.clusterIP !== 'None' &&
  metadata.labels?.['service.kubernetes.io/service-proxy-name'] === undefined;

export const serviceKeyOf = ({ metadata }: { readonly metadata: { namespace?: string; name?: string } }): string =>
  `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

/**
 * What a Service means on a node: rules, map elements, affinity sets. Only its IPv4 addresses are proxied.
 * Upstream: pkg/proxy/nftables/proxier.go.
 */
export function serviceRules(service: Service, slices: readonly EndpointSlice[], node: ProxyNode): ServiceRules {
  const rules = { chains: [], affinitySets: [], elements: [], flows: [] } as Growing;
  if (!isProxied(service)) return rules;
  const clusterIP = [service.spec.clusterIP, ...(service.spec.clusterIPs ?? [])].find((ip) => ip?.includes('.'));
  if (clusterIP === undefined) return rules;
  rules.elements.push({ of: 'cluster-ips', key: clusterIP });
  for (const port of service.spec.ports ?? []) addPort(rules, service, port, clusterIP, slices, node);
  return rules;
}

type Growing = { -readonly [K in keyof ServiceRules]: ServiceRules[K][number][] };

function addPort(
  rules: Growing,
  service: Service,
  port: ServicePort,
  clusterIP: string,
  slices: readonly EndpointSlice[],
  node: ProxyNode,
): void {
  const { spec } = service;
  const protocol = (port.protocol ?? 'TCP').toLowerCase();
  const id = `${serviceKeyOf(service)}/${protocol}/${port.name === undefined || port.name === '' ? port.port : port.name}`;
  const choice = choose(service, readEndpoints(slices, port, node), node);
  const internal = policy(choice, spec.internalTrafficPolicy === 'Local');
  const external = policy(choice, isExternal(spec) && spec.externalTrafficPolicy === 'Local');
  const [clusterChain, localChain, externalChain] = [`svc/${id}`, `local/${id}`, `ext/${id}`];
  const affinity = affinityOf(service);

  addTargets(rules, id, protocol, [...choice.cluster, ...choice.local], affinity);
  if (choice.cluster.length > 0) {
    rules.chains.push({ name: clusterChain, rules: spread(id, protocol, choice.cluster, affinity, clusterIP, node) });
  }
  if (choice.local.length > 0) {
    rules.chains.push({ name: localChain, rules: spread(id, protocol, choice.local, affinity, clusterIP, node) });
  }

  const open = (of: Element['of'], key: string, chain: string) =>
    rules.elements.push({ of, key, verdict: `goto ${chain}` });
  const shut = (of: Element['of'], key: string) =>
    rules.elements.push({ of, key, verdict: choice.any ? 'drop' : 'goto reject-it' });
  const place = (ip: string) => `${ip} . ${protocol} . ${port.port}`;

  if (internal.targets.length > 0) open('service-ips', place(clusterIP), internal.local ? localChain : clusterChain);
  else shut('no-endpoint-services', place(clusterIP));

  const externalIPs = [...(spec.externalIPs ?? []), ...balancerIPs(service)].filter((ip) => ip.includes('.'));
  if (isExternal(spec)) {
    if (choice.any)
      rules.chains.push({ name: externalChain, rules: entrance(external, clusterChain, localChain, choice, node) });
    for (const ip of externalIPs) {
      if (choice.any) open('service-ips', place(ip), externalChain);
      if (external.targets.length === 0) shut('no-endpoint-services', place(ip));
    }
    if (port.nodePort !== undefined && port.nodePort !== 0) {
      const key = `${protocol} . ${port.nodePort}`;
      if (choice.any) open('service-nodeports', key, externalChain);
      if (external.targets.length === 0) shut('no-endpoint-nodeports', key);
    }
    addFirewall(rules, service, id, place, node);
  }
  if (protocol === 'udp') {
    rules.flows.push(...flowsOf(port, clusterIP, internal, externalIPs, isExternal(spec) ? choice : undefined));
  }
}

interface Policy {
  readonly local: boolean;
  readonly targets: readonly Target[];
}
const policy = (choice: Choice, local: boolean): Policy => ({ local, targets: local ? choice.local : choice.cluster });

const affinityOf = ({ spec }: Service): number | undefined =>
  spec.sessionAffinity === 'ClientIP'
    ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS)
    : undefined;

const balancerIPs = ({ spec, status }: Service): readonly string[] =>
  spec.type !== 'LoadBalancer'
    ? []
    : (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode = 'VIP' }) =>
        ip === undefined || ipMode !== 'VIP' ? [] : [ip],
      );

const targetName = (id: string, { ip, port }: Target): string => `${id}/${ip}_${port}`;

/** Hairpins of local targets; with affinity also each target's chain and its set of remembered clients. */
function addTargets(
  rules: Growing,
  id: string,
  protocol: string,
  targets: readonly Target[],
  affinity: number | undefined,
): void {
  const seen = new Set<string>();
  for (const target of targets) {
    const name = targetName(id, target);
    if (seen.has(name)) continue;
    seen.add(name);
    const { ip, port } = target;
    if (target.local) rules.elements.push({ of: 'hairpin-connections', key: `${ip} . ${ip} . ${protocol} . ${port}` });
    if (affinity === undefined) continue;
    rules.affinitySets.push({ name: `aff/${name}`, seconds: affinity });
    rules.chains.push({
      name: `ep/${name}`,
      rules: [`update @aff/${name} { ip saddr }`, `meta l4proto ${protocol} dnat to ${ip}:${port}`],
    });
  }
}

/** Chooses one of the targets at random, or the one that the client had before. */
function spread(
  id: string,
  protocol: string,
  targets: readonly Target[],
  affinity: number | undefined,
  clusterIP: string,
  { podRanges }: ProxyNode,
): readonly string[] {
  const masquerade =
    podRanges.length === 0 ? [] : [`ip daddr ${clusterIP} ip saddr != { ${podRanges.join(', ')} } ${SET_MARK}`];
  const random = `numgen random mod ${targets.length}`;
  if (affinity === undefined) {
    const map = targets.map(({ ip, port }, index) => `${index} : ${ip} . ${port}`).join(', ');
    return [...masquerade, `meta l4proto ${protocol} dnat ip to ${random} map { ${map} }`];
  }
  const remembered = targets.map((target) => {
    const name = targetName(id, target);
    return `ip saddr @aff/${name} goto ep/${name}`;
  });
  const map = targets.map((target, index) => `${index} : goto ep/${targetName(id, target)}`).join(', ');
  return [...masquerade, ...remembered, `${random} vmap { ${map} }`];
}

/** The way in from outside. Under the policy Local, pods and this node itself still reach every endpoint. */
function entrance(
  external: Policy,
  clusterChain: string,
  localChain: string,
  choice: Choice,
  { podRanges }: ProxyNode,
): readonly string[] {
  if (!external.local) return [SET_MARK, `goto ${clusterChain}`];
  const shortcuts =
    choice.cluster.length === 0
      ? []
      : [
          ...(podRanges.length === 0 ? [] : [`ip saddr { ${podRanges.join(', ')} } goto ${clusterChain}`]),
          `fib saddr type local ${SET_MARK}`,
          `fib saddr type local goto ${clusterChain}`,
        ];
  return external.targets.length === 0 ? shortcuts : [...shortcuts, `goto ${localChain}`];
}

/** Only clients of the source ranges may use a load balancer's address. */
function addFirewall(
  rules: Growing,
  service: Service,
  id: string,
  place: (ip: string) => string,
  node: ProxyNode,
): void {
  const ranges = (service.spec.loadBalancerSourceRanges ?? [])
    .map((one) => one.trim())
    .filter((one) => one.includes('.'));
  const ips = balancerIPs(service).filter((ip) => ip.includes('.'));
  if (ranges.length === 0 || ips.length === 0) return;
  // A node that may come in does so with the load balancer's own address as its source.
  const sources = ranges.some((range) => contains(range, node.ip)) ? [...ranges, ...ips] : ranges;
  rules.chains.push({ name: `fw/${id}`, rules: [`ip saddr != { ${sources.join(', ')} } drop`] });
  for (const ip of ips) rules.elements.push({ of: 'firewall-ips', key: place(ip), verdict: `goto fw/${id}` });
}

function flowsOf(
  port: ServicePort,
  clusterIP: string,
  internal: Policy,
  externalIPs: readonly string[],
  reachable: Choice | undefined,
): Flow[] {
  const texts = (targets: readonly Target[]) => targets.map(({ ip }) => ip);
  const flows: Flow[] = [{ ip: clusterIP, port: port.port, targets: texts(internal.targets) }];
  if (reachable === undefined) return flows;
  const targets = texts([...reachable.cluster, ...reachable.local]);
  for (const ip of externalIPs) flows.push({ ip, port: port.port, targets });
  if (port.nodePort !== undefined && port.nodePort !== 0) flows.push({ ip: '', port: port.nodePort, targets });
  return flows;
}

/** Whether an IPv4 range holds an address; a range without a length is one address. */
export function contains(range: string, ip: string): boolean {
  const [base = '', length = '32'] = range.split('/');
  const bits = Number(length);
  const mask = bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0;
  return (numberOf(base) & mask) >>> 0 === (numberOf(ip) & mask) >>> 0;
}

function numberOf(ip: string): number {
  let number = 0;
  for (const part of ip.split('.')) number = number * 256 + Number(part);
  return number;
}
