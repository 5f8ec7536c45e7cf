import { expect, test } from 'vitest';
import type { Node, Pod, PodSpec } from '#core/api/types/core/v1';
import type { PodDisruptionBudget } from '#core/api/types/policy/v1';
import { seededRandom } from '#core/base';
import { type Diagnosis, plan } from './plan.ts';
import { defaultPlugins } from './plugins/index.ts';
import { preempt } from './preemption.ts';
import { podInfoOf, Snapshot } from './snapshot.ts';

type Labels = Readonly<Record<string, string>>;

const node = (name: string, spec: NonNullable<Node['spec']> = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { host: name } },
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
  spec,
});

interface Asked {
  readonly cpu?: string;
  readonly priority?: number;
  readonly labels?: Labels;
  readonly spec?: Partial<PodSpec>;
  readonly status?: NonNullable<Pod['status']>;
  readonly deletionTimestamp?: string;
}

const pod = (name: string, asked: Asked = {}): Pod => {
  const { cpu = '4', priority = 0, labels = {}, spec, status = {}, deletionTimestamp } = asked;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      labels,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }], priority, ...spec } as PodSpec,
    status,
  };
};

const budget = (labels: Labels, disruptionsAllowed: number, disruptedPods: Labels = {}): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'budget', namespace: 'default' },
  spec: { selector: { matchLabels: labels } },
  status: { disruptionsAllowed, disruptedPods, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
});

const WEB = { app: 'web' };
const UNHELPFUL = 'Preemption is not helpful for scheduling';
const apart: Partial<PodSpec> = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host', labelSelector: { matchLabels: WEB } }],
    },
  },
};
const spread: Partial<PodSpec> = {
  topologySpreadConstraints: [
    { topologyKey: 'host', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: WEB } },
  ],
};
const going = {
  deletionTimestamp: '2026-01-01T00:00:00Z',
  status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] },
};

interface Case {
  readonly it: string;
  readonly nodes?: readonly Node[];
  readonly placed: readonly (readonly [node: string, pod: Pod])[];
  readonly budgets?: readonly PodDisruptionBudget[];
  /** Other pods with a node in view. */
  readonly nominated?: readonly (readonly [node: string, pod: Pod])[];
  readonly inView?: string;
  readonly pod?: Pod;
  /** `node: victims`, or the message. */
  readonly wants: string;
}

const cases: readonly Case[] = [
  { it: 'takes the place of one that counts less', placed: [['n1', pod('a')]], wants: 'n1: a' },
  {
    it: 'leaves its equals alone',
    placed: [['n1', pod('a', { priority: 10 })]],
    wants: '0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  },
  {
    it: 'does not help where the node is too small or not for it',
    nodes: [node('n1'), node('n2', { taints: [{ key: 'k', effect: 'NoSchedule' }] })],
    placed: [['n1', pod('a')]],
    pod: pod('p', { cpu: '5', priority: 10 }),
    wants: `0/2 nodes are available: 2 ${UNHELPFUL}.`,
  },
  {
    it: 'says what remains in the way',
    placed: [
      ['n1', pod('a', { cpu: '1' })],
      ['n1', pod('b', { cpu: '3', priority: 10 })],
    ],
    wants: '0/1 nodes are available: 1 Insufficient cpu.',
  },
  {
    it: 'may not',
    placed: [['n1', pod('a')]],
    pod: pod('p', { priority: 10, spec: { preemptionPolicy: 'Never' } }),
    wants: 'not eligible due to preemptionPolicy=Never.',
  },
  {
    it: 'takes no more than it needs, and the least important first',
    placed: [
      ['n1', pod('a', { cpu: '1', priority: 1 })],
      ['n1', pod('b', { cpu: '1', priority: 2 })],
      ['n1', pod('c', { cpu: '1', priority: 3 })],
      ['n1', pod('d', { cpu: '1', priority: 4 })],
    ],
    pod: pod('p', { cpu: '2', priority: 10 }),
    wants: 'n1: b a',
  },
  {
    it: 'keeps the one that runs longest among equals',
    placed: [
      ['n1', pod('new', { cpu: '2', status: { startTime: '2026-01-02T00:00:00Z' } })],
      ['n1', pod('old', { cpu: '2', status: { startTime: '2026-01-01T00:00:00Z' } })],
      ['n1', pod('starting', { cpu: '0' })],
    ],
    pod: pod('p', { cpu: '2', priority: 10 }),
    wants: 'n1: new',
  },
  {
    it: 'prefers the node where the most important victim counts least',
    nodes: [node('n1'), node('n2')],
    placed: [
      ['n1', pod('a', { priority: 5 })],
      ['n2', pod('b', { cpu: '2', priority: 4 })],
      ['n2', pod('c', { cpu: '2', priority: 4 })],
    ],
    wants: 'n2: b c',
  },
  {
    it: 'prefers fewer victims, even of negative priority',
    nodes: [node('n1'), node('n2')],
    placed: [
      ['n1', pod('a', { cpu: '2', priority: -1 })],
      ['n1', pod('b', { cpu: '2', priority: -1 })],
      ['n2', pod('c', { priority: -1 })],
    ],
    wants: 'n2: c',
  },
  {
    it: 'prefers the victim that started last',
    nodes: [node('n1'), node('n2')],
    placed: [
      ['n1', pod('old', { status: { startTime: '2026-01-01T00:00:00Z' } })],
      ['n2', pod('new', { status: { startTime: '2026-01-02T00:00:00Z' } })],
    ],
    wants: 'n2: new',
  },
  {
    it: 'respects a budget before all else',
    nodes: [node('n1'), node('n2')],
    placed: [
      ['n1', pod('a', { labels: WEB })],
      ['n2', pod('b', { priority: 9 })],
    ],
    budgets: [budget(WEB, 0)],
    wants: 'n2: b',
  },
  {
    it: 'breaks a budget where nothing else helps',
    placed: [['n1', pod('a', { labels: WEB })]],
    budgets: [budget(WEB, 0)],
    wants: 'n1: a',
  },
  {
    it: 'uses what a budget allows',
    nodes: [node('n1'), node('n2')],
    placed: [
      ['n1', pod('a', { labels: WEB })],
      ['n2', pod('b', { priority: 9 })],
    ],
    budgets: [budget(WEB, 1)],
    wants: 'n1: a',
  },
  {
    it: 'takes two from a budget that allows one only where it must',
    nodes: [node('n1'), node('n2')],
    placed: [
      ['n1', pod('a', { cpu: '2', labels: WEB })],
      ['n1', pod('b', { cpu: '2', labels: WEB })],
      ['n2', pod('c', { priority: 9 })],
    ],
    budgets: [budget(WEB, 1)],
    wants: 'n2: c',
  },
  {
    it: 'counts no pod that a budget has let go already',
    nodes: [node('n1'), node('n2')],
    placed: [
      ['n1', pod('a', { labels: WEB })],
      ['n2', pod('b', { priority: 9 })],
    ],
    budgets: [budget(WEB, 0, { a: '2026-01-01T00:00:00Z' })],
    wants: 'n1: a',
  },
  {
    it: 'keeps those of a budget before others on the same node',
    placed: [
      ['n1', pod('kept', { cpu: '2', labels: WEB, priority: 1 })],
      ['n1', pod('other', { cpu: '2', priority: 2 })],
    ],
    budgets: [budget(WEB, 0)],
    pod: pod('p', { cpu: '2', priority: 10 }),
    wants: 'n1: other',
  },
  {
    it: 'makes one go that it must be apart from, and nobody else',
    placed: [
      ['n1', pod('a', { cpu: '1', labels: WEB })],
      ['n1', pod('b', { cpu: '1' })],
    ],
    pod: pod('p', { cpu: '1', priority: 10, spec: apart }),
    wants: 'n1: a',
  },
  {
    it: 'makes one go that keeps it out',
    placed: [
      ['n1', pod('a', { cpu: '1', spec: apart })],
      ['n1', pod('b', { cpu: '1' })],
    ],
    pod: pod('p', { cpu: '1', priority: 10, labels: WEB }),
    wants: 'n1: a',
  },
  {
    it: 'evens out by victims',
    nodes: [node('n1'), node('n2')],
    placed: [
      ['n1', pod('a', { cpu: '1', labels: WEB })],
      ['n1', pod('b', { cpu: '1', labels: WEB, priority: 1 })],
      ['n2', pod('c', { cpu: '4', priority: 20 })],
    ],
    pod: pod('p', { cpu: '1', priority: 10, labels: WEB, spec: spread }),
    wants: 'n1: b a',
  },
  {
    it: 'leaves room for those that have the node in view',
    placed: [['n1', pod('a')]],
    nominated: [['n1', pod('n', { priority: 10 })]],
    wants: '0/1 nodes are available: 1 Insufficient cpu.',
  },
  {
    it: 'takes the room of lesser ones that have the node in view',
    placed: [['n1', pod('a')]],
    nominated: [['n1', pod('n', { priority: 9 })]],
    wants: 'n1: a',
  },
  {
    it: 'waits for those that go for it',
    placed: [['n1', pod('a', going)]],
    inView: 'n1',
    wants: 'not eligible due to a terminating pod on the nominated node.',
  },
  {
    it: 'does not wait for those that go for other reasons',
    placed: [['n1', pod('a', { deletionTimestamp: '2026-01-01T00:00:00Z' })]],
    inView: 'n1',
    wants: 'n1: a',
  },
];

test.each(cases)('a pod that fits nowhere $it', ({ nodes = [node('n1')], placed, budgets = [], wants, ...more }) => {
  const snapshot = new Snapshot();
  for (const one of nodes) snapshot.setNode(one);
  for (const [name, one] of placed) snapshot.addPod(podInfoOf(one), name);
  for (const [name, one] of more.nominated ?? []) snapshot.nominations.set(podInfoOf(one), name);
  const info = podInfoOf(more.pod ?? pod('p', { priority: 10 }));
  if (more.inView !== undefined) snapshot.nominations.set(info, more.inView);
  const numbers = () => JSON.stringify([snapshot.columns, snapshot.slots.map((slot) => [...slot!.pods.keys()].sort())]);
  const before = numbers();
  const { verdict } = plan(info, snapshot, defaultPlugins, 0, seededRandom(1));
  expect(verdict.node).toBeUndefined();
  const preemption = preempt(info, snapshot, verdict as Diagnosis, budgets, seededRandom(1));
  const said =
    preemption.node === undefined
      ? preemption.message
      : `${preemption.node}: ${preemption.victims.map(({ uid }) => uid).join(' ')}`;
  expect(said).toBe(wants);
  expect(numbers()).toBe(before);
});
