import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../apps/kubernode/programs.ts';
import { IMAGE, nodePod } from './app.ts';
import { testCluster, type TestCluster } from './cluster.ts';
import { testImage } from './image.ts';
import { noContainers, skipped } from './needs.ts';
import { eventually, must, run } from './shell.ts';
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

/** The serial number of the certificate that the node's API shows. */
const serialOf = (host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port: 10250, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()!.serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });

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
    { it: 'an AppArmor profile', body: 'securityContext: {appArmorProfile: {type: RuntimeDefault}}' },
  ])('what the runtime would leave out is refused: $it', async ({ body }) => {
    cluster.apply(spec('asks-too-much', `  ${body}\n  containers:\n  - ${sh('main', 'sleep 1000')}`));
    const { status } = await eventually('the node has decided', () => {
      const found = pod('asks-too-much');
      return found.status.phase === 'Pending' ? undefined : found;
    });
    expect(status).toMatchObject({ phase: 'Failed', reason: 'UnsupportedByNode' });
    cluster.kubectl('delete', 'pod', 'asks-too-much');
  });

  test('the files of an image are a volume that nobody can write', async () => {
    const mount = ', volumeMounts: [{name: image, mountPath: /image}]';
    const script = 'ls -l /image/bin/busybox; touch /image/x; echo end; sleep 1000';
    cluster.apply(
      spec(
        'reads-image',
        `  volumes: [{name: image, image: {reference: "${IMAGE}", pullPolicy: IfNotPresent}}]\n  containers:\n  - ${sh('main', script, mount)}`,
      ),
    );
    await eventually('it has looked', () => logs('reads-image').includes('end'));
    expect(logs('reads-image')).toMatch(/^-rwxr-xr-x .*busybox\n.*Read-only file system\nend/);
    cluster.kubectl('delete', 'pod', 'reads-image');
  });

  test('a running container gets other limits in place, and its pod with it', async () => {
    const asks = (cpu: string) => ({ requests: { cpu, memory: '16Mi' }, limits: { cpu, memory: '16Mi' } });
    const resources = `, resources: ${JSON.stringify(asks('20m'))}`;
    cluster.apply(spec('grows', `  containers:\n  - ${sh('main', 'sleep 1000', resources)}`));
    await eventually('it runs', () => pod('grows').status.containerStatuses?.[0]?.ready);
    const quota = () => cluster.kubectl('exec', 'grows', '--', 'cat', '/sys/fs/cgroup/cpu/cpu.cfs_quota_us').trim();
    expect(quota()).toBe('2000');
    const patch = JSON.stringify({ spec: { containers: [{ name: 'main', resources: asks('50m') }] } });
    cluster.kubectl('patch', 'pod', 'grows', '--subresource=resize', '-p', patch);
    await eventually('it has more', () => quota() === '5000');
    const { uid } = pod('grows').metadata;
    const own = `/sys/fs/cgroup/cpu/kubernode/e2e-pods/node-1/kubepods/pod${uid}/cpu.cfs_quota_us`;
    await eventually('so has the pod', () => readFileSync(own, 'utf8').trim() === '5000');
    expect(pod('grows').status.containerStatuses?.[0]?.restartCount).toBe(0);
    cluster.kubectl('delete', 'pod', 'grows');
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

  test("a pod in the host's network is the node, by name, address and hosts file", async () => {
    const script = 'echo "$(hostname) $(cat /etc/hostname) $IP"; cat /etc/hosts; echo end; sleep 1000';
    const env = ', env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}]';
    cluster.apply(spec('as-host', `  hostNetwork: true\n  containers:\n  - ${sh('main', script, env)}`));
    await eventually('it has looked', () => logs('as-host').includes('end'));
    const ip = cluster.kubectl('get', 'pod', 'as-host', '-o', 'jsonpath={.status.podIP}');
    expect(ip).toBe(cluster.kubectl('get', 'node', 'node-1', '-o', 'jsonpath={.status.addresses[0].address}'));
    expect(logs('as-host')).toMatch(
      new RegExp(`^node-1 node-1 ${ip}\\n# Kubernetes-managed hosts file \\(host network\\)`),
    );
    cluster.kubectl('delete', 'pod', 'as-host');
  });

  test('host paths of every type are what they say, or made so', async () => {
    const types = [
      { name: 'folder', path: '/etc', type: 'Directory', is: 'directory' },
      { name: 'new-folder', path: '/run/e2e/made', type: 'DirectoryOrCreate', is: 'directory' },
      { name: 'new-file', path: '/run/e2e/made/file', type: 'FileOrCreate', is: 'regular empty file' },
      { name: 'file', path: '/etc/hosts', type: 'File', is: 'regular file' },
      { name: 'socket', path: '/run/containerd/containerd.sock', type: 'Socket', is: 'socket' },
      { name: 'device', path: '/dev/null', type: 'CharDevice', is: 'character special file' },
    ];
    const mounts = types.map(({ name }) => `{name: ${name}, mountPath: /v/${name}}`).join(', ');
    const volumes = types.map(({ name, path, type }) => `{name: ${name}, hostPath: {path: ${path}, type: ${type}}}`);
    const script = 'cd /v; for one in *; do stat -c "%n: %F" $one; done; echo end; sleep 1000';
    cluster.apply(
      spec(
        'paths',
        `  containers:\n  - ${sh('main', script, `, volumeMounts: [${mounts}]`)}\n  volumes: [${volumes.join(', ')}]`,
      ),
    );
    await eventually('it has looked', () => logs('paths').includes('end'));
    expect(new Set(logs('paths').trim().split('\n'))).toEqual(
      new Set([...types.map(({ name, is }) => `${name}: ${is}`), 'end']),
    );
    cluster.kubectl('delete', 'pod', 'paths');
  });

  const events = (name: string): string =>
    cluster.kubectl('get', 'events', '--field-selector', `involvedObject.name=${name}`, '-o', 'jsonpath={.items}');

  test.each([
    { type: 'Directory', path: '/no/such', says: '/no/such is not a directory' },
    { type: 'File', path: '/etc', says: '/etc is not a file' },
    { type: 'Socket', path: '/etc/hosts', says: '/etc/hosts is not a socket file' },
    { type: 'BlockDevice', path: '/dev/null', says: '/dev/null is not a block device' },
  ])('a host path that is no $type keeps the pod waiting and says why', async ({ type, path, says }) => {
    const name = `no-${type.toLowerCase()}`;
    const volume = `  volumes: [{name: v, hostPath: {path: ${path}, type: ${type}}}]`;
    cluster.apply(
      spec(name, `  containers:\n  - ${sh('main', 'true', ', volumeMounts: [{name: v, mountPath: /v}]')}\n${volume}`),
    );
    await eventually('it says why', () => events(name).includes(`hostPath type check failed: ${says}`), 20);
    expect(pod(name).status.phase).toBe('Pending');
    cluster.kubectl('delete', 'pod', name);
  });

  test('while the network cannot be set up pods wait, say why, and leave no sandbox behind', async () => {
    const init = readFileSync(`${cluster.data}/nodes/node-1/init.pid`, 'utf8').trim().split(/\s/)[0]!;
    const root = `/proc/${init}/root`;
    const file = `${root}/etc/cni/net.d/10-kubernode.conflist`;
    const right = readFileSync(file, 'utf8');
    const sandboxes = () =>
      must('ctr', ['-a', `${root}/run/containerd/containerd.sock`, '-n', 'k8s.io', 'containers', 'ls'])
        .split('\n')
        .filter((line) => line.includes('/pause:')).length;
    const before = sandboxes();
    writeFileSync(file, right.replace('"ptp"', '"no-such-plugin"'));
    try {
      await wait(1000);
      cluster.apply(spec('unplugged', `  containers:\n  - ${sh('main', 'sleep 1000')}`));
      await eventually('it says why', () => events('unplugged').includes('failed to find plugin'), 20);
      expect(pod('unplugged').status.phase).toBe('Pending');
    } finally {
      writeFileSync(file, right);
    }
    await eventually('it runs', () => pod('unplugged').status.containerStatuses?.[0]?.ready);
    await eventually('only its own sandbox is left', () => sandboxes() === before + 1, 20);
    cluster.kubectl('delete', 'pod', 'unplugged');
  });

  test('a renewed serving certificate is served by the agent that runs', async () => {
    const ip = cluster.kubectl('get', 'node', 'node-1', '-o', 'jsonpath={.status.addresses[0].address}');
    const agent = cluster.pid('node-1');
    const before = await serialOf(ip);
    for (const file of ['node-node-1-serving.crt', 'node-node-1-serving.key']) rmSync(`${cluster.data}/pki/${file}`);
    expect(cluster.kubernode('up').status).toBe(0);
    expect(cluster.pid('node-1')).toBe(agent);
    await eventually('the new one is served', async () => (await serialOf(ip)) !== before, 20);
    cluster.apply(spec('after', `  containers:\n  - ${sh('main', 'sleep 1000')}`));
    await eventually('it runs', () => pod('after').status.containerStatuses?.[0]?.ready);
    expect(cluster.kubectl('exec', 'after', '--', 'echo', 'trusted')).toBe('trusted\n');
    cluster.kubectl('delete', 'pod', 'after');
  });

  test('a node that lost its power comes up again with its pods', async () => {
    const mount = ', volumeMounts: [{name: image, mountPath: /image}]';
    const image = `  volumes: [{name: image, image: {reference: "${IMAGE}", pullPolicy: IfNotPresent}}]`;
    cluster.apply(spec('survivor', `${image}\n  containers:\n  - ${sh('main', 'date; sleep 1000', mount)}`));
    await eventually('it runs', () => pod('survivor').status.containerStatuses?.[0]?.ready);
    process.kill(Number(readFileSync(`${cluster.data}/nodes/node-1/init.pid`, 'utf8')), 'SIGKILL');
    await wait(300);
    expect(cluster.kubernode('status').status).toBe(3);
    expect(cluster.kubernode('up').status).toBe(0);
    await eventually('it runs again', () => {
      const [status] = pod('survivor').status.containerStatuses ?? [];
      return status?.restartCount === 1 && status.ready;
    });
    expect(cluster.kubectl('exec', 'survivor', '--', '/image/bin/busybox', 'echo', 'alive')).toBe('alive\n');
  });
});
