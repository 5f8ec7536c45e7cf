import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressesOf, type ClusterRecord } from '../../apps/kubernode/record.ts';
import { testCluster } from '../e2e/cluster.ts';
import { testImages } from '../images/images.ts';
import { serveRegistry } from '../registry/index.ts';
import type { Judged } from './simulated.ts';

/**
 * Two real nodes, as `kubernode up` makes them, which pull the stand-ins for the tests' images, and nothing else, from a registry
 * on their bridge. Throws where images cannot be made.
 */
export async function realCluster(kubectl: string): Promise<Judged> {
  const archives = testImages().map((path) => readFileSync(path));
  const cluster = testCluster(`conformance-${process.pid}`, kubectl);
  const up = (...flags: string[]) => {
    const { status, stderr } = cluster.kubernode('up', '--runtime', 'containerd', ...flags);
    if (status !== 0) throw new Error(stderr);
  };
  // The bridge comes first: the registry listens on it, and nodes are made with the registry's address.
  up('--nodes', '0', '--storage', 'memory');
  const { index } = JSON.parse(readFileSync(join(cluster.data, 'cluster.json'), 'utf8')) as ClusterRecord;
  const registry = await serveRegistry({ address: addressesOf(index).gateway, port: 0, archives });
  up('--nodes', '2', '--registry-mirror', registry.url);
  return {
    kubeconfig: cluster.kubeconfig,
    async stop() {
      cluster.kubernode('delete');
      await registry.close();
    },
  };
}
