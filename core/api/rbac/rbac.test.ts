import { expect, test } from 'vitest';
import type { StrategyContext } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { rbac } from './index.ts';

const GROUP = 'rbac.authorization.k8s.io';
const about: StrategyContext = { now: 0, subresource: '', gates: { enabled: () => true }, user: 'x' };
const role = (rule: object, more: object = {}) =>
  ({ metadata: { name: 'r' }, rules: [rule], ...more }) as unknown as KubeObject;
const binding = (roleRef: object, ...subjects: object[]) =>
  ({
    metadata: { name: 'b' },
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: 'r', ...roleRef },
    subjects,
  }) as unknown as KubeObject;
const texts = (problems: readonly { path: string; message: string }[]) =>
  problems.map(({ path, message }) => `${path}: ${message}`);

test.each([
  { of: 'roles', object: role({ verbs: ['get'], apiGroups: [''], resources: ['pods'] }), wants: [] },
  {
    of: 'roles',
    object: role({ verbs: [] }),
    wants: [
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ],
  },
  {
    of: 'roles',
    object: role({ verbs: ['get'], nonResourceURLs: ['/x'] }),
    wants: ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
  },
  { of: 'clusterroles', object: role({ verbs: ['get'], nonResourceURLs: ['/x'] }), wants: [] },
  {
    of: 'clusterroles',
    object: role({ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['y'] }),
    wants: [
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
    ],
  },
  {
    of: 'clusterroles',
    object: role({ verbs: ['get'], nonResourceURLs: ['/x'] }, { aggregationRule: {} }),
    wants: [
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ],
  },
  { of: 'rolebindings', object: binding({ kind: 'Role' }, { kind: 'ServiceAccount', name: 'x' }), wants: [] },
  {
    of: 'clusterrolebindings',
    object: binding({ kind: 'Role' }, { kind: 'ServiceAccount', name: 'x' }),
    wants: [
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      'subjects[0].namespace: Required value',
    ],
  },
  {
    of: 'clusterrolebindings',
    object: binding({}, { kind: 'User', name: 'x', apiGroup: GROUP }, { kind: 'Robot', name: 'y' }),
    wants: ['subjects[1].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
  },
])('$of: $object.rules $object.roleRef $object.subjects', ({ of, object, wants }) =>
  expect(texts(rbac[`${GROUP}/${of}`]!.validateCreate!(object, about))).toEqual(wants),
);

test('a binding is to one role for life', () => {
  const [next, old] = [binding({ name: 'other' }), binding({})];
  expect(texts(rbac[`${GROUP}/rolebindings`]!.validateUpdate!(next, old, about))).toEqual([
    `roleRef: Invalid value: {"apiGroup":"${GROUP}","kind":"ClusterRole","name":"other"}: cannot change roleRef`,
  ]);
});
