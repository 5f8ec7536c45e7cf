import { beforeEach, expect, test } from 'vitest';
import type { AdmissionAttributes, Attributes, Authorizer, HandlerContext, User } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { testStore } from '../fixture.ts';
import { uncovered } from './cover.ts';
import { defaultPolicy, nodeRules } from './default-policy.ts';
import { escalationCheck } from './escalation.ts';
import { nodeGraph } from './node-graph.ts';
import { nodeAuthorizer } from './node.ts';
import { rbacIndex } from './rbac-index.ts';
import { rbac, type Rbac } from './rbac.ts';
import { accessReviews } from './reviews.ts';
import { authorizers, masters } from './union.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const GROUP = 'rbac.authorization.k8s.io';
let here: Awaited<ReturnType<typeof world>>;
beforeEach(async () => {
  here = await world();
});

async function world() {
  const { store, put } = await testStore(barrier);
  const index = rbacIndex(store);
  const roles = rbac(index);
  const graph = nodeGraph(store);
  const authorizer = authorizers([masters, nodeAuthorizer(graph, nodeRules()), roles]);
  const role = (kind: string, name: string, rules: object[], namespace?: string) =>
    put(GROUP, `${kind.toLowerCase()}s`, {
      apiVersion: `${GROUP}/v1`,
      kind,
      metadata: { name, ...(namespace ? { namespace } : {}) },
      rules,
    });
  const bind = (name: string, roleRef: string, subjects: object[], namespace?: string) => {
    const [kind, of] = roleRef.split('/');
    const binding = namespace ? 'RoleBinding' : 'ClusterRoleBinding';
    return put(GROUP, `${binding.toLowerCase()}s`, {
      apiVersion: `${GROUP}/v1`,
      kind: binding,
      metadata: { name, ...(namespace ? { namespace } : {}) },
      roleRef: { kind, name: of, apiGroup: GROUP },
      subjects,
    });
  };
  return { store, put, index, roles, graph, authorizer, role, bind };
}

const user = (name: string, ...groups: string[]): User => ({ name, groups });
const on = (who: User, verb: string, what: string, more: Partial<Attributes> = {}): Attributes => {
  const [resource = '', subresource = ''] = what.split('/');
  return {
    user: who,
    verb,
    isResource: true,
    path: '',
    group: '',
    version: 'v1',
    resource,
    subresource,
    namespace: '',
    name: '',
    ...more,
  };
};
const may = async (authorizer: Authorizer | Rbac, attributes: Attributes) =>
  (await authorizer.decide(attributes)).allowed;

test('a grant counts from its binding on, where it was given, and no longer', async () => {
  const { role, bind, roles, store } = here;
  const joe = user('joe');
  const asked = on(joe, 'get', 'pods', { namespace: 'a' });
  expect(roles.decide(asked)).toEqual({ allowed: false, reason: '' });
  await bind('b', 'Role/reader', [{ kind: 'User', name: 'joe' }], 'a');
  expect(roles.decide(asked)).toEqual({
    allowed: false,
    reason: 'RBAC: role.rbac.authorization.k8s.io "reader" not found',
  });
  await role('Role', 'reader', [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }], 'a');
  expect(roles.decide(asked)).toEqual({
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "b/a" of Role "reader" to User "joe"',
  });
  expect(roles.decide({ ...asked, namespace: 'b' }).allowed).toBe(false);
  expect(roles.decide({ ...asked, namespace: '' }).allowed).toBe(false);
  expect(roles.decide({ ...asked, user: user('jane') }).allowed).toBe(false);
  await store.commit({ guards: [], writes: [{ key: `${GROUP}/rolebindings/a/b`, object: undefined }] });
  expect(roles.decide(asked).allowed).toBe(false);
});

test('service accounts and groups are subjects too; an account without namespace is of the binding’s', async () => {
  const { role, bind, roles } = here;
  await role('ClusterRole', 'lister', [{ verbs: ['list'], apiGroups: ['*'], resources: ['*'] }]);
  await bind('g', 'ClusterRole/lister', [{ kind: 'Group', name: 'ops' }]);
  await bind('s', 'ClusterRole/lister', [{ kind: 'ServiceAccount', name: 'robot' }], 'a');
  expect(roles.decide(on(user('x', 'ops'), 'list', 'nodes'))).toEqual({
    allowed: true,
    reason: 'RBAC: allowed by ClusterRoleBinding "g" of ClusterRole "lister" to Group "ops"',
  });
  expect(roles.decide(on(user('system:serviceaccount:a:robot'), 'list', 'pods', { namespace: 'a' })).reason).toBe(
    'RBAC: allowed by RoleBinding "s/a" of ClusterRole "lister" to ServiceAccount "robot/a"',
  );
  expect(await may(roles, on(user('system:serviceaccount:b:robot'), 'list', 'pods', { namespace: 'a' }))).toBe(false);
});

test.each([
  { rule: { verbs: ['*'], apiGroups: [''], resources: ['pods'] }, verb: 'delete', what: 'pods', is: true },
  { rule: { verbs: ['get'], apiGroups: [''], resources: ['pods'] }, verb: 'get', what: 'pods/log', is: false },
  { rule: { verbs: ['get'], apiGroups: [''], resources: ['*/log'] }, verb: 'get', what: 'pods/log', is: true },
  { rule: { verbs: ['get'], apiGroups: [''], resources: ['*/log'] }, verb: 'get', what: 'pods', is: false },
  { rule: { verbs: ['get'], apiGroups: ['apps'], resources: ['*'] }, verb: 'get', what: 'pods', is: false },
  {
    rule: { verbs: ['get'], apiGroups: ['*'], resources: ['*'], resourceNames: ['x'] },
    verb: 'get',
    what: 'pods',
    more: { name: 'x' },
    is: true,
  },
  {
    rule: { verbs: ['get'], apiGroups: ['*'], resources: ['*'], resourceNames: ['x'] },
    verb: 'get',
    what: 'pods',
    more: { name: 'y' },
    is: false,
  },
  {
    rule: { verbs: ['list'], apiGroups: ['*'], resources: ['*'], resourceNames: ['x'] },
    verb: 'list',
    what: 'pods',
    is: false,
  },
  {
    rule: { verbs: ['get'], nonResourceURLs: ['/healthz/*'] },
    verb: 'get',
    what: '',
    more: { isResource: false, path: '/healthz/etcd' },
    is: true,
  },
  {
    rule: { verbs: ['get'], nonResourceURLs: ['/healthz/*'] },
    verb: 'get',
    what: '',
    more: { isResource: false, path: '/healthz' },
    is: false,
  },
  {
    rule: { verbs: ['get'], nonResourceURLs: ['*'] },
    verb: 'get',
    what: '',
    more: { isResource: false, path: '/metrics' },
    is: true,
  },
])('$rule for $verb $what $more: $is', async ({ rule, verb, what, more, is }) => {
  const { role, bind, roles } = here;
  await role('ClusterRole', 'r', [rule]);
  await bind('b', 'ClusterRole/r', [{ kind: 'User', name: 'joe' }]);
  expect(await may(roles, on(user('joe'), verb, what, more))).toBe(is);
});

test('the default policy is upstream’s in number, and gives discovery to everybody', async () => {
  const policy = defaultPolicy();
  expect([
    policy.clusterRoles.length,
    policy.clusterRoleBindings.length,
    policy.roles.length,
    policy.roleBindings.length,
  ]).toEqual([69, 50, 7, 7]);
  const { put, roles } = here;
  for (const one of policy.clusterRoles) await put(GROUP, 'clusterroles', one);
  for (const one of policy.clusterRoleBindings) await put(GROUP, 'clusterrolebindings', one);
  const path = (p: string) => ({ isResource: false, path: p });
  expect(await may(roles, on(user('x', 'system:authenticated'), 'get', '', path('/apis/apps')))).toBe(true);
  expect(await may(roles, on(user('x', 'system:unauthenticated'), 'get', '', path('/apis/apps')))).toBe(false);
  expect(await may(roles, on(user('x', 'system:unauthenticated'), 'get', '', path('/version')))).toBe(true);
  expect(
    await may(
      roles,
      on(user('system:serviceaccount:kube-system:deployment-controller'), 'update', 'deployments/status', {
        group: 'apps',
        namespace: 'n',
      }),
    ),
  ).toBe(true);
  expect(await may(roles, on(user('system:kube-scheduler'), 'create', 'pods/binding', { namespace: 'n' }))).toBe(true);
});

test('masters may everything', async () => {
  expect(await may(here.authorizer, on(user('x', 'system:masters'), 'delete', 'nodes'))).toBe(true);
});

const n1 = user('system:node:n1', 'system:nodes');
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'a' },
  spec: {
    nodeName: 'n1',
    serviceAccountName: 'robot',
    imagePullSecrets: [{ name: 'pull' }],
    containers: [
      {
        name: 'c',
        env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 'env' } } }],
        envFrom: [{ configMapRef: { name: 'envmap' } }],
      },
    ],
    volumes: [
      { name: 'v', projected: { sources: [{ configMap: { name: 'root' } }, { secret: { name: 'proj' } }] } },
      { name: 's', secret: { secretName: 'vol' } },
      { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'e', ephemeral: {} },
    ],
  },
};
test.each([
  ...['pull', 'env', 'proj', 'vol'].map((name) => ({
    verb: 'get',
    what: 'secrets',
    more: { namespace: 'a', name },
    is: true,
  })),
  { verb: 'watch', what: 'configmaps', more: { namespace: 'a', name: 'root' }, is: true },
  { verb: 'get', what: 'configmaps', more: { namespace: 'a', name: 'envmap' }, is: true },
  { verb: 'get', what: 'secrets', more: { namespace: 'b', name: 'vol' }, is: false },
  { verb: 'get', what: 'secrets', more: { namespace: 'a', name: 'other' }, is: false },
  { verb: 'list', what: 'secrets', more: { namespace: 'a' }, is: false },
  { verb: 'update', what: 'secrets', more: { namespace: 'a', name: 'vol' }, is: false },
  { verb: 'get', what: 'persistentvolumeclaims', more: { namespace: 'a', name: 'data' }, is: true },
  { verb: 'get', what: 'persistentvolumeclaims', more: { namespace: 'a', name: 'p-e' }, is: true },
  { verb: 'get', what: 'persistentvolumes', more: { name: 'pv' }, is: true },
  { verb: 'get', what: 'persistentvolumes', more: { name: 'pv2' }, is: false },
  { verb: 'get', what: 'secrets', more: { namespace: 'a', name: 'csi' }, is: true },
  { verb: 'create', what: 'serviceaccounts/token', more: { namespace: 'a', name: 'robot' }, is: true },
  { verb: 'create', what: 'serviceaccounts/token', more: { namespace: 'a', name: 'default' }, is: false },
  { verb: 'get', what: 'nodes', more: { name: 'n1' }, is: true },
  { verb: 'get', what: 'nodes', more: { name: 'n2' }, is: false },
  { verb: 'list', what: 'nodes', more: {}, is: false },
  { verb: 'patch', what: 'nodes/status', more: { name: 'n1' }, is: true },
  { verb: 'list', what: 'pods', more: { fieldSelector: 'spec.nodeName=n1' }, is: true },
  { verb: 'list', what: 'pods', more: { fieldSelector: 'spec.nodeName=n2' }, is: false },
  { verb: 'list', what: 'pods', more: {}, is: false },
  { verb: 'get', what: 'pods', more: { namespace: 'a', name: 'p' }, is: true },
  { verb: 'get', what: 'pods', more: { namespace: 'a', name: 'q' }, is: false },
  { verb: 'patch', what: 'pods/status', more: { namespace: 'a', name: 'p' }, is: true },
  { verb: 'create', what: 'pods/exec', more: { namespace: 'a', name: 'p' }, is: false },
  {
    verb: 'update',
    what: 'leases',
    more: { group: 'coordination.k8s.io', namespace: 'kube-node-lease', name: 'n1' },
    is: true,
  },
  {
    verb: 'update',
    what: 'leases',
    more: { group: 'coordination.k8s.io', namespace: 'kube-node-lease', name: 'n2' },
    is: false,
  },
  {
    verb: 'update',
    what: 'leases',
    more: { group: 'coordination.k8s.io', namespace: 'kube-system', name: 'n1' },
    is: false,
  },
  { verb: 'create', what: 'leases', more: { group: 'coordination.k8s.io', namespace: 'kube-node-lease' }, is: true },
  { verb: 'list', what: 'services', more: {}, is: true },
  { verb: 'create', what: 'events', more: { namespace: 'a' }, is: true },
  { verb: 'delete', what: 'services', more: { namespace: 'a', name: 'x' }, is: false },
  { verb: 'create', what: 'subjectaccessreviews', more: { group: 'authorization.k8s.io' }, is: true },
])('a node: $verb $what $more: $is', async ({ verb, what, more, is }) => {
  await here.put('', 'pods', pod);
  await here.put('', 'persistentvolumes', {
    metadata: { name: 'pv' },
    spec: { claimRef: { namespace: 'a', name: 'data' }, csi: { nodeStageSecretRef: { namespace: 'a', name: 'csi' } } },
  });
  await here.put('', 'persistentvolumes', {
    metadata: { name: 'pv2' },
    spec: { claimRef: { namespace: 'a', name: 'other' } },
  });
  expect(await may(here.authorizer, on(n1, verb, what, more))).toBe(is);
});

test('what pods refer to is forgotten with the last of them', async () => {
  const { put, store, graph } = here;
  await put('', 'pods', pod);
  await put('', 'pods', { ...pod, metadata: { name: 'q', namespace: 'a' } });
  expect(graph.concerns('n1', '', 'secrets', 'a', 'vol')).toBe(true);
  await store.commit({ guards: [], writes: [{ key: '/pods/a/p', object: undefined }] });
  expect(graph.concerns('n1', '', 'secrets', 'a', 'vol')).toBe(true);
  await store.commit({ guards: [], writes: [{ key: '/pods/a/q', object: undefined }] });
  expect(graph.concerns('n1', '', 'secrets', 'a', 'vol')).toBe(false);
});

test.each([
  {
    has: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    wants: { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
    missing: [],
  },
  {
    has: [
      { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['list'], apiGroups: [''], resources: ['pods'] },
    ],
    wants: { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] },
    missing: [],
  },
  {
    has: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
    wants: { verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods'] },
    missing: [{ verbs: ['list', 'watch'], apiGroups: [''], resources: ['pods'] }],
  },
  {
    has: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['x'] }],
    wants: { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
    missing: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
  },
  {
    has: [{ verbs: ['get'], nonResourceURLs: ['/apis/*'] }],
    wants: { verbs: ['get'], nonResourceURLs: ['/apis/apps', '/api'] },
    missing: [{ verbs: ['get'], nonResourceURLs: ['/api'] }],
  },
  {
    has: [{ verbs: ['get'], apiGroups: [''], resources: ['*/log'] }],
    wants: { verbs: ['get'], apiGroups: [''], resources: ['pods/log'] },
    missing: [],
  },
])('$has lacks $missing of $wants', ({ has, wants, missing }) => expect(uncovered(has, [wants])).toEqual(missing));

test('nobody grants what he has not, unless he may escalate or bind', async () => {
  const { role, bind, authorizer, roles, index } = here;
  const check = escalationCheck(authorizer, roles, index);
  const joe = user('joe', 'devs');
  const write = (object: object, resource: string, old?: object) =>
    check.validate!({
      definition: { group: GROUP, resource },
      subresource: '',
      operation: old ? 'UPDATE' : 'CREATE',
      namespace: 'a',
      name: 'new',
      object,
      old,
      user: joe,
    } as unknown as AdmissionAttributes);
  const newRole = {
    kind: 'Role',
    metadata: { name: 'new', namespace: 'a' },
    rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] }],
  };
  const binding = {
    kind: 'RoleBinding',
    metadata: { name: 'new', namespace: 'a' },
    roleRef: { kind: 'ClusterRole', name: 'secretive' },
    subjects: [],
  };
  await expect(write(newRole, 'roles')).rejects.toThrow(
    'roles.rbac.authorization.k8s.io "new" is forbidden: user "joe" (groups=["devs"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
  );
  await expect(write(binding, 'rolebindings')).rejects.toThrow(
    'clusterroles.rbac.authorization.k8s.io "secretive" not found',
  );
  await role('ClusterRole', 'secretive', newRole.rules);
  await expect(write(binding, 'rolebindings')).rejects.toThrow('is attempting to grant');
  await expect(
    write({ ...newRole, metadata: { ...newRole.metadata, finalizers: ['x'] } }, 'roles', newRole),
  ).resolves.toBeUndefined();
  await role('ClusterRole', 'binder', [
    { verbs: ['bind'], apiGroups: [GROUP], resources: ['clusterroles'], resourceNames: ['secretive'] },
  ]);
  await bind('binders', 'ClusterRole/binder', [{ kind: 'User', name: 'joe' }]);
  await expect(write(binding, 'rolebindings')).resolves.toBeUndefined();
  await bind('reads', 'ClusterRole/secretive', [{ kind: 'Group', name: 'devs' }], 'a');
  await expect(write(newRole, 'roles')).resolves.toBeUndefined();
  await expect(write({ ...newRole, kind: 'ClusterRole', aggregationRule: {} }, 'roles')).rejects.toThrow(
    'must have cluster-admin privileges to use the aggregationRule',
  );
});

test('reviews answer for others, for oneself, and list rules', async () => {
  const { role, bind, authorizer, roles } = here;
  await role(
    'Role',
    'reader',
    [
      { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['x'] },
    ],
    'a',
  );
  await bind('b', 'Role/reader', [{ kind: 'User', name: 'joe' }], 'a');
  const reviews = accessReviews(authorizer, roles);
  const ask = async (resource: string, spec: object, metadata: object = {}, namespace = '') =>
    (
      (await reviews[resource]!(
        { kind: 'SubjectAccessReview', metadata, spec } as unknown as KubeObject,
        { user: user('joe'), namespace } as HandlerContext,
      )) as unknown as { status: object }
    ).status;
  const resourceAttributes = { verb: 'get', resource: 'pods', namespace: 'a' };
  expect(await ask('subjectaccessreviews', { user: 'joe', resourceAttributes })).toEqual({
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "b/a" of Role "reader" to User "joe"',
  });
  expect(await ask('subjectaccessreviews', { user: 'eve', resourceAttributes })).toEqual({ allowed: false });
  expect(await ask('selfsubjectaccessreviews', { resourceAttributes })).toMatchObject({ allowed: true });
  expect(
    await ask('localsubjectaccessreviews', { user: 'joe', resourceAttributes }, { namespace: 'a' }, 'a'),
  ).toMatchObject({ allowed: true });
  expect(await ask('selfsubjectrulesreviews', { namespace: 'a' })).toEqual({
    resourceRules: [
      { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['x'] },
    ],
    nonResourceRules: [],
    incomplete: false,
  });
  await expect(ask('subjectaccessreviews', { resourceAttributes })).rejects.toThrow(
    'at least one of user or group must be specified',
  );
  await expect(ask('subjectaccessreviews', { user: 'x' })).rejects.toThrow(
    'exactly one of nonResourceAttributes or resourceAttributes must be specified',
  );
  await expect(
    ask('localsubjectaccessreviews', { user: 'x', resourceAttributes }, { namespace: 'b' }, 'b'),
  ).rejects.toThrow('must match metadata.namespace');
});
