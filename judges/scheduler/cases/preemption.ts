import { nodes, podDisruptionBudgets, pods, priorityClasses } from '#core/api/tokens';
import type { KubeObject } from '#core/machinery/object';
import { NAMESPACE, type NodeShape, podOf, type Thing } from '../world.ts';
import type { Case } from './case.ts';

const priority = (name: string, value: number, more: object = {}): Thing => ({
  of: priorityClasses,
  object: {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    ...more,
  } as KubeObject,
});
const CLASSES = [
  priority('low', 10),
  priority('middle', 100),
  priority('high', 1000),
  priority('polite', 1000, { preemptionPolicy: 'Never' }),
];
const ONE: readonly NodeShape[] = [{ name: 'n1' }];
const TWO: readonly NodeShape[] = [{ name: 'n1' }, { name: 'n2' }];
const on = (name: string) => ({ nodeSelector: { 'kubernetes.io/hostname': name } });
const of = (priorityClassName: string, more: object = {}) => ({ priorityClassName, ...more });
const WEB = { app: 'web' };
const budget: Thing = {
  of: podDisruptionBudgets,
  object: {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: { minAvailable: 1, selector: { matchLabels: WEB } },
  } as KubeObject,
};
const slow = { terminationGracePeriodSeconds: 300 };

/** Pods that make others go. */
export const preemption: readonly Case[] = [
  {
    it: 'a full node taken',
    nodes: ONE,
    things: CLASSES,
    pods: [podOf('a', { cpu: '3', spec: of('low') }), podOf('p', { cpu: '2', spec: of('high') })],
  },
  {
    it: 'equals stay',
    nodes: ONE,
    things: CLASSES,
    pods: [podOf('a', { cpu: '3', spec: of('high') }), podOf('p', { cpu: '2', spec: of('high') })],
  },
  {
    it: 'it never preempts',
    nodes: ONE,
    things: CLASSES,
    pods: [podOf('a', { cpu: '3', spec: of('low') }), podOf('p', { cpu: '2', spec: of('polite') })],
  },
  {
    it: 'preemption that helps on some nodes only',
    things: CLASSES,
    pods: [
      podOf('a', { cpu: '4', spec: of('high', on('n1')) }),
      podOf('b', { cpu: '4', spec: of('low', on('n2')) }),
      podOf('p', { cpu: '3', spec: of('middle') }),
    ],
  },
  {
    it: 'preemption that helps nowhere, for several reasons',
    things: CLASSES,
    pods: [
      podOf('a', { cpu: '4', spec: of('high', on('n1')) }),
      podOf('b', { cpu: '2', spec: of('high', on('n2')) }),
      podOf('c', { cpu: '2', spec: of('low', on('n2')) }),
      podOf('p', { cpu: '3', spec: of('middle') }),
    ],
  },
  {
    it: 'the node where least is lost',
    nodes: TWO,
    things: CLASSES,
    pods: [
      podOf('a', { cpu: '4', spec: of('middle', on('n1')) }),
      podOf('b', { cpu: '2', spec: of('low', on('n2')) }),
      podOf('c', { cpu: '2', spec: of('low', on('n2')) }),
      podOf('p', { cpu: '3', spec: of('high') }),
    ],
  },
  {
    it: 'a budget respected',
    nodes: TWO,
    things: [...CLASSES, budget],
    pods: [
      podOf('a', { cpu: '4', labels: WEB, spec: of('low', on('n1')) }),
      podOf('b', { cpu: '4', spec: of('middle', on('n2')) }),
      podOf('p', { cpu: '3', spec: of('high') }),
    ],
  },
  {
    it: 'a victim that takes its time',
    nodes: ONE,
    things: CLASSES,
    pods: [podOf('a', { cpu: '3', spec: of('low', slow) }), podOf('p', { cpu: '2', spec: of('high') })],
  },
  {
    it: 'a victim that takes its time, and another look',
    nodes: ONE,
    things: CLASSES,
    pods: [podOf('a', { cpu: '3', spec: of('low', slow) }), podOf('p', { cpu: '2', spec: of('high') })],
    afterwards: (client) =>
      client.patch(
        nodes,
        { name: 'n1' },
        {
          type: 'merge',
          patch: { metadata: { labels: { another: 'look' } }, status: { allocatable: { cpu: '4100m' } } },
        },
        { subresource: 'status' },
      ),
  },
  {
    it: 'a victim that goes at last',
    nodes: ONE,
    things: CLASSES,
    pods: [podOf('a', { cpu: '3', spec: of('low', slow) }), podOf('p', { cpu: '2', spec: of('high') })],
    afterwards: (client) => client.delete(pods, { namespace: NAMESPACE, name: 'a' }, { gracePeriodSeconds: 0 }),
  },
  {
    it: 'another node while its victim takes its time',
    nodes: [...ONE, { name: 'n2', spec: { unschedulable: true } }],
    things: CLASSES,
    pods: [podOf('a', { cpu: '3', spec: of('low', slow) }), podOf('p', { cpu: '2', spec: of('high') })],
    afterwards: (client) =>
      client.patch(nodes, { name: 'n2' }, { type: 'merge', patch: { spec: { unschedulable: null } } }),
  },
  {
    it: 'room that is kept for one with the node in view',
    nodes: ONE,
    things: CLASSES,
    pods: [
      podOf('a', { cpu: '3', spec: of('low', slow) }),
      podOf('p', { cpu: '3', spec: of('high') }),
      podOf('q', { cpu: '1', spec: of('middle') }),
      podOf('r', { cpu: '1', spec: of('middle') }),
    ],
  },
  {
    it: 'one of more priority takes the node in view',
    nodes: ONE,
    things: CLASSES,
    pods: [
      podOf('a', { cpu: '4', spec: of('low', slow) }),
      podOf('p', { cpu: '3', spec: of('middle') }),
      podOf('q', { cpu: '4', spec: of('high') }),
    ],
  },
];
