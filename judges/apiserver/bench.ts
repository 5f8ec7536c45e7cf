import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect, type ClientHttp2Session } from 'node:http2';
import { dirname, join } from 'node:path';

/** `node judges/apiserver/bench.ts`: processor time of the server for each request, over one HTTP/2 connection with 16 in flight. */
const IN_FLIGHT = 16;
const child = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const kubeconfig = await new Promise<string>((resolve) => {
  child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
});
const folder = dirname(kubeconfig);
const { clusters } = JSON.parse(await readFile(kubeconfig, 'utf8')) as { clusters: { cluster: { server: string } }[] };
const session = connect(clusters[0]!.cluster.server, {
  ca: await readFile(join(folder, 'ca.crt')),
  cert: await readFile(join(folder, 'admin.crt')),
  key: await readFile(join(folder, 'admin.key')),
});

/** Milliseconds of processor time that the server has used. */
async function used(): Promise<number> {
  const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function ask(over: ClientHttp2Session, method: string, path: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { ':method': method, ':path': path, 'content-type': 'application/json', 'user-agent': 'bench/1' };
    const stream = over.request(headers, { endStream: body === undefined });
    let status = 0;
    stream.on('response', (head) => (status = Number(head[':status'])));
    stream.on('data', () => {});
    stream.on('end', () => resolve(status));
    stream.on('error', reject);
    if (body !== undefined) stream.end(body);
  });
}

async function measure(name: string, count: number, one: (index: number) => Promise<number>): Promise<void> {
  const before = await used();
  const start = performance.now();
  let next = 0;
  let bad = 0;
  const work = async () => {
    while (next < count) if ((await one(next++)) >= 400) bad++;
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  const cpu = (await used()) - before;
  const wall = performance.now() - start;
  console.log(
    `${name}: ${((cpu * 1000) / count).toFixed(0)} us of processor, ${(count / wall).toFixed(1)} thousand a second, ${bad} refused`,
  );
}

const pod = (name: string) =>
  JSON.stringify({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, labels: { app: 'web', tier: 'front' }, annotations: { note: 'x'.repeat(300) } },
    spec: {
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'main',
          image: 'registry.example/web:1.2.3',
          ports: [{ containerPort: 8080 }],
          env: Array.from({ length: 8 }, (_, i) => ({ name: `VARIABLE_${i}`, value: `value ${i}` })),
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
        },
      ],
    },
  });

const PODS = '/api/v1/namespaces/bench/pods';
await ask(session, 'POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: 'bench' } }));
await ask(
  session,
  'POST',
  '/api/v1/namespaces/bench/serviceaccounts',
  JSON.stringify({ metadata: { name: 'default' } }),
);
const config = JSON.stringify({ metadata: { name: 'c' }, data: { text: 'x'.repeat(1700) } });
await ask(session, 'POST', '/api/v1/namespaces/bench/configmaps', config);
await measure('GET /healthz', 5000, () => ask(session, 'GET', '/healthz'));
await measure('GET of a configmap of 2 KB', 10000, () => ask(session, 'GET', '/api/v1/namespaces/bench/configmaps/c'));
await measure('POST of a pod of 1.3 KB', 5000, (i) => ask(session, 'POST', PODS, pod(`p${i}`)));
await measure(
  'PATCH of a pod status',
  5000,
  (i) =>
    new Promise((resolve, reject) => {
      const stream = session.request({
        ':method': 'PATCH',
        ':path': `${PODS}/p${i}/status`,
        'content-type': 'application/strategic-merge-patch+json',
        'user-agent': 'kubelet/1',
      });
      let status = 0;
      stream.on('response', (head) => (status = Number(head[':status'])));
      stream.on('data', () => {});
      stream.on('end', () => resolve(status));
      stream.on('error', reject);
      stream.end(JSON.stringify({ status: { phase: 'Running', podIP: '10.0.0.1' } }));
    }),
);
await measure('LIST of 5000 pods', 20, () => ask(session, 'GET', PODS));
await measure('GET of a pod', 5000, (i) => ask(session, 'GET', `${PODS}/p${i}`));
await measure('DELETE of a pod', 5000, (i) => ask(session, 'DELETE', `${PODS}/p${i}?gracePeriodSeconds=0`));
session.close();
child.kill('SIGTERM');
