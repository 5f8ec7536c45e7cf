import { expect, test } from 'vitest';
import type { StrategyContext } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { detailedDefinitions } from './index.ts';

const definitions = detailedDefinitions();
const of = (id: string) => definitions.find(({ group, resource }) => `${group}/${resource}` === id)!;
const context = (subresource = ''): StrategyContext => ({
  now: 0,
  subresource,
  gates: { enabled: () => true },
  user: 'u',
});

const object = (kind: string, rest: object, metadata: object = {}) =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'x', ...metadata }, ...rest }) as unknown as KubeObject;

test('every resource has a strategy that leaves an object of its kind whole', () => {
  for (const { kind, strategy, namespaced } of definitions) {
    const plain = object(kind, { spec: { template: {} }, data: {} }, namespaced ? { namespace: 'n' } : {});
    const created = strategy.prepareForCreate?.(plain, context()) ?? plain;
    const updated = strategy.prepareForUpdate?.(created, created, context()) ?? created;
    expect(updated.kind).toBe(kind);
    expect(updated.metadata.name).toBe('x');
  }
});

test('a new object has no status but its kind’s own', () => {
  const given = { spec: { replicas: 1 }, status: { replicas: 7 } };
  const created = of('apps/deployments').strategy.prepareForCreate!(object('Deployment', given), context());
  expect((created as unknown as { status: object }).status).toEqual({});
  const node = object('Node', given);
  expect(of('/nodes').strategy.prepareForCreate!(node, context())).toMatchObject({ status: given.status });
});

test.each([
  { it: 'spec counts', id: 'apps/deployments', old: { spec: { a: 1 } }, next: { spec: { a: 2 } }, generation: 4 },
  {
    it: 'no change, no count',
    id: 'apps/deployments',
    old: { spec: { a: 1 } },
    next: { spec: { a: 1 } },
    generation: 3,
  },
  {
    it: 'hooks count',
    id: 'admissionregistration.k8s.io/mutatingwebhookconfigurations',
    old: { webhooks: [] },
    next: { webhooks: [{ name: 'a' }] },
    generation: 4,
  },
  {
    it: 'slices count whole',
    id: 'discovery.k8s.io/endpointslices',
    old: { ports: [] },
    next: { ports: [{ port: 1 }] },
    generation: 4,
  },
])('$it', ({ id, old, next, generation }) => {
  const updated = of(id).strategy.prepareForUpdate!(
    object('K', next, { generation: 9 }),
    object('K', old, { generation: 3 }),
    context(),
  );
  expect(updated.metadata.generation).toBe(generation);
});

test('spec and status are written apart', () => {
  const { strategy } = of('apps/deployments');
  const old = object('Deployment', { spec: { a: 1 }, status: { replicas: 1 } }, { generation: 1, labels: { l: '1' } });
  const next = object('Deployment', { spec: { a: 2 }, status: { replicas: 2 } }, { generation: 1, labels: { l: '2' } });
  expect(strategy.prepareForUpdate!(next, old, context())).toMatchObject({
    spec: { a: 2 },
    status: { replicas: 1 },
    metadata: { labels: { l: '2' } },
  });
  expect(strategy.prepareForUpdate!(next, old, context('status'))).toMatchObject({
    spec: { a: 1 },
    status: { replicas: 2 },
    metadata: { generation: 1, labels: { l: '1' } },
  });
});

const limits = (cpu: string, memory: string) => ({ limits: { cpu, memory }, requests: { cpu, memory } });

test.each([
  { wants: 'BestEffort', containers: [{ name: 'a' }] },
  { wants: 'Burstable', containers: [{ name: 'a', resources: { requests: { cpu: '1' } } }] },
  {
    wants: 'Guaranteed',
    containers: [
      { name: 'a', resources: limits('1', '1Gi') },
      { name: 'b', resources: { ...limits('500m', '1Gi'), requests: { cpu: '0.5', memory: '1024Mi' } } },
    ],
  },
  { wants: 'Burstable', containers: [{ name: 'a', resources: limits('1', '1Gi') }, { name: 'b' }] },
])('a new pod is $wants', ({ wants, containers }) => {
  const created = of('/pods').strategy.prepareForCreate!(
    object('Pod', { spec: { containers }, status: { phase: 'Running' } }),
    context(),
  );
  expect((created as unknown as { status: object }).status).toEqual({ phase: 'Pending', qosClass: wants });
});

test.each([
  { spec: {}, status: {}, asked: 30, seconds: 0 },
  { spec: { nodeName: 'n', terminationGracePeriodSeconds: 7 }, status: {}, asked: undefined, seconds: 7 },
  { spec: { nodeName: 'n', terminationGracePeriodSeconds: 7 }, status: {}, asked: 0, seconds: 0 },
  { spec: { nodeName: 'n' }, status: {}, asked: -5, seconds: 1 },
  { spec: { nodeName: 'n' }, status: { phase: 'Succeeded' }, asked: 30, seconds: 0 },
])('a pod ($spec, $status) asked to go in $asked s goes in $seconds', ({ spec, status, asked, seconds }) => {
  expect(of('/pods').strategy.gracePeriod!(object('Pod', { spec, status }), asked)).toBe(seconds);
});

test('what a pod’s lesser endpoints write', () => {
  const { strategy } = of('/pods');
  const old = object(
    'Pod',
    { spec: { containers: [{ name: 'a', image: '1' }] }, status: { phase: 'Pending', qosClass: 'BestEffort' } },
    { generation: 1, labels: { a: '1' } },
  );
  const next = object(
    'Pod',
    {
      spec: {
        containers: [{ name: 'a', image: '2', resources: { limits: { cpu: '1' } } }],
        ephemeralContainers: [{ name: 'e' }],
      },
      status: { phase: 'Running' },
    },
    { generation: 1 },
  );
  expect(strategy.prepareForUpdate!(next, old, context('status'))).toMatchObject({
    spec: { containers: [{ image: '1' }] },
    status: { phase: 'Running', qosClass: 'BestEffort' },
  });
  expect(strategy.prepareForUpdate!(next, old, context('ephemeralcontainers'))).toEqual({
    ...old,
    metadata: { ...old.metadata, generation: 2 },
    spec: { containers: [{ name: 'a', image: '1' }], ephemeralContainers: [{ name: 'e' }] },
  });
  expect(strategy.prepareForUpdate!(next, old, context('resize'))).toMatchObject({
    spec: { containers: [{ name: 'a', image: '1', resources: { limits: { cpu: '1' } } }] },
    status: { phase: 'Pending' },
  });
});

test('namespaces keep their finalizer and their label', () => {
  const { strategy } = of('/namespaces');
  const created = strategy.prepareForCreate!(object('Namespace', {}), context());
  expect(created).toMatchObject({
    metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
  const emptied = { ...created, spec: { finalizers: [] } } as KubeObject;
  expect(strategy.prepareForUpdate!(emptied, created, context())).toMatchObject({
    spec: { finalizers: ['kubernetes'] },
  });
  expect(strategy.prepareForUpdate!(emptied, created, context('finalize'))).toMatchObject({ spec: { finalizers: [] } });
});

test('selectable fields and scale', () => {
  const pod = object('Pod', { spec: { nodeName: 'n' }, status: { phase: 'Running' } });
  const fields = of('/pods').selectableFields!;
  expect([fields['spec.nodeName']!(pod), fields['status.phase']!(pod), fields['spec.hostNetwork']!(pod)]).toEqual([
    'n',
    'Running',
    'false',
  ]);
  const { scale } = of('apps/replicasets').strategy;
  expect(scale!.selector(object('ReplicaSet', { spec: { selector: { matchLabels: { b: '1', a: '2' } } } }))).toBe(
    'a=2,b=1',
  );
});

test('each group selects events by its own names of the fields', () => {
  const event = object('Event', {
    involvedObject: { name: 'web' },
    source: { component: 'kubelet' },
    reportingComponent: 'r',
  });
  const shown = (id: string) =>
    Object.entries(of(id).selectableFields!)
      .map(([name, read]) => `${name}=${read(event)}`)
      .filter((text) => !text.endsWith('='));
  expect(shown('/events')).toEqual(['involvedObject.name=web', 'reportingComponent=r', 'source=kubelet']);
  expect(shown('events.k8s.io/events')).toEqual(['regarding.name=web', 'reportingController=r']);
});
