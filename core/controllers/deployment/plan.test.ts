import { expect, test } from 'vitest';
import { below, seededRandom } from '#core/base';
import type { Deployment, DeploymentCondition, ReplicaSet } from '#core/api/types/apps/v1';
import type { Pod } from '#core/api/types/core/v1';
import { timeText } from '#core/operator';
import { limitsOf } from './limits.ts';
import { plan, type Plan } from './plan.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const time = (seconds = 0) => timeText(NOW + seconds * 1000);

interface Sketch {
  readonly image: string;
  readonly replicas: number;
  readonly available?: number;
  readonly revision?: number | string;
  readonly desired?: number;
  readonly most?: number;
}

const template = (image: string, hash?: string) => ({
  metadata: { labels: { app: 'web', ...(hash && { 'pod-template-hash': hash }) } },
  spec: { containers: [{ name: 'c', image }] },
});

function deployment(spec: Partial<Deployment['spec']> = {}, status: Deployment['status'] = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'a',
      uid: 'd',
      generation: 2,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    },
    spec: {
      replicas: 10,
      selector: { matchLabels: { app: 'web' } },
      template: template('new'),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      ...spec,
    },
    status: {
      conditions: [{ type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastUpdateTime: time() }],
      ...status,
    },
  };
}

const set = (
  { image, replicas, available = replicas, revision = 1, desired = 10, most = 13 }: Sketch,
  index = 0,
): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `web-${image}`,
    uid: image,
    generation: 1,
    creationTimestamp: time(-1000 + index),
    annotations: {
      'deployment.kubernetes.io/revision': String(revision),
      'deployment.kubernetes.io/desired-replicas': String(desired),
      'deployment.kubernetes.io/max-replicas': String(most),
    },
  },
  spec: { replicas, selector: { matchLabels: {} }, template: template(image, image) },
  status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
});

const NONE: readonly Pod[] = [];
const planFor = (
  of: Deployment,
  sets: readonly ReplicaSet[],
  now = NOW,
  podsOf: (set: ReplicaSet) => readonly Pod[] = () => NONE,
) => plan({ deployment: of, sets, podsOf, now });

const moves = ({ create, update }: Plan) => ({
  ...(create && { create: create.spec.replicas }),
  ...Object.fromEntries(
    update
      .filter(({ from, to }) => from.spec.replicas !== to.spec.replicas)
      .map(({ to }) => [to.metadata.uid, to.spec.replicas]),
  ),
});

const recreate = { strategy: { type: 'Recreate' as const } };
test.each<{ it: string; of?: Deployment; sets: Sketch[]; wants: Record<string, number> }>([
  { it: 'starts whole', sets: [], wants: { create: 10 } },
  {
    it: 'starts with the surge, and takes what may be unavailable',
    sets: [{ image: 'old', replicas: 10 }],
    wants: { create: 3, old: 8 },
  },
  {
    it: 'grows as the old shrinks',
    sets: [
      { image: 'old', replicas: 8 },
      { image: 'new', replicas: 3, available: 0 },
    ],
    wants: { new: 5 },
  },
  {
    it: 'waits while nothing gets available',
    sets: [
      { image: 'old', replicas: 8 },
      { image: 'new', replicas: 5, available: 0 },
    ],
    wants: {},
  },
  {
    it: 'drops the old as the new become available',
    sets: [
      { image: 'old', replicas: 8 },
      { image: 'new', replicas: 5 },
    ],
    wants: { old: 3 },
  },
  {
    it: 'drops unhealthy old ones first',
    sets: [
      { image: 'bad', replicas: 5, available: 0 },
      { image: 'old', replicas: 8 },
    ],
    wants: { create: 0, bad: 0 },
  },
  {
    it: 'rolls over to a third template',
    sets: [
      { image: 'old', replicas: 8 },
      { image: 'mid', replicas: 5, available: 0 },
    ],
    wants: { create: 0, mid: 0 },
  },
  { it: 'shrinks a current set that is too large', sets: [{ image: 'new', replicas: 12 }], wants: { new: 10 } },
  {
    it: 'scales the only set',
    of: deployment({ replicas: 4 }),
    sets: [
      { image: 'new', replicas: 10 },
      { image: 'old', replicas: 0 },
    ],
    wants: { new: 4 },
  },
  {
    it: 'scales up proportionally in the midst of a rollout',
    of: deployment({
      replicas: 30,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
    }),
    sets: [
      { image: 'old', replicas: 8 },
      { image: 'new', replicas: 5, available: 0 },
    ],
    wants: { old: 20, new: 13 },
  },
  {
    it: 'scales down proportionally',
    of: deployment({ replicas: 5 }),
    sets: [
      { image: 'old', replicas: 8 },
      { image: 'new', replicas: 5, available: 0 },
    ],
    wants: { old: 5, new: 3 },
  },
  {
    it: 'scales all to nothing',
    of: deployment({ replicas: 0 }),
    sets: [
      { image: 'old', replicas: 8 },
      { image: 'new', replicas: 5 },
    ],
    wants: { old: 0, new: 0 },
  },
  {
    it: 'makes no set while paused',
    of: deployment({ paused: true }),
    sets: [{ image: 'old', replicas: 10 }],
    wants: {},
  },
  {
    it: 'scales while paused',
    of: deployment({ paused: true, replicas: 3 }),
    sets: [{ image: 'old', replicas: 10 }],
    wants: { old: 3 },
  },
  {
    it: 'recreates: first all old go',
    of: deployment(recreate),
    sets: [{ image: 'old', replicas: 10, most: 10 }],
    wants: { old: 0 },
  },
  {
    it: 'recreates: then the new come',
    of: deployment(recreate),
    sets: [{ image: 'old', replicas: 0 }],
    wants: { create: 10 },
  },
])('$it', ({ of = deployment(), sets, wants }) => {
  expect(moves(planFor(of, sets.map(set)))).toEqual(wants);
});

test('recreate waits for the last old pod', () => {
  const pod = { status: { phase: 'Running' } } as Pod;
  const old = set({ image: 'old', replicas: 0 });
  expect(moves(planFor(deployment(recreate), [old], NOW, () => [pod]))).toEqual({});
  const ended = { status: { phase: 'Failed' } } as Pod;
  expect(moves(planFor(deployment(recreate), [old], NOW, () => [ended]))).toEqual({ create: 10 });
});

test('a new set is named by its template and carries the revision', () => {
  const first = planFor(deployment(), [set({ image: 'old', replicas: 10, revision: 7 })]);
  const { metadata, spec } = first.create!;
  const hash = metadata.labels!['pod-template-hash']!;
  expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,7}$/);
  expect(metadata).toMatchObject({
    name: `web-${hash}`,
    annotations: {
      'deployment.kubernetes.io/revision': '8',
      'deployment.kubernetes.io/desired-replicas': '10',
      'deployment.kubernetes.io/max-replicas': '13',
    },
  });
  expect(spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash });
  expect(spec.template!.metadata!.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
  expect(first.revision).toBe('8');
  const other = planFor(deployment({}, { collisionCount: 1 }), [set({ image: 'old', replicas: 10 })]);
  expect(other.create!.metadata.name).not.toBe(metadata.name);
});

test('revisions have 64 bits', () => {
  const { revision } = planFor(deployment(), [set({ image: 'old', replicas: 10, revision: '3546343826724305832' })]);
  expect(revision).toBe('3546343826724305833');
});

test('going back to an old template takes its set up again, with a new revision', () => {
  const made = planFor(deployment(), [
    set({ image: 'new', replicas: 0, revision: 1 }),
    set({ image: 'old', replicas: 10, revision: 2 }),
  ]);
  expect(made.create).toBeUndefined();
  const { to } = made.update.find(({ from }) => from.metadata.uid === 'new')!;
  expect(to.spec.replicas).toBe(3);
  expect(to.metadata.annotations).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
    'deployment.kubernetes.io/revision-history': '1',
  });
});

test('old sets beyond the history go once all is done', () => {
  const sets = [1, 2, 3, 4].map((revision) => set({ image: `old${revision}`, replicas: 0, revision }));
  const of = (status: Deployment['status']) => deployment({ revisionHistoryLimit: 2 }, status);
  const done = { observedGeneration: 2, replicas: 10, updatedReplicas: 10, readyReplicas: 10, availableReplicas: 10 };
  const all = [...sets, set({ image: 'new', replicas: 10, revision: 5 })];
  expect(planFor(of(done), all).delete.map(({ metadata }) => metadata.uid)).toEqual(['old1', 'old2']);
  expect(planFor(of({ ...done, availableReplicas: 9 }), all).delete).toEqual([]);
});

const progressing = ({ status }: Plan): Partial<DeploymentCondition> => {
  const { reason, status: value, message } = status.conditions!.find(({ type }) => type === 'Progressing') ?? {};
  return { ...(reason && { reason }), ...(value && { status: value }), ...(message && { message }) };
};

test('progress is told, and the lack of it', () => {
  const rolling = [set({ image: 'old', replicas: 8 }), set({ image: 'new', replicas: 5, available: 0 })];
  const counts = { replicas: 13, updatedReplicas: 5, readyReplicas: 8, availableReplicas: 8, observedGeneration: 2 };
  const stuck = planFor(deployment({}, counts), rolling, NOW + 599_000);
  expect(progressing(stuck).reason).toBe('ReplicaSetUpdated');
  expect(stuck.lookAgain).toBe(2000);
  expect(progressing(planFor(deployment({}, counts), rolling, NOW + 601_000))).toEqual({
    reason: 'ProgressDeadlineExceeded',
    status: 'False',
    message: 'ReplicaSet "web-new" has timed out progressing.',
  });
  const moved = planFor(deployment({}, { ...counts, availableReplicas: 7 }), rolling, NOW + 601_000);
  expect(moved.status.conditions!.find(({ type }) => type === 'Progressing')!.lastUpdateTime).toBe(time(601));
  expect(progressing(planFor(deployment(), [set({ image: 'new', replicas: 10 })]))).toEqual({
    reason: 'NewReplicaSetAvailable',
    status: 'True',
    message: 'ReplicaSet "web-new" has successfully progressed.',
  });
  expect(progressing(planFor(deployment({ paused: true }), rolling))).toMatchObject({
    reason: 'DeploymentPaused',
    status: 'Unknown',
  });
});

test('the status counts, and says whether enough is available', () => {
  const { status } = planFor(deployment(), [
    set({ image: 'old', replicas: 8, available: 7 }),
    set({ image: 'new', replicas: 5, available: 0 }),
  ]);
  expect(status).toMatchObject({
    observedGeneration: 2,
    replicas: 13,
    updatedReplicas: 5,
    readyReplicas: 7,
    availableReplicas: 7,
    unavailableReplicas: 6,
  });
  expect(status.conditions!.find(({ type }) => type === 'Available')).toMatchObject({
    status: 'False',
    reason: 'MinimumReplicasUnavailable',
  });
});

/** Plays a rollout against sets whose pods become available, or not, by chance. */
test.each(Array.from({ length: 60 }, (_, seed) => ({ seed })))(
  'never too many, never too few, and it ends: seed $seed',
  ({ seed }) => {
    const random = seededRandom(seed);
    const replicas = 1 + below(random, 12);
    const percent = () => (random.next() < 0.5 ? below(random, replicas + 1) : `${below(random, 101)}%`);
    let of = deployment({
      replicas,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: percent(), maxUnavailable: percent() } },
    });
    const { surge, unavailable } = limitsOf(of);
    let sets = [set({ image: 'old', replicas, desired: replicas, most: replicas + surge })];
    let rounds = 0;
    for (; rounds < 300; rounds++) {
      if (rounds === 5) of = deployment({ ...of.spec, template: template('newer') }, of.status);
      const made = planFor(of, sets, NOW + rounds);
      of = { ...of, status: made.status };
      const changed = new Map(made.update.map(({ from, to }) => [from, to]));
      sets = sets.map((one) => changed.get(one) ?? one);
      if (made.create)
        sets.push({
          ...made.create,
          metadata: { ...made.create.metadata, uid: `u${rounds}`, creationTimestamp: time(rounds) },
        });
      const size = sets.reduce((sum, { spec }) => sum + spec.replicas!, 0);
      expect(size).toBeLessThanOrEqual(replicas + surge);
      // Each set follows its size at once; a pod becomes available sooner or later.
      sets = sets.map((one) => {
        const wanted = one.spec.replicas!;
        const was = Math.min(one.status?.availableReplicas ?? 0, wanted);
        const now = Math.min(wanted, was + below(random, 3));
        return {
          ...one,
          status: { replicas: wanted, readyReplicas: now, availableReplicas: now, observedGeneration: 1 },
        };
      });
      const available = sets.reduce((sum, { status }) => sum + status!.availableReplicas!, 0);
      expect(available).toBeGreaterThanOrEqual(Math.min(replicas - unavailable, replicas));
      if (rounds > 5 && sets.at(-1)!.status!.availableReplicas === replicas && size === replicas) break;
    }
    expect(rounds).toBeLessThan(300);
  },
);
