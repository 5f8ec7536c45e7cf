import { expect, test } from 'vitest';
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, PodSpec } from '#core/api/types/core/v1';
import { seededRandom } from '#core/base';
import type { LabelSelectorObject } from '#core/machinery/selectors';
import { normalize, plan } from './plan.ts';
import { defaultPlugins } from './plugins/index.ts';
import { podInfoOf, Snapshot } from './snapshot.ts';

type Labels = Readonly<Record<string, string>>;

const node = (name: string, labels: Labels = {}, spec: NonNullable<Node['spec']> = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
  spec,
});

const pod = (name: string, spec: Partial<PodSpec> = {}, labels: Labels = {}, namespace = 'default'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, uid: `${namespace}/${name}`, labels },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec } as PodSpec,
});

const asking = (requests: Labels): Partial<PodSpec> => ({
  containers: [{ name: 'c', image: 'i', resources: { requests } }],
});

const WEB = { app: 'web' };
const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';
const holding = (name: string, image: string): Node => {
  const one = node(name);
  return { ...one, status: { ...one.status, images: [{ names: [image], sizeBytes: 500 * 1024 * 1024 }] } };
};
/** Every name is asked for. */
const named = (...names: readonly string[]): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchFields: names.map((name) => ({ key: 'metadata.name', operator: 'In', values: [name] })) },
        ],
      },
    },
  },
});
const term = (topologyKey: string, labels: Labels, more: object = {}) => ({
  topologyKey,
  labelSelector: { matchLabels: labels },
  ...more,
});
const apart = (...args: Parameters<typeof term>): Partial<PodSpec> => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(...args)] } },
});
const together = (...args: Parameters<typeof term>): Partial<PodSpec> => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(...args)] } },
});
const spread = (topologyKey: string, more: object = {}): Partial<PodSpec> => ({
  topologySpreadConstraints: [
    { topologyKey, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: WEB }, ...more },
  ],
});
const ZONES = [node('a1', { zone: 'a' }), node('a2', { zone: 'a' }), node('b1', { zone: 'b' })];
const tainted = (name: string) => node(name, {}, { taints: [{ key: 'k', effect: 'NoSchedule' }] });

interface Case {
  readonly it: string;
  readonly nodes: readonly Node[];
  readonly placed?: readonly (readonly [node: string, pod: Pod])[];
  readonly namespaces?: Readonly<Record<string, Labels>>;
  /** Pods with a node in view. */
  readonly inView?: readonly (readonly [node: string, pod: Pod])[];
  /** Which pods are of the pod's kind. */
  readonly kind?: LabelSelectorObject;
  readonly pod: Pod;
  /** A node's name, the names it may be one of, or the message. */
  readonly wants: string | readonly string[];
}

const cases: readonly Case[] = [
  { it: 'has no nodes', nodes: [], pod: pod('p'), wants: 'no nodes available to schedule pods' },
  {
    it: 'tells each reason with its count',
    nodes: [tainted('n1'), tainted('n2'), node('n3')],
    pod: pod('p', asking({ cpu: '8' })),
    wants: '0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s).',
  },
  {
    it: 'takes the emptier node',
    nodes: [node('n1'), node('n2')],
    placed: [['n1', pod('x', asking({ cpu: '3', memory: '6Gi' }))]],
    pod: pod('p'),
    wants: 'n2',
  },
  {
    it: 'keeps apart from its like on a node',
    nodes: [node('n1'), node('n2')],
    placed: [['n1', pod('x', {}, WEB)]],
    pod: pod('p', apart(HOST, WEB)),
    wants: 'n2',
  },
  {
    it: 'keeps apart over a whole zone',
    nodes: ZONES,
    placed: [['a1', pod('x', {}, WEB)]],
    pod: pod('p', apart('zone', WEB)),
    wants: 'b1',
  },
  {
    it: 'has nowhere to be apart',
    nodes: ZONES,
    placed: [
      ['a1', pod('x', {}, WEB)],
      ['b1', pod('y', {}, WEB)],
    ],
    pod: pod('p', apart('zone', WEB)),
    wants: "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
  },
  {
    it: 'is kept out by those that are there already',
    nodes: ZONES,
    placed: [
      ['a1', pod('x', apart('zone', WEB))],
      ['b1', pod('y', apart('zone', WEB))],
    ],
    pod: pod('p', {}, WEB),
    wants: "0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules.",
  },
  {
    it: 'is not kept out by a term of another namespace',
    nodes: [node('n1')],
    placed: [['n1', pod('x', apart(HOST, WEB), {}, 'other')]],
    pod: pod('p', {}, WEB),
    wants: 'n1',
  },
  {
    it: 'is kept out by a term that selects its namespace',
    nodes: [node('n1')],
    namespaces: { default: { team: 'x' } },
    placed: [['n1', pod('x', apart(HOST, WEB, { namespaceSelector: { matchLabels: { team: 'x' } } }), {}, 'other')]],
    pod: pod('p', {}, WEB),
    wants: "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.",
  },
  {
    it: 'goes where it wants company',
    nodes: ZONES,
    placed: [['b1', pod('x', {}, WEB)]],
    pod: pod('p', together('zone', WEB)),
    wants: 'b1',
  },
  {
    it: 'finds no company',
    nodes: ZONES,
    pod: pod('p', together('zone', WEB)),
    wants: "0/3 nodes are available: 3 node(s) didn't match pod affinity rules.",
  },
  {
    it: 'is the first of its own company, where the topology is known',
    nodes: [node('n1'), node('n2', { zone: 'a' })],
    pod: pod('p', together('zone', WEB), WEB),
    wants: 'n2',
  },
  {
    it: 'is drawn by a preference',
    nodes: [node('n1'), node('n2'), node('n3')],
    placed: [['n3', pod('x', {}, WEB)]],
    pod: pod('p', {
      affinity: {
        podAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term(HOST, WEB) }],
        },
      },
    }),
    wants: 'n3',
  },
  {
    it: 'takes only its own generation for company, by a label key',
    nodes: [node('n1'), node('n2')],
    placed: [['n1', pod('x', {}, { ...WEB, gen: '1' })]],
    pod: pod('p', apart(HOST, WEB, { matchLabelKeys: ['gen'] }), { ...WEB, gen: '2' }),
    wants: ['n1', 'n2'],
  },
  {
    it: 'evens out a skew',
    nodes: ZONES,
    placed: [['a1', pod('x', {}, WEB)]],
    pod: pod('p', spread('zone'), WEB),
    wants: 'b1',
  },
  {
    it: 'cannot even out: the emptier zone is full',
    nodes: [ZONES[0]!, { ...ZONES[2]!, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '0' } } }],
    placed: [['a1', pod('x', {}, WEB)]],
    pod: pod('p', spread('zone'), WEB),
    wants: "0/2 nodes are available: 1 Too many pods, 1 node(s) didn't match pod topology spread constraints.",
  },
  {
    it: 'spreads only where the topology is known',
    nodes: [node('n1')],
    pod: pod('p', spread('zone'), WEB),
    wants: "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label).",
  },
  {
    it: 'wants more domains than there are',
    nodes: ZONES,
    placed: [
      ['a1', pod('x', {}, WEB)],
      ['b1', pod('y', {}, WEB)],
    ],
    pod: pod('p', spread('zone', { minDomains: 3 }), WEB),
    wants: "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.",
  },
  {
    it: 'does not count a zone that it cannot go to',
    nodes: [ZONES[0]!, ZONES[2]!],
    placed: [['a1', pod('x', {}, WEB)]],
    pod: pod('p', { ...spread('zone'), nodeSelector: { zone: 'a' } }, WEB),
    wants: 'a1',
  },
  {
    it: 'counts a zone that it cannot go to where it is told to',
    nodes: [ZONES[0]!, ZONES[2]!],
    placed: [['a1', pod('x', {}, WEB)]],
    pod: pod('p', { ...spread('zone', { nodeAffinityPolicy: 'Ignore' }), nodeSelector: { zone: 'a' } }, WEB),
    wants:
      "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) didn't match pod topology spread constraints.",
  },
  {
    it: 'prefers the zone with fewer, and goes to the other where it must',
    nodes: ZONES,
    placed: [['b1', pod('x', {}, WEB)]],
    pod: pod('p', spread('zone', { whenUnsatisfiable: 'ScheduleAnyway' }), WEB),
    wants: ['a1', 'a2'],
  },
  {
    it: 'spreads with its Service where it does not say how',
    nodes: [node('n1'), node('n2'), node('n3')],
    placed: [
      ['n1', pod('x', {}, WEB)],
      ['n3', pod('y', {}, WEB)],
    ],
    kind: { matchLabels: WEB },
    pod: pod('p', {}, WEB),
    wants: 'n2',
  },
  {
    it: 'spreads with its Service over zones too',
    nodes: [
      node('a1', { [ZONE]: 'a' }),
      node('a2', { [ZONE]: 'a' }),
      node('b1', { [ZONE]: 'b' }),
      node('b2', { [ZONE]: 'b' }),
    ],
    placed: [['a1', pod('x', {}, WEB)]],
    kind: { matchLabels: WEB },
    pod: pod('p', {}, WEB),
    wants: ['b1', 'b2'],
  },
  {
    it: 'takes the node that comes to be used more evenly',
    nodes: [node('n1'), node('n2')],
    placed: [
      ['n1', pod('x', asking({ cpu: '2' }))],
      ['n2', pod('y', asking({ memory: '4Gi' }))],
    ],
    pod: pod('p', asking({ memory: '3Gi' })),
    wants: 'n1',
  },
  {
    it: 'goes where its image is',
    nodes: [node('n1'), holding('n2', 'big:latest'), node('n3')],
    pod: pod('p', { containers: [{ name: 'c', image: 'big' }] }),
    wants: 'n2',
  },
  {
    it: 'goes only to the node that it names',
    nodes: ZONES,
    pod: pod('p', named('b1')),
    wants: 'b1',
  },
  {
    it: 'names a node that is full',
    nodes: ZONES,
    pod: pod('p', { ...named('b1'), ...asking({ cpu: '8' }) }),
    wants: "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
  },
  {
    it: 'names nodes that contradict',
    nodes: ZONES,
    pod: pod('p', named('b1', 'a1')),
    wants: '0/3 nodes are available: pod affinity terms conflict.',
  },
  {
    it: 'goes first to the node that it has in view',
    nodes: [node('n1'), node('n2')],
    placed: [['n2', pod('x', asking({ cpu: '2' }))]],
    inView: [['n2', pod('p')]],
    pod: pod('p'),
    wants: 'n2',
  },
  {
    it: 'leaves a node to those that have it in view',
    nodes: [node('n1'), node('n2', {}, { unschedulable: true })],
    inView: [['n1', pod('other', { ...asking({ cpu: '3' }), priority: 10 })]],
    pod: pod('p', asking({ cpu: '2' })),
    wants: '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable.',
  },
  {
    it: 'leaves nothing to lesser ones',
    nodes: [node('n1')],
    inView: [['n1', pod('other', { ...asking({ cpu: '3' }), priority: -1 })]],
    pod: pod('p', asking({ cpu: '2' })),
    wants: 'n1',
  },
  {
    it: 'keeps apart from those that have the node in view',
    nodes: [node('n1')],
    inView: [['n1', pod('other', apart(HOST, WEB))]],
    pod: pod('p', {}, WEB),
    wants: "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.",
  },
];

const claim = (name: string, bound: boolean): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, annotations: bound ? { 'pv.kubernetes.io/bind-completed': 'yes' } : {} },
  spec: bound ? { volumeName: `${name}-volume` } : { storageClassName: name },
});
const inZone = (zone: string): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'in-zone' },
  spec: {
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }] },
    },
  },
});

const csi = (volumeHandle: string, labels: Labels = {}): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: volumeHandle, labels },
  spec: { csi: { driver: 'disks', volumeHandle } },
});
const volumesByName: Readonly<Record<string, PersistentVolume>> = {
  'zonal-volume': inZone('b'),
  'elsewhere-volume': csi('elsewhere', { [ZONE]: 'x__y' }),
  'attached-volume': csi('attached', { [ZONE]: 'x' }),
  'other-volume': csi('other'),
};
const LABELLED = ZONES.map((one) => ({
  ...one,
  metadata: { ...one.metadata, labels: { ...one.metadata.labels, [ZONE]: one.metadata.labels!['zone']! } },
}));

test.each([
  { claims: 'missing', wants: '0/3 nodes are available: persistentvolumeclaim "missing" not found.' },
  { claims: 'unbound', wants: '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.' },
  {
    claims: 'late',
    wants: "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.",
  },
  {
    claims: 'dangling',
    wants: '0/3 nodes are available: persistentvolume "dangling-volume" not found.',
  },
  { claims: 'zonal', wants: 'b1' },
  { claims: 'elsewhere', wants: '0/3 nodes are available: 3 node(s) had no available volume zone.' },
  {
    claims: 'attached',
    wants: '0/4 nodes are available: 1 node(s) exceed max volume count, 3 node(s) had no available volume zone.',
  },
])('a pod that uses the $claims claim: $wants', ({ claims, wants }) => {
  const snapshot = new Snapshot();
  for (const one of claims === 'attached' ? [node('n1'), ...LABELLED] : LABELLED) snapshot.setNode(one);
  const known = new Map(['unbound', 'late'].map((name) => [name, claim(name, false)]));
  for (const name of ['dangling', 'zonal', 'elsewhere', 'attached', 'other']) known.set(name, claim(name, true));
  snapshot.addPod(
    podInfoOf(pod('x', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'other' } }] })),
    'n1',
  );
  snapshot.volumes = {
    claim: (_, name) => known.get(name),
    volume: (name) => volumesByName[name],
    attachable: (name, driver) => (name === 'n1' && driver === 'disks' ? 1 : undefined),
    waitsForConsumer: (name) => name === 'late',
  };
  const uses = pod('p', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: claims } }] });
  const { verdict } = plan(podInfoOf(uses), snapshot, defaultPlugins, 0, seededRandom(1));
  expect(verdict.node ?? (verdict as { message: string }).message).toBe(wants);
});

test.each(cases)('$it', ({ nodes, placed = [], namespaces = {}, inView = [], kind, pod: wanted, wants }) => {
  const snapshot = new Snapshot();
  for (const [name, labels] of Object.entries(namespaces)) snapshot.tallies.setNamespace(name, labels);
  for (const one of nodes) snapshot.setNode(one);
  for (const [name, one] of placed) snapshot.addPod(podInfoOf(one), name);
  for (const [name, one] of inView) snapshot.nominations.set(podInfoOf(one), name);
  snapshot.owners = { selectorOf: () => kind };
  const { verdict } = plan(podInfoOf(wanted), snapshot, defaultPlugins, 0, seededRandom(1));
  const got = verdict.node ?? (verdict as { message: string }).message;
  if (typeof wants === 'string') expect(got).toBe(wants);
  else expect(wants).toContain(got);
});

test.each([
  { how: 'proportional', scores: [0, 5, 10], wants: [0, 50, 100] },
  { how: 'reversed', scores: [0, 5, 10], wants: [100, 50, 0] },
  { how: 'reversed', scores: [0, 0], wants: [100, 100] },
  { how: 'span', scores: [-10, 0, 10], wants: [0, 50, 100] },
  { how: 'span', scores: [3, 3], wants: [0, 0] },
  { how: 'fewest', scores: [2, 4, -1], wants: [100, 50, 0] },
  { how: 'fewest', scores: [0, 0], wants: [100, 100] },
] as const)('scores $scores become $wants, $how', ({ how, scores, wants }) => {
  const values = Float64Array.from(scores);
  normalize(values, how);
  expect([...values]).toEqual(wants);
});
