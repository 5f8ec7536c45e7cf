import { testCluster } from '../e2e/cluster.ts';
import { testImages } from '../images/images.ts';
import type { Judged } from './simulated.ts';

/** Two real nodes, as `kubernode up` makes them, which hold the stand-ins for the tests' images. Throws where images cannot be made. */
export function realCluster(kubectl: string): Judged {
  const images = testImages();
  const cluster = testCluster(`conformance-${process.pid}`, kubectl);
  const up = cluster.kubernode('up', '--runtime', 'containerd', '--nodes', '2', '--storage', 'memory');
  if (up.status !== 0) throw new Error(up.stderr);
  const imported = cluster.kubernode('image', 'import', ...images);
  if (imported.status !== 0) throw new Error(imported.stderr);
  return {
    kubeconfig: cluster.kubeconfig,
    stop: () => {
      cluster.kubernode('delete');
      return Promise.resolve();
    },
  };
}
