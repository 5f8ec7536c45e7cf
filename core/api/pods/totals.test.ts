import { expect, test } from 'vitest';
import type { Pod } from '#core/api/types/core/v1';
import { asNumbers, podTotal, type TotalOptions } from './totals.ts';

const wants = (cpu: string, more: object = {}) => ({ resources: { requests: { cpu }, limits: { cpu } }, ...more });
const sidecar = { restartPolicy: 'Always' };
const given = (cpu: string, allocated: string) => ({
  name: 'c',
  resources: { requests: { cpu }, limits: { cpu } },
  allocatedResources: { cpu: allocated },
});
const infeasible = [{ type: 'PodResizePending', reason: 'Infeasible' }];

test.each<{
  it: string;
  spec: object;
  status?: object;
  options?: TotalOptions<number>;
  requests: object;
  limits: object;
}>([
  { it: 'nothing', spec: { containers: [{}] }, requests: {}, limits: {} },
  {
    it: 'all containers',
    spec: { containers: [wants('1'), wants('2')] },
    requests: { cpu: 3000 },
    limits: { cpu: 3000 },
  },
  {
    it: 'the largest of those that run before the others',
    spec: { containers: [wants('1')], initContainers: [wants('5'), wants('2')] },
    requests: { cpu: 5000 },
    limits: { cpu: 5000 },
  },
  {
    it: 'sidecars beside all that comes after them',
    spec: { containers: [wants('1')], initContainers: [wants('3'), wants('2', sidecar), wants('2')] },
    requests: { cpu: 4000 },
    limits: { cpu: 4000 },
  },
  {
    it: 'what is asked for the pod as a whole instead, of what may be',
    spec: { containers: [wants('1')], resources: { requests: { cpu: '4', 'a.b/c': '1' }, limits: { cpu: '5' } } },
    requests: { cpu: 4000 },
    limits: { cpu: 5000 },
  },
  {
    it: 'overhead, of limits only where there is one',
    spec: { containers: [wants('1')], overhead: { cpu: '1', memory: '5' } },
    options: { overhead: true },
    requests: { cpu: 2000, memory: 5 },
    limits: { cpu: 2000 },
  },
  { it: 'no overhead unasked', spec: { containers: [{}], overhead: { cpu: '1' } }, requests: {}, limits: {} },
  {
    it: 'what it is assumed to want',
    spec: { containers: [{}, wants('1')] },
    options: { missing: new Map([['cpu', 100]]) },
    requests: { cpu: 1100 },
    limits: { cpu: 1100 },
  },
  {
    it: 'the most of what it wants, was promised and has while it is resized',
    spec: { containers: [wants('1', { name: 'c' })] },
    status: { containerStatuses: [given('2', '3')] },
    options: { measured: 'containers' },
    requests: { cpu: 3000 },
    limits: { cpu: 2000 },
  },
  {
    it: 'what it has, where it can never have what it wants',
    spec: { containers: [wants('9', { name: 'c' })] },
    status: { containerStatuses: [given('2', '3')], conditions: infeasible },
    options: { measured: 'containers' },
    requests: { cpu: 3000 },
    limits: { cpu: 2000 },
  },
  {
    it: 'what it wants, where that alone is asked',
    spec: { containers: [wants('1', { name: 'c' })] },
    status: { containerStatuses: [given('2', '3')] },
    requests: { cpu: 1000 },
    limits: { cpu: 1000 },
  },
  {
    it: 'what a whole pod has',
    spec: { containers: [{}], resources: wants('1').resources },
    status: given('2', '3'),
    options: { measured: 'all' },
    requests: { cpu: 3000 },
    limits: { cpu: 2000 },
  },
  {
    it: 'not what a whole pod has, where containers alone are asked',
    spec: { containers: [{}], resources: wants('1').resources },
    status: given('2', '3'),
    options: { measured: 'containers' },
    requests: { cpu: 1000 },
    limits: { cpu: 1000 },
  },
])('a pod needs $it', ({ spec, status = {}, options, requests, limits }) => {
  const pod = { spec, status } as unknown as Pod;
  expect(Object.fromEntries(podTotal(pod, 'requests', asNumbers, options))).toEqual(requests);
  expect(Object.fromEntries(podTotal(pod, 'limits', asNumbers, options))).toEqual(limits);
});
