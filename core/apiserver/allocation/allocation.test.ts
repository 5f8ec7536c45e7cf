import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ResourceDefinition } from '#core/api/definition';
import { builtInDefaults } from '#core/api/defaults';
import { featureGates } from '#core/api/gates';
import type { Service, ServiceSpec } from '#core/api/types';
import { seededCrypto, seededRandom, silentLog } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { testStore } from '../auth/fixture.ts';
import { addressAt, bandOf, isUsable, pick, usableSize } from './ranges.ts';
import { parseAddress, parseRange } from '#core/machinery/names';
import { repair } from './repair.ts';
import { serviceAllocation } from './service-allocation.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const defaultsOf = builtInDefaults({ gates: featureGates(), now: () => 0 });
const definition = { group: '', resource: 'services' } as ResourceDefinition;
const key = (name: string) => `/services/default/${name}`;

async function world(
  serviceRanges: readonly string[] = ['10.96.0.0/16'],
  nodePortRange = { first: 30_000, last: 32_767 },
) {
  const { turns, store, put } = await testStore(barrier);
  const crypto = seededCrypto(9);
  const allocation = serviceAllocation({
    store,
    clock: turns.clock,
    crypto,
    random: seededRandom(2),
    serviceRanges,
    nodePortRange,
  });
  await put('networking.k8s.io', 'ipaddresses', {
    metadata: { name: '10.96.0.1' },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'kubernetes' } },
  });
  /** Writes (or removes) a Service as the API server does: with what goes along, or not at all. */
  const write = async (name: string, spec: object | undefined, dryRun = false): Promise<Service> => {
    const existing = store.latest(key(name));
    const sent = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec };
    const object =
      spec === undefined ? undefined : (defaultsOf(sent as never, '', 'v1', 'Service') as unknown as KubeObject);
    const user = { name: 'x', groups: [] };
    const one = await allocation.accompany({
      definition,
      subresource: '',
      object,
      old: existing?.object,
      dryRun,
      user,
    });
    if (dryRun) {
      one.settled?.(false);
      return one.object as unknown as Service;
    }
    const outcome = await store.commit({
      guards: [{ key: key(name), revision: existing?.revision ?? 0 }, ...(one.guards ?? [])],
      writes: [{ key: key(name), object: one.object }, ...(one.writes ?? [])],
    });
    one.settled?.(outcome.ok);
    if (!outcome.ok) throw new Error(outcome.reason);
    return one.object as unknown as Service;
  };
  const specOf = (name: string) => (store.latest(key(name))!.object as unknown as Service).spec as ServiceSpec;
  const owner = (address: string) =>
    (store.latest(`networking.k8s.io/ipaddresses/${address}`)?.object as { spec?: object } | undefined)?.spec;
  return { turns, store, put, crypto, allocation, write, specOf, owner };
}

interface Step {
  readonly it: string;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly name: string;
  readonly spec?: Record<string, unknown>;
  readonly patch?: true;
  readonly query?: string;
  readonly code: number;
  readonly message?: string;
  readonly result?: ServiceSpec;
}

/** What the original answered to the same writes, in this order. */
const steps = JSON.parse(readFileSync(new URL('./recorded/services.json', import.meta.url), 'utf8')) as Step[];

/** Refused by the kind's own validation, which comes after allocation. */
const NOT_OURS = new Set([
  'change address',
  'external with address',
  'hc on clusterip',
  'headless to address',
  'node port on cluster ip',
]);

const merged = (old: object, patch: Record<string, unknown>) =>
  Object.fromEntries(Object.entries({ ...old, ...patch }).filter(([, value]) => value !== null));

/** Addresses that somebody asked for; those that chance chose differ from run to run. */
const asked = new Set(JSON.stringify(steps.map(({ spec }) => spec ?? {})).match(/10\.9\d\.\d+\.\d+/g));
const comparable = (outcome: object) =>
  JSON.parse(
    JSON.stringify(outcome).replace(/10\.9\d\.\d+\.\d+/g, (address) => (asked.has(address) ? address : 'by chance')),
  ) as object;

test('Services get what the original gives them, one write after another', async () => {
  const here = await world();
  for (const { it, method, name, spec, patch, query, message, result } of steps) {
    if (NOT_OURS.has(it)) continue;
    const sent = method === 'DELETE' ? undefined : patch ? merged(here.specOf(name), spec!) : spec;
    const outcome = await here.write(name, sent, query !== undefined).then(
      (service) => ({ result: service?.spec }),
      (error: Error) => ({ message: error.message }),
    );
    const wanted = message === undefined ? { result } : { message };
    expect(comparable({ it, ...outcome })).toEqual(comparable({ it, ...(method === 'DELETE' ? {} : wanted) }));
  }
});

test('an address has an owner in the same revision, and is free with its Service', async () => {
  const { store, write, owner } = await world();
  const { spec } = await write('a', { ports: [{ port: 80 }], clusterIP: '10.96.5.5' });
  expect(owner(spec!.clusterIP!)).toEqual({ parentRef: { resource: 'services', namespace: 'default', name: 'a' } });
  expect(store.latest(key('a'))!.revision).toBe(store.latest('networking.k8s.io/ipaddresses/10.96.5.5')!.revision);
  await store.commit({
    guards: [],
    writes: [{ key: '/endpoints/default/a', object: { metadata: { name: 'a', namespace: 'default' } } as KubeObject }],
  });
  await write('a', undefined);
  expect(owner('10.96.5.5')).toBeUndefined();
  expect(store.latest('/endpoints/default/a')).toBeUndefined();
});

test('what a failed write took is free again', async () => {
  const { allocation, write } = await world();
  const object = {
    metadata: { name: 'a', namespace: 'default' },
    spec: { type: 'NodePort', clusterIP: '10.96.5.5', ports: [{ port: 80, nodePort: 30100 }] },
  } as unknown as KubeObject;
  const planned = {
    definition,
    subresource: '',
    object,
    old: undefined,
    dryRun: false,
    user: { name: 'x', groups: [] },
  };
  const first = await allocation.accompany(planned);
  await expect(Promise.resolve().then(() => allocation.accompany(planned))).rejects.toThrow(
    'provided IP is already allocated',
  );
  first.settled!(false);
  await write('b', { type: 'NodePort', clusterIP: '10.96.5.5', ports: [{ port: 80, nodePort: 30100 }] });
});

test('many at once get an address and a port each', async () => {
  const { write } = await world();
  const made = await Promise.all(
    Array.from({ length: 200 }, (_, i) => write(`s${i}`, { type: 'NodePort', ports: [{ port: 80 }] })),
  );
  expect(new Set(made.map(({ spec }) => spec!.clusterIP)).size).toBe(200);
  expect(new Set(made.map(({ spec }) => spec!.ports![0]!.nodePort)).size).toBe(200);
  expect(Math.min(...made.map(({ spec }) => spec!.ports![0]!.nodePort!))).toBeGreaterThanOrEqual(30_086);
});

test('a full range says so', async () => {
  const { write } = await world(['10.96.0.0/29'], { first: 30_000, last: 30_001 });
  for (let i = 0; i < 5; i++) await write(`s${i}`, { ports: [{ port: 80 }] });
  await expect(write('more', { ports: [{ port: 80 }] })).rejects.toThrow(
    'failed to allocate a serviceIP for Service "more": range is full',
  );
  await write('s0', { type: 'NodePort', ports: [{ port: 80 }, { name: 'b', port: 81 }] });
  await expect(write('s1', { type: 'NodePort', ports: [{ port: 80 }] })).rejects.toThrow(
    'failed to allocate a nodePort: range is full',
  );
});

test('two families: both addresses, up and down', async () => {
  const { write, owner, turns } = await world(['10.96.0.0/16', 'fd00:96::/112']);
  const both = await write('a', { ports: [{ port: 80 }], ipFamilyPolicy: 'PreferDualStack' });
  expect(both.spec!.ipFamilies).toEqual(['IPv4', 'IPv6']);
  const [four, six] = both.spec!.clusterIPs!;
  expect([owner(four!), owner(six!)]).toEqual(
    [four, six].map(() => ({ parentRef: { resource: 'services', namespace: 'default', name: 'a' } })),
  );
  await expect(write('b', { ports: [{ port: 80 }], clusterIP: six, clusterIPs: [six] })).rejects.toThrow(
    'provided IP is already allocated',
  );
  const { spec } = await write('a', { ...both.spec, ipFamilyPolicy: 'SingleStack' });
  expect(spec).toMatchObject({ clusterIPs: [four], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  await turns.idle();
  expect(owner(six!)).toBeUndefined();
  const again = await write('a', { ...spec, ipFamilyPolicy: 'RequireDualStack' });
  expect(again.spec!.clusterIPs).toHaveLength(2);
  await expect(write('a', { ...again.spec, clusterIPs: [four] })).rejects.toThrow(
    "must be 'SingleStack' to release the secondary cluster IP",
  );
});

test('ServiceCIDR objects count, and count only while they are ready', async () => {
  const { put, write } = await world();
  const range = (name: string, cidr: string, status: string) =>
    put('networking.k8s.io', 'servicecidrs', {
      metadata: { name },
      spec: { cidrs: [cidr] },
      status: { conditions: [{ type: 'Ready', status }] },
    });
  await range('kubernetes', '10.96.0.0/16', 'True');
  await range('more', '10.200.0.0/24', 'False');
  await expect(write('a', { ports: [{ port: 80 }], clusterIP: '10.200.0.9' })).rejects.toThrow(
    'the provided network does not match the current range',
  );
  await expect(write('a', { ports: [{ port: 80 }], clusterIP: '10.200.0.9' }, true)).rejects.toThrow(
    'the provided IP (10.200.0.9) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
  );
  await range('more', '10.200.0.0/24', 'True');
  await write('a', { ports: [{ port: 80 }], clusterIP: '10.200.0.9' });
});

test('repair frees what nobody has and claims what nobody owns', async () => {
  const { turns, store, put, crypto, owner, write } = await world();
  await write('a', { ports: [{ port: 80 }], clusterIP: '10.96.5.5' });
  await store.commit({ guards: [], writes: [{ key: 'networking.k8s.io/ipaddresses/10.96.5.5', object: undefined }] });
  await put('networking.k8s.io', 'ipaddresses', {
    metadata: {
      name: '10.96.6.6',
      labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' },
      creationTimestamp: '2026-03-01T00:00:00Z',
    },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'gone' } },
  });
  const round = () => repair({ store, turns, clock: turns.clock, crypto, log: silentLog });
  await round();
  expect(owner('10.96.5.5')).toMatchObject({ parentRef: { name: 'a' } });
  expect(owner('10.96.6.6')).toBeDefined();
  await turns.advance(61_000);
  await round();
  expect(owner('10.96.6.6')).toBeUndefined();
});

test.each([
  ['10.96.0.0/16', 65_534, '10.96.0.1', '10.96.255.254'],
  ['10.0.0.0/24', 254, '10.0.0.1', '10.0.0.254'],
  ['fd00::/120', 255, 'fd00::1', 'fd00::ff'],
])('the usable addresses of %s', (text, size, first, last) => {
  const range = parseRange(text)!;
  expect([usableSize(range), addressAt(range, 0), addressAt(range, size - 1)]).toEqual([size, first, last]);
  expect(isUsable(range, parseAddress(first)!)).toBe(true);
  expect(isUsable(range, parseAddress(last)!)).toBe(true);
  expect(isUsable(range, parseAddress(text.split('/')[0]!)!)).toBe(false);
});

test('choice takes the upper part first, then the lower, then nothing', () => {
  const band = bandOf(100, 16, 256);
  expect(band.upper).toBe(16);
  const taken = new Set<number>();
  const order: number[] = [];
  for (;;) {
    const next = pick(band, seededRandom(order.length + 1), (at) => taken.has(at));
    if (next === undefined) break;
    taken.add(next);
    order.push(next);
  }
  expect(order).toHaveLength(100);
  expect(order.slice(0, 84).every((one) => one >= 16)).toBe(true);
});
