import type { Fault, Kind } from '../cases.ts';

const object = (apiVersion: string, kind: string, rest: object, name = 'x') => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});
const long = (count: number) => 'x'.repeat(count);
const metric = (one: object): Fault => ({ 'spec.metrics': [one] });
const target = (one: object = { type: 'Value', value: '1' }) => one;
const ports = (...all: object[]): Fault => ({ 'spec.ingress': [{ ports: all }] });
const peers = (...all: object[]): Fault => ({ 'spec.egress': [{ to: all }] });
const selector = {
  matchExpressions: [
    { key: 'a b', operator: 'X' },
    { key: 'a', operator: 'In' },
    { key: 'b', operator: 'Exists', values: ['c'] },
  ],
};
const paths = (...all: object[]): Fault => ({ 'spec.rules': [{ http: { paths: all } }] });
const backend = { service: { name: 's', port: { number: 80 } } };
const condition = { type: 'A', status: 'True', reason: 'R', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };

export const configuration: Readonly<Record<string, Kind>> = {
  HorizontalPodAutoscaler: {
    object: object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' } },
    }),
    create: [
      { 'spec.minReplicas': 0 },
      { 'spec.maxReplicas': 0 },
      { 'spec.maxReplicas': -1 },
      { 'spec.minReplicas': 5 },
      { 'spec.scaleTargetRef': { kind: '', name: '' } },
      { 'spec.scaleTargetRef': { kind: 'a/b', name: '..', apiVersion: 'a/b/c' } },
      metric({ type: '' }),
      metric({ type: 'X' }),
      metric({ type: 'Object' }),
      metric({
        type: 'Pods',
        object: { metric: { name: 'm' }, describedObject: { kind: 'a', name: 'b' }, target: target() },
      }),
      metric({
        type: 'Object',
        object: { metric: { name: '' }, describedObject: { kind: '', name: '' }, target: { type: 'X' } },
      }),
      metric({
        type: 'External',
        external: { metric: { name: 'a/b' }, target: { type: 'Value', value: '-1', averageValue: '0' } },
      }),
      metric({ type: 'Pods', pods: { metric: { name: 'm' }, target: target() } }),
      metric({
        type: 'Resource',
        resource: { name: '', target: { type: 'Utilization', averageUtilization: 0, averageValue: '1' } },
      }),
      metric({
        type: 'ContainerResource',
        containerResource: { name: '', container: '', target: { type: 'Utilization' } },
      }),
      metric({ type: 'ContainerResource', containerResource: { name: 'x', container: 'A_b', target: { type: '' } } }),
      metric({
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 1 } },
        pods: { metric: { name: 'm' }, target: target() },
      }),
      {
        'spec.behavior': {
          scaleUp: {
            stabilizationWindowSeconds: -1,
            selectPolicy: 'X',
            policies: [{ type: 'X', value: 1, periodSeconds: 1 }],
          },
          scaleDown: { stabilizationWindowSeconds: 4000, policies: [{ type: 'X', value: 0, periodSeconds: 2000 }] },
        },
      },
      {
        'spec.behavior': {
          scaleUp: { tolerance: '-1' },
          scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 0 }] },
        },
      },
    ],
    update: [{ 'spec.maxReplicas': -3 }],
    status: [{ 'status.currentReplicas': -1, 'status.desiredReplicas': -1 }],
  },
  PodDisruptionBudget: {
    object: object('policy/v1', 'PodDisruptionBudget', {
      spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } } },
    }),
    create: [
      { 'spec.maxUnavailable': 1 },
      { 'spec.minAvailable': -1 },
      { 'spec.minAvailable': '101%' },
      { 'spec.minAvailable': 'x' },
      { 'spec.minAvailable': undefined, 'spec.maxUnavailable': '200%' },
      { 'spec.selector': selector },
      { 'spec.unhealthyPodEvictionPolicy': 'X' },
    ],
    update: [{ 'spec.minAvailable': -1 }],
    status: [
      {
        'status.disruptionsAllowed': -1,
        'status.currentHealthy': -1,
        'status.desiredHealthy': -1,
        'status.expectedPods': -1,
      },
      {
        'status.conditions': [
          condition,
          condition,
          { ...condition, type: 'a b', status: 'X', reason: '1', observedGeneration: -1 },
        ],
      },
    ],
  },
  Lease: {
    object: object('coordination.k8s.io/v1', 'Lease', { spec: {} }),
    create: [
      { 'spec.leaseDurationSeconds': 0, 'spec.leaseTransitions': -1 },
      { 'spec.strategy': 'X' },
      { 'spec.strategy': 'a b/c' },
      { 'spec.preferredHolder': 'x' },
    ],
    update: [{ 'spec.leaseDurationSeconds': -1 }],
  },
  PriorityClass: {
    object: object('scheduling.k8s.io/v1', 'PriorityClass', { value: 5 }),
    create: [
      { value: 1000000001 },
      { 'metadata.name': 'system-x' },
      { 'metadata.name': 'system-node-critical' },
      { preemptionPolicy: 'X' },
    ],
    update: [{ value: 6 }, { preemptionPolicy: 'Never' }, { description: 'x' }],
  },
  RuntimeClass: {
    object: object('node.k8s.io/v1', 'RuntimeClass', { handler: 'h' }),
    create: [
      { handler: '' },
      { handler: 'A_b' },
      { overhead: { podFixed: { cpu: '-1', foo: '1' } } },
      {
        scheduling: {
          nodeSelector: { 'a b': 'c d' },
          tolerations: [{ operator: 'X' }, { key: 'a', operator: 'Exists' }, { key: 'a', operator: 'Exists' }],
        },
      },
    ],
    update: [{ handler: 'i' }],
  },
  EndpointSlice: {
    object: object('discovery.k8s.io/v1', 'EndpointSlice', {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.2.3'] }],
      ports: [],
    }),
    create: [
      { addressType: '' },
      { addressType: 'X' },
      { endpoints: [{ addresses: [] }] },
      {
        endpoints: [
          { addresses: ['127.0.0.1', '0.0.0.0', '169.254.1.1', '224.0.0.1', 'x', '::1', 'fd00::1', '010.0.0.1'] },
        ],
      },
      {
        addressType: 'IPv6',
        endpoints: [{ addresses: ['::1', '::', 'fe80::1', 'ff02::1', '10.0.0.1', 'FD00::1', 'x'] }],
      },
      { addressType: 'FQDN', endpoints: [{ addresses: ['', 'a', 'a.b', 'A.b', 'a.b.', '-.b'] }] },
      {
        endpoints: [
          {
            addresses: ['10.1.2.3'],
            nodeName: 'A b',
            hostname: 'A_b',
            hints: {
              forZones: [{ name: 'a b' }, { name: 'z' }, { name: 'z' }],
              forNodes: [{ name: 'A b' }, { name: 'n' }, { name: 'n' }],
            },
          },
        ],
      },
      {
        endpoints: [
          { addresses: ['10.1.2.3'], hints: { forZones: Array.from({ length: 9 }, (_, i) => ({ name: `z${i}` })) } },
        ],
      },
      { endpoints: [{ addresses: Array.from({ length: 101 }, (_, i) => `10.1.2.${i + 1}`) }] },
      { ports: [{ name: 'A_b' }, { name: 'a' }, { name: 'a', protocol: 'X', appProtocol: 'a b' }, {}, {}] },
      { endpoints: [{ addresses: ['10.1.2.3'], deprecatedTopology: { 'a b': 'c d' } }] },
    ],
    update: [{ addressType: 'IPv6' }, { endpoints: [] }],
  },
  Ingress: {
    object: object('networking.k8s.io/v1', 'Ingress', { spec: { defaultBackend: backend } }),
    create: [
      { spec: {} },
      { 'spec.defaultBackend': {} },
      { 'spec.defaultBackend.resource': { kind: 'a', name: 'b' } },
      { 'spec.defaultBackend': { resource: { apiGroup: 'A b', kind: 'a/b', name: '' } } },
      { 'spec.defaultBackend': { service: { name: '', port: {} } } },
      { 'spec.defaultBackend': { service: { name: 'A_b', port: { name: 'x', number: 5 } } } },
      { 'spec.defaultBackend': { service: { name: 's', port: { name: 'A_b' } } } },
      { 'spec.defaultBackend': { service: { name: '1s', port: { number: 70000 } } } },
      { 'spec.rules': [{ host: '1.2.3.4' }, { host: '*.x' }, { host: '*' }, { host: 'A_b' }, { http: { paths: [] } }] },
      paths(
        { path: '/', backend },
        { path: 'x', pathType: 'Exact', backend },
        { path: '', pathType: 'Prefix', backend },
        { path: '/a//b/./c/../d%2fe%2F/..', pathType: 'Prefix', backend },
        { path: '/.', pathType: 'Exact', backend },
      ),
      paths({ path: 'x', pathType: 'ImplementationSpecific', backend }, { path: '/', pathType: 'X', backend: {} }),
      { 'spec.tls': [{ hosts: ['*.a', '*', 'A_b'], secretName: 'A_b' }] },
      { 'spec.ingressClassName': 'A_b' },
      { 'metadata.annotations': { 'kubernetes.io/ingress.class': 'a' }, 'spec.ingressClassName': 'b' },
    ],
    update: [{ 'spec.defaultBackend': {} }, { 'spec.tls': [{ secretName: 'A_b' }] }],
    status: [
      {
        'status.loadBalancer': {
          ingress: [{ ip: 'x' }, { hostname: '1.2.3.4' }, { hostname: 'A_b' }, { ip: '10.0.0.1' }],
        },
      },
    ],
  },
  IngressClass: {
    object: object('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'a.b/c' } }),
    create: [
      { 'spec.controller': '' },
      { 'spec.controller': 'x' },
      { 'spec.controller': `a.b/${long(300)}` },
      { 'spec.parameters': { kind: '', name: '' } },
      { 'spec.parameters': { apiGroup: 'A b', kind: 'a', name: 'b', scope: 'X' } },
      { 'spec.parameters': { kind: 'a', name: 'b', scope: 'Namespace' } },
      { 'spec.parameters': { kind: 'a', name: 'b', scope: 'Namespace', namespace: 'A_b' } },
      { 'spec.parameters': { kind: 'a', name: 'b', scope: 'Cluster', namespace: 'x' } },
    ],
    update: [{ 'spec.controller': 'a.b/d' }],
  },
  NetworkPolicy: {
    object: object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {} } }),
    create: [
      { 'spec.podSelector': selector },
      ports(
        { protocol: 'X' },
        { port: 0 },
        { port: 70000 },
        { port: 'A_b' },
        { port: 'a', endPort: 5 },
        { endPort: 5 },
        { port: 9, endPort: 5 },
        { port: 9, endPort: 70000 },
      ),
      peers(
        {},
        { ipBlock: { cidr: '' } },
        { ipBlock: { cidr: 'x' } },
        { ipBlock: { cidr: '10.0.0.0/8', except: ['x', '11.0.0.0/9', '10.0.0.0/8', '10.1.0.0/16'] } },
        { ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} },
        { podSelector: selector, namespaceSelector: selector },
      ),
      { 'spec.policyTypes': ['X'] },
      { 'spec.policyTypes': ['Ingress', 'Egress', 'Ingress'] },
    ],
    update: [peers({})],
  },
  StorageClass: {
    object: object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'a.b/c' }),
    create: [
      { provisioner: '' },
      { provisioner: 'A b' },
      { parameters: { '': 'x' } },
      { parameters: { a: long(300000) } },
      { reclaimPolicy: 'Recycle' },
      { volumeBindingMode: 'X' },
      {
        allowedTopologies: [
          {
            matchLabelExpressions: [
              { key: 'a b', values: [] },
              { key: 'z', values: ['x', 'x'] },
              { key: 'z', values: ['y'] },
            ],
          },
        ],
      },
      {
        allowedTopologies: [
          { matchLabelExpressions: [{ key: 'z', values: ['x'] }] },
          { matchLabelExpressions: [{ key: 'z', values: ['x'] }] },
        ],
      },
    ],
    update: [
      { provisioner: 'd', parameters: { a: 'b' }, reclaimPolicy: 'Retain', volumeBindingMode: 'WaitForFirstConsumer' },
      { allowVolumeExpansion: true },
    ],
  },
  VolumeAttributesClass: {
    object: object('storage.k8s.io/v1', 'VolumeAttributesClass', { driverName: 'a.b', parameters: { a: 'b' } }),
    create: [{ driverName: '' }, { driverName: 'A b' }, { parameters: {} }, { parameters: undefined }],
    update: [{ driverName: 'c' }, { parameters: { a: 'c' } }],
  },
  CSIDriver: {
    object: object('storage.k8s.io/v1', 'CSIDriver', { spec: {} }),
    create: [
      { 'spec.fsGroupPolicy': 'X' },
      { 'spec.volumeLifecycleModes': ['X'] },
      {
        'spec.tokenRequests': [
          { audience: 'a' },
          { audience: 'a' },
          { audience: 'b', expirationSeconds: 5 },
          { audience: 'c', expirationSeconds: 5e9 },
        ],
      },
      { 'spec.nodeAllocatableUpdatePeriodSeconds': 5 },
      { 'spec.serviceAccountTokenInSecrets': true },
    ],
    update: [
      { 'spec.attachRequired': false },
      { 'spec.volumeLifecycleModes': ['Ephemeral'] },
      { 'spec.podInfoOnMount': true },
    ],
  },
  CSINode: {
    object: object('storage.k8s.io/v1', 'CSINode', { spec: { drivers: [{ name: 'a.b', nodeID: 'n' }] } }),
    create: [
      {
        'spec.drivers': [
          { name: '', nodeID: '' },
          { name: 'A_b', nodeID: long(200), allocatable: { count: -1 }, topologyKeys: ['', 'a b', 'z', 'z'] },
          { name: long(70), nodeID: 'x' },
          { name: 'q', nodeID: 'x' },
          { name: 'q', nodeID: 'x' },
        ],
      },
    ],
    update: [{ 'spec.drivers.0.nodeID': 'm' }, { 'spec.drivers.0.allocatable': { count: 4 } }],
  },
  CSIStorageCapacity: {
    object: object('storage.k8s.io/v1', 'CSIStorageCapacity', { storageClassName: 's' }),
    create: [{ storageClassName: '' }, { nodeTopology: selector }, { capacity: '-1' }],
    update: [{ storageClassName: 't', nodeTopology: {} }],
  },
  VolumeAttachment: {
    object: object('storage.k8s.io/v1', 'VolumeAttachment', {
      spec: { attacher: 'a.b', nodeName: 'n', source: { persistentVolumeName: 'v' } },
    }),
    create: [
      { 'spec.attacher': '', 'spec.nodeName': '' },
      { 'spec.attacher': 'A_b', 'spec.nodeName': 'A_b' },
      { 'spec.source': {} },
      { 'spec.source': { persistentVolumeName: '' } },
      { 'spec.source': { persistentVolumeName: 'A_b' } },
      { 'spec.source': { persistentVolumeName: 'v', inlineVolumeSpec: {} } },
      {
        'spec.source': {
          inlineVolumeSpec: {
            capacity: { storage: '1' },
            claimRef: {},
            hostPath: { path: '/x' },
            persistentVolumeReclaimPolicy: 'Delete',
            storageClassName: 's',
            volumeMode: 'Block',
            nodeAffinity: {},
          },
        },
      },
    ],
    update: [{ 'spec.nodeName': 'm' }],
    status: [{ 'status.attachError': { message: long(1100), errorCode: -1 } }],
  },
};
