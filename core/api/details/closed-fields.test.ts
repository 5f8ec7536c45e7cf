import type { Strategy, StrategyContext } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { expect, test } from 'vitest';
import { withoutClosedFields } from './closed-fields.ts';

const context = (open: boolean): StrategyContext => ({
  now: 0,
  subresource: '',
  user: 'jane',
  gates: { enabled: () => open },
});
const deployment = (pod: object) => ({ metadata: {}, spec: { template: { spec: pod } } }) as unknown as KubeObject;
const strategy = withoutClosedFields('apps/deployments', {} as Strategy);

const grouped = deployment({ schedulingGroup: { podGroupName: 'g' }, hostNetwork: true });
const stopping = deployment({ containers: [{ name: 'a', lifecycle: { stopSignal: 'SIGTERM' } }] });

test.each([
  { it: 'is dropped from a new object', next: grouped, old: undefined, wants: deployment({ hostNetwork: true }) },
  {
    it: 'goes with what held it alone',
    next: stopping,
    old: undefined,
    wants: deployment({ containers: [{ name: 'a' }] }),
  },
  { it: 'is dropped where it was not in use', next: grouped, old: stopping, wants: deployment({ hostNetwork: true }) },
  { it: 'stays where it was in use', next: grouped, old: grouped, wants: grouped },
])('a field whose gate is closed $it', ({ next, old, wants }) => {
  const written =
    old === undefined
      ? strategy.prepareForCreate!(next, context(false))
      : strategy.prepareForUpdate!(next, old, context(false));
  expect(written).toEqual(wants);
});

test('a field whose gate is open is kept', () => {
  expect(strategy.prepareForCreate!(grouped, context(true))).toBe(grouped);
});
