import { testCluster } from '../e2e/cluster.ts';
import type { Judged } from './simulated.ts';

/** Two real nodes, as `kubernode up` makes them; their images come from where its nodes pull them. */
export function realCluster(kubectl: string): Judged {
  const cluster = testCluster(`conformance-${process.pid}`, kubectl);
  const up = cluster.kubernode('up', '--runtime', 'containerd', '--nodes', '2', '--storage', 'memory');
  if (up.status !== 0) throw new Error(up.stderr);
  return {
    kubeconfig: cluster.kubeconfig,
    stop: () => {
      cluster.kubernode('delete');
      return Promise.resolve();
    },
  };
}
