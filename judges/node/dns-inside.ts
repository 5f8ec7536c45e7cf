// Runs in a node's network namespace: answers DNS on the node's address for one Service, until it is ended.
import type { Service } from '#core/api/types/core/v1';
import { serveDns } from '#adapters/dns-socket';

const [address = '', clusterIP = ''] = process.argv.slice(2);
const web: Service = {
  kind: 'Service',
  apiVersion: 'v1',
  metadata: { namespace: 'default', name: 'web' },
  spec: { clusterIP, clusterIPs: [clusterIP], ports: [{ name: 'http', port: 80 }] },
};
await serveDns({
  address,
  port: 53,
  resolvers: [],
  world: {
    domain: 'cluster.local',
    service: (key) => (key === 'default/web' ? web : undefined),
    slicesOf: () => [],
    hasNamespace: (name) => name === 'default',
    servicesAt: () => [],
    slicesAt: () => [],
    ownsAddress: () => false,
  },
});
console.log('serving');
