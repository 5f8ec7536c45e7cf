import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtInDefaults } from '#core/api/defaults';
import { registryOf } from '#core/api/definition';
import { detailedDefinitions } from '#core/api/details';
import { featureGates } from '#core/api/gates';
import { configMaps, namespaces } from '#core/api/tokens';
import { createApiServer, unbuilt } from '#core/apiserver';
import { authenticators, clientCertificates } from '#core/apiserver/auth';
import { createMetrics, silentLog } from '#core/base';
import { createInformers, httpClient } from '#core/client';
import { memoryBackend, openStore } from '#core/store';
import { nodeCrypto } from '#adapters/node-crypto';
import { serveHttp } from '#adapters/node-http';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { openPki } from '#adapters/pki';
import { httpTransport } from './index.ts';

const turns = nodeTurns();

test('an informer over HTTPS follows, and survives a server that comes back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'http-server-'));
  const pki = await openPki({ folder, now: turns.clock.now() });
  const metrics = createMetrics();
  const gates = featureGates();
  const { clock } = turns;
  const store = await openStore(memoryBackend(), { clock, turns, log: silentLog, metrics });
  const server = createApiServer({
    registry: registryOf(detailedDefinitions()),
    store,
    defaults: builtInDefaults({ gates, now: () => clock.now() }),
    turns,
    random: nodeRandom,
    crypto: nodeCrypto,
    log: silentLog,
    metrics,
    gates,
    authenticator: authenticators(
      [clientCertificates({ clock, crypto: nodeCrypto, authorities: pki.ca.certificate })],
      true,
    ),
    authorizer: { decide: ({ user }) => ({ allowed: user.groups.includes('system:masters'), reason: '' }) },
    admission: [],
    version: unbuilt(''),
  });
  const serve = (port: number) =>
    serveHttp(server, {
      address: '127.0.0.1',
      port,
      tls: { certificate: pki.server.certificate, key: pki.server.key, clientCa: pki.ca.certificate },
    });
  let http = await serve(0);
  const { port } = http;
  const dialled = httpTransport({
    url: `https://127.0.0.1:${port}`,
    ca: pki.ca.certificate,
    credentials: { kind: 'certificate', read: () => pki.admin },
  });
  const client = httpClient(dialled.transport, { userAgent: 'test' });
  const informers = createInformers({ client, turns, random: nodeRandom, log: silentLog });
  const make = (name: string) =>
    client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });
  const waitFor = async (holds: () => boolean) => {
    for (let tries = 0; tries < 200 && !holds(); tries++) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(holds()).toBe(true);
  };

  await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' }, spec: {} });
  await make('first');
  const informer = informers.get(configMaps);
  await informer.synced;
  expect([...informer.cache.values()].map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'ConfigMap first',
  ]);
  await make('second');
  await waitFor(() => informer.cache.size === 2);
  await expect(make('second')).rejects.toMatchObject({ reason: 'AlreadyExists', code: 409 });

  await http.close();
  http = await serve(port);
  await make('third').catch(() => make('third'));
  await waitFor(() => informer.cache.size === 3);
  await client.delete(configMaps, { namespace: 'default', name: 'first' });
  await waitFor(() => informer.cache.get('default/first') === undefined);
  informers.stop();
  dialled.close();
  await http.close();
  await store.close();
  await rm(folder, { recursive: true });
});
