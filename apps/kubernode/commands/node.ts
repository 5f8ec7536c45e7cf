import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { httpTransport } from '#adapters/http-client';
import { nodeDialer } from '#adapters/probe-dialer';
import { nodeCgroups, nodeLogs, nodeVolumes } from '#adapters/node-fs';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { createMetrics, sleep } from '#core/base';
import { httpClient } from '#core/client';
import { createKubelet } from '#core/kubelet';
import { lineLog } from '../logger.ts';
import { readNodeConfig, type NodeConfig } from '../node-config.ts';
import { serveKubelet } from '../node/api.ts';
import { imageMounts, startContainers } from '../node/containers.ts';
import { nodeSettings } from '../node/facts.ts';
import { startNetwork } from '../node/network.ts';
import { kubernodeVersion } from '../version.ts';

const RELIST_EVERY = 10_000;
/** By then the agent has listed all that it follows and taken up its pods. */
const STARTED_AFTER = 15_000;
const COLLECTIONS = 3;

/** `kubernode node`: the agent of one real node, inside the node's namespaces, until SIGTERM. Containers outlive it. */
export async function node(options: { readonly config: string }): Promise<void> {
  const config = readNodeConfig(options.config);
  const log = lineLog('info');
  const turns = nodeTurns((fault) => log.error('a turn failed', { fault }));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (fault: unknown) => log.error('this should not have happened', { fault }));
  }
  const over = new AbortController();
  const metrics = createMetrics();
  const connection = httpTransport({
    url: config.server,
    ca: readFileSync(config.ca, 'utf8'),
    credentials: { kind: 'certificate', read: () => credentialsOf(config) },
  });
  const client = httpClient(connection.transport, { userAgent: `kubelet/${kubernodeVersion()}` });
  const parts = { config, client, turns, random: nodeRandom, log, signal: over.signal };

  const [runtime, settings, network, cgroups] = await Promise.all([
    startContainers(config, log, over.signal),
    nodeSettings(config),
    startNetwork(parts),
    nodeCgroups(),
  ]);
  const kubelet = createKubelet({
    client,
    turns,
    random: nodeRandom,
    log,
    metrics,
    runtime,
    volumes: nodeVolumes('/var/lib/kubelet', { images: imageMounts(config) }),
    cgroups,
    dialer: nodeDialer(),
    logs: nodeLogs(),
    node: settings,
    dns: {
      clusterServers: [config.clusterDns],
      clusterDomain: config.clusterDomain,
      node: { servers: network.resolvers, searches: [], options: [] },
    },
    podLogs: '/var/log/pods',
    hostsFile: () => readFile('/etc/hosts', 'utf8'),
    serviceLinks: true,
    relistEvery: RELIST_EVERY,
  });
  const api = await serveKubelet(config, client, turns, kubelet);
  log.info('serving', { address: config.ip });
  flushCompileCache();
  void sleep(turns, STARTED_AFTER, over.signal).then(giveBack, () => undefined);

  await told();
  log.info('stopping');
  over.abort();
  kubelet.stop();
  await Promise.all([api.close(0), network.close()]);
  runtime.close();
  connection.close();
  process.exit(0);
}

/**
 * Collects garbage: starting took 6 MB that an idle agent would keep for hours. What only a start runs is forgotten when it was
 * not run between a few collections. The flag that allows it is not given on the command line, as the compile cache of programs
 * with other flags does not serve.
 */
async function giveBack(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  for (let round = 0; round < COLLECTIONS; round++) {
    await collect({ type: 'major', execution: 'async', flavor: 'last-resort' });
  }
}

const told = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

const credentialsOf = ({ clientCertificate, clientKey }: NodeConfig) => ({
  certificate: readFileSync(clientCertificate, 'utf8'),
  key: readFileSync(clientKey, 'utf8'),
});
