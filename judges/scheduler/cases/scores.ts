import { services } from '#core/api/tokens';
import type { PodSpec } from '#core/api/types/core/v1';
import type { KubeObject } from '#core/machinery/object';
import { NAMESPACE, podOf, type Thing } from '../world.ts';
import type { Case } from './case.ts';

const WEB = { app: 'web' };
const on = (name: string) => ({ nodeSelector: { 'kubernetes.io/hostname': name } });
const service: Thing = {
  of: services,
  object: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: { selector: WEB, ports: [{ port: 80 }] },
  } as KubeObject,
};
const MEGA = 1024 * 1024;
const preferring = (weight: number, key: string, ...values: string[]): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight, preference: { matchExpressions: [{ key, operator: 'In', values }] } },
      ],
    },
  },
});

/** Which of several nodes that fit is taken. */
export const scores: readonly Case[] = [
  { it: 'the emptier node', pods: [podOf('x', { cpu: '3', spec: on('n1') }), podOf('p', { cpu: '500m' })] },
  {
    it: 'the node that comes to be used more evenly',
    nodes: [{ name: 'n1' }, { name: 'n2' }],
    pods: [
      podOf('x', { cpu: '2', spec: on('n1') }),
      podOf('y', { cpu: '0', requests: { memory: '4Gi' }, spec: on('n2') }),
      podOf('p', { cpu: '0', requests: { memory: '3Gi' } }),
    ],
  },
  {
    it: 'a node that is empty rather than even',
    nodes: [{ name: 'n1' }, { name: 'n2' }],
    pods: [podOf('x', { cpu: '2', requests: { memory: '3Gi' }, spec: on('n1') }), podOf('p', { cpu: '1' })],
  },
  {
    it: 'the node of the right zone',
    pods: [podOf('p', { spec: preferring(100, 'topology.kubernetes.io/zone', 'a') })],
  },
  {
    it: 'a node without a soft taint',
    nodes: [{ name: 'n1', spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } }, { name: 'n2' }],
    pods: [podOf('p')],
  },
  {
    it: 'the node that has the image',
    nodes: [
      { name: 'n1' },
      { name: 'n2', images: [{ names: ['registry.example/big:1'], sizeBytes: 900 * MEGA }] },
      { name: 'n3' },
    ],
    pods: [podOf('p', { image: 'registry.example/big:1' })],
  },
  {
    it: 'the pods of a Service spread by themselves over zones',
    nodes: [
      { name: 'n1', zone: 'a' },
      { name: 'n2', zone: 'a' },
      { name: 'n3', zone: 'b', cpu: '2' },
    ],
    things: [service],
    pods: [podOf('x', { labels: WEB, spec: on('n1') }), podOf('p', { labels: WEB, cpu: '500m' })],
  },
  {
    it: 'the pods of a Service spread by themselves over nodes',
    nodes: [{ name: 'n1' }, { name: 'n2', cpu: '2' }, { name: 'n3', cpu: '2' }],
    things: [service],
    pods: [
      podOf('x', { labels: WEB, spec: on('n1') }),
      podOf('y', { labels: WEB, spec: on('n2') }),
      podOf('p', { labels: WEB, cpu: '500m' }),
    ],
  },
];
