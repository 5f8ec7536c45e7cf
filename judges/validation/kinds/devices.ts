import type { Fault, Kind } from '../cases.ts';

const bad = 'A_b';
const device = (...all: object[]): Fault => ({
  'spec.devices': all.map((one, i) => ({ name: `d${i}`, ...one })),
});
const counters = (one: object): Fault => ({ 'spec.devices': undefined, 'spec.sharedCounters': [one] });
const result = { request: 'r', driver: 'a.b', pool: 'p', device: 'd' };
const allocated = (...results: object[]): Fault => ({
  'status.allocation': { devices: { results: results.map((one) => ({ ...result, ...one })) } },
});
const told = (...devices: object[]): Fault => ({
  ...allocated({}),
  'status.devices': devices.map((one) => ({ driver: 'a.b', pool: 'p', device: 'd', ...one })),
});
const consumer = (uid: string, more: object = {}) => ({ resource: 'pods', name: 'x', uid, ...more });

/** What drivers offer, and what of it was given out. */
export const devices: Readonly<Record<string, Kind>> = {
  ResourceSlice: {
    object: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name: 'x' },
      spec: {
        driver: 'a.b',
        nodeName: 'n',
        pool: { name: 'p', resourceSliceCount: 1 },
        devices: [{ name: 'd', attributes: { model: { string: 'x' } } }],
      },
    },
    create: [
      { 'spec.driver': bad, 'spec.pool': { name: '', resourceSliceCount: 0, generation: -1 } },
      { 'spec.driver': '', 'spec.pool.name': 'A/b' },
      { 'spec.nodeName': '' },
      { 'spec.nodeName': undefined },
      { 'spec.nodeName': undefined, 'spec.allNodes': false },
      { 'spec.allNodes': true, 'spec.perDeviceNodeSelection': true },
      { 'spec.nodeName': undefined, 'spec.nodeSelector': { nodeSelectorTerms: [] } },
      { 'spec.nodeName': undefined, 'spec.nodeSelector': { nodeSelectorTerms: [{}, {}] } },
      { 'spec.nodeName': bad },
      device({ name: '' }, { name: bad }, { name: 'd' }, { name: 'd' }),
      device({
        attributes: { 'a b': { string: 'x' }, '/x': { int: 1 }, 'A_b/x': { bool: true }, 'a/b/c': { int: 1 } },
      }),
      device({ attributes: { a: {}, b: { int: 1, string: 'x' }, c: { version: 'x' }, d: { string: 'x'.repeat(65) } } }),
      device({ attributes: { a: { version: '01.2.3' }, b: { version: '1.2.3-alpha' } } }),
      device({ capacity: { 'a b': { value: '1' }, c: { value: '-1' } } }),
      device({ attributes: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, { int: i }])) }),
      device({
        taints: [
          { key: '', effect: 'X' },
          { key: 'a b', value: 'c d', effect: 'NoSchedule' },
        ],
      }),
      device({ taints: Array.from({ length: 17 }, (_, i) => ({ key: `a${i}`, effect: 'NoExecute' })) }),
      device({
        consumesCounters: [
          { counterSet: '', counters: {} },
          { counterSet: 's', counters: { a: { value: '1' } } },
        ],
      }),
      device({ nodeName: 'n' }, { allNodes: true }),
      {
        'spec.nodeName': undefined,
        'spec.perDeviceNodeSelection': true,
        ...device({}, { nodeName: bad }, { allNodes: false }),
      },
      {
        'spec.nodeName': undefined,
        'spec.perDeviceNodeSelection': true,
        ...device({ nodeName: 'n', allNodes: true }, { nodeSelector: { nodeSelectorTerms: [] } }),
      },
      device({ bindingConditions: ['a b'], bindingFailureConditions: [] }),
      device({ bindingConditions: ['a'], bindingFailureConditions: ['b', 'b'], bindsToNode: true }),
      device({
        allowMultipleAllocations: true,
        capacity: { a: { value: '4', requestPolicy: { default: '5', validValues: ['1', '1', '9'] } } },
      }),
      device({
        allowMultipleAllocations: true,
        capacity: { a: { value: '4', requestPolicy: { validRange: { min: '3', max: '2', step: '7' } } } },
      }),
      device({ capacity: { a: { value: '4', requestPolicy: { default: '1' } } } }),
      counters({ name: '', counters: {} }),
      counters({ name: bad, counters: { 'a b': { value: '1' } } }),
      { 'spec.sharedCounters': [{ name: 's', counters: { a: { value: '1' } } }] },
      device(...Array.from({ length: 129 }, () => ({}))),
    ],
    update: [
      { 'spec.driver': 'c.d', 'spec.pool.name': 'q' },
      { 'spec.nodeName': 'm' },
      { 'spec.pool.generation': 5 },
      { 'spec.devices.0.name': bad },
    ],
  },
  AllocatedClaim: {
    object: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: 'x' },
      spec: {
        devices: {
          requests: [
            { name: 'r', exactly: { deviceClassName: 'c' } },
            { name: 's', firstAvailable: [{ name: 't', deviceClassName: 'c' }] },
          ],
        },
      },
    },
    create: [
      {
        'spec.devices.requests.0.exactly.capacity': { requests: { 'a b': '1', c: '-1' } },
        'spec.devices.requests.0.exactly.adminAccess': false,
      },
      {
        'spec.devices.requests.0.exactly.selectors': Array.from({ length: 33 }, () => ({
          cel: { expression: 'true' },
        })),
      },
      { 'spec.devices.requests.0.exactly.selectors': [{ cel: { expression: '1' } }, { cel: { expression: 'nope' } }] },
      {
        'spec.devices.requests': Array.from({ length: 33 }, (_, i) => ({
          name: `r${i}`,
          exactly: { deviceClassName: 'c' },
        })),
      },
      { 'spec.devices.constraints': [{ requests: ['s', 's/t', 's/u'], matchAttribute: 'a.b/c' }] },
      {
        'spec.devices.constraints': [
          { distinctAttribute: 'a.b/c' },
          { matchAttribute: 'a.b/c', distinctAttribute: 'a.b/d' },
        ],
      },
      {
        'spec.devices.requests.1.firstAvailable': Array.from({ length: 9 }, (_, i) => ({
          name: `t${i}`,
          deviceClassName: 'c',
        })),
      },
      { 'spec.devices.requests.1.exactly': { deviceClassName: 'c' } },
    ],
    status: [
      allocated({}),
      allocated({ request: 's/t' }, { request: 's' }, { request: 'no' }, { request: '' }),
      allocated({ driver: bad, pool: 'A/b', device: bad }),
      allocated({ driver: '', pool: '', device: '' }),
      allocated(...Array.from({ length: 33 }, (_, i) => ({ device: `d${i}` }))),
      {
        ...allocated({}),
        'status.allocation.nodeSelector': { nodeSelectorTerms: [] },
      },
      {
        ...allocated({}),
        'status.allocation.nodeSelector': {
          nodeSelectorTerms: [{}, { matchExpressions: [{ key: 'a b', operator: 'X' }] }],
        },
      },
      {
        ...allocated({}),
        'status.allocation.devices.config': [
          { source: 'X', opaque: { driver: 'a.b', parameters: { a: 1 } } },
          { source: '', requests: ['no', 'r', 'r'], opaque: { driver: bad } },
          { source: 'FromClass' },
        ],
      },
      { 'status.reservedFor': [consumer('u')] },
      {
        ...allocated({}),
        'status.reservedFor': [consumer('u'), consumer('u'), consumer('', { name: '', resource: '' })],
      },
      { ...allocated({}), 'status.reservedFor': Array.from({ length: 257 }, (_, i) => consumer(`u${i}`)) },
      told({}, {}),
      told({ driver: bad, pool: '', device: '' }),
      told({ device: 'other' }),
      told({ conditions: [{ type: 'a b', status: 'X', reason: '', message: '', lastTransitionTime: null }] }),
      told({ data: 'x' }),
      told({
        networkData: {
          interfaceName: 'x'.repeat(300),
          hardwareAddress: 'y'.repeat(200),
          ips: ['x', '10.0.0.1', '10.0.0.1/8', '10.0.0.1/8'],
        },
      }),
      { 'status.devices': [{ driver: 'a.b', pool: 'p', device: 'd' }] },
    ],
  },
};
