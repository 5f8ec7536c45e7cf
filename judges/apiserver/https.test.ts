import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { Agent, request } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { yamlCodec } from '#adapters/yaml';
import { openEnvelope } from '#core/machinery/protobuf';
import { type Started, startServer } from './start.ts';

const CONFIGS = '/api/v1/namespaces/default/configmaps';
let started: Started;
let session: ClientHttp2Session;

beforeAll(async () => {
  started = await startServer();
  const { ca, certificate, key } = started.tls;
  session = connectHttp2(`https://127.0.0.1:${started.http.port}`, { ca, cert: certificate, key });
  await ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'default' } } });
});
afterAll(async () => {
  session.close();
  await started.stop();
});

interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly over?: ClientHttp2Session;
}
interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
}

function ask(method: string, path: string, { body, headers = {}, over = session }: Asked = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const stream = over.request({ ':method': method, ':path': path, 'user-agent': 'test/1', ...headers });
    const chunks: Buffer[] = [];
    let head: Record<string, unknown> = {};
    stream.on('response', (given) => (head = given));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve({ status: Number(head[':status']), headers: head, bytes: Buffer.concat(chunks) }));
    stream.on('error', reject);
    stream.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const json = ({ bytes }: Answered) => JSON.parse(bytes.toString()) as Record<string, never>;

test('HTTP/2 and HTTP/1.1 serve the same', async () => {
  const created = await ask('POST', CONFIGS, { body: { metadata: { name: 'both' }, data: { a: '<&>' } } });
  expect([created.status, created.headers['content-type']]).toEqual([201, 'application/json']);
  const { ca, certificate, key } = started.tls;
  const agent = new Agent({ keepAlive: true, ca, cert: certificate, key });
  const get = () =>
    new Promise<string>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: started.http.port, path: `${CONFIGS}/both`, agent };
      request(options, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
  expect(await get()).toBe(created.bytes.toString());
  expect(await get()).toBe(created.bytes.toString());
  agent.destroy();
});

test('warnings, refusals and unknown paths look as clients expect', async () => {
  const warned = await ask('POST', CONFIGS, { body: { metadata: { name: 'w' }, foo: 'x"' } });
  expect(warned.headers['warning']).toBe('299 - "unknown field \\"foo\\""');
  const refused = await ask('GET', `${CONFIGS}/none`);
  expect([refused.status, json(refused)]).toMatchObject([404, { kind: 'Status', reason: 'NotFound' }]);
  const unknown = await ask('GET', '/nope');
  expect([unknown.status, unknown.bytes.toString()]).toEqual([404, '404 page not found\n']);
  const broken = await ask('POST', CONFIGS, { body: '{"metadata":' });
  expect([broken.status, json(broken)]).toMatchObject([400, { reason: 'BadRequest' }]);
});

test('a client without a certificate is nobody, one with a foreign certificate too', async () => {
  const { ca } = started.tls;
  const over = connectHttp2(`https://127.0.0.1:${started.http.port}`, { ca });
  const { status, bytes } = await ask('GET', CONFIGS, { over });
  expect([status, bytes.toString()]).toEqual([
    403,
    expect.stringContaining('User \\"system:anonymous\\" cannot list resource'),
  ]);
  over.close();
});

test('a watch streams events as they happen and ends in time', async () => {
  const watching = ask('GET', `${CONFIGS}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dwatched`);
  await ask('POST', CONFIGS, { body: { metadata: { name: 'watched' } } });
  await ask('DELETE', `${CONFIGS}/watched`);
  const lines = (await watching).bytes.toString().trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['ADDED', 'DELETED']);
});

test('protobuf goes both ways', async () => {
  const headers = { accept: 'application/vnd.kubernetes.protobuf' };
  await ask('POST', CONFIGS, { body: { metadata: { name: 'proto' }, data: { a: 'b' } } });
  const { bytes } = await ask('GET', `${CONFIGS}/proto`, { headers });
  expect(openEnvelope(bytes)).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
  await ask('DELETE', `${CONFIGS}/proto`);
  const sent = session.request({
    ':method': 'POST',
    ':path': CONFIGS,
    'content-type': 'application/vnd.kubernetes.protobuf',
  });
  sent.end(bytes);
  const status = await new Promise((resolve) => sent.on('response', (head) => resolve(head[':status'])));
  // It carries a resourceVersion, so it was read and understood.
  expect(status).toBe(400);
  expect(openEnvelope((await ask('GET', CONFIGS, { headers })).bytes).kind).toBe('ConfigMapList');
});

test('a long list comes in pieces, compressed for who takes it', async () => {
  const text = 'x'.repeat(2000);
  await Promise.all(
    Array.from({ length: 300 }, (_, i) =>
      ask('POST', '/api/v1/namespaces/default/configmaps', {
        body: { metadata: { name: `long-${i}` }, data: { text } },
      }),
    ),
  );
  const plain = json(await ask('GET', CONFIGS)) as unknown as { items: unknown[] };
  expect(plain.items.length).toBeGreaterThanOrEqual(300);
  const zipped = await ask('GET', CONFIGS, { headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(JSON.parse(gunzipSync(zipped.bytes).toString())).toEqual(plain);
});

test('bodies beyond the limit are refused, and the connection goes on', async () => {
  const { status } = await ask('POST', CONFIGS, { body: 'x'.repeat(4 * 1024 * 1024) });
  expect(status).toBe(413);
  expect((await ask('GET', '/readyz')).status).toBe(200);
});

test('what is no HTTP at all harms nobody', async () => {
  const { ca } = started.tls;
  for (const protocol of ['h2', 'http/1.1']) {
    const socket = connectTls({ host: '127.0.0.1', port: started.http.port, ca, ALPNProtocols: [protocol] });
    await new Promise((resolve) => socket.on('secureConnect', resolve));
    socket.on('error', () => {});
    socket.resume();
    socket.write('\0\u0001garbage\r\n\r\n');
    await new Promise((resolve) => socket.on('close', resolve));
  }
  expect((await ask('GET', '/readyz')).status).toBe(200);
});

const kubectl = '/usr/bin/kubectl';
test.skipIf(!existsSync(kubectl))('kubectl creates, lists, changes and deletes', async () => {
  const run = async (...words: string[]) =>
    (await promisify(execFile)(kubectl, ['--kubeconfig', started.kubeconfig, ...words])).stdout;
  expect(await run('create', 'configmap', 'by-kubectl', '--from-literal=a=b')).toBe('configmap/by-kubectl created\n');
  expect(await run('get', 'configmap', 'by-kubectl', '-o', 'jsonpath={.data.a}')).toBe('b');
  expect(await run('get', 'configmap', 'by-kubectl')).toMatch(/NAME +DATA +AGE\nby-kubectl +1 /);
  expect(await run('label', 'configmap', 'by-kubectl', 'x=y')).toBe('configmap/by-kubectl labeled\n');
  expect(await run('delete', 'configmap', 'by-kubectl')).toMatch(/^configmap "by-kubectl" deleted/);
});

/** As YAML is written: with all keys in order. */
const inOrder = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(inOrder)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([left], [right]) => (left < right ? -1 : 1))
            .map(([key, one]) => [key, inOrder(one)]),
        )
      : value;

test.each(['application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io'])(
  'a long list of %s that people read comes piece by piece, the text that it is as a whole',
  async (accept) => {
    const place = '/api/v1/namespaces/read/configmaps';
    await ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'read' } } });
    const texts = [
      'a\n  b\n\n\nitems: []\n',
      '  x\n y\n',
      '- "<\u2028&"',
      '\n\n',
      '# no',
      'x: []',
      'y'.repeat(200),
      'é\t',
    ];
    for (let i = 0; i < 40; i++) {
      const data = { [`k${i}`]: texts[i % texts.length], other: texts[(i + 3) % texts.length] };
      await ask('POST', place, { body: { metadata: { name: `c${i}`, annotations: { data: data['other'] } }, data } });
    }
    const yaml = accept.replace('json', 'yaml');
    const get = async (query: string, of: string) => {
      const { status, bytes } = await ask('GET', `${place}?includeObject=Object${query}`, { headers: { accept: of } });
      expect(status).toBe(200);
      return bytes.toString();
    };
    // Ages must not change meanwhile.
    const [plain, pretty, text] = await Promise.all([get('', accept), get('&pretty=true', accept), get('', yaml)]);
    const escaped = (json: string) =>
      json.replace(/[<>&\u2028]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const ageless = (one: string) => one.replace(/"?\b\d+s\b"?/g, 'AGE');
    expect(ageless(pretty)).toBe(ageless(escaped(JSON.stringify(JSON.parse(plain), null, 2))));
    expect(ageless(text)).toBe(ageless(yamlCodec.stringify(inOrder(JSON.parse(plain)))));
  },
);
