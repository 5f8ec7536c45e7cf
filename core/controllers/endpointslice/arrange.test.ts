import { expect, test } from 'vitest';
import { below, seededRandom } from '#core/base';
import type { Endpoint, EndpointPort, EndpointSlice } from '#core/api/types/discovery/v1';
import { arrange, type Group } from './arrange.ts';

const endpoint = (name: string, ready = true): Endpoint => ({
  addresses: [name],
  conditions: { ready },
  targetRef: { kind: 'Pod', namespace: 'a', name, uid: name },
});
const http: readonly EndpointPort[] = [{ name: 'http', protocol: 'TCP', port: 80 }];
const slice = (name: string, endpoints: readonly Endpoint[], ports = http): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name },
  addressType: 'IPv4',
  ports,
  endpoints,
});
const shelve = (existing: readonly EndpointSlice[], groups: readonly Group[], most = 3) =>
  arrange({ existing, groups, most, fresh: (_, ports) => ({ ...slice('', []), ports }), dressed: (one) => one });
const group = (...names: string[]): Group => ({
  addressType: 'IPv4',
  ports: http,
  endpoints: names.map((name) => endpoint(name)),
});

const show = (slices: readonly EndpointSlice[]) =>
  slices.map(
    ({ metadata, endpoints }) => `${metadata.name}:${endpoints!.map(({ addresses }) => addresses[0]).join('')}`,
  );

test.each<{
  it: string;
  existing: string[];
  wanted: string;
  wants: { create?: string[]; update?: string[]; delete?: string[] };
}>([
  { it: 'fills new slices', existing: [], wanted: 'abcde', wants: { create: [':abc', ':de'] } },
  { it: 'leaves what is right', existing: ['x:ab'], wanted: 'ba', wants: {} },
  { it: 'takes out what is gone', existing: ['x:abc'], wanted: 'ac', wants: { update: ['x:ac'] } },
  {
    it: 'fills the slice that it writes anyway',
    existing: ['x:abc', 'y:d'],
    wanted: 'acde',
    wants: { update: ['x:ace'] },
  },
  { it: 'adds to one with room for all', existing: ['x:a', 'y:bc'], wanted: 'abcd', wants: { update: ['y:bcd'] } },
  {
    it: 'makes a new one rather than split over several',
    existing: ['x:ab', 'y:cd'],
    wanted: 'abcdef',
    wants: { create: [':ef'] },
  },
  { it: 'drops empty slices', existing: ['x:abc', 'y:d'], wanted: 'abc', wants: { delete: ['y:d'] } },
  { it: 'has an empty one where there is none', existing: [], wanted: '', wants: { create: [':'] } },
  { it: 'keeps the empty one', existing: ['x:'], wanted: '', wants: {} },
  {
    it: 'uses a slice again rather than delete and create',
    existing: ['x:abc'],
    wanted: 'def',
    wants: { update: ['x:def'] },
  },
])('$it', ({ existing, wanted, wants }) => {
  const slices = existing.map((text) => {
    const [name, names] = text.split(':');
    return slice(
      name!,
      [...names!].map((one) => endpoint(one)),
    );
  });
  const made = shelve(slices, [group(...wanted)]);
  expect({ create: show(made.create), update: show(made.update), delete: show(made.delete) }).toEqual({
    create: [],
    update: [],
    delete: [],
    ...wants,
  });
});

test('a changed endpoint is replaced where it stands', () => {
  const made = shelve(
    [slice('x', [endpoint('a'), endpoint('b')])],
    [{ ...group('b'), endpoints: [endpoint('a', false), endpoint('b')] }],
  );
  expect(made.update[0]!.endpoints).toEqual([endpoint('a', false), endpoint('b')]);
});

test('other ports are other slices', () => {
  const https = [{ name: 'https', protocol: 'TCP' as const, port: 443 }];
  const made = shelve([slice('x', [endpoint('a')])], [group('a'), { ...group('b'), ports: https }]);
  expect(made).toMatchObject({ create: [{ ports: https }], update: [], delete: [] });
});

test.each(Array.from({ length: 30 }, (_, seed) => ({ seed })))(
  'whatever changes, each endpoint stands once and nothing is overfull: seed $seed',
  ({ seed }) => {
    const random = seededRandom(seed);
    let slices: EndpointSlice[] = [];
    for (let round = 0; round < 30; round++) {
      const names = Array.from({ length: 20 }, (_, index) => `n${index}`).filter(() => random.next() < 0.6);
      const made = shelve(slices, [group(...names)], 1 + below(random, 6));
      const most = Math.max(...slices.map(({ endpoints }) => endpoints!.length), 6);
      const updated = new Map(made.update.map((one) => [one.metadata.name, one]));
      const gone = new Set(made.delete.map(({ metadata }) => metadata.name));
      slices = slices
        .filter(({ metadata }) => !gone.has(metadata.name))
        .map((one) => updated.get(one.metadata.name) ?? one);
      for (const [index, one] of made.create.entries())
        slices.push({ ...one, metadata: { name: `s${round}-${index}` } });
      const stands = slices.flatMap(({ endpoints }) => endpoints!.map(({ addresses }) => addresses[0]));
      expect(stands.toSorted()).toEqual(names.toSorted());
      for (const { endpoints } of slices) expect(endpoints!.length).toBeLessThanOrEqual(most);
    }
  },
);
