import { afterEach, expect, test } from 'vitest';
import {
  clusterRoles,
  events,
  nodes,
  deployments,
  endpoints,
  endpointSlices,
  namespaces,
  persistentVolumeClaims,
  pods,
  replicaSets,
  serviceAccounts,
  services,
  configMaps,
} from '#core/api/tokens';
import type { Pod } from '#core/api/types/core/v1';
import { smallWorld } from './small-world.contract.ts';

let world: Awaited<ReturnType<typeof smallWorld>>;
afterEach(() => {
  world.stop();
  expect(world.bugs).toEqual([]);
});

const available = async (name: string, replicas: number) => {
  const { status, metadata } = (await world.get(deployments, name))!;
  return (
    status?.availableReplicas === replicas &&
    status.updatedReplicas === replicas &&
    status.replicas === replicas &&
    status.observedGeneration === metadata.generation
  );
};

test('a Deployment becomes available, is rolled, scaled and undone', async () => {
  world = await smallWorld();
  await world.startNode('n1');
  await world.startNode('n2');
  await world.deployment('web', { replicas: 3 });
  await world.until(() => available('web', 3));
  const first = (await world.list(replicaSets, 'default'))[0]!;
  expect((await world.get(deployments, 'web'))!.metadata.annotations).toEqual({
    'deployment.kubernetes.io/revision': '1',
  });
  expect(await world.told('web')).toEqual([
    `ScalingReplicaSet: Scaled up replica set ${first.metadata.name} from 0 to 3`,
  ]);
  expect(
    (await world.told(first.metadata.name!)).filter((line) => line.startsWith('SuccessfulCreate: Created pod: web-')),
  ).toHaveLength(3);

  const image = (name: string) => ({
    type: 'strategic' as const,
    patch: { spec: { template: { spec: { containers: [{ name: 'c', image: name }] } } } },
  });
  await world.client.patch(deployments, { namespace: 'default', name: 'web' }, image('a:2'));
  await world.until(() => available('web', 3));
  expect((await world.list(replicaSets, 'default')).map(({ spec }) => spec.replicas).toSorted()).toEqual([0, 3]);
  await world.until(async () => (await world.list(pods, 'default')).length === 3);

  await world.client.patch(
    deployments,
    { namespace: 'default', name: 'web' },
    { type: 'merge', patch: { spec: { replicas: 5 } } },
  );
  await world.until(() => available('web', 5));
  await world.client.patch(deployments, { namespace: 'default', name: 'web' }, image('a:1'));
  await world.until(() => available('web', 5));
  const again = (await world.get(replicaSets, first.metadata.name!))!;
  expect(again.spec.replicas).toBe(5);
  expect(again.metadata.annotations).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
    'deployment.kubernetes.io/revision-history': '1',
  });
  expect((await world.get(deployments, 'web'))!.metadata.annotations!['deployment.kubernetes.io/revision']).toBe('3');
});

test('a Service has endpoints of its ready pods, and loses them', async () => {
  world = await smallWorld();
  await world.startNode('n1');
  await world.deployment('web', { replicas: 2 });
  await world.client.create(services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      clusterIP: 'None',
      ipFamilies: ['IPv4'],
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 8080 }],
    },
  });
  const slices = async () => (await world.list(endpointSlices, 'default')).flatMap(({ endpoints }) => endpoints ?? []);
  await world.until(async () => (await slices()).filter(({ conditions }) => conditions?.ready).length === 2);
  await world.until(async () => (await world.get(endpoints, 'web'))?.subsets?.[0]?.addresses?.length === 2);
  expect(await world.list(endpointSlices, 'default')).toHaveLength(1);
  await world.client.delete(services, { namespace: 'default', name: 'web' });
  await world.until(
    async () =>
      (await world.list(endpointSlices, 'default')).length === 0 && (await world.get(endpoints, 'web')) === undefined,
  );
});

test.each([
  { policy: 'Background' as const, left: 0 },
  { policy: 'Foreground' as const, left: 0 },
  { policy: 'Orphan' as const, left: 2 },
])('deleting a Deployment by $policy leaves $left pods', async ({ policy, left }) => {
  world = await smallWorld();
  await world.startNode('n1');
  await world.deployment('web', { replicas: 2 });
  await world.until(() => available('web', 2));
  await world.client.delete(deployments, { namespace: 'default', name: 'web' }, { propagationPolicy: policy });
  await world.until(async () => (await world.get(deployments, 'web')) === undefined);
  if (policy === 'Foreground') expect(await world.list(replicaSets, 'default')).toEqual([]);
  await world.turns.advance(60_000);
  expect(await world.list(pods, 'default')).toHaveLength(left);
  const sets = await world.list(replicaSets, 'default');
  expect(sets).toHaveLength(left === 0 ? 0 : 1);
  if (left > 0) expect(sets[0]!.metadata.ownerReferences).toBeUndefined();
});

test('Endpoints that a user makes without a Service stay', async () => {
  world = await smallWorld();
  await world.turns.advance(5000);
  const subsets = [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 80 }] }];
  await world.client.create(endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'own', namespace: 'default' },
    subsets,
  });
  await world.turns.advance(60_000);
  expect(await world.get(endpoints, 'own')).toMatchObject({ subsets });
});

test('a claim stays until its pod is gone', async () => {
  world = await smallWorld({ rbac: true });
  await world.startNode('n1');
  await world.turns.advance(5000);
  const metadata = { name: 'data', namespace: 'default', finalizers: ['kubernetes.io/pvc-protection'] };
  await world.client.create(persistentVolumeClaims, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  await world.client.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'user', namespace: 'default' },
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'c', image: 'a' }],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
    },
  } as Pod);
  await world.turns.advance(2000);
  await world.client.delete(persistentVolumeClaims, metadata);
  await world.turns.advance(10_000);
  expect((await world.get(persistentVolumeClaims, 'data'))?.metadata.deletionTimestamp).toBeDefined();
  await world.client.delete(pods, { namespace: 'default', name: 'user' });
  await world.until(async () => (await world.get(persistentVolumeClaims, 'data')) === undefined);
});

test('a namespace gets its account and authority, and takes all that it holds along', async () => {
  world = await smallWorld({ settings: { rootCertificate: 'PEM' } });
  await world.startNode('n1');
  await world.client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' }, spec: {} });
  await world.until(async () => (await world.get(serviceAccounts, 'default', 'a')) !== undefined);
  await world.until(async () => (await world.get(configMaps, 'kube-root-ca.crt', 'a')) !== undefined);
  await world.client.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'a' },
    spec: { containers: [{ name: 'c', image: 'a' }] },
  });
  await world.turns.advance(3000);
  await world.client.delete(namespaces, { name: 'a' });
  await world.until(async () => (await world.get(namespaces, 'a')) === undefined, 60_000);
  expect((await world.list(pods)).length).toBe(0);
});

test('pods of a node that dies move after their tolerated time, and not before', async () => {
  world = await smallWorld();
  for (const name of ['n1', 'n2', 'n3']) await world.startNode(name);
  await world.deployment('web', { replicas: 3 });
  await world.until(() => available('web', 3));
  world.killNode('n1');
  await world.turns.advance(300_000);
  const on = async (node: string) => (await world.list(pods, 'default')).filter((pod) => pod.spec.nodeName === node);
  const [pod] = await on('n1');
  expect(pod!.metadata.deletionTimestamp).toBeUndefined();
  expect(pod!.status!.conditions!.find(({ type }) => type === 'Ready')!.status).toBe('False');
  await world.until(() => available('web', 3), 120_000);
  expect((await on('n1'))[0]!.metadata.deletionTimestamp).toBeDefined();
  expect((await on('n2')).length + (await on('n3')).length).toBe(3);
});

test('a cluster whose only node falls silent evicts nothing', async () => {
  world = await smallWorld();
  await world.startNode('n1');
  await world.deployment('web', { replicas: 1 });
  await world.until(() => available('web', 1));
  world.killNode('n1');
  await world.turns.advance(3_600_000);
  expect((await world.list(pods, 'default'))[0]!.metadata.deletionTimestamp).toBeUndefined();
});

test('each controller gets along with the rights of its own account', async () => {
  world = await smallWorld({ rbac: true, settings: { rootCertificate: 'PEM', clusterCidrs: ['10.244.0.0/16'] } });
  for (const name of ['n1', 'n2', 'n3']) await world.startNode(name);
  expect(world.refused).toEqual([]);
  await world.deployment('web', { replicas: 3 });
  await world.client.create(services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: 'None', ipFamilies: ['IPv4'], selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  await world.client.create(services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'own', namespace: 'default' },
    spec: { clusterIP: 'None', ipFamilies: ['IPv4'], ports: [{ port: 80 }] },
  });
  await world.client.create(endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'own', namespace: 'default' },
    subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 80, protocol: 'TCP' }] }],
  });
  await world.until(() => available('web', 3));
  expect((await world.list(nodes)).map(({ spec }) => spec.podCIDR).toSorted()).toEqual([
    '10.244.0.0/24',
    '10.244.1.0/24',
    '10.244.2.0/24',
  ]);
  world.killNode('n1');
  await world.turns.advance(400_000);
  await world.client.delete(nodes, { name: 'n1' });
  await world.until(async () => (await world.list(pods, 'default')).every(({ spec }) => spec.nodeName !== 'n1'));
  await world.client.delete(deployments, { namespace: 'default', name: 'web' }, { propagationPolicy: 'Foreground' });
  await world.client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' }, spec: {} });
  await world.turns.advance(5000);
  await world.client.delete(namespaces, { name: 'a' });
  await world.until(async () => (await world.get(namespaces, 'a')) === undefined);
  await world.until(async () => (await world.list(replicaSets)).length === 0);
  const mirrored = (await world.list(endpointSlices, 'default')).find(({ metadata }) =>
    metadata.name!.startsWith('own-'),
  );
  expect(mirrored).toMatchObject({ endpoints: [{ addresses: ['1.2.3.4'] }] });
  expect(world.refused).toEqual([]);
  expect(world.warnings.filter((line) => !line.startsWith('a node has been silent'))).toEqual([]);
});

test('a role with an aggregation rule has the rules of those that bear its label, as long as they do', async () => {
  world = await smallWorld();
  const labels = { 'acme.com/gathered': 'true' };
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' } as const;
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: labels }] };
  const rule = { verbs: ['get'], apiGroups: ['acme.com'], resources: ['anvils'] };
  await world.client.create(clusterRoles, { ...role, metadata: { name: 'all' }, aggregationRule, rules: [] });
  await world.client.create(clusterRoles, { ...role, metadata: { name: 'anvils', labels }, rules: [rule] });
  const all = () => world.get(clusterRoles, 'all');
  await world.until(async () => (await all())!.rules?.length === 1);
  expect(await all()).toMatchObject({
    rules: [rule],
    metadata: { managedFields: [{ manager: 'clusterrole-aggregation-controller', operation: 'Apply' }, {}] },
  });
  await world.client.delete(clusterRoles, { name: 'anvils' });
  await world.until(async () => ((await all())!.rules ?? []).length === 0);
  expect(world.refused).toEqual([]);
});

test('the same seed gives the same history', async () => {
  const run = async () => {
    world = await smallWorld({ seed: 7 });
    for (const name of ['n1', 'n2']) await world.startNode(name);
    await world.deployment('web', { replicas: 3 });
    await world.until(() => available('web', 3));
    const all = [...(await world.list(pods)), ...(await world.list(replicaSets)), ...(await world.list(events))];
    world.stop();
    return JSON.stringify(all);
  };
  const first = await run();
  expect(await run()).toBe(first);
});
