import { beforeEach, expect, test } from 'vitest';
import { seededRandom } from '#core/base';
import type { AdmissionAttributes, Authorizer, Operation, User } from '#core/apiserver';
import type { ResourceDefinition } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { storedIn } from '#core/apiserver/auth';
import { testStore } from '../auth/fixture.ts';
import { builtInAdmission } from './chain.ts';
import { forbiddenLabels } from './node-labels.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const CLUSTER_SCOPED = new Set(['namespaces', 'nodes', 'persistentvolumes', 'priorityclasses']);
const definitionOf = (what: string): ResourceDefinition => {
  const [group = '', resource = ''] = what.includes('/') ? what.split('/') : ['', what];
  return {
    group,
    resource,
    verbs: ['list'],
    namespaced: !CLUSTER_SCOPED.has(resource),
  } as unknown as ResourceDefinition;
};
const refuseAll: Authorizer = { decide: () => ({ allowed: false, reason: '' }) };

let here: Awaited<ReturnType<typeof world>>;
beforeEach(async () => {
  here = await world();
});

async function world() {
  const { turns, store, put } = await testStore(barrier);
  const chain = builtInAdmission({
    store,
    stored: storedIn(store),
    turns,
    random: seededRandom(1),
    authorizer: refuseAll,
    gates: { enabled: () => true },
  });
  await put('', 'namespaces', { metadata: { name: 'a' }, status: { phase: 'Active' } });
  await put('', 'serviceaccounts', {
    metadata: { name: 'default', namespace: 'a' },
    imagePullSecrets: [{ name: 'pull' }],
  });
  const run = async (
    operation: Operation,
    what: string,
    object: object | undefined,
    more: Partial<AdmissionAttributes> = {},
  ) => {
    const [, subresource = ''] = what.split(':');
    const definition = definitionOf(what.split(':')[0]!);
    const metadata = ((object ?? more.old) as KubeObject | undefined)?.metadata;
    const attributes: AdmissionAttributes = {
      definition,
      version: 'v1',
      subresource,
      operation,
      namespace: metadata?.namespace ?? '',
      name: metadata?.name ?? '',
      object: object as KubeObject,
      old: undefined,
      user: { name: 'joe', groups: [] },
      dryRun: false,
      options: {},
      warn: () => undefined,
      ...more,
    };
    const plugins = chain.filter((plugin) => plugin.handles(operation, definition, subresource));
    let current = attributes.object;
    for (const plugin of plugins)
      if (plugin.admit !== undefined) current = await plugin.admit({ ...attributes, object: current });
    for (const plugin of plugins) await plugin.validate?.({ ...attributes, object: current });
    return current as unknown as Record<string, never>;
  };
  return { turns, store, put, run };
}

const pod = (spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'a', ...metadata },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

test('a pod gets its account, a token, pull secrets, priority and tolerations', async () => {
  const { spec } = (await here.run('CREATE', 'pods', pod())) as unknown as { spec: Record<string, unknown> };
  const volume = (spec['volumes'] as { name: string }[])[0]!.name;
  expect(volume).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
  expect(spec).toEqual({
    containers: [
      {
        name: 'c',
        image: 'i',
        volumeMounts: [{ name: volume, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
      },
    ],
    serviceAccountName: 'default',
    serviceAccount: 'default',
    imagePullSecrets: [{ name: 'pull' }],
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations: ['not-ready', 'unreachable'].map((key) => ({
      key: `node.kubernetes.io/${key}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    })),
    volumes: [
      {
        name: volume,
        projected: {
          defaultMode: 420,
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            {
              downwardAPI: {
                items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
              },
            },
          ],
        },
      },
    ],
  });
});

test('pods of one spec get one spec, for as long as what it depends on stays', async () => {
  const one = pod();
  const specOf = async (metadata: object) =>
    ((await here.run('CREATE', 'pods', { ...one, metadata })) as unknown as { spec: unknown }).spec;
  const first = await specOf({ name: 'p1', namespace: 'a' });
  expect(await specOf({ name: 'p2', namespace: 'a' })).toBe(first);
  await here.put('', 'serviceaccounts', {
    metadata: { name: 'default', namespace: 'a' },
    automountServiceAccountToken: false,
  });
  const bare = await specOf({ name: 'p3', namespace: 'a' });
  expect(bare).not.toHaveProperty('volumes');
  expect(bare).not.toHaveProperty('imagePullSecrets');
  await here.put('', 'limitranges', {
    metadata: { name: 'l', namespace: 'a' },
    spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] },
  });
  const limited = await specOf({ name: 'p4', namespace: 'a' });
  expect(limited).toMatchObject({ containers: [{ resources: { limits: { cpu: '1' } } }] });
  expect(await specOf({ name: 'p5', namespace: 'a' })).toBe(limited);
});

test('no token where it is not wanted, nor a second one', async () => {
  const bare = (await here.run('CREATE', 'pods', pod({ automountServiceAccountToken: false }))) as unknown as {
    spec: object;
  };
  expect(bare.spec).not.toHaveProperty('volumes');
  const mounts = [{ name: 'own', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }];
  const own = (await here.run(
    'CREATE',
    'pods',
    pod({ containers: [{ name: 'c', volumeMounts: mounts }] }),
  )) as unknown as { spec: object };
  expect(own.spec).not.toHaveProperty('volumes');
});

test('a pod waits for the default account of a new namespace', async () => {
  await here.put('', 'namespaces', { metadata: { name: 'b' } });
  const made = here.run('CREATE', 'pods', pod({}, { namespace: 'b' }));
  await here.turns.advance(150);
  await here.put('', 'serviceaccounts', { metadata: { name: 'default', namespace: 'b' } });
  await here.turns.advance(400);
  expect(await made).toMatchObject({ spec: { serviceAccountName: 'default' } });
});

test.each([
  {
    it: 'nothing in a namespace that is not there',
    run: ['CREATE', 'pods', pod({}, { namespace: 'x' })],
    why: 'namespaces "x" not found',
  },
  {
    it: 'no account that is not there',
    run: ['CREATE', 'pods', pod({ serviceAccountName: 'x' })],
    why: 'pods "p" is forbidden: error looking up service account a/x: serviceaccount "x" not found',
  },
  {
    it: 'no unknown priority class',
    run: ['CREATE', 'pods', pod({ priorityClassName: 'x' })],
    why: 'pods "p" is forbidden: no PriorityClass with name x was found',
  },
  {
    it: 'no priority of one’s own',
    run: ['CREATE', 'pods', pod({ priority: 7 })],
    why: 'the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
  },
  {
    it: 'no unknown runtime class',
    run: ['CREATE', 'pods', pod({ runtimeClassName: 'x' })],
    why: 'pod rejected: RuntimeClass "x" not found',
  },
  {
    it: 'no overhead without a class',
    run: ['CREATE', 'pods', pod({ overhead: { cpu: '1' } })],
    why: 'Pod Overhead set without corresponding RuntimeClass defined Overhead',
  },
] as const)('$it', async ({ run: [operation, what, object], why }) => {
  await expect(here.run(operation, what, object)).rejects.toThrow(why);
});

test('namespaces: those of the system stay, those going take nothing new', async () => {
  await expect(here.run('DELETE', 'namespaces', undefined, { name: 'kube-system' })).rejects.toThrow(
    'namespaces "kube-system" is forbidden: this namespace may not be deleted',
  );
  await here.run('DELETE', 'namespaces', undefined, { name: 'a' });
  await here.put('', 'namespaces', { metadata: { name: 'a' }, status: { phase: 'Terminating' } });
  const refused = await here
    .run('CREATE', 'configmaps', { metadata: { name: 'm', namespace: 'a' } })
    .catch((error: unknown) => error);
  expect((refused as { status: object }).status).toMatchObject({
    code: 403,
    message: 'configmaps "m" is forbidden: unable to create new content in namespace a because it is being terminated',
    details: {
      kind: 'configmaps',
      name: 'm',
      causes: [
        { reason: 'NamespaceTerminating', message: 'namespace a is being terminated', field: 'metadata.namespace' },
      ],
    },
  });
  await here.run('UPDATE', 'configmaps', { metadata: { name: 'm', namespace: 'a' } });
});

test('priority classes: by name, by default, and only one default', async () => {
  await here.put('scheduling.k8s.io', 'priorityclasses', {
    metadata: { name: 'high' },
    value: 1000,
    preemptionPolicy: 'Never',
  });
  expect(await here.run('CREATE', 'pods', pod({ priorityClassName: 'high' }))).toMatchObject({
    spec: { priority: 1000, preemptionPolicy: 'Never' },
  });
  await here.put('scheduling.k8s.io', 'priorityclasses', {
    metadata: { name: 'usual' },
    value: 5,
    globalDefault: true,
  });
  expect(await here.run('CREATE', 'pods', pod())).toMatchObject({ spec: { priority: 5, priorityClassName: 'usual' } });
  const more = { metadata: { name: 'other' }, value: 1, globalDefault: true };
  await expect(here.run('CREATE', 'scheduling.k8s.io/priorityclasses', more)).rejects.toThrow(
    'PriorityClass usual is already marked as default. Only one default can exist',
  );
  const old = pod({ priority: 5, preemptionPolicy: 'Never' });
  expect(await here.run('UPDATE', 'pods', pod(), { old: old as unknown as KubeObject })).toMatchObject({
    spec: { priority: 5, preemptionPolicy: 'Never' },
  });
});

test('runtime classes add overhead, node selector and tolerations once', async () => {
  await here.put('node.k8s.io', 'runtimeclasses', {
    metadata: { name: 'kata' },
    handler: 'kata',
    overhead: { podFixed: { cpu: '250m' } },
    scheduling: { nodeSelector: { kata: 'yes' }, tolerations: [{ key: 'k', operator: 'Exists' }] },
  });
  const made = await here.run(
    'CREATE',
    'pods',
    pod({
      runtimeClassName: 'kata',
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'k', operator: 'Equal', value: 'v' }],
    }),
  );
  expect(made).toMatchObject({ spec: { overhead: { cpu: '250m' }, nodeSelector: { disk: 'ssd', kata: 'yes' } } });
  expect(
    (made as unknown as { spec: { tolerations: { key: string }[] } }).spec.tolerations.filter(({ key }) => key === 'k'),
  ).toEqual([{ key: 'k', operator: 'Exists' }]);
  await expect(
    here.run('CREATE', 'pods', pod({ runtimeClassName: 'kata', nodeSelector: { kata: 'no' } })),
  ).rejects.toThrow('conflict: runtimeClass.scheduling.nodeSelector[kata] = yes; pod.spec.nodeSelector[kata] = no');
});

test('storage: the newest default class, protection, growth only where allowed', async () => {
  const claim = (spec: object, status: object = {}) => ({ metadata: { name: 'd', namespace: 'a' }, spec, status });
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  await here.put('storage.k8s.io', 'storageclasses', {
    metadata: { name: 'old', annotations, creationTimestamp: '2026-01-01T00:00:00Z' },
  });
  await here.put('storage.k8s.io', 'storageclasses', {
    metadata: { name: 'new', annotations, creationTimestamp: '2026-02-01T00:00:00Z' },
    allowVolumeExpansion: true,
  });
  expect(await here.run('CREATE', 'persistentvolumeclaims', claim({}))).toMatchObject({
    metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
    spec: { storageClassName: 'new' },
  });
  expect(await here.run('CREATE', 'persistentvolumeclaims', claim({ storageClassName: '' }))).toMatchObject({
    spec: { storageClassName: '' },
  });
  const sized = (storage: string, storageClassName: string, phase: string) =>
    claim({ storageClassName, resources: { requests: { storage } } }, { phase });
  const grow = (name: string, phase: string) =>
    here.run('UPDATE', 'persistentvolumeclaims', sized('2Gi', name, phase), {
      old: sized('1Gi', name, phase) as unknown as KubeObject,
    });
  await grow('new', 'Bound');
  await expect(grow('new', 'Pending')).rejects.toThrow('Only bound persistent volume claims can be expanded');
  await expect(grow('old', 'Bound')).rejects.toThrow('only dynamically provisioned pvc can be resized');
});

test('mountable secrets count where the account says so', async () => {
  const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
  await here.put('', 'serviceaccounts', {
    metadata: { name: 'strict', namespace: 'a', annotations },
    secrets: [{ name: 'ok' }],
  });
  const using = (name: string) =>
    pod({
      serviceAccountName: 'strict',
      containers: [{ name: 'c', env: [{ name: 'E', valueFrom: { secretKeyRef: { name } } }] }],
    });
  await here.run('CREATE', 'pods', using('ok'));
  await expect(here.run('CREATE', 'pods', using('no'))).rejects.toThrow(
    'container c with envVar E referencing secret.secretName="no" is not allowed because service account strict does not reference that secret',
  );
});

const n1: User = { name: 'system:node:n1', groups: ['system:nodes'] };
const node = (name: string, more: object = {}) => ({ metadata: { name, ...more }, spec: {} });
const bound = (nodeName: string, labels?: object) => pod({ nodeName }, labels === undefined ? {} : { labels });
test.each([
  { it: 'makes itself', run: ['CREATE', 'nodes', node('n1')] },
  {
    it: 'makes another',
    run: ['CREATE', 'nodes', node('n2')],
    why: 'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"',
  },
  {
    it: 'labels itself as it may',
    run: [
      'CREATE',
      'nodes',
      node('n1', { labels: { 'kubernetes.io/os': 'linux', 'node.kubernetes.io/x': '', own: '' } }),
    ],
  },
  {
    it: 'labels itself a master',
    run: ['CREATE', 'nodes', node('n1', { labels: { 'node-role.kubernetes.io/control-plane': '' } })],
    why: 'node "n1" is not allowed to set the following labels: node-role.kubernetes.io/control-plane',
  },
  {
    it: 'takes its taints away',
    run: ['UPDATE', 'nodes', node('n1')],
    old: { ...node('n1'), spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } },
    why: 'is not allowed to modify taints',
  },
  { it: 'reports its pod', run: ['UPDATE', 'pods:status', bound('n1')], old: bound('n1') },
  {
    it: 'reports another’s pod',
    run: ['UPDATE', 'pods:status', bound('n2')],
    old: bound('n2'),
    why: 'can only update pod status for pods with spec.nodeName set to itself',
  },
  {
    it: 'labels its pod',
    run: ['UPDATE', 'pods:status', bound('n1', { x: 'y' })],
    old: bound('n1'),
    why: 'cannot update labels through pod status',
  },
  { it: 'makes a pod', run: ['CREATE', 'pods', bound('n1')], why: 'can only create mirror pods' },
  {
    it: 'changes a pod',
    run: ['UPDATE', 'pods', bound('n1')],
    old: bound('n1'),
    why: 'unexpected operation "UPDATE", node "n1" can only create and delete mirror pods',
  },
  {
    it: 'writes its lease',
    run: ['UPDATE', 'coordination.k8s.io/leases', { metadata: { name: 'n1', namespace: 'kube-node-lease' } }],
  },
  {
    it: 'makes another’s lease',
    run: ['CREATE', 'coordination.k8s.io/leases', { metadata: { name: 'n2', namespace: 'kube-node-lease' } }],
    why: 'can only access node lease with the same name as the requesting node',
  },
] as const)('a node $it', async ({ run: [operation, what, object], ...rest }) => {
  await here.put('', 'namespaces', { metadata: { name: 'kube-node-lease' } });
  const { old, why } = rest as { old?: object; why?: string };
  const outcome = here.run(operation, what, object, { user: n1, old: old as KubeObject });
  if (why === undefined) await outcome;
  else await expect(outcome).rejects.toThrow(why);
});

test('a node asks for tokens of its own pods only', async () => {
  await here.put('', 'pods', {
    ...bound('n1'),
    metadata: { name: 'p', namespace: 'a', uid: 'u' },
    spec: {
      nodeName: 'n1',
      volumes: [
        {
          name: 'v',
          projected: {
            sources: [
              { serviceAccountToken: { path: 't', audience: 'vault' } },
              { serviceAccountToken: { path: 'u' } },
            ],
          },
        },
      ],
    },
  });
  const ask = (reference: object, audiences: string[] = []) =>
    here.run(
      'CREATE',
      'serviceaccounts:token',
      { metadata: {}, spec: { audiences, boundObjectRef: reference } },
      { user: n1, namespace: 'a', name: 'default' },
    );
  const own = { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'u' };
  await ask(own);
  await ask(own, ['vault']);
  await expect(ask(own, ['other'])).rejects.toThrow(
    'audience "other" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
  );
  await expect(ask({ ...own, uid: undefined })).rejects.toThrow(
    'node requested token with a pod binding without a uid',
  );
  await expect(ask({})).rejects.toThrow('node requested token not bound to a pod');
});

test('a new node starts not ready', async () => {
  expect(await here.run('CREATE', 'nodes', node('n3'))).toMatchObject({
    spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] },
  });
});

test.each([
  [{ 'kubernetes.io/hostname': 'x' }, {}, []],
  [{ 'kubernetes.io/role': 'x' }, {}, ['kubernetes.io/role']],
  [{}, { 'x.node-restriction.kubernetes.io/y': 'z' }, ['x.node-restriction.kubernetes.io/y']],
  [{ 'a.k8s.io/b': '1', 'acme.com/x': '' }, { 'a.k8s.io/b': '1' }, []],
])('labels %j over %j: forbidden %j', (next, old, wanted) =>
  expect(forbiddenLabels(next as never, old as never)).toEqual(wanted),
);

const limits = (...items: object[]) =>
  here.put('', 'limitranges', { metadata: { name: 'l', namespace: 'a' }, spec: { limits: items } });

test('a limit range fills in what containers leave out, and says so', async () => {
  await limits({ type: 'Container', default: { cpu: '500m', memory: '1Gi' }, defaultRequest: { cpu: '100m' } });
  const made = await here.run(
    'CREATE',
    'pods',
    pod({ containers: [{ name: 'c', resources: { limits: { memory: '2Gi' } } }], initContainers: [{ name: 'i' }] }),
  );
  expect(made).toMatchObject({
    metadata: {
      annotations: {
        'kubernetes.io/limit-ranger':
          'LimitRanger plugin set: cpu request for container c; cpu limit for container c; cpu request for init container i; cpu, memory limit for init container i',
      },
    },
    spec: {
      containers: [{ resources: { limits: { cpu: '500m', memory: '2Gi' }, requests: { cpu: '100m' } } }],
      initContainers: [{ resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '100m' } } }],
    },
  });
});

test.each([
  {
    limit: { type: 'Container', min: { cpu: '100m' } },
    resources: {},
    why: 'minimum cpu usage per Container is 100m.  No request is specified',
  },
  {
    limit: { type: 'Container', min: { cpu: '100m' } },
    resources: { requests: { cpu: '50m' } },
    why: 'minimum cpu usage per Container is 100m, but request is 50m',
  },
  {
    limit: { type: 'Container', max: { memory: '1Gi' } },
    resources: { limits: { memory: '2Gi' } },
    why: 'maximum memory usage per Container is 1Gi, but limit is 2Gi',
  },
  {
    limit: { type: 'Pod', max: { cpu: '1' } },
    resources: { limits: { cpu: '1500m' } },
    why: 'maximum cpu usage per Pod is 1, but limit is 1500m',
  },
  {
    limit: { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
    resources: { limits: { cpu: '1' }, requests: { cpu: '250m' } },
    why: 'cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000',
  },
])('a limit range refuses: $why', async ({ limit, resources, why }) => {
  await limits(limit);
  await expect(here.run('CREATE', 'pods', pod({ containers: [{ name: 'c', resources }] }))).rejects.toThrow(
    `pods "p" is forbidden: ${why}`,
  );
});

test('a limit range counts the cpu and memory of a pod as a whole, and the huge pages of its containers', async () => {
  await limits({ type: 'Pod', max: { 'hugepages-2Mi': '4Mi', memory: '1Gi' } });
  const whole = (memory: string) =>
    pod({
      resources: { limits: { 'hugepages-2Mi': '8Mi', memory } },
      containers: [{ name: 'c', resources: { limits: { 'hugepages-2Mi': '4Mi', memory: '1Mi' } } }],
    });
  await here.run('CREATE', 'pods', whole('1Gi'));
  await expect(here.run('CREATE', 'pods', whole('2Gi'))).rejects.toThrow('maximum memory usage per Pod is 1Gi');
});

const quota = (
  hard: object,
  spec: object = {},
  used: object = Object.fromEntries(Object.keys(hard).map((name) => [name, '0'])),
) =>
  here.put('', 'resourcequotas', {
    metadata: { name: 'q', namespace: 'a' },
    spec: { hard, ...spec },
    status: { hard, used },
  });
const used = () =>
  (here.store.latest('/resourcequotas/a/q')!.object as unknown as { status: { used: object } }).status.used;
const sized = (requests: object, more: object = {}) =>
  pod({ containers: [{ name: 'c', resources: { requests } }], ...more });

test('a quota counts what is made and refuses what is too much', async () => {
  await quota({ 'requests.cpu': '1', pods: '3', 'count/configmaps': '1' });
  await here.run('CREATE', 'pods', sized({ cpu: '300m' }));
  expect(used()).toEqual({ 'requests.cpu': '300m', pods: '1', 'count/configmaps': '0' });
  await expect(here.run('CREATE', 'pods', sized({ cpu: '800m' }))).rejects.toThrow(
    'pods "p" is forbidden: exceeded quota: q, requested: requests.cpu=800m, used: requests.cpu=300m, limited: requests.cpu=1',
  );
  await expect(here.run('CREATE', 'pods', pod())).rejects.toThrow('failed quota: q: must specify requests.cpu for: c');
  await here.run('CREATE', 'configmaps', { metadata: { name: 'm', namespace: 'a' } });
  await expect(here.run('CREATE', 'configmaps', { metadata: { name: 'n', namespace: 'a' } })).rejects.toThrow(
    'exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
  );
  await here.run('CREATE', 'pods', sized({ cpu: '300m' }), { dryRun: true });
  expect(used()).toMatchObject({ pods: '1' });
});

test('many at once never take more than there is', async () => {
  await quota({ pods: '5' });
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => here.run('CREATE', 'pods', pod())));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  expect(used()).toEqual({ pods: '5' });
});

test.each([
  { scopes: ['BestEffort'], made: pod(), counts: true },
  { scopes: ['BestEffort'], made: sized({ cpu: '1' }), counts: false },
  { scopes: ['NotBestEffort'], made: sized({ cpu: '1' }), counts: true },
  { scopes: ['Terminating'], made: pod({ activeDeadlineSeconds: 5 }), counts: true },
  { scopes: ['NotTerminating'], made: pod({ activeDeadlineSeconds: 5 }), counts: false },
])('scope $scopes counts: $counts', async ({ scopes, made, counts }) => {
  await quota({ pods: '5' }, { scopes });
  await here.run('CREATE', 'pods', made);
  expect(used()).toEqual({ pods: counts ? '1' : '0' });
});

test('a quota whose use is not known yet refuses; growth counts by its difference', async () => {
  await quota({ services: '5', 'services.nodeports': '2' }, {}, {});
  const service = (type: string, ports: number) => ({
    metadata: { name: 's', namespace: 'a' },
    spec: { type, ports: Array.from({ length: ports }, () => ({ port: 80 })) },
  });
  await expect(here.run('CREATE', 'services', service('NodePort', 1))).rejects.toThrow(
    'status unknown for quota: q, resources: services,services.nodeports',
  );
  await quota({ services: '5', 'services.nodeports': '2' });
  await here.run('CREATE', 'services', service('NodePort', 1));
  await here.run('UPDATE', 'services', service('NodePort', 2), {
    old: service('NodePort', 1) as unknown as KubeObject,
  });
  expect(used()).toEqual({ services: '1', 'services.nodeports': '2' });
  await expect(
    here.run('UPDATE', 'services', service('NodePort', 3), { old: service('NodePort', 2) as unknown as KubeObject }),
  ).rejects.toThrow(
    'exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=2, limited: services.nodeports=2',
  );
});
