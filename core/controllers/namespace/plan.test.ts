import { expect, test } from 'vitest';
import type { Namespace } from '#core/api/types/core/v1';
import { conditionsOf, estimateOf, type Remains } from './plan.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const namespace = (conditions: NonNullable<Namespace['status']>['conditions'] = []): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'a' },
  spec: {},
  status: { phase: 'Terminating', conditions: conditions! },
});
const show = (remains: readonly Remains[], failure?: string) =>
  conditionsOf(namespace(), remains, failure, NOW)
    .filter(({ status }) => status === 'True')
    .map(({ type, reason, message }) => `${type}/${reason}: ${message}`);
const held = { metadata: { finalizers: ['mine'] } };

test.each<{ it: string; remains: Remains[]; failure?: string; wants: string[] }>([
  { it: 'all is gone', remains: [{ of: { group: '', resource: 'pods' }, items: [], estimate: 0 }], wants: [] },
  {
    it: 'something remains',
    remains: [
      { of: { group: 'apps', resource: 'deployments' }, items: [held, { metadata: {} }], estimate: 15 },
      { of: { group: '', resource: 'pods' }, items: [held], estimate: 15 },
    ],
    wants: [
      'NamespaceContentRemaining/SomeResourcesRemain: Some resources are remaining: deployments.apps has 2 resource instances, pods. has 1 resource instances',
      'NamespaceFinalizersRemaining/SomeFinalizersRemain: Some content in the namespace has finalizers remaining: mine in 2 resource instances',
    ],
  },
  {
    it: 'things go wrong',
    failure: 'no answer',
    remains: [{ of: { group: '', resource: 'pods' }, items: [], estimate: 0, failure: 'refused' }],
    wants: [
      'NamespaceDeletionDiscoveryFailure/DiscoveryFailed: no answer',
      'NamespaceDeletionContentFailure/ContentDeletionFailed: Failed to delete all resource types, 1 remaining: refused',
    ],
  },
])('conditions: $it', ({ remains, failure, wants }) => expect(show(remains, failure)).toEqual(wants));

test('times stay while a condition stays, and others keep theirs', () => {
  const first = conditionsOf(namespace([{ type: 'Other', status: 'True' }]), [], undefined, NOW);
  const second = conditionsOf(namespace(first), [], undefined, NOW + 60_000);
  expect(second).toEqual(first);
  expect(first).toHaveLength(6);
});

test.each([
  {
    it: 'pods by their grace',
    resource: 'pods',
    items: [{ metadata: { deletionGracePeriodSeconds: 60 } }],
    since: 1,
    wants: 60,
  },
  {
    it: 'pods beyond their grace',
    resource: 'pods',
    items: [{ metadata: { deletionGracePeriodSeconds: 5 } }],
    since: 10,
    wants: 0,
  },
  { it: 'what is held', resource: 'x', items: [held], since: 1, wants: 15 },
  { it: 'what nothing holds', resource: 'x', items: [{ metadata: {} }], since: 1, wants: 0 },
])('an estimate for $it', ({ resource, items, since, wants }) =>
  expect(estimateOf(resource, items, since)).toBe(wants),
);
