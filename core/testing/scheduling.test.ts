import { expect, test } from 'vitest';
import { events, nodes, pods, priorityClasses, resourceClaims } from '#core/api/tokens';
import type { PriorityClass } from '#core/api/types/scheduling/v1';
import type { Pod, PodSpec } from '#core/api/types/core/v1';
import { testCluster, type TestCluster } from './cluster.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));

const named = (name: string) => ({ namespace: 'default', name });

const pod = (name: string, cpu: string, spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: named(name),
  spec: {
    containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }],
    terminationGracePeriodSeconds: 1,
    ...spec,
  },
});

const phase = (cluster: TestCluster, name: string) => cluster.find(pods, named(name))?.status?.phase;
const condition = (cluster: TestCluster, name: string, type = 'PodScheduled') =>
  cluster.find(pods, named(name))?.status?.conditions?.find((one) => one.type === type);

const priority = (name: string, value: number, more: Partial<PriorityClass> = {}): PriorityClass => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  value,
  ...more,
});

test('a pod of high priority takes a full node', async () => {
  const cluster = await testCluster({ barrier });
  const { client } = cluster;
  await client.create(priorityClasses, priority('high', 1000));
  await client.create(priorityClasses, priority('polite', 1000, { preemptionPolicy: 'Never' }));
  const zone = { 'topology.kubernetes.io/zone': 'a' };
  await client.patch(nodes, { name: 'node-1' }, { type: 'merge', patch: { metadata: { labels: zone } } });
  const { cpu = '' } = cluster.find(nodes, { name: 'node-1' })!.status!.allocatable!;
  await client.create(pods, pod('victim', cpu));
  await cluster.until(() => phase(cluster, 'victim') === 'Running');

  await client.create(pods, pod('polite', cpu, { priorityClassName: 'polite' }));
  await cluster.until(() => condition(cluster, 'polite') !== undefined);
  expect(condition(cluster, 'polite')).toMatchObject({
    status: 'False',
    reason: 'Unschedulable',
    message:
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
  });
  await client.delete(pods, named('polite'), { gracePeriodSeconds: 0 });

  await client.create(pods, pod('urgent', cpu, { priorityClassName: 'high' }));
  await cluster.until(() => cluster.find(pods, named('urgent'))?.status?.nominatedNodeName === 'node-1');
  await cluster.until(() => phase(cluster, 'urgent') === 'Running');
  expect(cluster.find(pods, named('urgent'))!.status!.nominatedNodeName).toBeUndefined();
  expect(cluster.find(pods, named('urgent'))!.metadata.labels).toEqual(zone);
  expect(cluster.find(pods, named('victim'))).toBeUndefined();
  const last = cluster.events.all.findLast(({ key }) => key === '/pods/default/victim')!.object as Pod;
  expect(last.status!.conditions!.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: 'default-scheduler: preempting to accommodate a higher priority pod',
  });
  const told = (name: string) => cluster.all(events).filter((one) => one.involvedObject.name === name);
  expect(told('urgent').map(({ reason }) => reason)).toEqual(expect.arrayContaining(['FailedScheduling', 'Scheduled']));
  const preempted = told('victim').find(({ reason }) => reason === 'Preempted')!;
  expect(preempted.message).toBe(
    `Preempted by pod ${cluster.find(pods, named('urgent'))!.metadata.uid} on node node-1`,
  );
  await cluster.stop();
});

test('a gated pod waits for its gates, and says so', async () => {
  const cluster = await testCluster({ barrier });
  const { client } = cluster;
  await client.create(pods, pod('gated', '1m', { schedulingGates: [{ name: 'a' }, { name: 'b' }] }));
  const gates = (names: readonly string[]) =>
    client.patch(pods, named('gated'), {
      type: 'merge',
      patch: { spec: { schedulingGates: names.map((name) => ({ name })) } },
    });
  await gates(['b']);
  await cluster.advance(10_000);
  expect(condition(cluster, 'gated')).toMatchObject({ status: 'False', reason: 'SchedulingGated' });
  expect(cluster.all(events, 'default').filter(({ involvedObject }) => involvedObject.name === 'gated')).toEqual([]);
  await gates([]);
  await cluster.until(() => phase(cluster, 'gated') === 'Running');
  await cluster.stop();
});

test('room that was kept for a pod is free when it goes', async () => {
  const cluster = await testCluster({ barrier });
  const { client } = cluster;
  await client.create(priorityClasses, priority('high', 1000));
  const { cpu = '' } = cluster.find(nodes, { name: 'node-1' })!.status!.allocatable!;
  // The victim takes its time, so the pod that wants its place waits.
  await client.create(pods, pod('victim', '1', { terminationGracePeriodSeconds: 600 }));
  await cluster.until(() => phase(cluster, 'victim') === 'Running');
  await client.patch(pods, named('victim'), {
    type: 'merge',
    patch: { metadata: { finalizers: ['example.com/stays'] } },
  });
  await client.create(pods, pod('urgent', cpu, { priorityClassName: 'high' }));
  await cluster.until(() => cluster.find(pods, named('urgent'))?.status?.nominatedNodeName === 'node-1');
  await client.create(pods, pod('modest', '1'));
  await cluster.until(() => condition(cluster, 'modest')?.status === 'False');
  await client.delete(pods, named('urgent'));
  await cluster.until(() => phase(cluster, 'modest') === 'Running');
  await cluster.stop();
});

test('a pod waits in silence for its device claims, and goes nowhere without devices', async () => {
  const cluster = await testCluster({ barrier });
  const { client } = cluster;
  await client.create(pods, pod('p', '1m', { resourceClaims: [{ name: 'd', resourceClaimName: 'c' }] }));
  await cluster.advance(5000);
  expect(condition(cluster, 'p')).toBeUndefined();
  await client.create(resourceClaims, {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: named('c'),
    spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'none' } }] } },
  });
  await cluster.until(() => condition(cluster, 'p') !== undefined);
  expect(condition(cluster, 'p')!.message).toMatch(
    /^0\/1 nodes are available: 1 cannot allocate all claims\. still not schedulable, preemption: /,
  );
  await cluster.stop();
});
