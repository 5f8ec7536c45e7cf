import type { Service } from '#core/api/types/core/v1';
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '#core/api/types/rbac/v1';

const NODES = { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:nodes' } as const;
const RBAC = 'rbac.authorization.k8s.io/v1';
const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };

/**
 * What the server makes for its nodes' network when it is not there yet: the DNS Service (without a selector: each node's
 * agent answers for it), and the right of nodes to see what Services, network policies and DNS are made of. Upstream gives that to
 * kube-proxy, CoreDNS and a network plugin, which here are one process with the kubelet.
 */
export const networkObjects = (
  clusterDns: string,
): readonly [Service, ClusterRole, ClusterRoleBinding, Role, RoleBinding] => [
  {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
    },
    spec: {
      clusterIP: clusterDns,
      ports: [
        { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP' },
      ],
    },
  },
  {
    kind: 'ClusterRole',
    apiVersion: RBAC,
    metadata: { name: 'kubernode:node-network', labels },
    rules: [
      { apiGroups: [''], resources: ['services', 'nodes', 'namespaces', 'pods'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['get', 'list', 'watch'] },
    ],
  },
  {
    kind: 'ClusterRoleBinding',
    apiVersion: RBAC,
    metadata: { name: 'kubernode:node-network', labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubernode:node-network' },
    subjects: [NODES],
  },
  {
    kind: 'Role',
    apiVersion: RBAC,
    metadata: { name: 'kubernode:node-dns', namespace: 'kube-system', labels },
    rules: [
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['create', 'get', 'update', 'patch'] },
    ],
  },
  {
    kind: 'RoleBinding',
    apiVersion: RBAC,
    metadata: { name: 'kubernode:node-dns', namespace: 'kube-system', labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'kubernode:node-dns' },
    subjects: [NODES],
  },
];
