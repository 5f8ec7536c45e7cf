import { expect, test } from 'vitest';
import type { Service, ServiceSpec } from '#core/api/types/core/v1';
import type { Endpoint, EndpointSlice } from '#core/api/types/discovery/v1';
import { contains, serviceRules, type ProxyNode } from './plan.ts';
import type { ServiceRules } from './rules.ts';

const node: ProxyNode = { node: 'a', zone: 'z1', ip: '172.30.0.2', podRanges: ['10.244.0.0/16'] };
const service = (spec: Partial<ServiceSpec>, labels: Record<string, string> = {}): Service => ({
  kind: 'Service',
  apiVersion: 'v1',
  metadata: { name: 'web', namespace: 'default', labels },
  spec: { clusterIP: '10.96.0.9', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
});
const slice = (endpoints: readonly Endpoint[], protocol: 'TCP' | 'UDP' = 'TCP'): EndpointSlice => ({
  kind: 'EndpointSlice',
  apiVersion: 'discovery.k8s.io/v1',
  metadata: { name: 'web-1', namespace: 'default' },
  addressType: 'IPv4',
  endpoints,
  ports: [{ name: '', port: 8080, protocol }],
});
const here: Endpoint = { addresses: ['10.244.0.5'], nodeName: 'a', conditions: { ready: true } };
const there: Endpoint = { addresses: ['10.244.1.5'], nodeName: 'b', conditions: { ready: true } };
const ending = (endpoint: Endpoint): Endpoint => ({
  ...endpoint,
  conditions: { ready: false, serving: true, terminating: true },
});
const hinted = (endpoint: Endpoint, zone: string): Endpoint => ({ ...endpoint, hints: { forZones: [{ name: zone }] } });

const verdicts = ({ elements }: ServiceRules) =>
  Object.fromEntries(
    elements
      .filter(({ of }) => of !== 'cluster-ips' && of !== 'hairpin-connections')
      .map(({ of, key, verdict }) => [`${of} ${key}`, verdict]),
  );
const targets = ({ chains }: ServiceRules, chain: string) =>
  chains
    .find(({ name }) => name === chain)
    ?.rules.join('\n')
    .match(/10\.244\.\d\.\d+/g);

test.each([
  { it: 'headless', spec: { clusterIP: 'None' }, wants: {} },
  { it: 'external name', spec: { type: 'ExternalName' }, wants: {} },
  {
    it: 'cluster IP',
    spec: {},
    wants: { 'service-ips 10.96.0.9 . tcp . 80': 'goto svc/default/web/tcp/80' },
  },
  {
    it: 'nobody ready',
    spec: {},
    endpoints: [{ ...here, conditions: { ready: false } }],
    wants: { 'no-endpoint-services 10.96.0.9 . tcp . 80': 'goto reject-it' },
  },
  {
    it: 'internal policy Local, none here',
    spec: { internalTrafficPolicy: 'Local' },
    endpoints: [there],
    wants: { 'no-endpoint-services 10.96.0.9 . tcp . 80': 'drop' },
  },
  {
    it: 'internal policy Local',
    spec: { internalTrafficPolicy: 'Local' },
    wants: { 'service-ips 10.96.0.9 . tcp . 80': 'goto local/default/web/tcp/80' },
  },
  {
    it: 'node port',
    spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] },
    wants: {
      'service-ips 10.96.0.9 . tcp . 80': 'goto svc/default/web/tcp/80',
      'service-nodeports tcp . 30080': 'goto ext/default/web/tcp/80',
    },
  },
  {
    it: 'external policy Local, none here: pods still get in',
    spec: { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] },
    endpoints: [there],
    wants: {
      'service-ips 10.96.0.9 . tcp . 80': 'goto svc/default/web/tcp/80',
      'service-nodeports tcp . 30080': 'goto ext/default/web/tcp/80',
      'no-endpoint-nodeports tcp . 30080': 'drop',
    },
  },
] as { it: string; spec: Partial<ServiceSpec>; endpoints?: Endpoint[]; wants: object }[])(
  '$it',
  ({ spec, endpoints = [here, there], wants }) =>
    expect(verdicts(serviceRules(service(spec), [slice(endpoints)], node))).toEqual(wants),
);

test.each([
  { it: 'all that are ready', endpoints: [here, there], wants: ['10.244.0.5', '10.244.1.5'] },
  { it: 'not those that end while one is ready', endpoints: [ending(here), there], wants: ['10.244.1.5'] },
  { it: 'those that end where none is ready', endpoints: [ending(here)], wants: ['10.244.0.5'] },
  { it: 'those of the zone', endpoints: [hinted(here, 'z2'), hinted(there, 'z1')], wants: ['10.244.1.5'] },
  { it: 'all where one has no hint', endpoints: [here, hinted(there, 'z1')], wants: ['10.244.0.5', '10.244.1.5'] },
  {
    it: 'all where no hint is for here',
    endpoints: [hinted(here, 'z2'), hinted(there, 'z3')],
    wants: ['10.244.0.5', '10.244.1.5'],
  },
  {
    it: 'that of the node',
    endpoints: [here, there].map((one) => ({ ...one, hints: { forNodes: [{ name: one.nodeName! }] } })),
    wants: ['10.244.0.5'],
  },
])('leads to $it', ({ endpoints, wants }) => {
  const rules = serviceRules(service({}), [slice(endpoints)], node);
  expect(targets(rules, 'svc/default/web/tcp/80')?.filter((ip) => ip !== '10.244.0.0')).toEqual(wants);
});

test('remembers clients', () => {
  const rules = serviceRules(service({ sessionAffinity: 'ClientIP' }), [slice([here])], node);
  expect(rules.affinitySets).toEqual([{ name: 'aff/default/web/tcp/80/10.244.0.5_8080', seconds: 10800 }]);
  expect(rules.chains.map(({ name }) => name)).toContain('ep/default/web/tcp/80/10.244.0.5_8080');
});

test('tells where UDP leads', () => {
  const spec: Partial<ServiceSpec> = { type: 'NodePort', ports: [{ port: 53, nodePort: 30053, protocol: 'UDP' }] };
  expect(serviceRules(service(spec), [slice([here], 'UDP')], node).flows).toEqual([
    { ip: '10.96.0.9', port: 53, targets: ['10.244.0.5'] },
    { ip: '', port: 30053, targets: ['10.244.0.5'] },
  ]);
});

test('leaves what another proxy does', () => {
  const other = service({}, { 'service.kubernetes.io/service-proxy-name': 'x' });
  expect(serviceRules(other, [slice([here])], node).elements).toEqual([]);
});

test.each([
  ['10.0.0.0/8', '10.200.3.4', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['0.0.0.0/0', '1.2.3.4', true],
  ['172.30.0.2', '172.30.0.2', true],
])('%s holds %s: %s', (range, ip, wants) => expect(contains(range, ip)).toBe(wants));
