import { X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { certificateOf, clientCertificates, frontProxy, signingRequestOf, pemBlocks } from '#core/apiserver/auth';
import { nodeCrypto } from '#adapters/node-crypto';
import { openPki } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'certs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const now = Date.parse('2026-03-01T00:00:00Z');
const clock = (at: number) => ({ now: () => at, monotonic: () => 0 });
const pki = await openPki({ folder: join(folder, 'pki'), now });
const der = (text: string) => new Uint8Array(new X509Certificate(text).raw);
const ask = (chain: Uint8Array[], headers = {}) => ({ headers, path: '/', peer: { address: '', certificates: chain } });
const parts = (at: number, authorities = pki.ca.certificate) => ({ clock: clock(at), crypto: nodeCrypto, authorities });

test('a certificate says what OpenSSL reads in it', () => {
  const node = new X509Certificate(pki.server.certificate);
  const own = certificateOf(new Uint8Array(node.raw));
  expect(own.subject.commonName).toBe('kube-apiserver');
  expect(own.notAfter).toBe(node.validToDate.getTime());
  expect(own.notBefore).toBe(node.validFromDate.getTime());
});

test('a client is its certificate, while that is valid and of a known authority', () => {
  const chain = [der(pki.admin.certificate)];
  const user = clientCertificates(parts(now)).authenticate(ask(chain));
  const print = new X509Certificate(pki.admin.certificate).fingerprint256.replaceAll(':', '').toLowerCase();
  expect(user).toEqual({
    name: 'kubernetes-admin',
    groups: ['system:masters'],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${print}`] },
  });
  expect(() => clientCertificates(parts(now + 400 * 24 * 3600 * 1000)).authenticate(ask(chain))).toThrow(
    'Unauthorized',
  );
  expect(clientCertificates(parts(now, pki.frontProxyCa.certificate)).authenticate(ask(chain))).toBeUndefined();
  expect(clientCertificates(parts(now)).authenticate(ask([]))).toBeUndefined();
  expect(clientCertificates(parts(now)).authenticate(ask([chain[0]!, der(pki.ca.certificate)]))).toMatchObject({
    name: 'kubernetes-admin',
  });
});

test('a front proxy speaks for others, nobody else does', () => {
  const headers = {
    'x-remote-user': 'joe',
    'x-remote-group': 'a, b',
    'x-remote-extra-acme.com%2fteam': 'x',
    'x-remote-extra-__proto__': 'y',
  };
  const proxy = frontProxy({ ...parts(now, pki.frontProxyCa.certificate), allowedNames: ['front-proxy-client'] });
  const user = proxy.authenticate(ask([der(pki.frontProxyClient.certificate)], headers));
  expect(user).toMatchObject({ name: 'joe', groups: ['a', 'b'], extra: { 'acme.com/team': ['x'] } });
  expect(proxy.authenticate(ask([der(pki.admin.certificate)], headers))).toBeUndefined();
  expect(proxy.authenticate(ask([], headers))).toBeUndefined();
  const stricter = frontProxy({ ...parts(now, pki.frontProxyCa.certificate), allowedNames: ['other'] });
  expect(() => stricter.authenticate(ask([der(pki.frontProxyClient.certificate)], headers))).toThrow('Unauthorized');
});

test("OpenSSL's certificate request is read: subject, names, addresses", () => {
  const file = join(folder, 'r.csr');
  execFileSync(
    'openssl',
    [
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      join(folder, 'r.key'),
      '-out',
      file,
      '-subj',
      '/O=system:nodes/CN=system:node:n1',
      '-addext',
      'subjectAltName=DNS:n1,IP:10.0.0.1',
    ],
    { stdio: 'ignore' },
  );
  const [request] = pemBlocks(readFileSync(file, 'utf8'), 'CERTIFICATE REQUEST');
  const read = signingRequestOf(request!);
  expect(read).toMatchObject({
    subject: { commonName: 'system:node:n1', organizations: ['system:nodes'] },
    dnsNames: ['n1'],
    addresses: ['10.0.0.1'],
    emails: [],
    uris: [],
  });
  const signed = pki.ca.sign({
    subject: read.subject,
    publicKey: read.publicKey,
    usages: ['clientAuth'],
    notBefore: now,
    notAfter: now + 1e9,
  });
  expect(new X509Certificate(signed).subject).toContain('CN=system:node:n1');
});

test.each([[new Uint8Array(0)], [Uint8Array.of(0x30, 0x84, 1, 1, 1, 1)], [Uint8Array.of(0x30, 3, 2, 9, 1)]])(
  '%j is no certificate',
  (bytes) => expect(() => certificateOf(bytes)).toThrow(RangeError),
);
