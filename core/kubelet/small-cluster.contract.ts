import { builtInDefaults } from '#core/api/defaults';
import { registryOf } from '#core/api/definition';
import { detailedDefinitions } from '#core/api/details';
import { featureGates } from '#core/api/gates';
import { events, namespaces, pods } from '#core/api/tokens';
import { createApiServer, unbuilt } from '#core/apiserver';
import { createMetrics, seededCrypto, seededRandom, silentLog, virtualTurns } from '#core/base';
import { type Client, localClient } from '#core/client';
import { memoryBackend, openStore } from '#core/store';
import { type SimulatedNode, startSimulatedNode } from '#core/kubelet/simulated';
import type { Container, Pod, PodSpec } from './api.ts';

export const START = Date.parse('2026-01-01T00:00:00Z');

/** An API server that lets everybody in, and kubelets on simulated nodes, in virtual time. */
export async function smallCluster(seed = 1) {
  const turns = virtualTurns(() => new Promise<void>((resolve) => setImmediate(resolve)), START);
  const crypto = seededCrypto(seed);
  const random = seededRandom(seed);
  const metrics = createMetrics();
  const gates = featureGates();
  const store = await openStore(memoryBackend(), { clock: turns.clock, turns, log: silentLog, metrics });
  const user = { name: 'admin', groups: ['system:masters'] };
  const bugs: unknown[] = [];
  const log = { ...silentLog, error: (message: string, fields?: unknown) => void bugs.push({ message, fields }) };
  const server = createApiServer({
    registry: registryOf(detailedDefinitions()),
    store,
    defaults: builtInDefaults({ gates, now: () => turns.clock.now() }),
    turns,
    random,
    crypto,
    log: { ...log, with: () => log },
    metrics,
    gates,
    authenticator: { authenticate: () => user },
    authorizer: { decide: () => ({ allowed: true, reason: '' }) },
    admission: [],
    version: unbuilt('v1.36.1'),
  });
  const client: Client = localClient(server, user, { userAgent: 'test' });
  for (const name of ['default', 'kube-node-lease']) {
    await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {} });
  }

  const startNode = (name: string, podCidr = '10.244.1.0/24'): SimulatedNode =>
    startSimulatedNode({
      client: localClient(server, user, { userAgent: 'kubelet' }),
      turns,
      random,
      log: { ...log, with: () => log },
      metrics,
      podCidr,
      isMissing: (image) => image.startsWith('missing'),
      node: { name, addresses: ['172.30.0.2'], version: 'v1.36.1' },
    });

  return {
    turns,
    client,
    bugs,
    startNode,
    run: (name: string, spec: Partial<PodSpec> = {}, annotations: Record<string, string> = {}) =>
      client.create(pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default', annotations },
        spec: { nodeName: 'n1', containers: [container('a')], terminationGracePeriodSeconds: 30, ...spec },
      }),
    pod: (name: string): Promise<Pod | undefined> =>
      client.get(pods, { namespace: 'default', name }).catch(() => undefined),
    /** `Reason: message` of all events about a pod, in order. */
    async told(name: string): Promise<string[]> {
      const { items } = await client.list(events, { namespace: 'default' });
      return items
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason, message }) => `${reason}: ${message}`);
    },
  };
}

export const container = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  image: `${name}:1`,
  ...more,
});

export const script = (name: string, value: string) => ({ [`simulated.kubernode.io/${name}`]: value });
