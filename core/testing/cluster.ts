import { featureGates } from '#core/api/gates';
import { unbuilt, type User } from '#core/apiserver';
import { createOutbound, directoryOf } from '#core/apiserver/dialing';
import {
  type Barrier,
  createMetrics,
  type Log,
  type Metrics,
  seededCrypto,
  seededRandom,
  silentLog,
  virtualTurns,
  type VirtualTurns,
} from '#core/base';
import type { Client, Named, ResourceToken } from '#core/client';
import { type Cluster, type ControlPlane, createControlPlane, type SimulatedNodes, startCluster } from '#core/cluster';
import type { ControllerSettings } from '#core/controllers';
import type { KubeObject } from '#core/machinery/object';
import { memoryBackend, openStore } from '#core/store';
import type { Tools } from '#core/machinery/cel/evaluate';
import { type EventLog, eventLog } from './event-log.ts';
import { deepFreeze } from './freeze.ts';

export interface TestClusterOptions {
  /** Resolves in a later macrotask: `() => new Promise((resolve) => setImmediate(resolve))` in Node. */
  readonly barrier: Barrier;
  /** The same seed gives the same run, event for event; 1. */
  readonly seed?: number;
  /** How many simulated nodes there are at first; 1. */
  readonly nodes?: number;
  /** As `--controllers` has it; `*`. */
  readonly controllers?: string;
  readonly scheduler?: 'on' | 'none';
  /** The wall clock's first reading, in milliseconds since the epoch; the start of 2026. */
  readonly start?: number;
  readonly settings?: ControllerSettings;
  /** Regular expressions in RE2's syntax; absent: custom resources are not served. */
  readonly expressions?: Tools;
  readonly log?: Log;
  /** Every stored object is frozen all the way down: whoever changes what he was given fails at once. Slow. */
  readonly freeze?: boolean;
}

/** A whole cluster inside a test, in virtual time: it moves only by the calls that say so. */
export interface TestCluster {
  /** Acts as an administrator. */
  readonly client: Client;
  readonly turns: VirtualTurns;
  readonly plane: ControlPlane;
  readonly nodes: SimulatedNodes;
  readonly events: EventLog;
  readonly metrics: Metrics;
  /** A client that acts as somebody. */
  clientOf(user: User): Client;
  /** What is stored under a name now; without a resourceVersion. */
  find<T extends KubeObject>(of: ResourceToken<T>, named: Named): T | undefined;
  /** All that is stored of a resource, in the order of names. */
  all<T extends KubeObject>(of: ResourceToken<T>, namespace?: string): readonly T[];
  /** Lets time pass. */
  advance(milliseconds: number): Promise<void>;
  /** Lets time pass until `condition` holds; throws where it does not within `limit` milliseconds (two minutes). */
  until(condition: () => boolean, limit?: number): Promise<void>;
  /** Ends it; nothing happens any more. */
  stop(): Promise<void>;
}

const START = 1_767_225_600_000;
const VERSION = 'v1.36.1';
/** Pods mount the authority of the API server's certificate; nothing here speaks TLS, so there is none to be trusted. */
const NO_CERTIFICATE = '# a cluster inside a test has no certificates\n';
const LIMIT = 120_000;
const ADMINISTRATOR: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** Resolves once the cluster has all that an empty cluster holds, and its nodes are ready. */
export async function testCluster(options: TestClusterOptions): Promise<TestCluster> {
  const { seed = 1, barrier, log = silentLog } = options;
  const turns = virtualTurns(barrier, options.start ?? START);
  const random = seededRandom(seed);
  const crypto = seededCrypto(seed);
  const metrics = createMetrics();
  const store = await openStore(memoryBackend(), { clock: turns.clock, turns, log, metrics });
  let cluster: Cluster | undefined;
  const plane = createControlPlane({
    store,
    turns,
    random,
    crypto,
    log,
    metrics,
    gates: featureGates(),
    version: unbuilt(VERSION),
    identity: { serviceAccounts: { signingKey: crypto.generateKey() } },
    ...(options.expressions === undefined ? {} : { expressions: options.expressions }),
    hostname: 'test',
    advertised: { address: '192.0.2.10', port: 6443, serviceAddress: '10.96.0.1', serviceRanges: ['10.96.0.0/16'] },
    outbound: createOutbound({
      directory: directoryOf(store),
      random,
      kubeletTls: {},
      kubeletCertificates: [],
      localNode: (name) => cluster?.localNode(name),
    }),
  });
  const events = eventLog({
    store,
    registry: plane.registry,
    clock: turns.clock,
    ...(options.freeze === true ? { stored: deepFreeze } : {}),
  });
  const running = startCluster({
    plane,
    turns,
    random,
    crypto,
    log,
    metrics,
    controllers: options.controllers ?? '*',
    scheduler: options.scheduler ?? 'on',
    simulatedNodes: options.nodes ?? 1,
    podCidr: '10.244.0.0/16',
    version: VERSION,
    rootCertificate: NO_CERTIFICATE,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  cluster = running;

  const storageOf = ({ group, resource }: ResourceToken): string => {
    const known = plane.registry.resource(group, resource);
    if (known === undefined) throw new TypeError(`there is no resource ${resource} of group "${group}"`);
    return known.storage;
  };
  const until = async (condition: () => boolean, limit = LIMIT) => {
    if (!(await turns.until(condition, limit))) {
      throw new Error(`it did not come to hold within ${limit / 1000} s: ${condition.toString()}`);
    }
  };
  const all = <T extends KubeObject>(of: ResourceToken<T>, namespace?: string): readonly T[] => {
    const prefix = storageOf(of) + (namespace === undefined ? '' : `${namespace}/`);
    // '0' follows '/' in byte order: the end of everything below the prefix.
    const range = store.view(storageOf(of)).range(prefix, `${prefix.slice(0, -1)}0`);
    return Array.from(range, ({ object }) => object as unknown as T);
  };

  let started = false;
  let failed: unknown;
  running.started.then(
    () => (started = true),
    (failure: unknown) => (failed = failure),
  );
  await until(() => started || failed !== undefined);
  if (failed !== undefined) throw failed;
  await until(() => running.nodes.names.every((name) => isReady(running.nodes.get(name)!.kubelet.context.node())));

  return {
    client: plane.client(ADMINISTRATOR, 'test'),
    turns,
    plane,
    nodes: running.nodes,
    events,
    metrics,
    clientOf: (user) => plane.client(user, 'test'),
    find: <T extends KubeObject>(of: ResourceToken<T>, { namespace, name }: Named) =>
      store.get(`${storageOf(of)}${of.namespaced ? `${namespace}/` : ''}${name}`)?.object as T | undefined,
    all,
    advance: (milliseconds) => turns.advance(milliseconds),
    until,
    stop() {
      events.close();
      running.stop();
      return plane.close();
    },
  };
}

interface HasConditions {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const isReady = (node: HasConditions | undefined): boolean =>
  node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
