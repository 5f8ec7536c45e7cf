import { type Wanted, wanted } from './wanted.ts';

/** Upstream: pkg/controlplane/controller/systemnamespaces and the default namespace of the kubernetes Service. */
export const systemNamespaces = (): readonly Wanted[] =>
  ['kube-system', 'kube-public', 'kube-node-lease', 'default'].map((name) =>
    wanted('', 'namespaces', {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    }),
  );
