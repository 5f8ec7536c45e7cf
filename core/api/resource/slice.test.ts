import type { ResourceSlice } from '#core/api/types';
import type { Problem } from '#core/machinery/status';
import { expect, test } from 'vitest';
import { sliceProblems } from './slice.ts';

const device = (more: object) => ({ name: 'd', ...more });
const sliceOf = (spec: object): ResourceSlice =>
  ({
    spec: {
      driver: 'gpu.example.com',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      nodeName: 'n',
      ...spec,
    },
  }) as unknown as ResourceSlice;
const shared = (requestPolicy: object) =>
  device({ allowMultipleAllocations: true, capacity: { memory: { value: '16', requestPolicy } } });

test.each([
  { it: 'a plain slice is well', spec: { devices: [device({ attributes: { model: { string: 'x' } } })] }, wants: [] },
  { it: 'nodes must be told', spec: { nodeName: undefined }, wants: ['spec'] },
  { it: 'nodes are told in one way', spec: { allNodes: true }, wants: ['spec'] },
  { it: 'counters or devices', spec: { devices: [], sharedCounters: [] }, wants: ['spec'] },
  {
    it: 'an attribute has one value',
    spec: { devices: [device({ attributes: { a: { int: 1, bool: true }, b: {} } })] },
    wants: ['spec.devices[0].attributes[a]', 'spec.devices[0].attributes[b]'],
  },
  {
    it: 'versions are semantic',
    spec: { devices: [device({ attributes: { a: { version: '1.2' }, b: { version: '1.2.3-rc.1+x' } } })] },
    wants: ['spec.devices[0].attributes[a].version'],
  },
  {
    it: 'only what is shared has a policy',
    spec: { devices: [device({ capacity: { memory: { value: '1', requestPolicy: {} } } })] },
    wants: ['spec.devices[0].capacity[memory].requestPolicy'],
  },
  {
    it: 'the default is a step away from the least',
    spec: { devices: [shared({ default: '3', validRange: { min: '2', max: '8', step: '2' } })] },
    wants: ['spec.devices[0].capacity[memory].requestPolicy.validRange.step'],
  },
  {
    it: 'values rise and hold the default',
    spec: { devices: [shared({ default: '3', validValues: ['2', '1'] })] },
    wants: [1, undefined].map((n) => `spec.devices[0].capacity[memory].requestPolicy.validValues${n ? `[${n}]` : ''}`),
  },
  { it: 'devices are named once', spec: { devices: [device({}), device({})] }, wants: ['spec.devices[1]'] },
  {
    it: 'conditions to bind come with conditions to fail',
    spec: { devices: [device({ bindingConditions: ['a'] })] },
    wants: ['spec.devices[0].bindingFailureConditions'],
  },
])('$it', ({ spec, wants }) => {
  const problems: Problem[] = [];
  sliceProblems(sliceOf(spec), undefined, problems);
  expect(problems.map(({ path }) => path)).toEqual(wants);
});

test('a slice keeps its pool, driver and node', () => {
  const problems: Problem[] = [];
  sliceProblems(sliceOf({ nodeName: 'm', driver: 'other.example.com' }), sliceOf({}), problems);
  expect(problems.map(({ path }) => path)).toEqual(['spec.driver', 'spec.nodeName']);
});
