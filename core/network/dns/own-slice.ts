import type { EndpointSlice } from '#core/api/types/discovery/v1';
import { endpointSlices } from '#core/api/tokens';
import type { Client } from '#core/client';
import { isStatusError } from '#core/machinery/status';

export const DNS_SERVICE = 'kube-system/kube-dns';

/**
 * The endpoint of one node's DNS. The hint keeps it for that node: with one in every node's slice, each node sends its pods to
 * itself.
 */
export const ownSlice = (node: {
  readonly name: string;
  readonly ip: string;
  readonly uid?: string;
}): EndpointSlice => ({
  kind: 'EndpointSlice',
  apiVersion: 'discovery.k8s.io/v1',
  metadata: {
    name: `kube-dns-${node.name}`,
    namespace: 'kube-system',
    labels: {
      'kubernetes.io/service-name': 'kube-dns',
      'endpointslice.kubernetes.io/managed-by': 'node-dns.kubernode.io',
    },
    ...(node.uid === undefined
      ? {}
      : { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: node.uid }] }),
  },
  addressType: 'IPv4',
  endpoints: [
    {
      addresses: [node.ip],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: node.name,
      hints: { forNodes: [{ name: node.name }] },
    },
  ],
  ports: [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ],
});

/** Writes the slice, or makes it right. Rejects with a StatusError. */
export async function publishSlice(client: Client, slice: EndpointSlice): Promise<void> {
  try {
    await client.create(endpointSlices, slice);
  } catch (error) {
    if (!isStatusError(error) || error.status.reason !== 'AlreadyExists') throw error;
    const { endpoints, ports, metadata } = slice;
    const { labels, ownerReferences } = metadata;
    const patch = {
      metadata: { labels, ...(ownerReferences === undefined ? {} : { ownerReferences }) },
      endpoints,
      ports,
    };
    const named = { namespace: metadata.namespace, name: metadata.name ?? '' };
    await client.patch(endpointSlices, named, { type: 'merge', patch });
  }
}
