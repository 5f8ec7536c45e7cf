import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../apps/kubernode/programs.ts';
import { IMAGE, nodePod, twoTiers } from './app.ts';
import { testCluster, type TestCluster } from './cluster.ts';
import { testImage } from './image.ts';
import { serviceLoad } from './load.ts';
import { noContainers, skipped } from './needs.ts';
import { eventually, run, start } from './shell.ts';
import { expectNothingLeft } from './traces.ts';

/** Real containers, the real kubectl, a cluster made as a user makes it. */
const skip = skipped('real containers', noContainers());

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly nodeName: string };
  readonly status: {
    readonly podIP: string;
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly containerID: string;
      readonly ready: boolean;
      readonly state: Record<string, { readonly reason?: string; readonly exitCode?: number } | undefined>;
      readonly lastState: Record<string, { readonly reason?: string; readonly exitCode?: number } | undefined>;
    }[];
  };
}

let cluster: TestCluster;
const pods = (namespace: string, selector: string) =>
  cluster.json<{ items: Pod[] }>('get', 'pods', '-n', namespace, '-l', selector).items;

const get = (url: string, timeout = 2000): Promise<string> =>
  new Promise((resolve, reject) => {
    const call = request(url, { timeout, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => void (text += chunk.toString()));
      answer.on('end', () => resolve(text));
    });
    call.on('timeout', () => call.destroy(new Error('time-out')));
    call.on('error', reject);
    call.end();
  });

describe.skipIf(skip)('one real node', () => {
  beforeAll(async () => {
    cluster = testCluster('e2e-one', await findProgram('kubectl', true));
    cluster.kubernode('delete');
    const up = cluster.kubernode('up', '--runtime', 'containerd');
    expect(up.stderr + up.stdout).toContain('Cluster "e2e-one" is up.');
    expect(up.status).toBe(0);
    const imported = cluster.kubernode('image', 'import', testImage());
    expect(imported.stderr).toBe('');
    expect(cluster.kubernode('image', 'ls').stdout).toContain(IMAGE);
  });

  afterAll(() => expectNothingLeft(cluster));

  test('the node is registered, ready, and says what it is', () => {
    const { items } = cluster.json<{ items: { status: { nodeInfo: Record<string, string> } }[] }>('get', 'nodes');
    expect(items).toHaveLength(1);
    expect(items[0]!.status.nodeInfo['containerRuntimeVersion']).toMatch(/^containerd:\/\//);
  });

  test('a two-tier application becomes available', () => {
    cluster.apply(twoTiers('shop'));
    cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/backend', '--timeout=90s');
    cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/web', '--timeout=90s');
    expect(cluster.kubectl('get', 'pods', '-n', 'shop')).toMatch(/web-\S+\s+1\/1\s+Running/);
  });

  test('the web tier reaches the backend by its name, through its Service', async () => {
    const backends = new Set<string>();
    await eventually('both backends answer', () => {
      backends.add(
        cluster
          .kubectl('exec', '-n', 'shop', 'deploy/web', '--', 'timeout', '5', 'wget', '-qO-', 'http://backend')
          .trim(),
      );
      return backends.size === 2;
    });
    for (const name of ['backend.shop', 'backend.shop.svc.cluster.local']) {
      expect(
        cluster.kubectl('exec', '-n', 'shop', 'deploy/web', '--', 'timeout', '5', 'wget', '-qO-', `http://${name}`),
      ).toMatch(/^backend backend-/);
    }
  });

  test('a pod reaches itself through its own Service', () => {
    cluster.kubectl('scale', '-n', 'shop', 'deployment/backend', '--replicas=1');
    cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/backend', '--timeout=60s');
    expect(
      cluster.kubectl('exec', '-n', 'shop', 'deploy/backend', '--', 'timeout', '5', 'wget', '-qO-', 'http://backend'),
    ).toMatch(/^backend /);
    cluster.kubectl('scale', '-n', 'shop', 'deployment/backend', '--replicas=2');
  });

  test('a pod reaches the API server by its name with its own token', async () => {
    // busybox speaks no TLS with elliptic curves, so the machine's own Node does, as a program of the container.
    const program = `
      const { readFileSync } = require('node:fs');
      const read = (name) => readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/' + name, 'utf8');
      require('node:https').get('https://kubernetes.default/api/v1/namespaces/shop/pods',
        { ca: read('ca.crt'), headers: { authorization: 'Bearer ' + read('token') } },
        (answer) => answer.on('data', (chunk) => process.stdout.write(chunk)))`;
    cluster.apply(nodePod('asks', 'shop', program, 'restartPolicy: Never'));
    const log = await eventually(
      'it has asked',
      () => cluster.tryKubectl('logs', '-n', 'shop', 'asks').stdout || undefined,
    );
    expect(log).toContain('pods is forbidden: User \\"system:serviceaccount:shop:default\\" cannot list');
    cluster.kubectl('delete', 'pod', '-n', 'shop', 'asks', '--wait=false');
  });

  test('the NodePort answers on localhost', async () => {
    const service = cluster.json<{ spec: { ports: { nodePort: number }[] } }>('get', 'service', 'web', '-n', 'shop');
    const port = service.spec.ports[0]!.nodePort;
    expect(await eventually('the node port answers', () => get(`http://127.0.0.1:${port}/`), 20)).toContain(
      'hello from the config map',
    );
  });

  test('configuration, secrets, downward API and init containers arrive in the container', async () => {
    const [pod] = pods('shop', 'app=web');
    expect(cluster.kubectl('exec', '-n', 'shop', pod!.metadata.name, '--', 'cat', '/www/version.html')).toBe(
      'version 1\n',
    );
    expect(cluster.kubectl('exec', '-n', 'shop', pod!.metadata.name, '--', 'cat', '/etc/podinfo/labels')).toContain(
      'app="web"',
    );
    await eventually('the log has the line', () =>
      cluster
        .kubectl('logs', '-n', 'shop', pod!.metadata.name)
        .includes(`serving as ${pod!.metadata.name} with s3cret`),
    );
    cluster.kubectl(
      'patch',
      'configmap',
      'pages',
      '-n',
      'shop',
      '--type=merge',
      '-p',
      '{"data":{"index.html":"changed\\n"}}',
    );
    await eventually(
      'the mounted file follows the ConfigMap',
      () => cluster.kubectl('exec', '-n', 'shop', pod!.metadata.name, '--', 'cat', '/pages/index.html') === 'changed\n',
      120,
    );
  });

  test('limits are applied', () => {
    const memory = cluster.kubectl(
      'exec',
      '-n',
      'shop',
      'deploy/web',
      '--',
      'sh',
      '-c',
      'cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max',
    );
    expect(memory.trim()).toBe(String(32 << 20));
  });

  test('a rollout replaces the pods, and undo brings them back', () => {
    cluster.kubectl(
      'patch',
      'deployment',
      'web',
      '-n',
      'shop',
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/template/spec/initContainers/0/env/0/value","value":"2"}]',
    );
    cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/web', '--timeout=90s');
    const version = () => cluster.kubectl('exec', '-n', 'shop', 'deploy/web', '--', 'cat', '/www/version.html');
    expect(version()).toBe('version 2\n');
    expect(cluster.kubectl('rollout', 'history', '-n', 'shop', 'deployment/web')).toMatch(/\n2 /);
    cluster.kubectl('rollout', 'undo', '-n', 'shop', 'deployment/web');
    cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/web', '--timeout=90s');
    expect(version()).toBe('version 1\n');
  });

  test('scaling up and down', async () => {
    cluster.kubectl('scale', '-n', 'shop', 'deployment/backend', '--replicas=4');
    cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/backend', '--timeout=90s');
    expect(pods('shop', 'app=backend')).toHaveLength(4);
    cluster.kubectl('scale', '-n', 'shop', 'deployment/backend', '--replicas=2');
    await eventually('two are left', () => pods('shop', 'app=backend').length === 2);
  });

  test('logs follow', async () => {
    const [pod] = pods('shop', 'app=web');
    const follow = cluster.background('logs', '-f', '-n', 'shop', pod!.metadata.name);
    cluster.kubectl('exec', '-n', 'shop', pod!.metadata.name, '--', 'sh', '-c', 'echo followed > /proc/1/fd/1');
    await eventually('the line comes by itself', () => follow.output().includes('followed'), 20);
    await follow.stop();
    expect(cluster.kubectl('logs', '-n', 'shop', pod!.metadata.name, '--tail=1').trim().split('\n')).toHaveLength(1);
  });

  test('exec with input, exit status and a terminal', () => {
    const [pod] = pods('shop', 'app=web');
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
    const echoed = cluster.tryKubectl(
      'exec',
      '-n',
      'shop',
      pod!.metadata.name,
      '--',
      'sh',
      '-c',
      'echo out; echo err >&2; exit 7',
    );
    expect(echoed).toMatchObject({ status: 7, stdout: 'out\n' });
    expect(echoed.stderr).toContain('err');
    const terminal = run(
      'script',
      ['-qec', `${cluster.program} exec -it -n shop ${pod!.metadata.name} -- sh -c 'tty && echo typed'`, '/dev/null'],
      { env },
    );
    expect(terminal.stdout).toContain('/dev/pts/');
    expect(terminal.stdout).toContain('typed');
  });

  test('cp there and back', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubernode-cp-'));
    const bytes = Buffer.alloc(3 << 20, 'kubernode');
    writeFileSync(join(folder, 'there'), bytes);
    const [pod] = pods('shop', 'app=web');
    cluster.kubectl('cp', '-n', 'shop', join(folder, 'there'), `${pod!.metadata.name}:/tmp/there`);
    cluster.kubectl('cp', '-n', 'shop', `${pod!.metadata.name}:/tmp/there`, join(folder, 'back'));
    expect(readFileSync(join(folder, 'back')).equals(bytes)).toBe(true);
  });

  test('port-forward', async () => {
    const forward = cluster.background('port-forward', '-n', 'shop', 'service/web', '18080:80');
    await eventually('the forwarded port answers', () => get('http://127.0.0.1:18080/version.html'), 20);
    for (let n = 0; n < 5; n++) expect(await get('http://127.0.0.1:18080/version.html')).toBe('version 1\n');
    await forward.stop();
  });

  test('exec and port-forward by SPDY, as clients without WebSockets do them', async () => {
    const [pod] = pods('shop', 'app=web');
    const name = pod!.metadata.name;
    const env = {
      ...process.env,
      KUBECONFIG: cluster.kubeconfig,
      KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false',
      KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false',
    };
    const kubectl = (args: readonly string[], input?: string) =>
      run(cluster.program, ['-n', 'shop', ...args], { env, ...(input === undefined ? {} : { input }) });
    const echoed = kubectl(['exec', '-v=9', name, '--', 'sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect(echoed).toMatchObject({ status: 7, stdout: 'out\n' });
    // kubectl's own trace shows that it did what it was told to.
    expect(echoed.stderr).toMatch(/X-Stream-Protocol-Version: v4\.channel\.k8s\.io/i);
    expect(echoed.stderr).toMatch(/Upgrade: SPDY\/3\.1/);
    expect(echoed.stderr).not.toMatch(/Sec-Websocket-Protocol/i);
    expect(kubectl(['exec', '-i', name, '--', 'wc', '-c'], 'x'.repeat(300_000)).stdout.trim()).toBe('300000');

    const forward = start(cluster.program, ['-n', 'shop', 'port-forward', 'service/web', '18081:80'], env);
    await eventually('the forwarded port answers', () => get('http://127.0.0.1:18081/version.html'), 20);
    for (let n = 0; n < 5; n++) expect(await get('http://127.0.0.1:18081/version.html')).toBe('version 1\n');
    await forward.stop();
  });

  test('a deleted pod is replaced', async () => {
    const [pod] = pods('shop', 'app=web');
    cluster.kubectl('delete', 'pod', '-n', 'shop', pod!.metadata.name);
    await eventually('two others are ready', () => {
      const now = pods('shop', 'app=web');
      return (
        now.length === 2 &&
        now.every(
          ({ metadata, status }) => metadata.uid !== pod!.metadata.uid && status.containerStatuses?.[0]?.ready === true,
        )
      );
    });
  });

  const single = (name: string, container: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {one: ${name}}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - {name: main, image: "${IMAGE}", imagePullPolicy: IfNotPresent, ${container}}
`;

  test('a crash loop backs off', async () => {
    cluster.apply(single('crash', 'command: [sh, -c, "exit 3"]'));
    const status = await eventually('it waits in CrashLoopBackOff', () => {
      const found = pods('shop', 'one=crash')[0]?.status.containerStatuses?.[0];
      return found?.state['waiting']?.reason === 'CrashLoopBackOff' && found.restartCount >= 1 ? found : undefined;
    });
    expect(status.lastState['terminated']).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(cluster.kubectl('get', 'events', '-n', 'shop', '--field-selector=reason=BackOff')).toContain('crash');
  });

  test('a container killed for memory says so', async () => {
    cluster.apply(single('hungry', 'command: [sh, -c, "tail /dev/zero"], resources: {limits: {memory: 16Mi}}'));
    await eventually('it is OOMKilled', () => {
      const found = pods('shop', 'one=hungry')[0]?.status.containerStatuses?.[0];
      return [found?.state['terminated'], found?.lastState['terminated']].some((one) => one?.reason === 'OOMKilled');
    });
  });

  test('an image that does not exist is reported', async () => {
    cluster.apply(single('lost', '').replace(IMAGE, 'localhost:1/no/such:image'));
    await eventually(
      'it waits for its image',
      () =>
        ['ErrImagePull', 'ImagePullBackOff'].includes(
          pods('shop', 'one=lost')[0]?.status.containerStatuses?.[0]?.state['waiting']?.reason ?? '',
        ),
      90,
    );
    expect(cluster.kubectl('describe', 'pod', '-n', 'shop', 'lost')).toContain('Failed to pull image');
  });

  test('the server is killed: services go on, and afterwards nothing is lost and no container was restarted', async () => {
    cluster.kubectl('delete', 'pod', '-n', 'shop', 'crash', 'hungry', 'lost', '--wait=true');
    const before = pods('shop', 'app').map((pod) => ({
      uid: pod.metadata.uid,
      containers: pod.status.containerStatuses?.map((one) => [one.containerID, one.restartCount]),
    }));
    const objects = cluster.kubectl('get', 'configmaps,secrets,services,deployments,replicasets', '-A', '-o', 'name');
    const load = serviceLoad(cluster.pid('node-1'), 'backend.shop.svc.cluster.local', 'backend ');
    await wait(500);
    process.kill(cluster.pid('server'), 'SIGKILL');
    await wait(5000);
    expect(cluster.kubernode('up').status).toBe(0);
    expect(cluster.kubectl('get', 'configmaps,secrets,services,deployments,replicasets', '-A', '-o', 'name')).toBe(
      objects,
    );
    await wait(2000);
    const served = await load.finish();
    expect(served).toEqual({ sent: served.sent, answered: served.sent, failed: [] });
    expect(served.sent).toBeGreaterThan(200);
    await wait(3000);
    expect(
      pods('shop', 'app').map((pod) => ({
        uid: pod.metadata.uid,
        containers: pod.status.containerStatuses?.map((one) => [one.containerID, one.restartCount]),
      })),
    ).toEqual(before);
  });

  test('the node agent is killed: its containers run on, and it picks them up again', async () => {
    const before = pods('shop', 'app').map((pod) =>
      pod.status.containerStatuses?.map((one) => [one.containerID, one.restartCount]),
    );
    process.kill(cluster.pid('node-1'), 'SIGKILL');
    await wait(500);
    const status = cluster.kubernode('status');
    expect(status.status).toBe(3);
    expect(status.stdout).toMatch(/node-1 +DOWN/);
    expect(cluster.kubernode('up').status).toBe(0);
    await wait(3000);
    expect(
      pods('shop', 'app').map((pod) => pod.status.containerStatuses?.map((one) => [one.containerID, one.restartCount])),
    ).toEqual(before);
    expect(cluster.kubectl('exec', '-n', 'shop', 'deploy/web', '--', 'echo', 'alive')).toBe('alive\n');
  });

  test('deleting the namespace takes everything in it away', async () => {
    cluster.kubectl('delete', 'namespace', 'shop', '--timeout=90s');
    expect(cluster.tryKubectl('get', 'pods,services', '-n', 'shop').stdout).toBe('');
  });

  test('down and up again keep what was there', () => {
    cluster.kubectl('create', 'configmap', 'kept', '--from-literal=a=b');
    expect(cluster.kubernode('down').status).toBe(0);
    expect(cluster.kubernode('up').status).toBe(0);
    expect(cluster.kubectl('get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}')).toBe('b');
  });
});

describe.skipIf(skip)('two real nodes on one machine', () => {
  beforeAll(async () => {
    cluster = testCluster('e2e-two', await findProgram('kubectl', true));
    cluster.kubernode('delete');
    const up = cluster.kubernode('up', '--runtime', 'containerd', '--nodes', '2');
    expect(up.stderr + up.stdout).toContain('is up.');
    cluster.kubernode('image', 'import', testImage());
  });
  afterAll(() => expectNothingLeft(cluster));

  test('they have distinct addresses', () => {
    const { items } = cluster.json<{ items: { status: { addresses: { type: string; address: string }[] } }[] }>(
      'get',
      'nodes',
    );
    const addresses = items.map(({ status }) => status.addresses.find(({ type }) => type === 'InternalIP')?.address);
    expect(new Set(addresses).size).toBe(2);
  });

  test('the application spreads over both, and its pods reach each other', async () => {
    cluster.apply(twoTiers('shop', 4));
    cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/backend', '--timeout=90s');
    cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/web', '--timeout=90s');
    const backends = pods('shop', 'app=backend');
    expect(new Set(backends.map(({ spec }) => spec.nodeName)).size).toBe(2);
    for (const web of pods('shop', 'app=web')) {
      for (const backend of backends) {
        expect(
          cluster.kubectl(
            'exec',
            '-n',
            'shop',
            web.metadata.name,
            '--',
            'timeout',
            '5',
            'wget',
            '-qO-',
            `http://${backend.status.podIP}:8080`,
          ),
        ).toBe(`backend ${backend.metadata.name}\n`);
      }
      expect(
        cluster.kubectl(
          'exec',
          '-n',
          'shop',
          web.metadata.name,
          '--',
          'timeout',
          '5',
          'wget',
          '-qO-',
          'http://backend',
        ),
      ).toMatch(/^backend /);
    }
  });
});
