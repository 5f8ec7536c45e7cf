import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '#adapters/node-crypto';
import { type HttpServer, nodeGzip, serveHttp } from '#adapters/node-http';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { openPki } from '#adapters/pki';
import { yamlCodec } from '#adapters/yaml';
import { type Admission, type ApiServer, type Authorizer, createApiServer, unbuilt } from '#core/apiserver';
import { builtInAdmission } from '#core/apiserver/admission';
import { discoveryMounts } from '#core/apiserver/discovery';
import { authenticators, clientCertificates, storedIn } from '#core/apiserver/auth';
import { builtInDefaults } from '#core/api/defaults';
import { registryOf } from '#core/api/definition';
import { detailedDefinitions } from '#core/api/details';
import { featureGates } from '#core/api/gates';
import { createMetrics, silentLog } from '#core/base';
import { memoryBackend, openStore, type Store } from '#core/store';

export interface Started {
  readonly server: ApiServer;
  readonly store: Store;
  readonly http: HttpServer;
  /** Path of a kubeconfig whose user may do everything. */
  readonly kubeconfig: string;
  readonly tls: { readonly ca: string; readonly certificate: string; readonly key: string };
  stop(): Promise<void>;
}

/** A server over a store in memory, on a free port of the loopback; its one admin may do everything. */
export async function startServer(
  options: { readonly port?: number; readonly admission?: Admission } = {},
): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'apiserver-'));
  const turns = nodeTurns();
  const { clock } = turns;
  const metrics = createMetrics();
  const gates = featureGates();
  const pki = await openPki({ folder, now: clock.now() });
  const store = await openStore(memoryBackend(), { clock, turns, log: silentLog, metrics });
  const registry = registryOf(detailedDefinitions());
  const authorizer: Authorizer = {
    decide: ({ user }) => ({ allowed: user.groups.includes('system:masters'), reason: '' }),
  };
  const server = createApiServer({
    registry,
    store,
    defaults: builtInDefaults({ gates, now: () => clock.now() }),
    turns,
    random: nodeRandom,
    crypto: nodeCrypto,
    log: { ...silentLog, error: (message, fields) => console.error(message, fields) },
    metrics,
    gates,
    authenticator: authenticators(
      [clientCertificates({ clock, crypto: nodeCrypto, authorities: pki.ca.certificate })],
      true,
    ),
    authorizer,
    admission:
      options.admission ??
      builtInAdmission({ store, stored: storedIn(store), turns, random: nodeRandom, authorizer, gates }),
    mounts: discoveryMounts(registry, () => '127.0.0.1'),
    yaml: yamlCodec,
    gzip: nodeGzip,
    version: unbuilt('v1.36.1'),
  });
  const http = await serveHttp(server, {
    address: '127.0.0.1',
    port: options.port ?? 0,
    tls: { certificate: pki.server.certificate, key: pki.server.key, clientCa: pki.ca.certificate },
  });
  const kubeconfig = join(folder, 'admin.kubeconfig');
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'c',
          cluster: {
            server: `https://127.0.0.1:${http.port}`,
            'certificate-authority-data': base64(pki.ca.certificate),
          },
        },
      ],
      users: [
        {
          name: 'u',
          user: {
            'client-certificate-data': base64(pki.admin.certificate),
            'client-key-data': base64(pki.admin.key),
          },
        },
      ],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  return {
    server,
    store,
    http,
    kubeconfig,
    tls: { ca: pki.ca.certificate, certificate: pki.admin.certificate, key: pki.admin.key },
    async stop() {
      await http.close(100);
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
