import { expect, test } from 'vitest';
import type { Container, Pod, PodSpec } from '../api.ts';
import { ANNOTATION, containerHash } from '../labels.ts';
import type { ContainerStatus, SandboxStatus } from '../runtime.ts';
import { NO_RESIZE, type World, overdue, plan, statusOf } from './index.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');

const container = (name: string, more: Partial<Container> = {}): Container => ({ name, image: `${name}:1`, ...more });

const sandbox = (more: Partial<SandboxStatus> = {}): SandboxStatus => ({
  id: 's0',
  pod: { namespace: 'default', name: 'web', uid: 'u1' },
  attempt: 0,
  ready: true,
  createdAt: NOW - 60_000,
  labels: {},
  annotations: {},
  ips: ['10.0.0.1'],
  ...more,
});

/** `a running`, `a exited 1`, `a exited 0 -5000` (ended five seconds ago), `a#2 ...` with its restart count. */
function instance(text: string, index: number): ContainerStatus {
  const [named = '', state = '', code = '0', ended = '-1000'] = text.split(' ');
  const [name = '', count = '0'] = named.split('#');
  return {
    id: `${name}-${count}`,
    sandbox: 's0',
    name,
    attempt: Number(count),
    state: state as ContainerStatus['state'],
    createdAt: NOW - 1000 * (index + 1),
    labels: {},
    annotations: {
      [ANNOTATION.hash]: containerHash({ name, image: `${name}:1` }),
      [ANNOTATION.restartCount]: count,
    },
    image: `${name}:1`,
    imageRef: 'sha256:1',
    startedAt: NOW - 30_000,
    finishedAt: state === 'exited' ? NOW + Number(ended) : 0,
    exitCode: Number(code),
    reason: state === 'exited' ? (code === '0' ? 'Completed' : 'Error') : '',
    message: '',
    logPath: '',
  };
}

interface Case {
  readonly it: string;
  readonly spec?: Partial<PodSpec>;
  readonly meta?: Partial<Pod['metadata']>;
  readonly has?: readonly string[];
  readonly world?: Partial<World>;
  readonly sandboxes?: readonly SandboxStatus[];
  readonly wants: readonly string[];
  readonly phase: string;
  /** `name: reason` of each container's state, `Ready=False(reason)`. */
  readonly states?: Readonly<Record<string, string>>;
  readonly ready?: string;
}

const worldOf = ({ spec, meta, has = [], world, sandboxes }: Case): World => ({
  pod: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'u1', ...meta },
    spec: { containers: [container('a')], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, ...spec },
  },
  observed: { sandboxes: sandboxes ?? [sandbox()], containers: has.map(instance) },
  probes: new Map(),
  backOffs: new Map(),
  failures: new Map(),
  renewed: new Set(),
  stopping: new Map(),
  starting: false,
  resize: NO_RESIZE,
  reported: {},
  verdict: undefined,
  now: NOW,
  ...world,
});

function wanted(world: World): string[] {
  const { actions, held } = plan(world);
  return [
    ...actions.map((one) => {
      switch (one.do) {
        case 'start':
          return `start ${one.kind} ${one.name}#${one.restartCount}`;
        case 'stop':
          return `stop ${one.name} ${one.graceSeconds}s: ${one.message}`;
        case 'createSandbox':
          return `sandbox ${one.attempt}`;
        case 'removeContainer':
          return `remove ${one.container}`;
        case 'resize':
          return `resize ${one.containers.map(({ name }) => name).join(' ')}`;
        default:
          return `${one.do} ${one.sandbox}`;
      }
    }),
    ...held.map(({ name, reason, until }) => `hold ${name} ${reason} ${(until - NOW) / 1000}s`),
  ];
}

const sidecar = container('s', { restartPolicy: 'Always' });
const probed = container('a', { livenessProbe: {}, readinessProbe: {} });
const backOffs = new Map([['a', { delay: 20_000, raisedAt: NOW - 30_000 }]]);
const deleted = { deletionTimestamp: '2026-01-01T00:10:20Z', deletionGracePeriodSeconds: 30 };

const cases: readonly Case[] = [
  {
    it: 'makes a sandbox first',
    sandboxes: [],
    wants: ['sandbox 0'],
    phase: 'Pending',
    states: { a: 'ContainerCreating' },
  },
  {
    it: 'replaces a dead sandbox once its containers are gone',
    sandboxes: [sandbox({ ready: false })],
    has: ['a exited 255'],
    wants: ['sandbox 1'],
    phase: 'Running',
  },
  {
    it: 'stops what runs in a dead sandbox',
    sandboxes: [sandbox({ ready: false })],
    has: ['a running'],
    wants: ['stop a 30s: Stopping container a'],
    phase: 'Running',
  },
  {
    it: 'leaves a finished pod without sandbox alone',
    spec: { restartPolicy: 'OnFailure' },
    sandboxes: [sandbox({ ready: false })],
    has: ['a exited 0'],
    wants: [],
    phase: 'Succeeded',
  },
  { it: 'waits while one is being started', world: { starting: true }, wants: [], phase: 'Pending' },
  { it: 'starts the container', wants: ['start regular a#0'], phase: 'Pending' },
  {
    it: 'starts one container at a time',
    spec: { containers: [container('a'), container('b')] },
    has: ['a running'],
    wants: ['start regular b#0'],
    phase: 'Pending',
    states: { a: 'running', b: 'ContainerCreating' },
    ready: 'ContainersNotReady: containers with unready status: [b]',
  },
  { it: 'keeps what runs', has: ['a running'], wants: [], phase: 'Running', states: { a: 'running' }, ready: 'True' },
  {
    it: 'runs init containers first',
    spec: { initContainers: [container('i'), container('j')] },
    wants: ['start init i#0'],
    phase: 'Pending',
    states: { a: 'PodInitializing', i: 'PodInitializing' },
  },
  {
    it: 'runs them in order',
    spec: { initContainers: [container('i'), container('j')] },
    has: ['i exited 0'],
    wants: ['start init j#0'],
    phase: 'Pending',
    states: { i: 'Completed', j: 'PodInitializing' },
  },
  {
    it: 'waits for one that runs',
    spec: { initContainers: [container('i'), container('j')] },
    has: ['i running'],
    wants: [],
    phase: 'Pending',
  },
  {
    it: 'goes on to the regular ones',
    spec: { initContainers: [container('i'), container('j')] },
    has: ['j exited 0', 'i exited 0'],
    wants: ['start regular a#0'],
    phase: 'Pending',
  },
  {
    it: 'knows by the last init container that the earlier ones ran',
    spec: { initContainers: [container('i'), container('j')] },
    has: ['j exited 0'],
    wants: ['start regular a#0'],
    phase: 'Pending',
  },
  {
    it: 'repeats a failed init container',
    spec: { initContainers: [container('i')] },
    has: ['i exited 1'],
    wants: ['start init i#1'],
    phase: 'Pending',
    states: { i: 'Error' },
  },
  {
    it: 'gives up on a failed init container when nothing is restarted',
    spec: { initContainers: [container('i')], restartPolicy: 'Never' },
    has: ['i exited 1'],
    wants: ['stopSandbox s0'],
    phase: 'Failed',
  },
  {
    it: 'starts the next once a sidecar runs',
    spec: { initContainers: [sidecar, container('i')] },
    has: ['s running'],
    wants: ['start init i#0'],
    phase: 'Pending',
  },
  {
    it: 'waits for the startup probe of a sidecar',
    spec: { initContainers: [{ ...sidecar, startupProbe: {} }] },
    has: ['s running'],
    wants: [],
    phase: 'Pending',
  },
  {
    it: 'goes on once the startup probe of a sidecar succeeded',
    spec: { initContainers: [{ ...sidecar, startupProbe: {} }] },
    has: ['s running'],
    world: { probes: new Map([['s-0', { startup: true }]]) },
    wants: ['start regular a#0'],
    phase: 'Pending',
  },
  {
    it: 'restarts a sidecar that ended while the pod runs',
    spec: { initContainers: [sidecar] },
    has: ['a running', 's exited 1'],
    wants: ['start sidecar s#1'],
    phase: 'Running',
  },
  {
    it: 'stops the sidecars when the rest is done',
    spec: { initContainers: [sidecar, { ...sidecar, name: 't' }], restartPolicy: 'Never' },
    has: ['a exited 0', 't running', 's running'],
    wants: ['stop t 30s: Stopping container t'],
    phase: 'Running',
  },
  { it: 'restarts at once the first time', has: ['a exited 1'], wants: ['start regular a#1'], phase: 'Running' },
  {
    it: 'holds one that keeps failing',
    has: ['a#1 exited 1 -5000', 'a exited 1 -25000'],
    world: { backOffs },
    wants: ['hold a CrashLoopBackOff 15s'],
    phase: 'Running',
    states: { a: 'CrashLoopBackOff' },
    ready: 'ContainersNotReady: containers with unready status: [a]',
  },
  {
    it: 'starts it once the delay is over',
    has: ['a#1 exited 1 -21000', 'a exited 1 -25000'],
    world: { backOffs },
    wants: ['start regular a#2'],
    phase: 'Running',
  },
  {
    it: 'forgives one that ran ten minutes',
    has: ['a#1 exited 1 -5000'],
    world: { backOffs: new Map([['a', { delay: 300_000, raisedAt: NOW - 700_000 }]]) },
    wants: ['start regular a#2'],
    phase: 'Running',
  },
  {
    it: 'succeeds when all ended well and none restarts',
    spec: { restartPolicy: 'OnFailure' },
    has: ['a exited 0'],
    wants: ['stopSandbox s0'],
    phase: 'Succeeded',
    states: { a: 'Completed' },
    ready: 'PodCompleted',
  },
  {
    it: 'fails when one ended badly and none restarts',
    spec: { restartPolicy: 'Never' },
    has: ['a exited 3'],
    wants: ['stopSandbox s0'],
    phase: 'Failed',
    states: { a: 'Error' },
    ready: 'PodFailed',
  },
  {
    it: "follows a container's own rule for an exit code",
    spec: {
      restartPolicy: 'Never',
      containers: [
        container('a', {
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        }),
      ],
    },
    has: ['a exited 42'],
    wants: ['start regular a#1'],
    phase: 'Running',
  },
  {
    it: 'stops a container that its liveness probe condemned',
    spec: { containers: [probed] },
    has: ['a running'],
    world: { probes: new Map([['a-0', { liveness: false, readiness: true }]]) },
    wants: ['stop a 30s: Container a failed liveness probe, will be restarted'],
    phase: 'Running',
  },
  {
    it: 'does not wait for a container that was stopped to be started anew',
    spec: { containers: [probed] },
    has: ['a#1 exited 137 -1000', 'a exited 137 -60000'],
    world: { renewed: new Set(['a']), backOffs },
    wants: ['start regular a#2'],
    phase: 'Running',
  },
  {
    it: 'is not ready until the readiness probe says so',
    spec: { containers: [probed] },
    has: ['a running'],
    wants: [],
    phase: 'Running',
    ready: 'ContainersNotReady: containers with unready status: [a]',
  },
  {
    it: 'stops a container whose image changed, whatever its policy',
    spec: { containers: [container('a', { image: 'a:2' })], restartPolicy: 'Never' },
    has: ['a running'],
    wants: ['stop a 30s: Container a definition changed, will be restarted'],
    phase: 'Running',
  },
  {
    it: 'waits for a readiness gate',
    spec: { readinessGates: [{ conditionType: 'x' }] },
    has: ['a running'],
    wants: [],
    phase: 'Running',
    ready: 'ReadinessGatesNotReady: corresponding condition of pod readiness gate "x" does not exist.',
  },
  {
    it: 'tells why an image could not be had',
    world: { failures: new Map([['a', { reason: 'ErrImagePull', message: 'no such image', retryAt: NOW + 10_000 }]]) },
    wants: ['hold a ErrImagePull 10s'],
    phase: 'Pending',
    states: { a: 'ErrImagePull' },
  },
  {
    it: 'then that it waits before it tries again',
    world: {
      failures: new Map([
        [
          'a',
          {
            reason: 'ErrImagePull',
            message: '',
            retryAt: NOW + 10_000,
            later: { reason: 'ImagePullBackOff', message: '', at: NOW - 1 },
          },
        ],
      ]),
    },
    wants: ['hold a ImagePullBackOff 10s'],
    phase: 'Pending',
    states: { a: 'ImagePullBackOff' },
  },
  {
    it: 'stops a deleted pod: regular containers first',
    meta: deleted,
    spec: { initContainers: [sidecar] },
    has: ['a running', 's running'],
    wants: ['stop a 30s: Stopping container a'],
    phase: 'Running',
  },
  {
    it: 'gives sidecars what is left of the grace',
    meta: deleted,
    spec: { initContainers: [sidecar] },
    has: ['a exited 0', 's running'],
    wants: ['stop s 20s: Stopping container s'],
    phase: 'Running',
  },
  {
    it: 'does not ask again for a stop under way',
    meta: deleted,
    has: ['a running'],
    world: { stopping: new Map([['a-0', NOW + 30_000]]) },
    wants: [],
    phase: 'Running',
  },
  {
    it: 'asks again when the grace became shorter',
    meta: { ...deleted, deletionGracePeriodSeconds: 0 },
    has: ['a running'],
    world: { stopping: new Map([['a-0', NOW + 20_000]]) },
    wants: ['stop a 0s: Stopping container a'],
    phase: 'Running',
  },
  {
    it: 'reports a deleted pod as failed once it is still',
    meta: deleted,
    sandboxes: [sandbox({ ready: false })],
    has: ['a exited 137'],
    wants: [],
    phase: 'Failed',
  },
  {
    it: 'does not start a deleted pod',
    meta: deleted,
    sandboxes: [],
    wants: [],
    phase: 'Pending',
  },
  {
    it: 'lets a pod past its deadline run out before it is failed',
    has: ['a running'],
    world: { verdict: { reason: 'DeadlineExceeded', message: 'too long' } },
    wants: ['stop a 30s: Stopping container a'],
    phase: 'Running',
  },
  {
    it: 'fails it then',
    has: ['a exited 0'],
    sandboxes: [sandbox({ ready: false })],
    world: { verdict: { reason: 'DeadlineExceeded', message: 'too long' } },
    wants: [],
    phase: 'Failed',
  },
  {
    it: 'keeps two instances of a container',
    has: ['a#2 running', 'a#1 exited 1', 'a#0 exited 1'],
    wants: ['remove a-0'],
    phase: 'Running',
  },
  {
    it: 'starts a debug container beside the others',
    spec: { ephemeralContainers: [container('d')] },
    has: ['a running'],
    wants: ['start ephemeral d#0'],
    phase: 'Running',
  },
  {
    it: 'says what a container waits for that is made and not started',
    spec: { initContainers: [container('i')] },
    has: ['i created'],
    wants: ['start init i#1'],
    phase: 'Pending',
    states: { i: 'PodInitializing', a: 'PodInitializing' },
  },
  {
    it: 'says that a container disappeared',
    spec: { restartPolicy: 'Never' },
    has: ['a unknown'],
    world: {
      reported: {
        containerStatuses: [
          { name: 'a', state: { running: {} }, ready: true, restartCount: 0, image: 'a:1', imageID: '' },
        ],
      },
    },
    wants: ['start regular a#1'],
    phase: 'Failed',
    states: { a: 'ContainerStatusUnknown' },
  },
];

test.each(cases)('$it', (one) => {
  const world = worldOf(one);
  const status = statusOf(world, plan(world), { runtimeName: 'containerd', addresses: ['172.30.0.2'] });
  expect({ wants: wanted(world), phase: status.phase }).toEqual({ wants: one.wants, phase: one.phase });
  const states = Object.fromEntries(
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(({ name, state }) => [
      name,
      state?.waiting?.reason ?? state?.terminated?.reason ?? (state?.running === undefined ? '' : 'running'),
    ]),
  );
  if (one.states !== undefined) expect(states).toMatchObject(one.states);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const text = ready?.status === 'True' ? 'True' : [ready?.reason, ready?.message].filter(Boolean).join(': ');
  if (one.ready !== undefined) expect(text).toBe(one.ready);
});

test('a deadline counts from the start of the pod', () => {
  const { pod } = worldOf({ it: '', spec: { activeDeadlineSeconds: 60 }, wants: [], phase: '' });
  const started = { ...pod, status: { startTime: '2026-01-01T00:09:00Z' } };
  expect(overdue(started, NOW - 1)).toBeUndefined();
  expect(overdue(started, NOW)?.reason).toBe('DeadlineExceeded');
  expect(plan({ ...worldOf({ it: '', has: ['a running'], wants: [], phase: '' }), pod: started }).lookAgain).toBe(NOW);
});

test('a transition time stays while the status does', () => {
  const world = worldOf({ it: '', has: ['a running'], wants: [], phase: '' });
  const node = { runtimeName: 'containerd', addresses: [] };
  const first = statusOf(world, plan(world), node);
  const later = { ...world, reported: first, now: NOW + 60_000 };
  expect(statusOf(later, plan(later), node)).toEqual(first);
});

test.each([
  { it: 'resizes what runs', policy: [], wants: ['resize a'], conditions: ['PodResizeInProgress True '] },
  {
    it: 'starts anew what wants that',
    policy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }],
    wants: ['stop a 30s: Container a resize requires restart'],
    conditions: ['PodResizeInProgress True '],
  },
  { it: 'waits while one is under way', resize: { underWay: true }, conditions: ['PodResizeInProgress True '] },
  {
    it: 'tells of a failure and waits with the next attempt',
    resize: { failure: { message: 'busy', retryAt: NOW + 1 } },
    conditions: ['PodResizeInProgress True Error'],
  },
  { it: 'tries again', resize: { failure: { message: 'busy', retryAt: NOW } }, wants: ['resize a'] },
  { it: 'leaves alone what has what it asks for', cpu: '250m', conditions: [] },
  {
    it: 'says that the node cannot',
    cpu: '250m',
    resize: { pending: { reason: 'Deferred', message: 'full' } as const },
    conditions: ['PodResizePending True Deferred'],
  },
])('a resize in place $it', ({ cpu = '500m', policy = [], resize, wants = [], conditions }) => {
  const asks = container('a', { resources: { requests: { cpu }, limits: { cpu } }, resizePolicy: policy });
  const world = worldOf({ it: '', spec: { containers: [asks] }, has: ['a running'], wants: [], phase: '' });
  const has = {
    cpuShares: 256,
    cpuQuota: 25_000,
    cpuPeriod: 100_000,
    memoryLimit: 0,
    oomScoreAdjust: 0,
    cpusetCpus: '',
  };
  const status = {
    name: 'a',
    ready: true,
    restartCount: 0,
    image: '',
    imageID: '',
    resources: { limits: { cpu: '250m' } },
  };
  const running: World = {
    ...world,
    observed: { ...world.observed, containers: world.observed.containers.map((one) => ({ ...one, resources: has })) },
    resize: { ...NO_RESIZE, ...resize },
    reported: { containerStatuses: [status] },
  };
  expect(wanted(running)).toEqual(wants);
  const said = statusOf(running, plan(running), { runtimeName: 'containerd', addresses: [] });
  const resizing = said.conditions?.filter(({ type }) => type.startsWith('PodResize'));
  if (conditions !== undefined)
    expect(resizing?.map((one) => `${one.type} ${one.status} ${one.reason ?? ''}`)).toEqual(conditions);
  expect(said.containerStatuses?.[0]?.resources?.limits).toEqual({ cpu: '250m' });
});
