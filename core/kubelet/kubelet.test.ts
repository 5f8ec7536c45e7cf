import { expect, test } from 'vitest';
import { leases, nodes, pods } from '#core/api/tokens';
import type { ContainerStatus, Pod } from './api.ts';
import { container, script, smallCluster } from './small-cluster.contract.ts';

const stateOf = ({ state }: ContainerStatus): string =>
  state?.waiting?.reason ?? state?.terminated?.reason ?? (state?.running === undefined ? '?' : 'running');

/** `Running a=running#0 Ready` */
function summary(pod: Pod | undefined): string {
  if (pod === undefined) return 'gone';
  const { status } = pod;
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  const parts = [status?.phase, ...all.map((one) => `${one.name}=${stateOf(one)}#${one.restartCount}`)];
  return [...parts, ...(ready ? ['Ready'] : [])].join(' ');
}

test('a node registers, becomes ready, and keeps its lease', async () => {
  const { turns, client, startNode } = await smallCluster();
  startNode('n1');
  await turns.advance(1000);
  const node = await client.get(nodes, { name: 'n1' });
  expect(node.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
    'MemoryPressure=False',
    'DiskPressure=False',
    'PIDPressure=False',
    'Ready=True',
  ]);
  expect(node.metadata.labels).toMatchObject({
    'kubernetes.io/hostname': 'n1',
    'kubernode.io/runtime': 'simulated',
  });
  expect(node.status?.nodeInfo?.containerRuntimeVersion).toBe('simulated://1');
  const first = await client.get(leases, { namespace: 'kube-node-lease', name: 'n1' });
  const { resourceVersion } = node.metadata;
  await turns.advance(60_000);
  const later = await client.get(leases, { namespace: 'kube-node-lease', name: 'n1' });
  expect(Date.parse(later.spec?.renewTime ?? '') - Date.parse(first.spec?.renewTime ?? '')).toBeGreaterThan(45_000);
  // Nothing changed: the node itself is not written.
  expect((await client.get(nodes, { name: 'n1' })).metadata.resourceVersion).toBe(resourceVersion);
  await turns.advance(300_000);
  expect((await client.get(nodes, { name: 'n1' })).metadata.resourceVersion).not.toBe(resourceVersion);
});

test('a node that was taken for dead says that it lives', async () => {
  const { turns, client, startNode } = await smallCluster();
  startNode('n1');
  await turns.advance(1000);
  const ready = async () =>
    (await client.get(nodes, { name: 'n1' })).status?.conditions?.find(({ type }) => type === 'Ready');
  const patch = {
    status: {
      capacity: { 'example.com/dongle': '3' },
      conditions: [{ type: 'Ready', status: 'Unknown', reason: 'Lost' }],
    },
  };
  await client.patch(nodes, { name: 'n1' }, { type: 'strategic', patch }, { subresource: 'status' });
  expect(await ready()).toMatchObject({ status: 'Unknown' });
  await turns.advance(11_000);
  expect(await ready()).toMatchObject({ status: 'True', reason: 'KubeletReady' });
  // What others say of the node stays, and is no reason to write it again and again.
  const { status, metadata } = await client.get(nodes, { name: 'n1' });
  expect(status?.capacity).toMatchObject({ 'example.com/dongle': '3' });
  await turns.advance(60_000);
  expect((await client.get(nodes, { name: 'n1' })).metadata.resourceVersion).toBe(metadata.resourceVersion);
});

test('a pod runs, with the events that users know', async () => {
  const { turns, startNode, run, pod, told, bugs } = await smallCluster();
  startNode('n1');
  await run(
    'web',
    { initContainers: [container('i')], containers: [container('a'), container('b')] },
    {
      ...script('exit-after.i', '2'),
    },
  );
  await turns.advance(1000);
  expect(summary(await pod('web'))).toBe('Pending i=running#0 a=PodInitializing#0 b=PodInitializing#0');
  await turns.advance(3000);
  const running = await pod('web');
  expect(summary(running)).toBe('Running i=Completed#0 a=running#0 b=running#0 Ready');
  // What conditions said while they did not hold is gone.
  expect(running?.status?.conditions?.filter(({ reason, message }) => reason ?? message)).toEqual([]);
  expect(running?.status).toMatchObject({ podIP: '10.244.1.2', hostIP: '172.30.0.2', qosClass: 'BestEffort' });
  expect((await told('web')).map((one) => one.split(':')[0])).toEqual(
    ['i', 'a', 'b'].flatMap(() => ['Pulling', 'Pulled', 'Created', 'Started']),
  );
  expect(bugs).toEqual([]);
});

test('a crashing container is held back longer and longer', async () => {
  const { turns, startNode, run, pod, told } = await smallCluster();
  startNode('n1');
  await run('web', {}, script('crash-every', '1'));
  const seen: string[] = [];
  await turns.advance(500);
  for (let second = 0; second < 60; second++) {
    const now = summary(await pod('web'));
    if (seen.at(-1) !== now) seen.push(now);
    await turns.advance(1000);
  }
  expect(seen).toEqual([
    'Running a=running#0 Ready',
    'Running a=running#1 Ready',
    'Running a=CrashLoopBackOff#1',
    'Running a=running#2 Ready',
    'Running a=CrashLoopBackOff#2',
    'Running a=running#3 Ready',
    'Running a=CrashLoopBackOff#3',
  ]);
  expect((await told('web')).filter((one) => one.startsWith('BackOff'))[0]).toMatch(
    /^BackOff: Back-off restarting failed container a in pod web_default\(/,
  );
});

test('an image that does not exist is told, and tried again', async () => {
  const { turns, startNode, run, pod, told } = await smallCluster();
  startNode('n1');
  await run('web', { containers: [container('a', { image: 'missing:1' })] });
  await turns.advance(500);
  expect(summary(await pod('web'))).toBe('Pending a=ErrImagePull#0');
  await turns.advance(5000);
  expect(summary(await pod('web'))).toBe('Pending a=ImagePullBackOff#0');
  await turns.advance(10_000);
  expect(await told('web')).toContain('Failed: Error: ErrImagePull');
});

test('a pod that ends keeps its status and can be deleted', async () => {
  const { turns, client, startNode, run, pod } = await smallCluster();
  const { runtime } = startNode('n1');
  await run('job', { restartPolicy: 'Never' }, script('exit-after', '5'));
  await turns.advance(10_000);
  expect(summary(await pod('job'))).toBe('Succeeded a=Completed#0');
  expect((await runtime.listContainers()).length).toBe(1);
  await client.delete(pods, { namespace: 'default', name: 'job' });
  await turns.advance(2000);
  expect(summary(await pod('job'))).toBe('gone');
  expect([...(await runtime.listContainers()), ...(await runtime.listSandboxes())]).toEqual([]);
});

test('a deleted pod gets its grace, and shorter when asked again', async () => {
  const { turns, client, startNode, run, pod } = await smallCluster();
  const { runtime } = startNode('n1');
  await run('web', {}, script('stop-seconds', '60'));
  await turns.advance(1000);
  await client.delete(pods, { namespace: 'default', name: 'web' });
  await turns.advance(10_000);
  expect(summary(await pod('web'))).toBe('Running a=running#0 Ready');
  await client.delete(pods, { namespace: 'default', name: 'web' }, { gracePeriodSeconds: 1 });
  await turns.advance(3000);
  expect(summary(await pod('web'))).toBe('gone');
  expect(await runtime.listContainers()).toEqual([]);
});

test('a pod deleted by force is stopped all the same', async () => {
  const { turns, client, startNode, run, pod } = await smallCluster();
  const { runtime } = startNode('n1');
  await run('web');
  await turns.advance(1000);
  await client.delete(pods, { namespace: 'default', name: 'web' }, { gracePeriodSeconds: 0 });
  expect(summary(await pod('web'))).toBe('gone');
  await turns.advance(5000);
  expect([...(await runtime.listContainers()), ...(await runtime.listSandboxes())]).toEqual([]);
});

test('a restarted kubelet restarts no container', async () => {
  const { turns, startNode, run, pod } = await smallCluster();
  const first = startNode('n1');
  await run('web');
  await turns.advance(1000);
  const before = await pod('web');
  first.kubelet.stop();
  await turns.advance(5000);
  // A new process: its runtime has forgotten everything, and takes up what was reported.
  startNode('n1');
  await turns.advance(60_000);
  expect(await pod('web')).toEqual(before);
});

test('probes decide whether it is ready, and whether it lives', async () => {
  const { turns, startNode, run, pod, told } = await smallCluster();
  startNode('n1');
  const probe = { exec: { command: ['true'] }, periodSeconds: 2, failureThreshold: 2 };
  await run(
    'web',
    { containers: [container('a', { readinessProbe: probe, livenessProbe: { ...probe, initialDelaySeconds: 8 } })] },
    { ...script('ready-after', '5'), ...script('unhealthy-after', '20') },
  );
  await turns.advance(3000);
  expect(summary(await pod('web'))).toBe('Running a=running#0');
  await turns.advance(5000);
  expect(summary(await pod('web'))).toBe('Running a=running#0 Ready');
  await turns.advance(16_000);
  expect(summary(await pod('web'))).toBe('Running a=running#1');
  const events = await told('web');
  expect(events).toContain('Killing: Container a failed liveness probe, will be restarted');
  expect(events.some((one) => one.startsWith('Unhealthy: Readiness probe failed: simulated'))).toBe(true);
});

test('what the node cannot take is refused', async () => {
  const { turns, startNode, run, pod } = await smallCluster();
  startNode('n1');
  await turns.advance(1000);
  await run('big', { containers: [container('a', { resources: { requests: { cpu: '9' } } })] });
  await run('elsewhere', { nodeSelector: { zone: 'x' } });
  await turns.advance(1000);
  expect((await pod('big'))?.status).toMatchObject({
    phase: 'Failed',
    reason: 'OutOfcpu',
    message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 9000, used: 0, capacity: 8000",
  });
  expect((await pod('elsewhere'))?.status?.reason).toBe('NodeAffinity');
  expect((await pod('elsewhere'))?.status?.containerStatuses).toBeUndefined();
});

test('a running pod gets other resources in place, and only what the node has', async () => {
  const { turns, startNode, run, pod, client } = await smallCluster();
  startNode('n1');
  const asks = (cpu: string) => ({ requests: { cpu, memory: '1Mi' }, limits: { cpu, memory: '1Mi' } });
  await run('web', { containers: [{ ...container('a'), resources: asks('100m') }] });
  await turns.advance(3000);
  const resized = async (cpu: string) => {
    const patch = { spec: { containers: [{ name: 'a', resources: asks(cpu) }] } };
    const key = { namespace: 'default', name: 'web' };
    await client.patch(pods, key, { type: 'strategic', patch }, { subresource: 'resize' });
    await turns.advance(1000);
    const { status } = (await pod('web'))!;
    const { resources, allocatedResources, restartCount } = status!.containerStatuses![0]!;
    const told = status!.conditions!.filter(({ type }) => type.startsWith('PodResize')).map((one) => one.reason);
    return [resources?.limits?.['cpu'], allocatedResources?.['cpu'], restartCount, ...told];
  };
  expect(await resized('200m')).toEqual(['200m', '200m', 0]);
  expect(await resized('2k')).toEqual(['200m', '200m', 0, 'Infeasible']);
  expect(await resized('300m')).toEqual(['300m', '300m', 0]);
});

test('a pod past its deadline fails', async () => {
  const { turns, startNode, run, pod } = await smallCluster();
  startNode('n1');
  await run('web', { activeDeadlineSeconds: 10 });
  await turns.advance(9000);
  expect(summary(await pod('web'))).toBe('Running a=running#0 Ready');
  await turns.advance(4000);
  expect((await pod('web'))?.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
});

test('a missing ConfigMap is told, and waited for', async () => {
  const { turns, startNode, run, pod, told } = await smallCluster();
  startNode('n1');
  await run('env', { containers: [container('a', { envFrom: [{ configMapRef: { name: 'no' } }] })] });
  await run('volume', { volumes: [{ name: 'v', configMap: { name: 'no' } }] });
  await turns.advance(2000);
  expect((await pod('env'))?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message: 'configmap "no" not found',
  });
  expect(summary(await pod('volume'))).toBe('Pending a=ContainerCreating#0');
  expect(await told('volume')).toContain(
    'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "no" not found',
  );
});
