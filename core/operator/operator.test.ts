import { expect, test } from 'vitest';
import { builtInDefaults } from '#core/api/defaults';
import { registryOf } from '#core/api/definition';
import { detailedDefinitions } from '#core/api/details';
import { featureGates } from '#core/api/gates';
import { configMaps, events, leases, namespaces } from '#core/api/tokens';
import { createApiServer, unbuilt } from '#core/apiserver';
import { createMetrics, seededCrypto, seededRandom, silentLog, virtualTurns } from '#core/base';
import { type Client, localClient } from '#core/client';
import { serviceUnavailable } from '#core/machinery/status';
import { memoryBackend, openStore } from '#core/store';
import { eventRecorder, leadWhenElected } from './index.ts';

async function world() {
  const turns = virtualTurns(
    () => new Promise<void>((resolve) => setImmediate(resolve)),
    Date.parse('2026-01-01T00:00:00Z'),
  );
  const metrics = createMetrics();
  const gates = featureGates();
  const random = seededRandom(1);
  const store = await openStore(memoryBackend(), { clock: turns.clock, turns, log: silentLog, metrics });
  const user = { name: 'admin', groups: ['system:masters'] };
  const server = createApiServer({
    registry: registryOf(detailedDefinitions()),
    store,
    defaults: builtInDefaults({ gates, now: () => turns.clock.now() }),
    turns,
    random,
    crypto: seededCrypto(1),
    log: silentLog,
    metrics,
    gates,
    authenticator: { authenticate: () => user },
    authorizer: { decide: () => ({ allowed: true, reason: '' }) },
    admission: [],
    version: unbuilt(''),
  });
  const client = localClient(server, user, { userAgent: 'test' });
  for (const name of ['default', 'kube-system']) {
    await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {} });
  }
  return { turns, client, random };
}

test('events are written once, counted when they come again, and survive a server that is away', async () => {
  const { turns, client, random } = await world();
  const about = await client.create(configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'default' },
  });
  let away = 3;
  const flaky: Client = {
    ...client,
    create: (...call) => (away-- > 0 ? Promise.reject(serviceUnavailable('away')) : client.create(...call)),
  };
  const recorder = eventRecorder({ client: flaky, turns, random, log: silentLog, component: 'test' });
  recorder.event(about, 'Normal', 'Said', 'hello');
  recorder.event(about, 'Normal', 'Said', 'hello');
  await turns.advance(10_000);
  recorder.event(about, 'Normal', 'Said', 'hello');
  recorder.event(about, 'Warning', 'Shouted', 'x'.repeat(3000), { action: 'Shouting' });
  await turns.advance(60_000);
  const { items } = await client.list(events, { namespace: 'default' });
  expect(items.map(({ reason, count, type }) => `${type} ${reason} ${count}`)).toEqual([
    'Normal Said 3',
    'Warning Shouted 1',
  ]);
  expect(items[0]).toMatchObject({
    involvedObject: { kind: 'ConfigMap', name: 'a', namespace: 'default', uid: about.metadata.uid! },
    source: { component: 'test' },
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:10Z',
  });
  expect(items[1]!.message).toHaveLength(1024);
});

test('one leads at a time; another takes over when it falls silent, at once when it resigns', async () => {
  const { turns, client, random } = await world();
  const told: string[] = [];
  const stand = (identity: string) => {
    let cut = false;
    const guarded: Client = {
      ...client,
      get: (...call) => (cut ? Promise.reject(serviceUnavailable('cut off')) : client.get(...call)),
    };
    const over = new AbortController();
    const options = {
      client: guarded,
      turns,
      random,
      log: silentLog,
      namespace: 'kube-system',
      name: 'lock',
      identity,
    };
    void leadWhenElected(
      options,
      (signal) => {
        told.push(`${identity} leads`);
        signal.addEventListener('abort', () => told.push(`${identity} stops`));
      },
      over.signal,
    );
    return { cutOff: (is: boolean) => (cut = is), resign: () => over.abort() };
  };
  const one = stand('one');
  await turns.advance(5000);
  const two = stand('two');
  await turns.advance(60_000);
  expect(told.splice(0)).toEqual(['one leads']);
  one.cutOff(true);
  await turns.advance(12_500);
  expect(told.splice(0)).toEqual(['one stops']);
  await turns.advance(10_000);
  expect(told.splice(0)).toEqual(['two leads']);
  one.cutOff(false);
  await turns.advance(60_000);
  expect(told.splice(0)).toEqual([]);
  two.resign();
  await turns.advance(5000);
  expect(told.splice(0)).toEqual(['two stops', 'one leads']);
  const lease = await client.get(leases, { namespace: 'kube-system', name: 'lock' });
  expect(lease.spec).toMatchObject({ holderIdentity: 'one', leaseDurationSeconds: 15 });
  one.resign();
});
