import type { JsonObject } from '#core/base';
import type { Caller } from '../request.ts';
import type { Scenario } from '../scenario.ts';
import { MERGE_PATCH } from './accept.ts';
import { CONFIG_MAPS, configMap, get, patch, post, put, remove } from './steps.ts';

const bob: Caller = { user: 'bob', group: 'builders' };
const review = (kind: string, spec: JsonObject): JsonObject => ({
  apiVersion:
    kind === 'SelfSubjectReview' || kind === 'TokenReview' ? 'authentication.k8s.io/v1' : 'authorization.k8s.io/v1',
  kind,
  ...(kind === 'SelfSubjectReview' ? {} : { spec }),
});
const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const AUTHENTICATION = '/apis/authentication.k8s.io/v1';
const ROLES = '/apis/rbac.authorization.k8s.io/v1/namespaces/{{ns}}/roles';
const BINDINGS = '/apis/rbac.authorization.k8s.io/v1/namespaces/{{ns}}/rolebindings';
const reader = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'reader' },
  rules: [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['*'] },
  ],
};
const bound = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'bob' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'bob' }],
};
const attributes = { namespace: '{{ns}}', verb: 'list', resource: 'configmaps' };

/** Who may do what, and how the rest is refused. */
export const access: Scenario = {
  name: 'access',
  steps: [
    ...[bob, 'anonymous' as const, { token: 'nonsense' }].flatMap((as) => [
      get('/', { as }),
      get('/version', { as }),
      get('/healthz', { as }),
      get('/metrics', { as }),
      get('/api/v1', { as }),
      get(CONFIG_MAPS, { as }),
      get(`${CONFIG_MAPS}?watch=true`, { as }),
      get(`${CONFIG_MAPS}/a`, { as }),
      get('/api/v1/nodes', { as }),
      get('/api/v1/nodes/n/status', { as }),
      get('/apis/nothing.example.com/v1/things', { as }),
      post(CONFIG_MAPS, configMap('a'), { as }),
      put(`${CONFIG_MAPS}/a`, configMap('a'), { as }),
      patch(`${CONFIG_MAPS}/a`, {}, MERGE_PATCH, { as }),
      remove(`${CONFIG_MAPS}/a`, undefined, { as }),
      remove(CONFIG_MAPS, undefined, { as }),
      post('/api/v1/namespaces/{{ns}}/pods/p/exec?command=ls', undefined, { as }),
      get('/api/v1/namespaces/{{ns}}/pods/p/log', { as }),
      post(
        `${AUTHORIZATION}/selfsubjectaccessreviews`,
        review('SelfSubjectAccessReview', { resourceAttributes: attributes }),
        { as },
      ),
      post(`${AUTHORIZATION}/selfsubjectrulesreviews`, review('SelfSubjectRulesReview', { namespace: '{{ns}}' }), {
        as,
      }),
      post(`${AUTHENTICATION}/selfsubjectreviews`, review('SelfSubjectReview', {}), { as }),
    ]),
    post(ROLES, reader),
    post(BINDINGS, bound),
    get(CONFIG_MAPS, { as: bob, until: 200 }),
    post(CONFIG_MAPS, configMap('a'), { as: bob }),
    post(`${AUTHORIZATION}/selfsubjectrulesreviews`, review('SelfSubjectRulesReview', { namespace: '{{ns}}' }), {
      as: bob,
    }),
    post(
      `${AUTHORIZATION}/subjectaccessreviews`,
      review('SubjectAccessReview', { user: 'bob', resourceAttributes: attributes }),
    ),
    post(
      `${AUTHORIZATION}/subjectaccessreviews`,
      review('SubjectAccessReview', { user: 'bob', resourceAttributes: { ...attributes, verb: 'delete' } }),
    ),
    post(
      `${AUTHORIZATION}/subjectaccessreviews`,
      review('SubjectAccessReview', {
        user: 'admin',
        groups: ['system:masters'],
        nonResourceAttributes: { path: '/x', verb: 'get' },
      }),
    ),
    post(`${AUTHORIZATION}/subjectaccessreviews`, review('SubjectAccessReview', { user: 'bob' })),
    post(
      `${AUTHORIZATION}/subjectaccessreviews`,
      review('SubjectAccessReview', {
        resourceAttributes: attributes,
        nonResourceAttributes: { path: '/x', verb: 'get' },
      }),
    ),
    post(
      `${AUTHORIZATION}/namespaces/{{ns}}/localsubjectaccessreviews`,
      review('LocalSubjectAccessReview', { user: 'bob', resourceAttributes: attributes }),
    ),
    post(
      `${AUTHORIZATION}/namespaces/{{ns}}/localsubjectaccessreviews`,
      review('LocalSubjectAccessReview', { user: 'bob', resourceAttributes: { ...attributes, namespace: 'other' } }),
    ),
    post(`${AUTHORIZATION}/selfsubjectaccessreviews`, review('SelfSubjectAccessReview', {})),
    post(`${AUTHORIZATION}/selfsubjectrulesreviews`, review('SelfSubjectRulesReview', {})),
    // escalation
    post(
      ROLES,
      {
        ...reader,
        metadata: { name: 'more' },
        rules: [{ apiGroups: [''], resources: ['secrets', 'pods'], verbs: ['get', 'delete'] }],
      },
      { as: bob },
    ),
    post(
      BINDINGS,
      { ...bound, metadata: { name: 'more' }, roleRef: { ...bound.roleRef, kind: 'ClusterRole', name: 'system:node' } },
      { as: bob },
    ),
    patch(`${BINDINGS}/bob`, { roleRef: { name: 'other' } }, MERGE_PATCH),
    // impersonation
    get(CONFIG_MAPS, { headers: { 'impersonate-group': 'x' } }),
    get(CONFIG_MAPS, { headers: { 'impersonate-user': 'system:serviceaccount:{{ns}}:default' } }),
    get(CONFIG_MAPS, { headers: { 'impersonate-user': 'system:serviceaccount:bad' } }),
    post(`${AUTHENTICATION}/selfsubjectreviews`, review('SelfSubjectReview', {}), {
      headers: {
        'impersonate-user': 'eve',
        'impersonate-uid': 'u',
        'impersonate-extra-scopes': 'a',
        'impersonate-extra-acme.com%2fx': 'b',
      },
    }),
    // tokens
    post('/api/v1/namespaces/{{ns}}/serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot' },
    }),
    post(
      '/api/v1/namespaces/{{ns}}/serviceaccounts/robot/token',
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
      { save: { token: 'status.token' } },
    ),
    post('/api/v1/namespaces/{{ns}}/serviceaccounts/robot/token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: ['x'], expirationSeconds: 1 },
    }),
    post(
      '/api/v1/namespaces/{{ns}}/serviceaccounts/robot/token',
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { audiences: ['x'], expirationSeconds: 700 },
      },
      { save: { other: 'status.token' } },
    ),
    post('/api/v1/namespaces/{{ns}}/serviceaccounts/robot/token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'absent' } },
    }),
    post('/api/v1/namespaces/{{ns}}/serviceaccounts/absent/token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    }),
    get(CONFIG_MAPS, { as: { token: '{{token}}' } }),
    get(CONFIG_MAPS, { as: { token: '{{other}}' } }),
    post(`${AUTHENTICATION}/selfsubjectreviews`, review('SelfSubjectReview', {}), { as: { token: '{{token}}' } }),
    post(`${AUTHENTICATION}/tokenreviews`, review('TokenReview', { token: '{{token}}' })),
    post(`${AUTHENTICATION}/tokenreviews`, review('TokenReview', { token: '{{other}}' })),
    post(`${AUTHENTICATION}/tokenreviews`, review('TokenReview', { token: '{{other}}', audiences: ['x', 'y'] })),
    post(`${AUTHENTICATION}/tokenreviews`, review('TokenReview', { token: 'nonsense' })),
    post(`${AUTHENTICATION}/tokenreviews`, review('TokenReview', {})),
  ],
};
