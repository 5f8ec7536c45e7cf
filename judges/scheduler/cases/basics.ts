import { nodes, pods } from '#core/api/tokens';
import { makeNode, NAMESPACE, podOf } from '../world.ts';
import type { Case } from './case.ts';

const container = (more: object) => ({ containers: [{ name: 'c', image: 'i', ...more }] });
const onPort = (hostPort: number, more: object = {}) => ({
  nodeSelector: { 'kubernetes.io/hostname': 'n1' },
  ...container({ ports: [{ containerPort: 80, hostPort, ...more }] }),
});
const requiring = (...nodeSelectorTerms: object[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const ungate = { type: 'merge', patch: { spec: { schedulingGates: [] } } } as const;

/** What a node must have, and must not. */
export const basics: readonly Case[] = [
  { it: 'no nodes', nodes: [], pods: [podOf('p')] },
  {
    it: 'a node that comes later',
    nodes: [],
    pods: [podOf('p')],
    afterwards: (client) => makeNode(client, { name: 'n1' }),
  },
  { it: 'room for it somewhere', pods: [podOf('p', { cpu: '1' })], anywhere: ['p'] },
  { it: 'too much processor', pods: [podOf('p', { cpu: '5' })] },
  {
    it: 'too much of everything',
    pods: [podOf('p', { cpu: '5', requests: { memory: '20Gi', 'ephemeral-storage': '20Gi' } })],
  },
  {
    it: 'an extended resource, and none left',
    pods: [
      podOf('p', { requests: { 'example.com/thing': '1' } }),
      podOf('q', { requests: { 'example.com/thing': '1' } }),
      podOf('r', { requests: { 'example.com/thing': '2' } }),
      podOf('s', { requests: { 'example.com/other': '1' } }),
    ],
  },
  {
    it: 'no place for another pod',
    nodes: [{ name: 'n1', pods: '1' }],
    pods: [podOf('p'), podOf('q'), podOf('r', { cpu: '9' })],
  },
  {
    it: 'room that comes free',
    nodes: [{ name: 'n1' }],
    pods: [podOf('p', { cpu: '3' }), podOf('q', { cpu: '2' })],
    afterwards: (client) => client.delete(pods, { namespace: NAMESPACE, name: 'p' }),
  },
  {
    it: 'init containers, sidecars and overhead count',
    nodes: [{ name: 'n1' }],
    pods: [
      podOf('p', {
        cpu: '1',
        spec: {
          initContainers: [
            { name: 'side', image: 'i', restartPolicy: 'Always', resources: { requests: { cpu: '1' } } },
            { name: 'init', image: 'i', resources: { requests: { cpu: '3500m' } } },
          ],
        },
      }),
    ],
  },
  {
    it: 'a taint tolerated',
    pods: [
      podOf('p', {
        spec: {
          nodeSelector: { 'topology.kubernetes.io/zone': 'c' },
          tolerations: [{ key: 'dedicated', operator: 'Exists' }],
        },
      }),
    ],
  },
  {
    it: 'a taint tolerated with another value',
    pods: [
      podOf('p', {
        spec: {
          nodeSelector: { 'topology.kubernetes.io/zone': 'c' },
          tolerations: [{ key: 'dedicated', value: 'y', effect: 'NoSchedule' }],
        },
      }),
    ],
  },
  {
    it: 'a taint taken away',
    nodes: [{ name: 'n1', spec: { taints: [{ key: 'k', effect: 'NoExecute' }] } }],
    pods: [podOf('p')],
    afterwards: (client) => client.patch(nodes, { name: 'n1' }, { type: 'merge', patch: { spec: { taints: null } } }),
  },
  {
    it: 'a cordoned node tolerated',
    pods: [
      podOf('p', {
        spec: {
          nodeSelector: { 'kubernetes.io/hostname': 'cordoned' },
          tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }],
        },
      }),
      podOf('q', { spec: { nodeSelector: { 'kubernetes.io/hostname': 'cordoned' } } }),
    ],
  },
  { it: 'a selector that nothing matches', pods: [podOf('p', { spec: { nodeSelector: { nothing: 'matches' } } })] },
  {
    it: 'node affinity: one of several terms',
    pods: [
      podOf('p', {
        spec: requiring(
          { matchExpressions: [{ key: 'nothing', operator: 'Exists' }] },
          { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a'] }] },
        ),
      }),
    ],
  },
  {
    it: 'node affinity by name',
    pods: [
      podOf('p', { spec: requiring({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n2'] }] }) }),
      podOf('q', { spec: requiring({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['absent'] }] }) }),
      podOf('r', {
        cpu: '9',
        spec: requiring({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n2'] }] }),
      }),
    ],
  },
  {
    it: 'node affinity by names that contradict',
    pods: [
      podOf('p', {
        spec: requiring({
          matchFields: [
            { key: 'metadata.name', operator: 'In', values: ['n1'] },
            { key: 'metadata.name', operator: 'In', values: ['n2'] },
          ],
        }),
      }),
    ],
  },
  {
    it: 'a node that is named and absent',
    pods: [podOf('p', { spec: { nodeName: 'absent' } })],
  },
  { it: 'another scheduler', pods: [podOf('p', { spec: { schedulerName: 'another' } })] },
  {
    it: 'a port taken',
    pods: [podOf('p', { spec: onPort(8080) }), podOf('q', { spec: onPort(8080) }), podOf('r', { spec: onPort(8081) })],
  },
  {
    it: 'a port on other addresses and by other protocols',
    pods: [
      podOf('p', { spec: onPort(8080, { hostIP: '127.0.0.1' }) }),
      podOf('q', { spec: onPort(8080, { hostIP: '127.0.0.2' }) }),
      podOf('r', { spec: onPort(8080, { protocol: 'UDP' }) }),
      podOf('s', { spec: onPort(8080) }),
    ],
  },
  {
    it: 'gates',
    pods: [podOf('p', { spec: { schedulingGates: [{ name: 'a.example/gate' }] } })],
  },
  {
    it: 'gates taken away',
    nodes: [{ name: 'n1' }],
    pods: [
      podOf('p', { spec: { schedulingGates: [{ name: 'a' }] } }),
      podOf('q', { cpu: '9', spec: { schedulingGates: [{ name: 'a' }] } }),
    ],
    async afterwards(client) {
      await client.patch(pods, { namespace: NAMESPACE, name: 'p' }, ungate);
      await client.patch(pods, { namespace: NAMESPACE, name: 'q' }, ungate);
    },
  },
];
