import { persistentVolumeClaims, persistentVolumes, storageClasses } from '#core/api/tokens';
import type { KubeObject } from '#core/machinery/object';
import { type Labels, NAMESPACE, podOf, type Thing } from '../world.ts';
import type { Case } from './case.ts';

const BOUND = { 'pv.kubernetes.io/bind-completed': 'yes' };
const ZONE = 'topology.kubernetes.io/zone';

const claim = (name: string, spec: object = {}, annotations: Labels = {}): Thing => ({
  of: persistentVolumeClaims,
  object: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: NAMESPACE, annotations },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: '',
      ...spec,
    },
  } as KubeObject,
});
const volume = (name: string, spec: object = {}, labels: Labels = {}): Thing => ({
  of: persistentVolumes,
  object: {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, labels },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/tmp' }, ...spec },
  } as KubeObject,
});
const storageClass = (name: string, volumeBindingMode: string, provisioner: string): Thing => ({
  of: storageClasses,
  object: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner,
    volumeBindingMode,
  } as KubeObject,
});
const using = (name: string, claimName: string, more: object = {}) =>
  podOf(name, { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }], ...more } });
const inZone = (zone: string) => ({
  nodeAffinity: {
    required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'In', values: [zone] }] }] },
  },
});
const of = (name: string) => ({ claimRef: { kind: 'PersistentVolumeClaim', namespace: NAMESPACE, name } });

/** Pods that use claims. No controller binds any. */
export const claims: readonly Case[] = [
  { it: 'a claim that is absent', pods: [using('p', 'c')] },
  { it: 'a claim that nobody has bound', things: [claim('c')], pods: [using('p', 'c')] },
  {
    it: 'a claim bound to an absent volume',
    things: [claim('c', { volumeName: 'gone' }, BOUND)],
    pods: [using('p', 'c')],
  },
  {
    it: 'a claim bound to a volume',
    things: [volume('v', of('c')), claim('c', { volumeName: 'v' }, BOUND)],
    pods: [using('p', 'c')],
    anywhere: ['p'],
  },
  {
    it: 'a claim bound to a volume in a zone',
    things: [volume('v', { ...inZone('a'), ...of('c') }), claim('c', { volumeName: 'v' }, BOUND)],
    pods: [using('p', 'c'), using('q', 'c', { nodeSelector: { 'kubernetes.io/hostname': 'n2' } })],
  },
  {
    it: 'a claim bound to a volume labelled with a zone',
    things: [volume('v', of('c'), { [ZONE]: 'a__c' }), claim('c', { volumeName: 'v' }, BOUND)],
    pods: [using('p', 'c'), using('q', 'c', { nodeSelector: { 'kubernetes.io/hostname': 'n2' } })],
  },
  {
    it: 'a claim for one pod alone',
    things: [
      volume('v', { accessModes: ['ReadWriteOncePod'], ...of('c') }),
      claim('c', { volumeName: 'v', accessModes: ['ReadWriteOncePod'] }, BOUND),
    ],
    pods: [using('p', 'c'), using('q', 'c')],
    anywhere: ['p'],
  },
  {
    it: 'a claim that waits for a pod, and no volume',
    things: [
      storageClass('late', 'WaitForFirstConsumer', 'kubernetes.io/no-provisioner'),
      claim('c', { storageClassName: 'late' }),
    ],
    pods: [using('p', 'c')],
  },
  {
    it: 'an ephemeral volume without its claim',
    pods: [
      podOf('p', {
        spec: {
          volumes: [
            {
              name: 'v',
              ephemeral: {
                volumeClaimTemplate: {
                  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
                },
              },
            },
          ],
        },
      }),
    ],
  },
];
