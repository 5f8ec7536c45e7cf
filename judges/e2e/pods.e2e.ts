import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../apps/kubernode/programs.ts';
import { IMAGE, nodePod } from './app.ts';
import { testCluster, type TestCluster } from './cluster.ts';
import { testImage } from './image.ts';
import { noContainers, skipped } from './needs.ts';
import { eventually, run } from './shell.ts';
import { expectNothingLeft } from './traces.ts';

/** What a pod may ask of a real node besides the common, and what the node does not give and says so. */
const skip = skipped('pods on real containers', noContainers());

interface State {
  readonly running?: { readonly startedAt: string };
  readonly terminated?: { readonly exitCode: number; readonly reason: string };
  readonly waiting?: { readonly reason: string };
}

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: State;
}

interface Pod {
  readonly metadata: { readonly uid: string };
  readonly status: {
    readonly phase: string;
    readonly reason?: string;
    readonly message?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

let cluster: TestCluster;
const pod = (name: string) => cluster.json<Pod>('get', 'pod', name);
const logs = (name: string, ...args: string[]) => cluster.tryKubectl('logs', name, ...args).stdout;

const spec = (name: string, body: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  terminationGracePeriodSeconds: 3
${body}
`;
const sh = (name: string, script: string, more = ''): string =>
  `{name: ${name}, image: "${IMAGE}", command: [sh, -c, ${JSON.stringify(script)}]${more}}`;

describe.skipIf(skip)('pods of a real node', () => {
  beforeAll(async () => {
    cluster = testCluster('e2e-pods', await findProgram('kubectl', true));
    cluster.kubernode('delete');
    const up = cluster.kubernode('up', '--runtime', 'containerd');
    expect(up.stderr + up.stdout).toContain('is up.');
    expect(cluster.kubernode('image', 'import', testImage()).status).toBe(0);
    await eventually('the default service account', () => cluster.tryKubectl('get', 'sa', 'default').status === 0);
  });

  afterAll(() => {
    expectNothingLeft(cluster);
  });

  test('a sidecar starts before the main container, and stops after it', async () => {
    const late = 'trap "echo side ends; exit 0" TERM; echo side begins; while :; do sleep 0.1; done';
    cluster.apply(
      spec(
        'sidecar',
        `  restartPolicy: Never
  initContainers:
  - ${sh('side', `touch /shared/up; ${late}`, ', restartPolicy: Always, startupProbe: {exec: {command: [test, -f, /shared/up]}, periodSeconds: 1}, volumeMounts: [{name: shared, mountPath: /shared}]')}
  containers:
  - ${sh('main', 'test -f /shared/up && echo main sees it; sleep 1', ', volumeMounts: [{name: shared, mountPath: /shared}]')}
  volumes: [{name: shared, emptyDir: {}}]`,
      ),
    );
    await eventually('the pod has succeeded', () => pod('sidecar').status.phase === 'Succeeded');
    expect(logs('sidecar', '-c', 'main')).toBe('main sees it\n');
    expect(logs('sidecar', '-c', 'side')).toBe('side begins\nside ends\n');
  });

  test('lifecycle hooks run after the start and before the stop', async () => {
    const hooks =
      ', lifecycle: {postStart: {exec: {command: [sh, -c, "echo started > /proc/1/fd/1"]}}, preStop: {exec: {command: [sh, -c, "echo stopping > /proc/1/fd/1; sleep 1"]}}}';
    cluster.apply(spec('hooks', `  containers:\n  - ${sh('main', 'while :; do sleep 0.1; done', hooks)}`));
    await eventually('it runs', () => pod('hooks').status.containerStatuses?.[0]?.ready);
    expect(logs('hooks')).toBe('started\n');
    const follow = cluster.background('logs', '-f', 'hooks');
    await eventually('it follows', () => follow.output().includes('started'));
    cluster.kubectl('delete', 'pod', 'hooks');
    await eventually('the hook has spoken', () => follow.output().includes('stopping'), 5);
    await follow.stop();
  });

  test('a gRPC probe asks the health service', async () => {
    const program = `
      const grpc = load('@grpc/grpc-js');
      const bytes = (value) => value;
      const server = new grpc.Server();
      server.addService(
        { Check: { path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false,
          requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes } },
        { Check: (call, answer) => answer(null, Buffer.from([8, require('node:fs').existsSync('/tmp/sick') ? 2 : 1])) });
      server.bindAsync('0.0.0.0:9000', grpc.ServerCredentials.createInsecure(), () => console.log('listening'));`;
    cluster.apply(nodePod('grpc', 'default', program, '', 'readinessProbe: {grpc: {port: 9000}, periodSeconds: 1}'));
    await eventually('it is ready', () => pod('grpc').status.containerStatuses?.[0]?.ready);
    cluster.kubectl('exec', 'grpc', '--', 'touch', '/tmp/sick');
    await eventually('it is not ready', () => pod('grpc').status.containerStatuses?.[0]?.ready === false);
    cluster.kubectl('delete', 'pod', 'grpc');
  });

  test('logs of the container before this one, and since a time', async () => {
    const script = 'echo "life $(cat /proc/uptime)"; sleep 1; exit 1';
    cluster.apply(spec('lives', `  containers:\n  - ${sh('main', script)}`));
    await eventually('it runs again', () => {
      const [status] = pod('lives').status.containerStatuses ?? [];
      return status?.restartCount === 1 && status.state.running !== undefined;
    });
    const [now, previous] = [logs('lives'), logs('lives', '--previous')];
    expect(previous).toMatch(/^life [\d. ]+\n$/);
    expect(now).toMatch(/^life [\d. ]+\n$/);
    expect(now).not.toBe(previous);
    cluster.kubectl('delete', 'pod', 'lives');

    cluster.apply(spec('talks', `  containers:\n  - ${sh('main', 'echo old; sleep 4; echo new; sleep 1000')}`));
    await eventually('both lines are there', () => logs('talks') === 'old\nnew\n');
    expect(logs('talks', '--since=3s')).toBe('new\n');
    expect(logs('talks', '--tail=1')).toBe('new\n');
    expect(logs('talks', '--timestamps')).toMatch(/^\d{4}-\S+Z old\n\d{4}-\S+Z new\n$/);
    cluster.kubectl('delete', 'pod', 'talks', '--grace-period=0', '--force');
  });

  test('attach and debug reach a running container', async () => {
    cluster.apply(
      spec(
        'hears',
        `  containers:\n  - ${sh('main', 'while read line; do echo "heard $line"; done', ', stdin: true')}`,
      ),
    );
    await eventually('it runs', () => pod('hears').status.containerStatuses?.[0]?.ready);
    const attached = cluster.background('attach', '-i', 'hears');
    attached.process.stdin?.write('a word\n');
    await eventually('it has heard', () => attached.output().includes('heard a word'));
    await attached.stop();
    const debug = cluster.tryKubectl(
      'debug',
      'hears',
      `--image=${IMAGE}`,
      '--target=main',
      '--attach=false',
      '--',
      'true',
    );
    expect(debug.status).toBe(0);
    cluster.kubectl('delete', 'pod', 'hears');
  });

  test.each([
    { it: 'a user namespace', body: 'hostUsers: false' },
    { it: 'strict supplemental groups', body: 'securityContext: {supplementalGroupsPolicy: Strict}' },
    { it: 'a stop signal', container: ', lifecycle: {stopSignal: SIGUSR1}', body: 'os: {name: linux}' },
    { it: 'an image volume', body: 'volumes: [{name: image, image: {reference: "localhost:1/no:1"}}]' },
    { it: 'an AppArmor profile', body: 'securityContext: {appArmorProfile: {type: RuntimeDefault}}' },
  ])('what the runtime would leave out is refused: $it', async ({ body, container = '' }) => {
    cluster.apply(spec('asks-too-much', `  ${body}\n  containers:\n  - ${sh('main', 'sleep 1000', container)}`));
    const { status } = await eventually('the node has decided', () => {
      const found = pod('asks-too-much');
      return found.status.phase === 'Pending' ? undefined : found;
    });
    expect(status).toMatchObject({ phase: 'Failed', reason: 'UnsupportedByNode' });
    cluster.kubectl('delete', 'pod', 'asks-too-much');
  });

  test("the pod's cgroup goes with the pod, and its hosts file, masked paths and OOM score are Kubernetes' own", async () => {
    cluster.apply(
      spec(
        'own',
        `  hostAliases: [{ip: 10.9.8.7, hostnames: [alias]}]
  containers:
  - ${sh('main', 'cat /etc/hosts /proc/1/oom_score_adj; echo kcore $(head -c 1 /proc/kcore | wc -c) end; sleep 1000', ', resources: {requests: {memory: 8Mi}}')}`,
      ),
    );
    await eventually('it has looked', () => logs('own').includes('end'));
    expect(logs('own')).toContain('kcore 0 end');
    expect(logs('own')).toMatch(/# Kubernetes-managed hosts file/);
    const path = `/sys/fs/cgroup/memory/kubernode/e2e-pods/node-1/kubepods/burstable/pod${pod('own').metadata.uid}`;
    expect(readdirSync(path)).toContain('memory.limit_in_bytes');
    expect(Number(/\n(\d+)\n/.exec(logs('own').slice(logs('own').indexOf('alias')))?.[1])).toBeGreaterThan(900);
    cluster.kubectl('delete', 'pod', 'own');
    await eventually('the cgroups are gone', () => {
      const hierarchies = readdirSync('/sys/fs/cgroup').map((one) => path.replace('/memory/', `/${one}/`));
      return hierarchies.every((one) => run('test', ['-d', one]).status === 1);
    });
  });

  test('a node that lost its power comes up again with its pods', async () => {
    cluster.apply(spec('survivor', `  containers:\n  - ${sh('main', 'date; sleep 1000')}`));
    await eventually('it runs', () => pod('survivor').status.containerStatuses?.[0]?.ready);
    process.kill(Number(readFileSync(`${cluster.data}/nodes/node-1/init.pid`, 'utf8')), 'SIGKILL');
    await wait(300);
    expect(cluster.kubernode('status').status).toBe(3);
    expect(cluster.kubernode('up').status).toBe(0);
    await eventually('it runs again', () => {
      const [status] = pod('survivor').status.containerStatuses ?? [];
      return status?.restartCount === 1 && status.ready;
    });
    expect(cluster.kubectl('exec', 'survivor', '--', 'echo', 'alive')).toBe('alive\n');
  });
});
