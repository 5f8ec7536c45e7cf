import type { Pod } from '../api.ts';

/** Longer names than the kernel takes are cut. */
const LONGEST_HOSTNAME = 63;

/** The pod's host name, and its domain where it has a subdomain. Upstream: pkg/kubelet/kubelet_pods.go, GeneratePodHostNameAndDomain. */
export function hostnameOf({ spec, metadata }: Pod, clusterDomain: string): { hostname: string; domain: string } {
  const { hostnameOverride, subdomain = '' } = spec;
  if (hostnameOverride !== undefined && hostnameOverride !== '') return { hostname: hostnameOverride, domain: '' };
  const name = (spec.hostname ?? '') === '' ? (metadata.name ?? '') : spec.hostname!;
  const hostname = name.slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, '');
  const domain = subdomain === '' ? '' : `${subdomain}.${metadata.namespace}.svc.${clusterDomain}`;
  return { hostname, domain };
}

/** The name that is set in the pod; empty where it shares the node's. */
export function setHostname(pod: Pod, clusterDomain: string): string {
  if (pod.spec.hostNetwork === true) return '';
  const { hostname, domain } = hostnameOf(pod, clusterDomain);
  return pod.spec.setHostnameAsFQDN === true && domain !== '' ? `${hostname}.${domain}` : hostname;
}

/** The pod's /etc/hosts. `nodeHosts`: the node's own file, for pods in its network. */
export function hostsText(pod: Pod, podIPs: readonly string[], clusterDomain: string, nodeHosts: string): string {
  const aliases = aliasText(pod);
  if (pod.spec.hostNetwork === true) return `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${aliases}`;
  const { hostname, domain } = hostnameOf(pod, clusterDomain);
  const names = domain === '' ? hostname : `${hostname}.${domain}\t${hostname}`;
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...podIPs.map((ip) => `${ip}\t${names}`),
    aliases,
  ].join('\n');
}

function aliasText({ spec }: Pod): string {
  const aliases = spec.hostAliases ?? [];
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}`);
  return `\n# Entries added by HostAliases.\n${lines.join('\n')}\n`;
}
