import type { Library } from '../environment.ts';
import { opaque } from '../types.ts';

/** Upstream: apiserver/pkg/cel/library/ip.go. */
export const IP: Library = {
  signatures: {
    ip_family: '(net.IP).family(): int',
    string_to_ip: 'ip(string): net.IP',
    ip_is_canonical: 'ip.isCanonical(string): bool',
    ip_is_global_unicast: '(net.IP).isGlobalUnicast(): bool',
    is_ip: 'isIP(string): bool',
    ip_is_link_local_multicast: '(net.IP).isLinkLocalMulticast(): bool',
    ip_is_link_local_unicast: '(net.IP).isLinkLocalUnicast(): bool',
    ip_is_loopback: '(net.IP).isLoopback(): bool',
    ip_is_unspecified: '(net.IP).isUnspecified(): bool',
    ip_to_string: 'string(net.IP): string',
  },
  types: { 'net.IP': opaque('net.IP') },
};

/** Upstream: apiserver/pkg/cel/library/cidr.go. */
export const CIDR: Library = {
  signatures: {
    string_to_cidr: 'cidr(string): net.CIDR',
    cidr_contains_cidr_string: '(net.CIDR).containsCIDR(string): bool',
    cidr_contains_cidr: '(net.CIDR).containsCIDR(net.CIDR): bool',
    cidr_contains_ip_string: '(net.CIDR).containsIP(string): bool',
    cidr_contains_ip_ip: '(net.CIDR).containsIP(net.IP): bool',
    cidr_ip: '(net.CIDR).ip(): net.IP',
    is_cidr: 'isCIDR(string): bool',
    cidr_masked: '(net.CIDR).masked(): net.CIDR',
    cidr_prefix_length: '(net.CIDR).prefixLength(): int',
    cidr_to_string: 'string(net.CIDR): string',
  },
  types: { 'net.CIDR': opaque('net.CIDR') },
};
