import { expect, test } from 'vitest';
import { builtInSchemas, type Strategy, type StrategyContext } from '#core/api/definition';
import { featureGates } from '#core/api/gates';
import type { KubeObject } from '#core/machinery/object';
import { withoutClosedFields } from './closed-fields.ts';

const byDefault = featureGates();
const context = (gates: StrategyContext['gates']): StrategyContext => ({
  now: 0,
  subresource: '',
  user: 'jane',
  gates,
});

const write = (
  id: string,
  next: KubeObject,
  old: KubeObject | undefined,
  gates: StrategyContext['gates'] = byDefault,
) => {
  const [group, , kind] = id.split(' ') as [string, string, string];
  const strategy = withoutClosedFields(id.split(' ')[1]!, () => builtInSchemas.kind(group, 'v1', kind), {} as Strategy);
  return old === undefined
    ? strategy.prepareForCreate!(next, context(gates))
    : strategy.prepareForUpdate!(next, old, context(gates));
};

const DEPLOYMENT = 'apps apps/deployments Deployment';
const SLICE = 'resource.k8s.io resource.k8s.io/resourceslices ResourceSlice';
const deployment = (pod: object) => ({ metadata: {}, spec: { template: { spec: pod } } }) as unknown as KubeObject;
const slice = (device: object) => ({ metadata: {}, spec: { devices: [device] } }) as unknown as KubeObject;

const grouped = deployment({ schedulingGroup: { podGroupName: 'g' }, hostNetwork: true });
const stopping = deployment({ containers: [{ name: 'a', lifecycle: { stopSignal: 'SIGTERM' } }] });
const plain = deployment({ containers: [{ name: 'a' }] });
const bundled = (source: object) => deployment({ volumes: [{ name: 'v', projected: { sources: [source] } }] });
const listed = slice({ name: 'd', attributes: { a: { string: 'x', strings: ['x'] } } });

test.each([
  { it: 'is dropped from a new object', id: DEPLOYMENT, next: grouped, wants: deployment({ hostNetwork: true }) },
  { it: 'goes with what held it alone', id: DEPLOYMENT, next: stopping, wants: plain },
  {
    it: 'leaves other holders behind',
    id: DEPLOYMENT,
    next: bundled({ clusterTrustBundle: { path: 'p' } }),
    wants: bundled({}),
  },
  {
    it: 'is dropped where it was not in use',
    id: DEPLOYMENT,
    next: grouped,
    old: stopping,
    wants: deployment({ hostNetwork: true }),
  },
  { it: 'stays where it was in use', id: DEPLOYMENT, next: grouped, old: grouped, wants: grouped },
  {
    it: 'is found in the values of a map',
    id: SLICE,
    next: listed,
    wants: slice({ name: 'd', attributes: { a: { string: 'x' } } }),
  },
  {
    it: 'stays where another field of its feature was in use',
    id: SLICE,
    next: listed,
    old: slice({ name: 'd', attributes: { b: { ints: [1] } } }),
    wants: listed,
  },
])('a field whose gate is closed $it', ({ id, next, old, wants }) => expect(write(id, next, old)).toEqual(wants));

test('a field whose gate is open is kept', () => {
  expect(write(DEPLOYMENT, grouped, undefined, featureGates({ GenericWorkload: true }))).toBe(grouped);
});

test('a gate that is closed by hand closes its fields', () => {
  const gates = featureGates({ HostnameOverride: false });
  expect(write(DEPLOYMENT, deployment({ hostnameOverride: 'h' }), undefined, gates)).toEqual(deployment({}));
});
