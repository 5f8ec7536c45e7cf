import { expect, test } from 'vitest';
import type { Node, Pod } from '#core/api/types/core/v1';
import { plan } from './plan.ts';

interface Sketch {
  readonly name: string;
  readonly node?: string;
  readonly phase?: 'Running' | 'Failed' | 'Succeeded';
  readonly leaving?: boolean;
  readonly reason?: string;
  readonly created?: string;
}
const pod = ({
  name,
  node = 'n',
  phase = 'Running',
  leaving = false,
  reason,
  created = '2026-01-01T00:00:00Z',
}: Sketch): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, creationTimestamp: created, ...(leaving && { deletionTimestamp: 'x' }) },
  spec: { containers: [], ...(node !== '' && { nodeName: node }) },
  status: { phase, ...(reason && { reason }) },
});
const dead: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'dead' },
  spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] },
};

test.each<{ it: string; pods: Sketch[]; threshold?: number; wants: string[] }>([
  { it: 'leaves the living alone', pods: [{ name: 'a' }, { name: 'b', leaving: true }], wants: [] },
  { it: 'takes those of a node that is gone', pods: [{ name: 'a', node: 'gone' }], wants: ['a orphaned'] },
  {
    it: 'takes those that go before they had a node',
    pods: [
      { name: 'a', node: '', leaving: true },
      { name: 'b', node: '' },
    ],
    wants: ['a unscheduled'],
  },
  {
    it: 'takes those that go on a node out of service',
    pods: [
      { name: 'a', node: 'dead', leaving: true },
      { name: 'b', node: 'dead' },
    ],
    wants: ['a out of service'],
  },
  {
    it: 'takes ended ones beyond the threshold: the evicted, then the oldest',
    threshold: 1,
    pods: [
      { name: 'new', phase: 'Succeeded', created: '2026-01-03T00:00:00Z' },
      { name: 'old', phase: 'Succeeded', created: '2026-01-02T00:00:00Z' },
      { name: 'evicted', phase: 'Failed', reason: 'Evicted', created: '2026-01-04T00:00:00Z' },
    ],
    wants: ['evicted terminated', 'old terminated'],
  },
  { it: 'keeps all ended ones without a threshold', threshold: 0, pods: [{ name: 'a', phase: 'Failed' }], wants: [] },
])('$it', ({ pods, threshold = 100, wants }) => {
  const removals = plan({
    pods: pods.map(pod),
    node: (name) => (name === 'dead' ? dead : undefined),
    gone: new Set(['gone']),
    threshold,
  });
  expect(removals.map(({ pod: { metadata }, why }) => `${metadata.name} ${why}`)).toEqual(wants);
});
