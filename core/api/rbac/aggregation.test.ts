import type { ClusterRole } from '#core/api/types';
import { expect, test } from 'vitest';
import { aggregatedRules } from './aggregation.ts';

const role = (name: string, labels: Record<string, string>, ...resources: string[]): ClusterRole => ({
  kind: 'ClusterRole',
  apiVersion: 'rbac.authorization.k8s.io/v1',
  metadata: { name, labels },
  rules: resources.map((resource) => ({ verbs: ['get'], apiGroups: [''], resources: [resource] })),
});
const gathering = (...selectors: Record<string, string>[]): ClusterRole => ({
  ...role('all', { a: '1' }, 'own'),
  aggregationRule: { clusterRoleSelectors: selectors.map((matchLabels) => ({ matchLabels })) },
});
const roles = [
  role('z', { a: '1' }, 'pods', 'nodes'),
  role('b', { b: '1' }, 'services', 'pods'),
  role('c', { a: '1' }, 'nodes'),
];

test.each([
  { it: 'roles stand by name, no rule twice', selectors: [{ a: '1' }], wants: ['nodes', 'pods'] },
  { it: 'selectors stand in their order', selectors: [{ b: '1' }, { a: '1' }], wants: ['services', 'pods', 'nodes'] },
  { it: 'what matches nothing gathers nothing', selectors: [{ none: '1' }], wants: [] },
])('$it', ({ selectors, wants }) => {
  const one = gathering(...selectors);
  expect(aggregatedRules(one, [...roles, one]).map(({ resources }) => resources![0])).toEqual(wants);
});
