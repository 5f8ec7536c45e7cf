import { mkdtemp, rm } from 'node:fs/promises';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMaps } from '#core/api/tokens';
import { httpClient } from '#core/client';
import { openPki, type Pki } from '#adapters/pki';
import { httpTransport } from './index.ts';

let folder: string;
let pki: Pki;
let server: http2.Http2SecureServer;
let url: string;
const sessions = new Set<http2.ServerHttp2Session>();
const seen: { peer: string; authorization: string | undefined }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'http-client-'));
  pki = await openPki({ folder, now: Date.now() });
  server = http2.createSecureServer({
    cert: pki.server.certificate,
    key: pki.server.key,
    ca: pki.ca.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream: http2.ServerHttp2Stream, headers) => {
    stream.on('error', () => undefined);
    const certificate = (stream.session!.socket as TLSSocket).getPeerCertificate();
    seen.push({ peer: String(certificate.subject?.CN ?? ''), authorization: headers.authorization });
    const path = headers[':path']!;
    if (path.includes('watch=true')) {
      stream.respond({ ':status': 200 });
      stream.write('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n');
    } else if (path.endsWith('/hang')) {
      // Never answered.
    } else if (path.endsWith('/large')) {
      stream.respond({ ':status': 200 });
      stream.end(JSON.stringify({ kind: 'ConfigMap', data: { text: 'x'.repeat(3_000_000) } }));
    } else {
      const body: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => body.push(chunk));
      stream.on('end', () => {
        stream.respond({ ':status': 200, 'content-type': 'application/json' });
        stream.end(JSON.stringify({ kind: 'ConfigMap', sent: Buffer.concat(body).toString() }));
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const session of sessions) session.destroy();
  server.close();
  await rm(folder, { recursive: true });
});

const dial = (options: Partial<Parameters<typeof httpTransport>[0]> = {}, timeout = 5000) => {
  const { transport, close } = httpTransport({
    url,
    ca: pki.ca.certificate,
    credentials: { kind: 'certificate', read: () => pki.admin },
    ...options,
  });
  return { client: httpClient(transport, { userAgent: 'test', timeout }), close };
};
const named = (name: string) => ({ namespace: 'a', name });

test('shows its certificate, or its token, and carries bodies both ways', async () => {
  const { client, close } = dial();
  const object = { apiVersion: 'v1' as const, kind: 'ConfigMap' as const, metadata: named('b') };
  expect(await client.update(configMaps, object)).toMatchObject({ sent: JSON.stringify(object) });
  expect(seen.at(-1)!.peer).toBe('kubernetes-admin');
  expect((await client.get(configMaps, named('large'))).data!['text']).toHaveLength(3_000_000);
  close();
  const bearer = dial({ credentials: { kind: 'token', read: () => 'secret' } });
  await bearer.client.get(configMaps, named('b'));
  expect(seen.at(-1)).toEqual({ peer: '', authorization: 'Bearer secret' });
  bearer.close();
});

test('refuses a server that another authority vouches for', async () => {
  const { client, close } = dial({ ca: pki.frontProxyCa.certificate });
  await expect(client.get(configMaps, named('b'))).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  close();
});

test('tells that nobody answers, in time', async () => {
  const { client, close } = dial({}, 50);
  await expect(client.get(configMaps, named('hang'))).rejects.toMatchObject({ reason: 'Timeout' });
  await client.get(configMaps, named('b'));
  close();
  await expect(client.get(configMaps, named('b'))).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
});

test('a watch tells when the connection breaks; the next request opens a new one', async () => {
  const { client, close } = dial();
  const first = Promise.withResolvers<unknown>();
  const over = Promise.withResolvers<unknown>();
  const { signal } = new AbortController();
  await client.watch(configMaps, { signal }, { events: (events) => first.resolve(events), ended: over.resolve });
  expect(await first.promise).toMatchObject([{ type: 'ADDED' }]);
  for (const session of sessions) session.destroy();
  expect(await over.promise).toMatchObject({ reason: 'ServiceUnavailable' });
  await client.get(configMaps, named('b'));
  close();
});

test('an aborted watch is silent, and the connection lives on', async () => {
  const { client, close } = dial();
  const stop = new AbortController();
  const first = Promise.withResolvers<unknown>();
  let ended = false;
  await client.watch(
    configMaps,
    { signal: stop.signal },
    { events: (events) => first.resolve(events), ended: () => (ended = true) },
  );
  await first.promise;
  stop.abort();
  await client.get(configMaps, named('b'));
  expect(ended).toBe(false);
  expect(sessions.size).toBe(1);
  close();
});
