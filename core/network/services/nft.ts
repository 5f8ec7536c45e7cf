import { addAffinitySet, addElements, addRules, type Transaction } from '#core/network/table';
import { COLLECTIONS, type Collection, type RuleSet } from './rules.ts';

/** The table that upstream's kube-proxy uses too. */
export const TABLE = 'ip kube-proxy';

const PLACE = 'ipv4_addr . inet_proto . inet_service';
/** Verdict maps, but for the two that are sets. */
const TYPES: Readonly<Record<Collection, string>> = {
  'cluster-ips': 'ipv4_addr',
  'service-ips': `${PLACE} : verdict`,
  'service-nodeports': 'inet_proto . inet_service : verdict',
  'no-endpoint-services': `${PLACE} : verdict`,
  'no-endpoint-nodeports': 'inet_proto . inet_service : verdict',
  'firewall-ips': `${PLACE} : verdict`,
  'hairpin-connections': 'ipv4_addr . ipv4_addr . inet_proto . inet_service',
};

const isMap = (name: Collection): boolean => TYPES[name].endsWith('verdict');

/** The chains that are the same on every node, in the order in which they refer to one another. */
const chainsOf = (
  serviceRanges: readonly string[],
): readonly (readonly [name: string, hook: string, ...rules: string[]])[] => [
  // A reset, because the answer by ICMP comes before the client's own connect() has let go of its socket when both are on this
  // machine: it would be noticed only with the next attempt, a second later.
  ['reject-it', '', 'meta l4proto tcp reject with tcp reset', 'reject'],
  [
    'services',
    '',
    'ip daddr . meta l4proto . th dport vmap @service-ips',
    'fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @service-nodeports',
  ],
  ['nat-prerouting', 'type nat hook prerouting priority dstnat', 'goto services'],
  ['nat-output', 'type nat hook output priority -100', 'goto services'],
  [
    'nat-postrouting',
    'type nat hook postrouting priority srcnat',
    'meta mark & 0x4000 != 0 meta mark set meta mark ^ 0x4000 masquerade fully-random',
    'ip saddr . ip daddr . meta l4proto . th dport @hairpin-connections masquerade fully-random',
  ],
  // Before the translation, as it looks at the load balancer's address.
  [
    'firewall-prerouting',
    'type filter hook prerouting priority -110',
    `ip daddr . meta l4proto . th dport vmap @firewall-ips`,
  ],
  ['firewall-output', 'type filter hook output priority -110', `ip daddr . meta l4proto . th dport vmap @firewall-ips`],
  ['no-endpoints', '', 'ip daddr . meta l4proto . th dport vmap @no-endpoint-services'],
  [
    'unknown-services',
    '',
    'ip daddr @cluster-ips goto reject-it',
    ...(serviceRanges.length === 0 ? [] : [`ip daddr { ${serviceRanges.join(', ')} } drop`]),
  ],
  [
    'filter-input',
    'type filter hook input priority -110',
    'ct state new fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @no-endpoint-nodeports',
    'ct state new jump no-endpoints',
  ],
  // Translation comes before these, so what still goes to a cluster IP goes to none of its ports.
  [
    'filter-forward',
    'type filter hook forward priority filter',
    'ct state new jump no-endpoints',
    'ct state new goto unknown-services',
  ],
  [
    'filter-output',
    'type filter hook output priority filter',
    'ct state new jump no-endpoints',
    'ct state new goto unknown-services',
  ],
];

/** Replaces the table as a whole, whatever there was before, without a moment in which there is none. */
export function wholeTable(rules: RuleSet, serviceRanges: readonly string[]): Transaction {
  const commands = [`add table ${TABLE}`, `delete table ${TABLE}`, `add table ${TABLE}`];
  for (const name of COLLECTIONS) {
    commands.push(`add ${isMap(name) ? 'map' : 'set'} ${TABLE} ${name} { type ${TYPES[name]} ; }`);
  }
  const chains = chainsOf(serviceRanges);
  for (const [name, hook] of chains) {
    commands.push(`add chain ${TABLE} ${name}${hook === '' ? '' : ` { ${hook} ; policy accept ; }`}`);
  }
  for (const [name, , ...list] of chains) for (const rule of list) commands.push(`add rule ${TABLE} ${name} ${rule}`);
  for (const [name, seconds] of rules.affinitySets) commands.push(addAffinitySet(TABLE, name, seconds));
  for (const name of rules.chains.keys()) commands.push(`add chain ${TABLE} ${name}`);
  for (const [name, list] of rules.chains) commands.push(...addRules(TABLE, name, list));
  for (const [name, elements] of rules.elements) commands.push(...addElements(TABLE, name, elements));
  return { commands };
}
