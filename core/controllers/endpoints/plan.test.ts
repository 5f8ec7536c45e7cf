import { expect, test } from 'vitest';
import type { Node, Pod, Service } from '#core/api/types/core/v1';
import { plan as sliceplan } from '../endpointslice/plan.ts';
import { plan, repack } from './plan.ts';

const service = (spec: Partial<Service['spec'] & object> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'a', uid: 's', labels: { tier: 'front' } },
  spec: {
    clusterIP: '10.96.0.5',
    ipFamilies: ['IPv4'],
    selector: { app: 'web' },
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 'web' }],
    ...spec,
  },
});

interface Sketch {
  readonly name: string;
  readonly ip?: string;
  readonly ready?: boolean;
  readonly going?: boolean;
  readonly port?: number;
  readonly phase?: 'Running' | 'Succeeded';
}
const pod = ({ name, ip = '10.1.0.1', ready = true, going = false, port = 8080, phase = 'Running' }: Sketch): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'a', uid: name, labels: { app: 'web' }, ...(going ? { deletionTimestamp: 'x' } : {}) },
  spec: { nodeName: 'n', containers: [{ name: 'c', ports: [{ name: 'web', containerPort: port, protocol: 'TCP' }] }] },
  status: {
    phase,
    podIP: ip,
    podIPs: ip === '' ? [] : [{ ip }],
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
  },
});

const show = (of: Service, ...pods: Sketch[]) =>
  (plan({ service: of, pods: pods.map(pod), known: undefined }).subsets ?? []).map(
    ({ addresses = [], notReadyAddresses = [], ports = [] }) =>
      `${addresses.map(({ ip }) => ip)}|${notReadyAddresses.map(({ ip }) => ip)}|${ports.map(({ port }) => port)}`,
  );

test.each<{ it: string; of?: Service; pods: Sketch[]; wants: string[] }>([
  {
    it: 'ready and not',
    pods: [{ name: 'a' }, { name: 'b', ip: '10.1.0.2', ready: false }],
    wants: ['10.1.0.1|10.1.0.2|8080'],
  },
  {
    it: 'pods that differ in a named port',
    pods: [{ name: 'a' }, { name: 'b', ip: '10.1.0.2', port: 9 }],
    wants: ['10.1.0.1||8080', '10.1.0.2||9'],
  },
  {
    it: 'what ended, is going or has no address is left out',
    pods: [
      { name: 'a', phase: 'Succeeded' },
      { name: 'b', going: true },
      { name: 'c', ip: '' },
    ],
    wants: [],
  },
  {
    it: 'all are published where the Service says so',
    of: service({ publishNotReadyAddresses: true }),
    pods: [{ name: 'a', ready: false, going: true }],
    wants: ['10.1.0.1||8080'],
  },
  {
    it: 'headless without ports',
    of: service({ clusterIP: 'None', ports: [] }),
    pods: [{ name: 'a' }],
    wants: ['10.1.0.1||'],
  },
  { it: 'another family has no place', pods: [{ name: 'a', ip: 'fd00::1' }], wants: [] },
])('endpoints: $it', ({ of = service(), pods, wants }) => expect(show(of, ...pods)).toEqual(wants));

test('what is right already stays the same object', () => {
  const known = plan({ service: service(), pods: [pod({ name: 'a' })], known: undefined });
  expect(plan({ service: service(), pods: [pod({ name: 'a' })], known })).toBe(known);
  const other = plan({ service: service(), pods: [], known });
  expect(other.subsets).toBeUndefined();
  expect(other.metadata.labels).toEqual({ tier: 'front', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
});

test('a thousand addresses at most, the ready ones first', () => {
  const pods = Array.from({ length: 1200 }, (_, index) =>
    pod({ name: `p${index}`, ip: `10.2.${index >> 8}.${index & 255}`, ready: index % 2 === 0 }),
  );
  const { subsets, metadata } = plan({ service: service(), pods, known: undefined });
  expect([subsets![0]!.addresses!.length, subsets![0]!.notReadyAddresses!.length]).toEqual([600, 400]);
  expect(metadata.annotations).toEqual({ 'endpoints.kubernetes.io/over-capacity': 'truncated' });
});

test('an address is not ready where it is so for any of a port', () => {
  const ports = [{ port: 1 }];
  expect(
    repack([
      { addresses: [{ ip: '1' }], ports },
      { notReadyAddresses: [{ ip: '1' }], ports },
    ]),
  ).toEqual([{ notReadyAddresses: [{ ip: '1' }], ports }]);
});

const node: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  spec: {},
  metadata: { name: 'n', labels: { 'topology.kubernetes.io/zone': 'z' } },
};
const slices = (of: Service, pods: Sketch[], known = true) =>
  sliceplan({ service: of, pods: pods.map(pod), slices: [], nodeNamed: () => (known ? node : undefined) });

test('slices tell ready, serving, terminating, node and zone', () => {
  const { create } = slices(service(), [{ name: 'a', going: true }]);
  expect(create).toHaveLength(1);
  expect(create[0]).toMatchObject({
    metadata: {
      generateName: 'web-',
      labels: {
        tier: 'front',
        'kubernetes.io/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [{ kind: 'Service', uid: 's', controller: true, blockOwnerDeletion: true }],
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    endpoints: [
      {
        addresses: ['10.1.0.1'],
        conditions: { ready: false, serving: true, terminating: true },
        nodeName: 'n',
        zone: 'z',
      },
    ],
  });
});

test('slices: a pod whose node is not known waits, and both families have their slice', () => {
  expect(slices(service(), [{ name: 'a' }], false)).toMatchObject({ incomplete: true, create: [{ endpoints: [] }] });
  const dual = slices(service({ ipFamilies: ['IPv4', 'IPv6'] }), [{ name: 'a' }]);
  expect(dual.create.map(({ addressType, endpoints }) => [addressType, endpoints!.length])).toEqual([
    ['IPv4', 1],
    ['IPv6', 0],
  ]);
});

test('slices carry hints where traffic is to stay close', () => {
  const hints = (trafficDistribution: string) =>
    slices(service({ trafficDistribution }), [{ name: 'a' }]).create[0]!.endpoints![0]!.hints;
  expect(hints('PreferClose')).toEqual({ forZones: [{ name: 'z' }] });
  expect(hints('PreferSameNode')).toEqual({ forZones: [{ name: 'z' }], forNodes: [{ name: 'n' }] });
});
