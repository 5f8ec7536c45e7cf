import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPki } from './index.ts';
import { addressBytes } from './address.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'pki-'));
});
afterAll(() => rm(base, { recursive: true }));
const now = Date.parse('2026-03-01T00:00:00Z');
const day = 24 * 3600 * 1000;

test('the first start makes everything, the next finds it, a change of addresses renews the server only', async () => {
  const folder = join(base, 'one');
  const first = await openPki({ folder, now });
  expect((await readdir(folder)).toSorted()).toEqual([
    'admin.crt',
    'admin.key',
    'apiserver-kubelet-client.crt',
    'apiserver-kubelet-client.key',
    'apiserver.crt',
    'apiserver.key',
    'ca.crt',
    'ca.key',
    'front-proxy-ca.crt',
    'front-proxy-ca.key',
    'front-proxy-client.crt',
    'front-proxy-client.key',
    'sa.key',
    'sa.pub',
  ]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const file of ['ca.key', 'sa.key', 'admin.key'])
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  const again = await openPki({ folder, now: now + day });
  expect(again.server).toEqual(first.server);
  expect(again.admin).toEqual(first.admin);
  expect(again.serviceAccountKey).toBe(first.serviceAccountKey);
  const moved = await openPki({ folder, now: now + day, addresses: ['172.30.0.1', 'fd00::1'] });
  expect(moved.server.certificate).not.toBe(first.server.certificate);
  expect(moved.admin).toEqual(first.admin);
  expect((await openPki({ folder, now: now + day, addresses: ['172.30.0.1', 'fd00::1'] })).server).toEqual(
    moved.server,
  );
  const later = await openPki({ folder, now: now + 320 * day, addresses: ['172.30.0.1', 'fd00::1'] });
  expect(later.admin).not.toEqual(first.admin);
  expect(later.ca.certificate).toBe(first.ca.certificate);
});

test('certificates say what kubeadm has them say', async () => {
  const pki = await openPki({ folder: join(base, 'two'), now, names: ['my.host'], addresses: ['172.30.0.1'] });
  const ca = new X509Certificate(pki.ca.certificate);
  expect(ca.ca).toBe(true);
  const server = new X509Certificate(pki.server.certificate);
  expect(server.verify(ca.publicKey)).toBe(true);
  expect(server.checkIssued(ca)).toBe(true);
  for (const name of ['localhost', 'kubernetes', 'kubernetes.default.svc.cluster.local', 'my.host'])
    expect(server.checkHost(name)).toBe(name);
  for (const address of ['127.0.0.1', '10.96.0.1', '172.30.0.1']) expect(server.checkIP(address)).toBe(address);
  expect(new X509Certificate(pki.admin.certificate).subject).toBe('O=system:masters\nCN=kubernetes-admin');
  const node = await pki.node('n1', ['172.30.0.2']);
  expect(new X509Certificate(node.client.certificate).subject).toBe('O=system:nodes\nCN=system:node:n1');
  expect(new X509Certificate(node.serving.certificate).subjectAltName).toBe('DNS:n1, IP Address:172.30.0.2');
  expect(await pki.node('n1', ['172.30.0.2'])).toEqual(node);
});

test('TLS takes them on both sides', async () => {
  const pki = await openPki({ folder: join(base, 'three'), now: Date.now() });
  const server = createServer({
    cert: pki.server.certificate,
    key: pki.server.key,
    ca: pki.ca.certificate,
    requestCert: true,
    rejectUnauthorized: true,
  });
  const asked = new Promise<string>((resolve) =>
    server.on('secureConnection', (socket) => {
      resolve(socket.getPeerX509Certificate()!.subject);
      socket.end();
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    ca: pki.ca.certificate,
    cert: pki.admin.certificate,
    key: pki.admin.key,
  });
  expect(await asked).toContain('CN=kubernetes-admin');
  socket.destroy();
  server.close();
});

test.each([
  ['a damaged leaf is made anew', 'apiserver.crt', undefined],
  ['a damaged authority is refused', 'ca.crt', /./],
])('%s', async (_, file, wanted) => {
  const folder = join(base, file);
  await openPki({ folder, now });
  await writeFile(join(folder, file), 'rubbish');
  const opened = openPki({ folder, now });
  if (wanted === undefined) expect((await opened).server.certificate).toContain('BEGIN CERTIFICATE');
  else await expect(opened).rejects.toThrow(wanted);
});

test("an authority's certificate without its key is refused, a key without its certificate gets a new one", async () => {
  const folder = join(base, 'four');
  const first = await openPki({ folder, now });
  await rm(join(folder, 'ca.crt'));
  const second = await openPki({ folder, now });
  expect(second.ca.certificate).not.toBe(first.ca.certificate);
  await rm(join(folder, 'ca.key'));
  await expect(openPki({ folder, now })).rejects.toThrow('restore it');
});

test.each([
  ['10.96.0.1', '0a600001'],
  ['::1', '00000000000000000000000000000001'],
  ['fd00:1::a:b', 'fd0000010000000000000000000a000b'],
  ['::ffff:1.2.3.4', '01020304'],
])('the bytes of %s', (text, wanted) => expect(addressBytes(text).toString('hex')).toBe(wanted));
