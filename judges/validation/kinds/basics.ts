import type { Fault, Kind } from '../cases.ts';

const bad = 'A_b';
const core = (kind: string, rest: object = {}, name = 'x') => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  ...rest,
});
const rbac = (kind: string, rest: object) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name: 'x' },
  ...rest,
});
const networking = (kind: string, name: string, rest: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind,
  metadata: { name },
  ...rest,
});
const rule = (one: object): Fault => ({ rules: [one] });
const subject = (one: object): Fault => ({ subjects: [one] });
const bindings: readonly Fault[] = [
  { 'roleRef.apiGroup': 'x', 'roleRef.kind': 'X', 'roleRef.name': '' },
  { 'roleRef.name': 'a/b' },
  subject({ kind: 'X', name: '' }),
  subject({ kind: 'User', name: '', apiGroup: 'x' }),
  subject({ kind: 'Group', name: 'g', apiGroup: '' }),
  subject({ kind: 'ServiceAccount', name: bad, apiGroup: 'x' }),
  subject({ kind: 'ServiceAccount', name: '', namespace: '' }),
];
const rules: readonly Fault[] = [
  rule({ verbs: [] }),
  rule({ verbs: ['get'] }),
  rule({ verbs: ['get'], apiGroups: [''], nonResourceURLs: ['/x'] }),
  rule({ verbs: ['get'], apiGroups: [], resources: ['pods'] }),
  rule({ verbs: ['get'], apiGroups: [''], resources: [] }),
  rule({ verbs: ['get'], nonResourceURLs: ['/x'] }),
];
const port = (...ports: object[]): Fault => ({ 'spec.ports': ports });
const type = (name: string, more: Fault = {}): Fault => ({ 'spec.type': name, ...more });
const ingress = (...list: object[]): Fault => ({ 'status.loadBalancer': { ingress: list } });
const typed = (name: string, data: object = {}): Fault => ({ type: name, data });
const NOT_JSON = 'eA==';

/** Kinds that nearly every cluster is made of. */
export const basics: Readonly<Record<string, Kind>> = {
  Service: {
    object: core('Service', { spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } }),
    create: [
      port(),
      port({ port: 0 }, { port: 70000, name: bad, protocol: 'X', targetPort: 0 }),
      port({ port: 80 }, { port: 80, name: 'a' }),
      port({ port: 80, name: 'a' }, { port: 81, name: 'a' }),
      port({ port: 80, name: 'a' }, { port: 80, name: 'b' }),
      port({ port: 80, targetPort: 'a_b', appProtocol: 'a b' }),
      port({ port: 80, nodePort: 30000 }),
      { 'spec.selector': { 'a b': 'c d' } },
      { 'spec.sessionAffinity': 'X' },
      { 'spec.sessionAffinityConfig': { clientIP: { timeoutSeconds: 5 } } },
      { 'spec.sessionAffinity': 'ClientIP', 'spec.sessionAffinityConfig': { clientIP: { timeoutSeconds: 0 } } },
      { 'spec.sessionAffinity': 'ClientIP', 'spec.sessionAffinityConfig': { clientIP: { timeoutSeconds: 90000 } } },
      type('X'),
      type('ExternalName'),
      type('ExternalName', { 'spec.externalName': bad }),
      type('ExternalName', { 'spec.externalName': 'a.b', 'spec.clusterIP': 'None' }),
      type('ExternalName', { 'spec.externalName': 'a.b.' }),
      type('LoadBalancer', { 'spec.clusterIP': 'None' }),
      type('LoadBalancer', { 'spec.loadBalancerSourceRanges': ['x', '10.0.0.0/8'] }),
      type('LoadBalancer', { 'spec.loadBalancerClass': 'a b' }),
      type('NodePort', { 'spec.ports': [{ port: 80, nodePort: -1 }] }),
      { 'spec.loadBalancerSourceRanges': ['10.0.0.0/8'] },
      { 'metadata.annotations': { 'service.beta.kubernetes.io/load-balancer-source-ranges': 'x' } },
      { 'spec.loadBalancerClass': 'a.b/c' },
      { 'spec.allocateLoadBalancerNodePorts': true },
      { 'spec.externalIPs': ['x', '127.0.0.1', '0.0.0.0', '::1', '169.254.0.1', '224.0.0.1'] },
      { 'spec.externalTrafficPolicy': 'Local' },
      type('NodePort', { 'spec.externalTrafficPolicy': 'X' }),
      { 'spec.internalTrafficPolicy': 'X' },
      { 'spec.trafficDistribution': 'X' },
      {
        'metadata.annotations': {
          'service.kubernetes.io/topology-mode': 'Auto',
          'service.kubernetes.io/topology-aware-hints': 'Disabled',
        },
      },
      { 'spec.healthCheckNodePort': 5 },
      type('LoadBalancer', { 'spec.externalTrafficPolicy': 'Local', 'spec.healthCheckNodePort': -1 }),
      { 'spec.clusterIP': 'x' },
      { 'spec.clusterIP': 'None', 'spec.clusterIPs': ['10.0.0.50'] },
      { 'spec.clusterIPs': ['None', '10.0.0.50'] },
      { 'spec.clusterIPs': ['10.0.0.50'], 'spec.clusterIP': '10.0.0.51' },
      { 'spec.ipFamilies': ['X', 'IPv4', 'IPv4'] },
      { 'spec.ipFamilyPolicy': 'X' },
      { 'metadata.name': '1a' },
    ],
    update: [
      { 'spec.clusterIP': '10.0.0.99' },
      { 'spec.clusterIPs': [] },
      { 'spec.ports': [] },
      { 'spec.loadBalancerClass': 'a.b/c' },
    ],
    status: [
      ingress({ ip: 'x' }),
      ingress({ ip: '1.2.3.4', hostname: bad }, { ipMode: 'VIP' }),
      ingress({ ip: '1.2.3.4', ipMode: 'X', ports: [{ port: 0, protocol: 'X', error: 'a b' }] }),
      { 'status.conditions': [{ type: 'a b', status: 'X', reason: '', message: '', lastTransitionTime: null }] },
    ],
  },
  Node: {
    object: core('Node'),
    create: [
      { 'spec.podCIDR': 'x', 'spec.podCIDRs': ['x'] },
      { 'spec.podCIDRs': ['10.0.0.0/24', '10.0.1.0/24'], 'spec.podCIDR': '10.0.0.0/24' },
      { 'spec.podCIDRs': ['10.0.0.0/24', 'fd00::/64', 'fd01::/64'], 'spec.podCIDR': '10.0.0.0/24' },
      {
        'spec.taints': [
          { key: '', effect: '' },
          { key: 'a b', value: 'c d', effect: 'X' },
        ],
      },
      {
        'spec.taints': [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', value: 'b', effect: 'NoSchedule' },
        ],
      },
      { 'status.capacity': { cpu: '-1', 'a b': '1' }, 'status.allocatable': { pods: '1500m' } },
      { 'status.addresses': [{ type: 'InternalIP', address: '1.2.3.4' }] },
      { 'metadata.annotations': { 'scheduler.alpha.kubernetes.io/preferAvoidPods': '{"preferAvoidPods":[{}]}' } },
      { 'metadata.annotations': { 'scheduler.alpha.kubernetes.io/preferAvoidPods': 'x' } },
      { 'metadata.annotations': { 'scheduler.alpha.kubernetes.io/taints': '[{"key":"a b","effect":"X"}]' } },
      { 'spec.configSource': {} },
      { 'metadata.name': bad },
    ],
    update: [
      { 'spec.podCIDR': '10.0.0.0/24', 'spec.podCIDRs': ['10.0.0.0/24'] },
      { 'spec.providerID': 'x' },
      { 'spec.externalID': 'x' },
      { 'spec.unschedulable': true },
      { 'spec.taints': [{ key: 'a', effect: 'X' }] },
      { 'spec.configSource': { configMap: { name: 'a', namespace: 'b', kubeletConfigKey: 'c' } } },
    ],
    status: [
      { 'status.capacity': { foo: '1', 'hugepages-2Mi': '3Mi', cpu: '-1' } },
      {
        'status.addresses': [
          { type: 'Hostname', address: 'a' },
          { type: 'Hostname', address: 'a' },
        ],
      },
      { 'status.declaredFeatures': ['b', 'a', 'a b'] },
      { 'status.config': { assigned: {} } },
    ],
  },
  Namespace: {
    object: core('Namespace'),
    create: [{ 'metadata.name': 'a.b' }, { 'spec.finalizers': ['a', 'a b', 'kubernetes'] }],
    status: [{ 'status.phase': 'Terminating' }, { 'status.phase': 'X' }],
  },
  Secret: {
    object: core('Secret', { data: { a: 'eA==' } }),
    create: [
      { data: { 'a b': 'eA==', '..': 'eA==' } },
      typed('kubernetes.io/service-account-token'),
      typed('kubernetes.io/dockercfg', { '.dockercfg': NOT_JSON }),
      typed('kubernetes.io/dockercfg'),
      typed('kubernetes.io/dockerconfigjson', { '.dockerconfigjson': NOT_JSON }),
      typed('kubernetes.io/dockerconfigjson'),
      typed('kubernetes.io/basic-auth'),
      typed('kubernetes.io/ssh-auth'),
      typed('kubernetes.io/tls'),
      typed('a b'),
    ],
    update: [{ type: 'x' }, { data: { 'a b': 'eA==' } }, { immutable: true }],
  },
  FrozenSecret: {
    object: core('Secret', { immutable: true, data: { a: 'eA==' } }),
    update: [{ immutable: false }, { 'data.a': 'eQ==' }, { immutable: undefined, data: {} }],
  },
  ConfigMap: {
    object: core('ConfigMap', { data: { a: 'x' } }),
    create: [
      { data: { 'a b': 'x', '..': 'y' } },
      { binaryData: { a: 'eA==', 'b c': 'eA==' } },
      { 'metadata.name': bad },
    ],
    update: [{ data: { 'a b': 'x' } }],
  },
  FrozenConfigMap: {
    object: core('ConfigMap', { immutable: true, data: { a: 'x' }, binaryData: { b: 'eA==' } }),
    update: [{ immutable: false }, { 'data.a': 'y', 'binaryData.b': 'eQ==' }],
  },
  ServiceAccount: {
    object: core('ServiceAccount'),
    create: [{ 'metadata.name': bad }],
    update: [{ automountServiceAccountToken: false }],
  },
  Role: {
    object: rbac('Role', { rules: [] }),
    create: [...rules, { 'metadata.name': 'a/b' }],
    update: [rule({ verbs: [] })],
  },
  ClusterRole: {
    object: rbac('ClusterRole', { rules: [] }),
    create: [
      ...rules,
      { aggregationRule: { clusterRoleSelectors: [] } },
      { aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a b', operator: 'X' }] }] } },
    ],
    update: [rule({ verbs: [] })],
  },
  RoleBinding: {
    object: rbac('RoleBinding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' },
      subjects: [],
    }),
    create: bindings,
    update: [{ 'roleRef.name': 'b' }],
  },
  ClusterRoleBinding: {
    object: rbac('ClusterRoleBinding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [],
    }),
    create: [...bindings, { 'roleRef.kind': 'Role' }],
    update: [{ 'roleRef.name': 'edit' }],
  },
  ServiceCIDR: {
    object: networking('ServiceCIDR', 'x', { spec: { cidrs: ['10.9.0.0/24'] } }),
    create: [
      { 'spec.cidrs': [] },
      { 'spec.cidrs': ['x'] },
      { 'spec.cidrs': ['10.9.0.1/24'] },
      { 'spec.cidrs': ['10.9.0.0/24', '10.10.0.0/24'] },
      { 'spec.cidrs': ['10.9.0.0/24', 'fd00::/64', 'fd01::/64'] },
      { 'spec.cidrs': ['010.9.0.0/24'] },
    ],
    update: [{ 'spec.cidrs': ['10.10.0.0/24'] }, { 'spec.cidrs': ['10.9.0.0/24', 'fd00::/64'] }],
    status: [{ 'status.conditions': [{ type: 'a b', status: 'X' }] }],
  },
  IPAddress: {
    object: networking('IPAddress', '10.9.0.5', { spec: { parentRef: { resource: 'services', name: 'a' } } }),
    create: [
      { 'metadata.name': 'x' },
      { 'metadata.name': '010.9.0.5' },
      { 'spec.parentRef': undefined },
      { 'spec.parentRef': { group: bad, resource: 'a/b', namespace: 'c/d', name: '..' } },
      { 'spec.parentRef': { resource: '', name: '' } },
    ],
    update: [{ 'spec.parentRef.name': 'b' }],
  },
};
