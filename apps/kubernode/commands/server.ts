import { flushCompileCache } from 'node:module';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { clientNodeDescriptions } from '#adapters/descriptions';
import { fileDisk } from '#adapters/disk';
import { nodeDialer } from '#adapters/dialer';
import { nodeCrypto, privateKeyOf } from '#adapters/node-crypto';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { nodeGzip, serveHttp } from '#adapters/node-http';
import { openPki } from '#adapters/pki';
import { regularExpressions } from '#adapters/regular-expression';
import { yamlCodec } from '#adapters/yaml';
import { createOutbound, directoryOf } from '#core/apiserver/dialing';
import { featureGates } from '#core/api/gates';
import { createMetrics } from '#core/base';
import { type Cluster, controllersOf, createControlPlane, startCluster } from '#core/cluster';
import { defaultWindow, logBackend, memoryBackend, openStore, type Store, type StoreParts } from '#core/store';
import { Failure, codeOf, messageOf } from '../failure.ts';
import { contextName, kubeconfigText } from '../kubeconfig.ts';
import { lineLog } from '../logger.ts';
import { cacheHome, placesOf, type Places } from '../places.ts';
import { startServerNetwork } from '../server-network.ts';
import { kubernodeVersion, versionInfo } from '../version.ts';
import type { ClusterOptions } from './options.ts';

interface ServerOptions extends ClusterOptions {
  readonly port: number;
  readonly listen: string;
  readonly advertise: string;
  readonly storage: 'log' | 'memory';
  /** Seconds. */
  readonly apiWindow: number;
  readonly controllers: string;
  readonly scheduler: 'on' | 'none';
  readonly simulatedNodes: number;
  readonly simulatedImages?: string;
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly featureGates?: string;
}

/** Advertised where there is no bridge that nodes could reach the server by. */
const NO_ADDRESS = '192.0.2.10';

/** `kubernode server`: the control plane in one process, until SIGTERM. */
export async function server(options: ServerOptions): Promise<void> {
  const places = placesOf(options.name, options.dataDir);
  const log = lineLog('info');
  const turns = nodeTurns((fault) => log.error('a turn failed', { fault }));
  const metrics = createMetrics();
  const gates = parseGates(options.featureGates ?? '');
  checkControllers(options.controllers);
  const images =
    options.simulatedImages === undefined
      ? undefined
      : new Set(readFileSync(options.simulatedImages, 'utf8').trim().split(/\s+/));
  const listen = options.listen.split(',');

  mkdirSync(places.data, { recursive: true });
  const pki = await openPki({ folder: places.pki, now: Date.now(), addresses: listen });
  writeFileSync(
    places.kubeconfig,
    kubeconfigText({
      context: contextName(options.name),
      server: `https://127.0.0.1:${options.port}`,
      ca: pki.ca.certificate,
      certificate: pki.admin.certificate,
      key: pki.admin.key,
    }),
    { mode: 0o600 },
  );

  const store = await openStorage(options.storage, places, {
    clock: turns.clock,
    turns,
    log,
    metrics,
    window: { ...defaultWindow, age: options.apiWindow * 1000 },
  });
  const dialer = nodeDialer();
  let cluster: Cluster | undefined;
  const plane = createControlPlane({
    store,
    turns,
    random: nodeRandom,
    crypto: nodeCrypto,
    log,
    metrics,
    gates,
    version: versionInfo(),
    identity: {
      clientAuthorities: pki.ca.certificate,
      frontProxy: { authorities: pki.frontProxyCa.certificate, allowedNames: ['front-proxy-client'] },
      serviceAccounts: { signingKey: privateKeyOf(pki.serviceAccountKey) },
    },
    hostname: hostname(),
    advertised: {
      address: options.advertise,
      port: options.port,
      serviceAddress: firstAddress(options.serviceCidr),
      serviceRanges: [options.serviceCidr],
    },
    outbound: createOutbound({
      directory: directoryOf(store),
      random: nodeRandom,
      dialer,
      kubeletTls: {
        ca: pki.ca.certificate,
        client: { certificate: pki.kubeletClient.certificate, key: pki.kubeletClient.key },
      },
      kubeletCertificates: [],
      localNode: (name) => cluster?.localNode(name),
    }),
    yaml: yamlCodec,
    expressions: regularExpressions(),
    openApi: {
      info: { title: 'Kubernetes', version: kubernodeVersion() },
      fingerprint: kubernodeVersion(),
      descriptions: clientNodeDescriptions({ cacheFile: join(cacheHome(), 'descriptions.json') }),
    },
    gzip: nodeGzip,
  });

  const closing: (() => Promise<void> | void)[] = [];
  for (const address of listen) {
    try {
      const http = await serveHttp(plane.server, {
        address,
        port: options.port,
        tls: {
          certificate: pki.server.certificate,
          key: pki.server.key,
          clientCa: pki.ca.certificate + pki.frontProxyCa.certificate,
        },
      });
      closing.push(() => http.close());
    } catch (error) {
      if (codeOf(error) === 'EADDRINUSE') {
        throw new Failure(`Port ${options.port} on ${address} is in use by another program; give another --port.`);
      }
      if (codeOf(error) === 'EACCES')
        throw new Failure(`Port ${options.port} may not be opened by this user; give a --port above 1023.`);
      throw error;
    }
  }
  closing.push(
    startServerNetwork({
      plane,
      turns,
      random: nodeRandom,
      log,
      clusterDns: dnsAddress(options.serviceCidr),
      nodes: options.advertise === NO_ADDRESS ? undefined : `${options.advertise}/24`,
    }),
  );
  cluster = startCluster({
    plane,
    turns,
    random: nodeRandom,
    crypto: nodeCrypto,
    log,
    metrics,
    controllers: options.controllers,
    scheduler: options.scheduler,
    simulatedNodes: options.simulatedNodes,
    ...(images === undefined ? {} : { isMissing: (image: string) => !images.has(image) }),
    podCidr: options.podCidr,
    rootCertificate: pki.ca.certificate,
    version: kubernodeVersion(),
  });
  cluster.started.catch((failure: unknown) => log.error('the cluster did not start', { failure }));
  closing.push(() => cluster?.stop());
  log.info('serving', { port: options.port, addresses: options.listen });
  flushCompileCache();

  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  log.info('stopping');
  for (const close of closing.reverse()) await close();
  dialer.close();
  await plane.close();
  process.exit(0);
}

async function openStorage(kind: 'log' | 'memory', places: Places, parts: StoreParts): Promise<Store> {
  if (kind === 'memory') return openStore(memoryBackend(), parts);
  try {
    mkdirSync(places.store, { recursive: true });
    return await openStore(logBackend(await fileDisk(places.store)), parts);
  } catch (error) {
    throw new Failure(`Cannot open the data in ${places.store}: ${messageOf(error)}`);
  }
}

function parseGates(text: string): ReturnType<typeof featureGates> {
  const overrides: [string, boolean][] = [];
  for (const part of text.split(',').filter((one) => one !== '')) {
    const [, name, value] = /^([A-Za-z0-9]+)=(true|false)$/.exec(part) ?? [];
    if (name === undefined) throw new Failure(`--feature-gates: "${part}" is not NAME=true or NAME=false.`);
    overrides.push([name, value === 'true']);
  }
  try {
    return featureGates(Object.fromEntries(overrides));
  } catch (error) {
    throw new Failure(`--feature-gates: ${messageOf(error)}.`);
  }
}

/** Before anything is touched: a wrong list must not cost a start. */
function checkControllers(list: string): void {
  try {
    controllersOf(list);
  } catch (error) {
    throw new Failure(`--controllers: ${messageOf(error)}.`);
  }
}

/** `10.96.0.0/16` → `10.96.0.1`. */
function firstAddress(cidr: string): string {
  const network = /^(\d+\.\d+\.\d+)\.(\d+)\/\d+$/.exec(cidr);
  if (network === null) throw new Failure(`--service-cidr: "${cidr}" is not an IPv4 range such as 10.96.0.0/16.`);
  return `${network[1]}.${Number(network[2]) + 1}`;
}

/** The tenth address of the Services' range, as kubeadm has it. */
const dnsAddress = (range: string): string => firstAddress(range).replace(/\d+$/, (last) => String(Number(last) + 9));
