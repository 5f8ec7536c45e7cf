import type { TableContent } from '#core/network/table';

/** The sets and maps of the table that Services fill; the chains that read them are the same on every node. */
export type Collection =
  | 'cluster-ips'
  | 'service-ips'
  | 'service-nodeports'
  | 'no-endpoint-services'
  | 'no-endpoint-nodeports'
  | 'firewall-ips'
  | 'hairpin-connections';

export const COLLECTIONS: readonly Collection[] = [
  'cluster-ips',
  'service-ips',
  'service-nodeports',
  'no-endpoint-services',
  'no-endpoint-nodeports',
  'firewall-ips',
  'hairpin-connections',
];

/** An element of a set, or of a map if it has a verdict. */
export interface Element {
  readonly of: Collection;
  readonly key: string;
  readonly verdict?: string;
}

/** What one Service adds to the table. */
export interface ServiceRules {
  readonly chains: readonly { readonly name: string; readonly rules: readonly string[] }[];
  readonly affinitySets: readonly { readonly name: string; readonly seconds: number }[];
  readonly elements: readonly Element[];
  /** UDP destinations and where they lead: what the kernel remembers of others is stale. */
  readonly flows: readonly Flow[];
}

/** A UDP port of a Service. `ip` is empty for a node port. */
export interface Flow {
  readonly ip: string;
  readonly port: number;
  readonly targets: readonly string[];
}

/** All that the table holds besides what is the same everywhere. */
export interface RuleSet extends TableContent {
  readonly flows: readonly Flow[];
}

export const noRules: RuleSet = { chains: new Map(), affinitySets: new Map(), elements: new Map(), flows: [] };

/** Puts the rules of all Services together. Where two claim the same key (which validation prevents) the first keeps it. */
export function merge(services: Iterable<ServiceRules>): RuleSet {
  const chains = new Map<string, readonly string[]>();
  const affinitySets = new Map<string, number>();
  const elements = new Map<Collection, Map<string, string>>(COLLECTIONS.map((name) => [name, new Map()]));
  const flows: Flow[] = [];
  for (const service of services) {
    for (const { name, rules } of service.chains) chains.set(name, rules);
    for (const { name, seconds } of service.affinitySets) affinitySets.set(name, seconds);
    for (const { of, key, verdict = '' } of service.elements) {
      const collection = elements.get(of)!;
      if (!collection.has(key)) collection.set(key, verdict);
    }
    flows.push(...service.flows);
  }
  return { chains, affinitySets, elements, flows };
}
