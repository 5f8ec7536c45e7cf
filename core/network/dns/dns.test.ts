import { describe, expect, test } from 'vitest';
import type { Service, ServiceSpec } from '#core/api/types/core/v1';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import { answerQuery, withAlias } from './answer.ts';
import { decodeAnswers, encodeQuery } from './foreign.ts';
import { decodeQuery, TYPE } from './message.ts';
import { lookUp, type World } from './zone.ts';

const service = (name: string, spec: Partial<ServiceSpec>): [string, Service] => [
  `default/${name}`,
  { kind: 'Service', apiVersion: 'v1', metadata: { name, namespace: 'default' }, spec },
];
const services = new Map<string, Service>([
  service('web', {
    clusterIP: '10.96.0.9',
    clusterIPs: ['10.96.0.9'],
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }, { port: 81 }],
  }),
  service('db', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] }),
  service('nobody', { clusterIP: 'None' }),
  service('away', { type: 'ExternalName', externalName: 'example.com' }),
  service('near', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
  service('big', { clusterIP: 'None' }),
]);
const slice = (name: string, endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
  kind: 'EndpointSlice',
  apiVersion: 'discovery.k8s.io/v1',
  metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: endpoints ?? [],
  ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
});
const slices = [
  slice('db', [
    { addresses: ['10.244.0.5'], hostname: 'db-0', conditions: { ready: true } },
    { addresses: ['10.244.0.6'], conditions: { ready: true } },
    { addresses: ['10.244.0.7'], conditions: { ready: false } },
  ]),
  slice(
    'big',
    Array.from({ length: 100 }, (_, last) => ({ addresses: [`10.244.9.${last}`] })),
  ),
];
const world: World = {
  domain: 'cluster.local',
  service: (key) => services.get(key),
  slicesOf: (key) =>
    slices.filter(({ metadata }) => `default/${metadata.labels?.['kubernetes.io/service-name']}` === key),
  hasNamespace: (name) => name === 'default',
  servicesAt: (ip) => [...services.values()].filter(({ spec }) => spec.clusterIP === ip),
  slicesAt: (ip) => slices.filter(({ endpoints }) => endpoints?.some(({ addresses }) => addresses.includes(ip))),
  ownsAddress: (ip) => ip.startsWith('10.'),
};

const short = (name: string, type: keyof typeof TYPE) => {
  const found = lookUp(world, name, TYPE[type]);
  if (!found.ours) return 'elsewhere';
  if (!found.exists) return 'no such name';
  return found.records.map((record) => {
    if ('address' in record) return record.address;
    if (record.type === 'SRV') return `${record.priority} ${record.weight} ${record.port} ${record.target}`;
    if (record.type === 'TXT') return record.text;
    return record.type === 'SOA' ? record.server : record.target;
  });
};

test.each([
  ['web.default.svc.cluster.local', 'A', ['10.96.0.9']],
  ['web.default.svc.cluster.local', 'AAAA', []],
  ['web.other.svc.cluster.local', 'A', 'no such name'],
  ['none.default.svc.cluster.local', 'A', 'no such name'],
  ['x.web.default.svc.cluster.local', 'A', 'no such name'],
  ['_http._tcp.web.default.svc.cluster.local', 'SRV', ['0 100 80 web.default.svc.cluster.local']],
  ['_http._udp.web.default.svc.cluster.local', 'SRV', 'no such name'],
  ['_http._tcp.web.default.svc.cluster.local', 'A', []],
  ['db.default.svc.cluster.local', 'A', ['10.244.0.5', '10.244.0.6']],
  ['db-0.db.default.svc.cluster.local', 'A', ['10.244.0.5']],
  ['10-244-0-6.db.default.svc.cluster.local', 'A', ['10.244.0.6']],
  ['10-244-0-7.db.default.svc.cluster.local', 'A', 'no such name'],
  [
    '_sql._tcp.db.default.svc.cluster.local',
    'SRV',
    ['0 50 5432 db-0.db.default.svc.cluster.local', '0 50 5432 10-244-0-6.db.default.svc.cluster.local'],
  ],
  ['nobody.default.svc.cluster.local', 'A', 'no such name'],
  ['away.default.svc.cluster.local', 'A', ['example.com']],
  ['10-244-0-5.default.pod.cluster.local', 'A', ['10.244.0.5']],
  ['10-244-0-555.default.pod.cluster.local', 'A', 'no such name'],
  ['default.svc.cluster.local', 'A', []],
  ['svc.cluster.local', 'A', []],
  ['dns-version.cluster.local', 'TXT', ['1.1.0']],
  ['9.0.96.10.in-addr.arpa', 'PTR', ['web.default.svc.cluster.local']],
  ['5.0.244.10.in-addr.arpa', 'PTR', ['db-0.db.default.svc.cluster.local']],
  ['5.5.244.10.in-addr.arpa', 'PTR', 'no such name'],
  ['1.0.168.192.in-addr.arpa', 'PTR', 'elsewhere'],
  ['example.com', 'A', 'elsewhere'],
] as [string, keyof typeof TYPE, unknown][])('%s %s: %j', (name, type, wants) =>
  expect(short(name, type)).toEqual(wants),
);

describe('messages', () => {
  const ask = (name: string, type: number, transport: 'udp' | 'tcp' = 'udp') => {
    const handled = answerQuery(world, encodeQuery(7, name, type), transport);
    return handled !== 'ignore' && 'answer' in handled ? handled.answer : undefined;
  };

  test('keep the letters of the question and point at its name', () => {
    const answer = ask('WeB.default.svc.CLUSTER.local', TYPE.A)!;
    expect(answer.length).toBe(encodeQuery(7, 'web.default.svc.cluster.local', 1).length + 16);
    expect(decodeAnswers(answer)).toEqual([
      { name: 'WeB.default.svc.CLUSTER.local', ttl: 5, type: 'A', address: '10.96.0.9' },
    ]);
    expect([answer[2], answer[3]]).toEqual([0x85, 0x80]);
  });
  test('say that a name does not exist, and for how long', () => {
    const answer = ask('none.default.svc.cluster.local', TYPE.A)!;
    expect(answer[3]! & 0xf).toBe(3);
    expect([...answer.subarray(6, 12)]).toEqual([0, 0, 0, 1, 0, 0]);
  });
  test('are cut where they are too long for UDP, and whole over TCP', () => {
    expect(ask('big.default.svc.cluster.local', TYPE.A)![2]! & 2).toBe(2);
    expect(decodeAnswers(ask('big.default.svc.cluster.local', TYPE.A, 'tcp')!)).toHaveLength(100);
  });
  test('follow an external name in the cluster, and ask others for one outside', () => {
    expect(decodeAnswers(ask('near.default.svc.cluster.local', TYPE.A)!)?.map(({ type }) => type)).toEqual([
      'CNAME',
      'A',
    ]);
    const handled = answerQuery(world, encodeQuery(7, 'away.default.svc.cluster.local', TYPE.A), 'udp');
    if (handled === 'ignore' || !('alias' in handled)) throw new Error('not an alias');
    expect(decodeQuery(handled.ask)).toMatchObject({ id: 7, name: 'example.com', type: TYPE.A });
    const silent = withAlias(handled, undefined, 'udp');
    expect([silent[3]! & 0xf, decodeAnswers(silent)?.length]).toEqual([2, 1]);
  });
  test.each([
    ['nothing', new Uint8Array()],
    ['half a header', new Uint8Array(7)],
    ['an answer', Uint8Array.from([0, 1, 0x80, ...new Uint8Array(20)])],
  ])('%s is ignored', (_what, packet) => expect(answerQuery(world, packet, 'udp')).toBe('ignore'));
  test('a question that runs out of its packet is refused', () => {
    const packet = encodeQuery(7, 'web', 1).slice(0, 17);
    packet[12] = 60;
    const handled = answerQuery(world, packet, 'udp');
    expect(handled !== 'ignore' && 'answer' in handled && handled.answer[3]).toBe(1);
  });
});
