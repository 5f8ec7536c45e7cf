import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtInDefinitions, registryOf } from '#core/api/definition';
import { featureGates } from '#core/api/gates';
import type { ClusterRole } from '#core/api/types';
import { seededCrypto, silentLog } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { testStore } from '../auth/fixture.ts';
import { startBootstrap } from './bootstrap.ts';
import { leaseName } from './identity-lease.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
/** What the original holds when it has just started, without what differs from start to start. */
const recorded = JSON.parse(readFileSync(new URL('./recorded/empty-cluster.json', import.meta.url), 'utf8')) as Record<
  string,
  KubeObject[]
>;
const registry = registryOf(builtInDefinitions());

async function world() {
  const { turns, store, put } = await testStore(barrier);
  const start = (more: { address?: string } = {}) =>
    startBootstrap({
      store,
      turns,
      clock: turns.clock,
      registry,
      crypto: seededCrypto(5),
      log: silentLog,
      gates: featureGates(),
      hostname: 'vm',
      advertised: {
        address: more.address ?? '192.0.2.10',
        port: 31953,
        serviceAddress: '10.96.0.1',
        serviceRanges: ['10.96.0.0/16'],
      },
      authentication: {
        clientAuthorities: 'PEM',
        frontProxy: { authorities: 'PEM', allowedNames: ['front-proxy-client'] },
      },
    });
  const all = (groupVersion: string, resource: string) => {
    const group = groupVersion.includes('/') ? groupVersion.split('/')[0]! : '';
    return [...store.view(`${group}/${resource}/`).range()].map(({ object }) => comparable(object));
  };
  return { turns, store, put, start, all };
}

type Loose = Record<string, unknown> & {
  metadata: Record<string, unknown>;
  spec?: Record<string, unknown>;
  data?: Record<string, unknown>;
  status?: { conditions?: Record<string, unknown>[] };
};

/** Without what differs from start to start. */
function comparable(object: KubeObject): object {
  const { kind, apiVersion, ...copy } = JSON.parse(JSON.stringify(object)) as Loose;
  for (const field of ['uid', 'creationTimestamp', 'managedFields']) delete copy.metadata[field];
  for (const condition of copy.status?.conditions ?? []) delete condition['lastTransitionTime'];
  if (kind === 'Lease') {
    copy.metadata['name'] = 'apiserver-X';
    delete (copy.metadata['labels'] as Record<string, unknown>)['kubernetes.io/hostname'];
    delete copy.spec!['holderIdentity'];
    delete copy.spec!['renewTime'];
  }
  if (copy.data?.['since'] !== undefined) copy.data['since'] = 'DATE';
  if (kind === 'ClusterRole' && copy['aggregationRule'] !== undefined) copy['rules'] = null;
  return copy;
}

test.each(Object.keys(recorded))("the empty cluster's %s are the original's", async (key) => {
  const here = await world();
  const bootstrap = here.start();
  await bootstrap.ready;
  bootstrap.close();
  const at = key.lastIndexOf('/');
  const byName = (a: object, b: object) => (nameOf(a) < nameOf(b) ? -1 : 1);
  expect(here.all(key.slice(0, at), key.slice(at + 1)).toSorted(byName)).toEqual(recorded[key]!.toSorted(byName));
});

const nameOf = (object: object) =>
  `${(object as KubeObject).metadata.namespace}/${(object as KubeObject).metadata.name}`;

test('objects say who made them and when', async () => {
  const here = await world();
  await here.start().ready;
  const service = here.store.get('/services/default/kubernetes')!.object;
  expect(service.metadata).toMatchObject({
    creationTimestamp: '2026-03-01T00:00:00Z',
    uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(service.metadata.managedFields).toMatchObject([
    { manager: 'kube-apiserver', operation: 'Update', apiVersion: 'v1' },
  ]);
  const [address, its] = [
    here.store.get('networking.k8s.io/ipaddresses/10.96.0.1')!,
    here.store.get('/services/default/kubernetes')!,
  ];
  expect(address.revision).toBe(its.revision);
});

test('a second start changes nothing but the lease', async () => {
  const here = await world();
  const first = here.start();
  await first.ready;
  first.close();
  const before = here.store.revision;
  const second = here.start();
  await second.ready;
  expect(here.store.revision).toBe(before + 1);
  second.close();
});

test('endpoints follow the address; the lease is renewed', async () => {
  const here = await world();
  const first = here.start();
  await first.ready;
  first.close();
  const second = here.start({ address: '172.30.0.1' });
  await second.ready;
  expect(here.store.get('/endpoints/default/kubernetes')!.object).toMatchObject({
    subsets: [{ addresses: [{ ip: '172.30.0.1' }] }],
  });
  expect(here.store.get('discovery.k8s.io/endpointslices/default/kubernetes')!.object).toMatchObject({
    endpoints: [{ addresses: ['172.30.0.1'] }],
    metadata: { generation: 2 },
  });
  const lease = () =>
    here.store.get(`coordination.k8s.io/leases/kube-system/${leaseName(seededCrypto(1), 'vm')}`)!.object as unknown as {
      spec: { renewTime: string };
    };
  expect(lease().spec.renewTime).toBe('2026-03-01T00:00:00.000000Z');
  await here.turns.advance(10_500);
  expect(lease().spec.renewTime).toBe('2026-03-01T00:00:10.000000Z');
  await here.store.commit({ guards: [], writes: [{ key: '/endpoints/default/kubernetes', object: undefined }] });
  await here.turns.advance(10_500);
  expect(here.store.get('/endpoints/default/kubernetes')).toBeDefined();
  second.close();
});

test('the lease has the name that the original gives it', () => {
  expect(leaseName(seededCrypto(1), 'vm')).toBe('apiserver-wlv32tlttr4jl3gtroqexyxapa');
});

test('roles that lost rules get them back, unless their owner said no', async () => {
  const here = await world();
  const first = here.start();
  await first.ready;
  first.close();
  const key = 'rbac.authorization.k8s.io/clusterroles/system:discovery';
  const role = here.store.get(key)!.object as unknown as ClusterRole;
  const own = { verbs: ['get'], nonResourceURLs: ['/own'] };
  await here.put('rbac.authorization.k8s.io', 'clusterroles', { ...role, rules: [own] });
  const second = here.start();
  await second.ready;
  second.close();
  const rules = (here.store.get(key)!.object as unknown as ClusterRole).rules!;
  expect(rules[0]).toEqual(own);
  expect(rules.length).toBeGreaterThan(1);
  const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
  await here.put('rbac.authorization.k8s.io', 'clusterroles', {
    ...role,
    metadata: { ...role.metadata, annotations },
    rules: [],
  });
  const third = here.start();
  await third.ready;
  third.close();
  expect((here.store.get(key)!.object as unknown as ClusterRole).rules).toEqual([]);
});

test('while the store refuses, it says why and tries on', async () => {
  const { turns, store, start } = await world();
  const commit = store.commit;
  Object.assign(store, {
    commit: () => Promise.resolve({ ok: false, reason: 'unavailable', message: 'the disk is full', revision: 0 }),
  });
  const { health, ready } = start();
  await turns.advance(2500);
  expect(health.check()).toBe('the disk is full');
  Object.assign(store, { commit });
  await turns.advance(1000);
  expect(health.check()).toBeUndefined();
  await ready;
});
