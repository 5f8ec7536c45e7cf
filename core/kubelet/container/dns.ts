import type { Pod } from '../api.ts';
import type { DnsSettings, Resolver } from '../context.ts';

/** Upstream: pkg/apis/core/validation, MaxDNSSearchPaths and MaxDNSNameservers. */
const MOST_SEARCHES = 32;
const MOST_SERVERS = 3;

/** What goes into a pod's resolv.conf. Upstream: pkg/kubelet/network/dns/dns.go. */
export function resolverOf({ spec, metadata }: Pod, settings: DnsSettings): Resolver {
  const base = baseOf(spec.dnsPolicy ?? 'ClusterFirst', spec.hostNetwork === true, metadata.namespace ?? '', settings);
  const { nameservers = [], searches = [], options = [] } = spec.dnsConfig ?? {};
  const own = options.flatMap(({ name, value }) =>
    name === undefined ? [] : [value === undefined || value === '' ? name : `${name}:${value}`],
  );
  return {
    servers: unique([...base.servers, ...nameservers]).slice(0, MOST_SERVERS),
    searches: unique([...base.searches, ...searches]).slice(0, MOST_SEARCHES),
    options: mergeOptions(base.options, own),
  };
}

function baseOf(policy: string, hostNetwork: boolean, namespace: string, settings: DnsSettings): Resolver {
  const { clusterServers, clusterDomain, node } = settings;
  if (policy === 'None') return { servers: [], searches: [], options: [] };
  const usesNode = policy === 'Default' || (policy === 'ClusterFirst' && hostNetwork) || clusterServers.length === 0;
  if (usesNode) return node;
  const cluster = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { servers: clusterServers, searches: [...cluster, ...node.searches], options: ['ndots:5'] };
}

const unique = (list: readonly string[]): readonly string[] => [...new Set(list)];

/** A pod's own options win over those of the same name. */
function mergeOptions(base: readonly string[], own: readonly string[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const option of [...base, ...own]) byName.set(option.split(':')[0]!, option);
  return [...byName.values()];
}
