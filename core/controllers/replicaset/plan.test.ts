import { expect, test } from 'vitest';
import type { ReplicaSet } from '#core/api/types/apps/v1';
import type { Pod } from '#core/api/types/core/v1';
import { timeText } from '#core/operator';
import { replicaSetKind } from './kinds.ts';
import { plan, podOf, statusOf } from './plan.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const ago = (seconds: number) => timeText(NOW - seconds * 1000);

interface Sketch {
  readonly name: string;
  readonly labels?: Record<string, string>;
  readonly phase?: 'Pending' | 'Running' | 'Failed';
  readonly node?: string;
  readonly ready?: number;
  readonly created?: number;
  readonly deleted?: boolean;
  readonly owner?: 'set' | 'other' | 'none';
  readonly cost?: string;
  readonly restarts?: number;
}

function pod(sketch: Sketch): Pod {
  const { name, labels = { app: 'web' }, phase = 'Running', node = 'n1', owner = 'set', created = 1000 } = sketch;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'a',
      uid: `uid-${name}`,
      labels,
      creationTimestamp: ago(created),
      ...(sketch.deleted ? { deletionTimestamp: ago(1) } : {}),
      ...(sketch.cost ? { annotations: { 'controller.kubernetes.io/pod-deletion-cost': sketch.cost } } : {}),
      ...(owner === 'none'
        ? {}
        : {
            ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }],
          }),
    },
    spec: { containers: [], ...(node === '' ? {} : { nodeName: node }) },
    status: {
      phase,
      ...(sketch.ready === undefined
        ? {}
        : { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(sketch.ready) }] }),
      containerStatuses: [{ name: 'c', image: '', imageID: '', ready: true, restartCount: sketch.restarts ?? 0 }],
    },
  };
}

const set = (replicas: number, more: Partial<ReplicaSet['spec']> = {}, deleted = false): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'set',
    namespace: 'a',
    uid: 'set',
    generation: 3,
    ...(deleted ? { deletionTimestamp: ago(1) } : {}),
  },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web', tier: 'front' } }, spec: { containers: [] } },
    ...more,
  },
});

const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name);

const ready = { ready: 100 };
test.each<{
  it: string;
  set: ReplicaSet;
  pods: Sketch[];
  upToDate?: boolean;
  wants: { create?: number; delete?: string[]; adopt?: string[]; release?: string[]; lookAgain?: number };
}>([
  { it: 'creates what is missing', set: set(3), pods: [{ name: 'a', ...ready }], wants: { create: 2 } },
  { it: 'creates in bounded bursts', set: set(2000), pods: [], wants: { create: 500 } },
  { it: 'replaces what has ended', set: set(1), pods: [{ name: 'a', phase: 'Failed' }], wants: { create: 1 } },
  { it: 'replaces what is going', set: set(1), pods: [{ name: 'a', deleted: true }], wants: { create: 1 } },
  { it: 'waits for what it did', set: set(3), pods: [], upToDate: false, wants: {} },
  { it: 'does nothing while it is deleted', set: set(3, {}, true), pods: [{ name: 'a', owner: 'none' }], wants: {} },
  {
    it: 'adopts an orphan that it selects',
    set: set(1),
    pods: [{ name: 'a', owner: 'none' }],
    wants: { adopt: ['a'] },
  },
  { it: 'lets others have theirs', set: set(1), pods: [{ name: 'a', owner: 'other' }], wants: { create: 1 } },
  { it: 'does not adopt what is going', set: set(0), pods: [{ name: 'a', owner: 'none', deleted: true }], wants: {} },
  {
    it: 'lets go of a pod that left',
    set: set(1),
    pods: [
      { name: 'a', ...ready },
      { name: 'b', labels: {} },
    ],
    wants: { release: ['b'] },
  },
  {
    it: 'looks again when a pod becomes available',
    set: set(1, { minReadySeconds: 130 }),
    pods: [{ name: 'a', ...ready }],
    wants: { lookAgain: 30_000 },
  },
  {
    it: 'spares the unassigned',
    set: set(1),
    pods: [
      { name: 'a', ...ready },
      { name: 'b', node: '' },
    ],
    wants: { delete: ['b'] },
  },
  {
    it: 'spares the pending',
    set: set(1),
    pods: [{ name: 'a' }, { name: 'b', phase: 'Pending' }],
    wants: { delete: ['b'] },
  },
  {
    it: 'spares what is not ready',
    set: set(1),
    pods: [{ name: 'a', ...ready }, { name: 'b' }],
    wants: { delete: ['b'] },
  },
  {
    it: 'spares the cheap',
    set: set(1),
    pods: [
      { name: 'a', ...ready },
      { name: 'b', ...ready, cost: '-5' },
    ],
    wants: { delete: ['b'] },
  },
  {
    it: 'spares those on a crowded node',
    set: set(2),
    pods: [
      { name: 'a', ready: 1 },
      { name: 'b', node: 'n2', ready: 500 },
      { name: 'c', node: 'n2', ready: 600 },
    ],
    wants: { delete: ['b'] },
  },
  {
    it: 'spares the one ready for the shorter time, in powers of two',
    set: set(2),
    pods: [
      { name: 'c', ready: 1000, node: '1' },
      { name: 'b', ready: 10, node: '2' },
      { name: 'a', ready: 1001, node: '3' },
    ],
    wants: { delete: ['b'] },
  },
  {
    it: 'spares the restless',
    set: set(1),
    pods: [
      { name: 'a', ...ready, node: '1' },
      { name: 'b', ...ready, node: '2', restarts: 3 },
    ],
    wants: { delete: ['b'] },
  },
  {
    it: 'spares the younger',
    set: set(1),
    pods: [
      { name: 'a', ...ready, node: '1', created: 100_000 },
      { name: 'b', ...ready, node: '2', created: 200 },
    ],
    wants: { delete: ['b'] },
  },
])('$it', ({ set: object, pods: sketches, upToDate = true, wants }) => {
  const pods = sketches.map(pod);
  const made = plan({ set: replicaSetKind.view(object), pods, related: () => pods, upToDate, now: NOW });
  expect({
    create: made.create,
    delete: names(made.delete),
    adopt: names(made.adopt),
    release: names(made.release),
    lookAgain: made.lookAgain,
  }).toEqual({ create: 0, delete: [], adopt: [], release: [], lookAgain: undefined, ...wants });
});

test('the status counts and keeps the first failure', () => {
  const view = replicaSetKind.view(set(2, { minReadySeconds: 50 }));
  const active = [
    { name: 'a', ready: 100, labels: { app: 'web', tier: 'front' } },
    { name: 'b', ready: 10 },
    { name: 'c' },
  ].map(pod);
  const terminating = [pod({ name: 'd', deleted: true })];
  const status = statusOf(view, { active, terminating }, { reason: 'FailedCreate', message: 'quota' }, NOW);
  expect(status).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 1,
    readyReplicas: 2,
    availableReplicas: 1,
    terminatingReplicas: 1,
    observedGeneration: 3,
    conditions: [
      { type: 'ReplicaFailure', status: 'True', lastTransitionTime: ago(0), reason: 'FailedCreate', message: 'quota' },
    ],
  });
  const later = { ...view, status };
  expect(statusOf(later, { active, terminating }, { reason: 'FailedCreate', message: 'other' }, NOW + 5000)).toEqual(
    status,
  );
  expect(statusOf(later, { active, terminating }, undefined, NOW).conditions).toBeUndefined();
});

test('a pod carries what the template says, and its owner', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'set', uid: 'set', controller: true };
  expect(podOf(replicaSetKind.view(set(1)), owner)).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'set-', namespace: 'a', labels: { app: 'web', tier: 'front' }, ownerReferences: [owner] },
    spec: { containers: [] },
  });
});
