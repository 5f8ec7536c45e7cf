import type { Pod } from '#core/api/types/core/v1';
import type { NetworkPolicy, NetworkPolicyPort } from '#core/api/types/networking/v1';
import { addElements, addRules, type TableContent, type Transaction } from '#core/network/table';
import { namedPort, peersOf, portMatch, selectorOf, type Neighbours, type Peers } from './peers.ts';

export interface PolicyWorld {
  readonly node: string;
  readonly policies: readonly NetworkPolicy[];
  readonly pods: Iterable<Pod>;
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export const POLICY_TABLE = 'ip kubernode-policies';
const ALLOW = 'meta mark set meta mark | 0x8000 return';

type Direction = 'ingress' | 'egress';
const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/**
 * The rules of a node for the pods that run on it: a pod that any policy selects for a direction takes, or sends, only what
 * one of its policies allows. Traffic between a node and its own pods is never restricted.
 */
export function policyContent({ node, policies, pods, namespaces }: PolicyWorld): TableContent {
  const podsOf = new Map<string, Pod[]>();
  const local = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (!hasOwnAddress(pod)) continue;
    const namespace = pod.metadata.namespace ?? '';
    add(podsOf, namespace, pod);
    if (pod.spec.nodeName === node) add(local, namespace, pod);
  }
  const world: Neighbours = { podsOf, namespaces };
  const chains = new Map<string, readonly string[]>();
  const selectedBy = new Map<Pod, Record<Direction, string[]>>();
  for (const policy of policies) {
    const { matches } = selectorOf(policy.spec.podSelector);
    const selected = (local.get(policy.metadata.namespace ?? '') ?? []).filter((pod) => matches(pod.metadata.labels));
    if (selected.length === 0) continue;
    for (const direction of DIRECTIONS) {
      if (!restricts(policy, direction)) continue;
      const chain = `np-${direction}/${policy.metadata.namespace}/${policy.metadata.name}`;
      chains.set(chain, policyRules(policy, direction, selected, world));
      for (const pod of selected) {
        const by = selectedBy.get(pod) ?? { ingress: [], egress: [] };
        by[direction].push(chain);
        selectedBy.set(pod, by);
      }
    }
  }
  const elements = new Map<string, Map<string, string>>(DIRECTIONS.map((direction) => [direction, new Map()]));
  for (const [pod, by] of selectedBy) {
    const ip = pod.status?.podIP ?? '';
    for (const direction of DIRECTIONS) {
      if (by[direction].length === 0) continue;
      const chain = `pod-${direction}/${pod.metadata.namespace}/${pod.metadata.name}`;
      chains.set(chain, podRules(ip, direction, by[direction]));
      elements.get(direction)!.set(ip, `jump ${chain}`);
    }
  }
  return { chains, affinitySets: new Map(), elements };
}

const add = (map: Map<string, Pod[]>, key: string, pod: Pod): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [pod]);
  else list.push(pod);
};

const hasOwnAddress = ({ spec, status }: Pod): boolean =>
  spec.hostNetwork !== true &&
  (status?.podIP ?? '').includes('.') &&
  status?.phase !== 'Succeeded' &&
  status?.phase !== 'Failed';

function restricts({ spec }: NetworkPolicy, direction: Direction): boolean {
  const { policyTypes } = spec;
  if (policyTypes !== undefined) return policyTypes.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
  return direction === 'ingress' || (spec.egress ?? []).length > 0;
}

/** A pod always reaches itself; what none of its policies has marked is dropped. */
const podRules = (ip: string, direction: Direction, policies: readonly string[]): readonly string[] => [
  `ip ${direction === 'ingress' ? 'saddr' : 'daddr'} ${ip} return`,
  ...policies.map((chain) => `jump ${chain}`),
  'meta mark & 0x8000 == 0x0 drop',
  'meta mark set meta mark ^ 0x8000',
];

function policyRules(
  { metadata, spec }: NetworkPolicy,
  direction: Direction,
  selected: readonly Pod[],
  world: Neighbours,
): readonly string[] {
  const namespace = metadata.namespace ?? '';
  const rules: string[] = [];
  const list =
    direction === 'ingress'
      ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  for (const { peers: named, ports } of list) {
    const peers = peersOf(named, namespace, world);
    const portList: readonly (NetworkPolicyPort | undefined)[] =
      ports === undefined || ports.length === 0 ? [undefined] : ports;
    for (const port of portList) {
      const matches = port === undefined ? [''] : portMatches(port, direction, selected, peers, world);
      for (const match of matches)
        for (const peer of peerMatches(peers, direction)) rules.push(joined(peer, match, ALLOW));
    }
  }
  return rules;
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** A port by name is a different number in each pod that the traffic goes to. */
function portMatches(
  port: NetworkPolicyPort,
  direction: Direction,
  selected: readonly Pod[],
  peers: Peers,
  { podsOf }: Neighbours,
): readonly string[] {
  if (typeof port.port !== 'string') return [portMatch(port)];
  const { port: name, protocol = 'TCP' } = port;
  const destinations =
    direction === 'ingress' ? selected : peers === undefined ? [...podsOf.values()].flat() : peers.pods;
  const places = destinations.flatMap((pod) => {
    const number = namedPort(pod, name, protocol);
    return number === undefined ? [] : [`${pod.status?.podIP} . ${number}`];
  });
  if (places.length === 0) return [];
  return [`meta l4proto ${protocol.toLowerCase()} ip daddr . th dport { ${[...new Set(places)].join(', ')} }`];
}

function peerMatches(peers: Peers, direction: Direction): readonly string[] {
  if (peers === undefined) return [''];
  const field = `ip ${direction === 'ingress' ? 'saddr' : 'daddr'}`;
  const ips = [...new Set(peers.pods.map(({ status }) => status?.podIP ?? ''))].sort();
  const blocks = peers.blocks.map(({ cidr, except }) =>
    joined(cidr === '0.0.0.0/0' ? '' : `${field} ${cidr}`, ...except.map((one) => `${field} != ${one}`)),
  );
  return ips.length === 0 ? blocks : [`${field} { ${ips.join(', ')} }`, ...blocks];
}

/** Replaces the table as a whole. Connections that were let through once go on. */
export function wholePolicyTable({ chains, elements }: TableContent): Transaction {
  const commands = [`add table ${POLICY_TABLE}`, `delete table ${POLICY_TABLE}`, `add table ${POLICY_TABLE}`];
  for (const direction of DIRECTIONS)
    commands.push(`add map ${POLICY_TABLE} ${direction} { type ipv4_addr : verdict ; }`);
  commands.push(
    // After Services are translated, so that what is looked at is the pod that the traffic really goes to.
    `add chain ${POLICY_TABLE} forward { type filter hook forward priority 10 ; policy accept ; }`,
    ...addRules(POLICY_TABLE, 'forward', [
      'ct state established,related accept',
      'ip saddr vmap @egress',
      'ip daddr vmap @ingress',
    ]),
  );
  for (const name of chains.keys()) commands.push(`add chain ${POLICY_TABLE} ${name}`);
  for (const [name, rules] of chains) commands.push(...addRules(POLICY_TABLE, name, rules));
  for (const [name, list] of elements) commands.push(...addElements(POLICY_TABLE, name, list));
  return { commands };
}
