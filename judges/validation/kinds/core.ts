import type { Fault, Kind } from '../cases.ts';
import { networkSources } from './sources.ts';

const object = (kind: string, rest: object, name = 'x') => ({ apiVersion: 'v1', kind, metadata: { name }, ...rest });
const labels = { app: 'x' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const volume = (source: object): Fault => ({
  'spec.hostPath': undefined,
  ...Object.fromEntries(Object.entries(source).map(([name, one]) => [`spec.${name}`, one])),
});
const bad = 'A_b';

/** Sources that only a PersistentVolume has, or that differ there. */
const volumeSources: readonly object[] = [
  { glusterfs: { endpoints: 'e', path: 'p', endpointsNamespace: '' } },
  { glusterfs: { endpoints: 'e', path: 'p', endpointsNamespace: bad } },
  { azureFile: { secretName: 's', shareName: 't', secretNamespace: '' } },
  {
    csi: {
      driver: 'a.b',
      volumeHandle: 'h',
      nodePublishSecretRef: { name: bad, namespace: bad },
      nodeExpandSecretRef: {},
    },
  },
  { local: { path: '' } },
  { local: { path: 'a/../b' } },
  { hostPath: { path: '' } },
  { hostPath: { path: '/a/../b', type: 'X' } },
];
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const limit = (one: object): Fault => ({ 'spec.limits': [one] });
const subset = (one: object): Fault => ({ subsets: [one] });
const eventTime = '2026-01-01T00:00:00.000000Z';
const modern = {
  eventTime,
  reportingComponent: 'a.b/c',
  reportingInstance: 'i',
  action: 'a',
  reason: 'r',
  type: 'Normal',
};

export const core: Readonly<Record<string, Kind>> = {
  PersistentVolume: {
    object: object('PersistentVolume', {
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
    }),
    create: [
      ...[...networkSources, ...volumeSources].map(volume),
      { 'spec.accessModes': [] },
      { 'spec.accessModes': ['X', 'ReadWriteOncePod', 'ReadWriteOnce'] },
      { 'spec.capacity': {} },
      { 'spec.capacity': { storage: '0' } },
      { 'spec.capacity': { storage: '-1', cpu: '1' } },
      { 'spec.persistentVolumeReclaimPolicy': 'X' },
      { 'spec.persistentVolumeReclaimPolicy': 'Recycle', 'spec.hostPath.path': '/' },
      { 'spec.hostPath': undefined },
      { 'spec.nfs': { server: 's', path: '/' }, 'spec.cephfs': { monitors: ['a'] } },
      { 'spec.nodeAffinity': {} },
      { 'spec.nodeAffinity': { required: { nodeSelectorTerms: [] } } },
      { 'spec.storageClassName': bad, 'spec.volumeMode': 'X' },
      { 'spec.volumeAttributesClassName': '' },
      { 'spec.volumeAttributesClassName': bad },
    ],
    update: [
      { 'spec.hostPath.path': '/y' },
      { 'spec.volumeMode': 'Block' },
      { 'spec.capacity.storage': '2Gi' },
      { 'spec.accessModes': [] },
    ],
  },
  PersistentVolumeClaim: {
    object: object('PersistentVolumeClaim', { spec: claim }),
    create: [
      { 'spec.accessModes': [] },
      { 'spec.accessModes': ['X', 'ReadWriteOncePod', 'ReadOnlyMany'] },
      { 'spec.selector': { matchExpressions: [{ key: 'a', operator: 'X' }] } },
      { 'spec.resources': {} },
      { 'spec.resources.requests.storage': '0' },
      { 'spec.storageClassName': bad, 'spec.volumeMode': 'X', 'spec.volumeAttributesClassName': bad },
      { 'spec.dataSource': { name: '', kind: '' } },
      { 'spec.dataSource': { name: 'n', kind: 'k', apiGroup: bad } },
      { 'spec.dataSource': { name: 'n', kind: 'Pod' } },
      { 'spec.dataSourceRef': { name: '', kind: '', apiGroup: bad } },
      { 'metadata.name': bad },
    ],
    update: [
      { 'spec.accessModes': ['ReadWriteMany'] },
      { 'spec.resources.requests.storage': '2Gi' },
      { 'spec.resources.requests.storage': '1Mi' },
      { 'spec.volumeName': 'v' },
      { 'spec.storageClassName': 's' },
      { 'spec.volumeMode': 'Block' },
    ],
    status: [
      { 'status.capacity': { storage: '-1' } },
      { 'status.allocatedResourceStatuses': { 'a b': 'X', cpu: 'NodeResizePending' } },
      { 'status.allocatedResources': { cpu: '1', storage: '-1', 'a b': '1' } },
    ],
  },
  ReplicationController: {
    object: object('ReplicationController', { spec: { selector: labels, template } }),
    create: [
      { 'spec.selector': { b: 'c' } },
      { 'spec.replicas': -1, 'spec.minReadySeconds': -1 },
      { 'spec.template': undefined },
      { 'spec.template': undefined, 'spec.selector': undefined },
      { 'spec.template.spec.restartPolicy': 'Never', 'spec.template.spec.activeDeadlineSeconds': 3 },
      { 'spec.template.spec.containers': [] },
    ],
    update: [{ 'spec.replicas': -1 }, { 'spec.selector': { b: 'c' } }],
    status: [
      {
        'status.replicas': 1,
        'status.readyReplicas': 2,
        'status.availableReplicas': 3,
        'status.fullyLabeledReplicas': -1,
        'status.observedGeneration': -1,
      },
    ],
  },
  LimitRange: {
    object: object('LimitRange', { spec: { limits: [] } }),
    create: [
      { 'spec.limits': [{ type: '' }, { type: 'X' }, { type: 'Pod' }, { type: 'Pod' }, { type: 'a.b/c' }] },
      limit({ type: 'Pod', default: { cpu: '1' }, defaultRequest: { cpu: '1' } }),
      limit({ type: 'PersistentVolumeClaim' }),
      limit({
        type: 'Container',
        max: { cpu: '1', 'a b': '1', foo: '1' },
        min: { cpu: '2' },
        default: { cpu: '3' },
        defaultRequest: { cpu: '4' },
      }),
      limit({
        type: 'Container',
        max: { cpu: '4' },
        min: { cpu: '2' },
        default: { cpu: '1' },
        defaultRequest: { cpu: '1' },
      }),
      limit({ type: 'Container', maxLimitRequestRatio: { cpu: '500m' } }),
      limit({ type: 'Container', max: { cpu: '4' }, min: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } }),
      limit({ type: 'Container', default: { 'a.b/c': '1' }, defaultRequest: { 'a.b/c': '2' } }),
      limit({ type: 'PersistentVolumeClaim', max: { storage: '1', foo: '1' } }),
    ],
    update: [limit({ type: 'X' })],
  },
  ResourceQuota: {
    object: object('ResourceQuota', { spec: { hard: { pods: '1' } } }),
    create: [
      {
        'spec.hard': {
          'a b': '1',
          foo: '1',
          pods: '1500m',
          cpu: '-1',
          storage: '1',
          'count/deployments.apps': '1',
          'requests.a.b/c': '1',
        },
      },
      { 'spec.scopes': ['X'] },
      { 'spec.scopes': ['BestEffort', 'NotBestEffort'] },
      { 'spec.hard': { cpu: '1', services: '1' }, 'spec.scopes': ['BestEffort'] },
      { 'spec.scopes': ['Terminating', 'NotTerminating'] },
      {
        'spec.scopeSelector': {
          matchExpressions: [
            { scopeName: 'X', operator: 'Y' },
            { scopeName: 'BestEffort', operator: 'In', values: ['a'] },
            { scopeName: 'PriorityClass', operator: 'In' },
            { scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] },
          ],
        },
      },
      {
        'spec.scopeSelector': {
          matchExpressions: [
            { scopeName: 'Terminating', operator: 'Exists' },
            { scopeName: 'NotTerminating', operator: 'Exists' },
          ],
        },
      },
    ],
    update: [{ 'spec.scopes': ['BestEffort'] }, { 'spec.hard': { foo: '1' } }],
    status: [{ 'status.hard': { foo: '-1' }, 'status.used': { pods: '1500m' } }],
  },
  Endpoints: {
    object: object('Endpoints', { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }] }),
    create: [
      subset({}),
      subset({
        addresses: [{ ip: 'x' }, { ip: '127.0.0.1' }, { ip: '10.0.0.1', hostname: bad, nodeName: bad }],
        notReadyAddresses: [{ ip: '' }],
      }),
      subset({
        addresses: [{ ip: '10.0.0.1' }],
        ports: [{ port: 0 }, { port: 70000, name: bad, protocol: 'X', appProtocol: 'a b' }],
      }),
    ],
    update: [subset({})],
  },
  Event: {
    object: object('Event', { involvedObject: { namespace: 'default' } }),
    create: [
      { 'involvedObject.namespace': 'other' },
      { 'involvedObject.namespace': undefined },
      { eventTime },
      {
        ...modern,
        reportingComponent: 'a b',
        reportingInstance: 'x'.repeat(200),
        action: 'x'.repeat(200),
        reason: 'x'.repeat(200),
        message: 'x'.repeat(2000),
      },
      modern,
      { ...modern, 'involvedObject.namespace': 'other' },
    ],
    update: [{ reason: 'x' }, { eventTime }],
  },
};
