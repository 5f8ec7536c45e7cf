import type { JsonObject } from '#core/base';
import type { Scenario, Step } from '../scenario.ts';
import { APPLY, JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from './accept.ts';
import { CONFIG_MAPS, configMap, get, patch, post, put, remove } from './steps.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/{{ns}}/deployments';
const SECRETS = '/api/v1/namespaces/{{ns}}/secrets';
const ROLES = '/apis/rbac.authorization.k8s.io/v1/namespaces/{{ns}}/roles';
const a = `${CONFIG_MAPS}/a`;
const options = (more: object) => ({ apiVersion: 'v1', kind: 'DeleteOptions', ...more });
const MEGABYTE = 1 << 20;
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** What is too much, too deep, out of time or in a wrong place: refused by the machinery, whatever the kind. */
export const limits: Scenario = {
  name: 'limits',
  steps: [
    post(CONFIG_MAPS, configMap('a'), { save: { rv: 'metadata.resourceVersion' } }),
    ...sizes(),
    ...parameters(),
    ...places(),
  ],
};

function sizes(): readonly Step[] {
  const rules = Array.from({ length: 20_000 }, (_, n) => ({
    apiGroups: ['group.example.com'],
    resources: [`a-resource-with-a-long-name-${n}`],
    verbs: ['get', 'list', 'watch'],
  }));
  return [
    post(CONFIG_MAPS, configMap('large', { data: { k: 'x'.repeat(MEGABYTE + 1) } })),
    post(CONFIG_MAPS, configMap('larger', { data: { k: 'x'.repeat(3 * MEGABYTE) } })),
    post(SECRETS, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'large' },
      stringData: { k: 'x'.repeat(MEGABYTE + 1) },
    }),
    post(CONFIG_MAPS, configMap('annotated', { metadata: { annotations: { k: 'x'.repeat(MEGABYTE / 4 + 1) } } })),
    post(CONFIG_MAPS, configMap('labelled', { metadata: { labels: { k: 'x'.repeat(64) } } })),
    // More than the original's store takes at once.
    post(ROLES, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'large' }, rules }),
    patch(
      a,
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' })),
      JSON_PATCH,
    ),
    patch(a, { data: { k: 'x'.repeat(3 * MEGABYTE) } }, MERGE_PATCH),
    post(CONFIG_MAPS, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":${nested(20_000)}}`),
    patch(a, `{"data":${nested(20_000)}}`, MERGE_PATCH),
    post(CONFIG_MAPS, `a: &a [x]\nb: &b [${'*a,'.repeat(20)}]\nc: [${'*b,'.repeat(20)}]\n`, {
      headers: { 'content-type': 'application/yaml' },
    }),
    post(CONFIG_MAPS, configMap('encoded'), { headers: { 'content-encoding': 'gzip' } }),
    post(CONFIG_MAPS, configMap('encoded'), { headers: { 'content-type': 'application/json; charset=latin1' } }),
    post(CONFIG_MAPS, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"two"}} {}`),
    post(CONFIG_MAPS, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"n"},"data":{"k":"\\ud800"}}`),
    post(CONFIG_MAPS, Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)),
  ];
}

function parameters(): readonly Step[] {
  return [
    ...['x', '-1s', '0', '1m5s', '1.5', '5q', '100h', '5'].map((timeout) => get(`${CONFIG_MAPS}?timeout=${timeout}`)),
    // No server is done within a microsecond.
    get(`${CONFIG_MAPS}?timeout=1us`),
    get('/healthz?timeout=1ns'),
    get(`${CONFIG_MAPS}?timeout=1ns`, { headers: { accept: 'application/vnd.kubernetes.protobuf' } }),
    post(`${CONFIG_MAPS}?timeout=1ns`, configMap('late')),
    get(`${CONFIG_MAPS}/late`),
    ...['x', '-1', '99999999999999999999'].map((seconds) => get(`${CONFIG_MAPS}?timeoutSeconds=${seconds}`)),
    get(`${CONFIG_MAPS}?watch=true&allowWatchBookmarks=maybe&timeoutSeconds=1&fieldSelector=metadata.name%3Dnone`),
    get(`${CONFIG_MAPS}?watch=true&sendInitialEvents=maybe&timeoutSeconds=1`),
    get(`${CONFIG_MAPS}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dnone`),
    get(`${CONFIG_MAPS}?watch=false&labelSelector=none`),
    get(`${CONFIG_MAPS}?limit=99999999999999999999`),
    get(`${CONFIG_MAPS}?limit=1.5`),
    get(`${CONFIG_MAPS}?resourceVersion=1.5`),
    get(`${CONFIG_MAPS}?resourceVersion=18446744073709551616`),
    get(`${a}?resourceVersion=x`),
    get(`${CONFIG_MAPS}?unknown=1&labelSelector=none`),
    get(`${CONFIG_MAPS}?labelSelector=none&labelSelector=other`),
    get(`${CONFIG_MAPS}?labelSelector=%zz`),
    get(`${CONFIG_MAPS}?labelSelector=${'a'.repeat(64)}%3Db`),
    get(`${CONFIG_MAPS}?labelSelector=${encodeURIComponent('a in (b,c),d notin (e),!f,g!=h,i')}`),
    get(`${CONFIG_MAPS}?fieldSelector=${encodeURIComponent('metadata.name=a,metadata.name!=b')}`),
    get(`${CONFIG_MAPS}?fieldSelector=${encodeURIComponent('metadata.name==a')}`),
    get(`${CONFIG_MAPS}?fieldSelector=${encodeURIComponent('metadata.name=a\\,b')}`),
    get(`${CONFIG_MAPS}?pretty=x&labelSelector=none`),
    post(`${CONFIG_MAPS}?dryRun=All&dryRun=All`, configMap('dry')),
    post(`${CONFIG_MAPS}?dryRun=`, configMap('dry')),
    post(`${CONFIG_MAPS}?fieldManager=%20`, configMap('managed')),
    put(`${a}?dryRun=All&fieldValidation=Nothing`, configMap('a')),
    patch(`${a}?dryRun=Nothing`, {}, MERGE_PATCH),
    patch(`${a}?fieldManager=m&force=maybe`, configMap('a'), APPLY),
    patch(`${a}?fieldManager=m&force=true&dryRun=All`, configMap('a', { metadata: { resourceVersion: '1' } }), APPLY),
    patch(`${a}?fieldManager=m`, configMap('a', { metadata: { uid: '11111111-2222-3333-4444-555555555555' } }), APPLY),
    patch(a, {}, { 'content-type': 'application/apply-patch+cbor' }),
    patch(a, {}, { 'content-type': 'application/merge-patch+json; charset=utf-8' }),
    patch(a, [{ op: 'test', path: '/data', value: {} }], JSON_PATCH),
    patch(a, [{ op: 'move', from: '/nothing', path: '/data' }], JSON_PATCH),
    patch(a, [{ op: 'copy', from: '/kind', path: '/data/kind' }], JSON_PATCH),
    patch(a, [{ path: '/data' }], JSON_PATCH),
    patch(a, { metadata: { $retainKeys: ['name'] } }, STRATEGIC_PATCH),
    patch(a, { metadata: { '$deleteFromPrimitiveList/finalizers': ['x'] } }, STRATEGIC_PATCH),
  ];
}

/** Verbs where they are not known, objects where they are not. */
function places(): readonly Step[] {
  const dry: JsonObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } };
  return [
    get(`${a}/status`),
    put(`${a}/scale`, configMap('a')),
    patch(`${DEPLOYMENTS}/absent/status`, {}, MERGE_PATCH),
    put(`${DEPLOYMENTS}/absent/status`, { ...dry, metadata: { name: 'absent' } }),
    get(`${DEPLOYMENTS}/absent/scale`),
    patch(`${DEPLOYMENTS}/absent/scale`, { spec: { replicas: 1 } }, MERGE_PATCH),
    put(`${DEPLOYMENTS}/absent/scale`, { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'absent' } }),
    post(`${DEPLOYMENTS}/absent/scale`, {}),
    remove(`${DEPLOYMENTS}/absent/scale`),
    patch(`${DEPLOYMENTS}/absent/status?fieldManager=m`, { ...dry, metadata: { name: 'absent' } }, APPLY),
    get(`${CONFIG_MAPS}/a%2Fb`),
    get(`${CONFIG_MAPS}/..`),
    get(`${CONFIG_MAPS}/%20`),
    get(`${CONFIG_MAPS}/`),
    get(`${CONFIG_MAPS}/a%25b`),
    get('/api/v1/namespaces/{{ns}}/configmaps/a/b/c/d'),
    { method: 'OPTIONS', path: a },
    { method: 'HEAD', path: a },
    { method: 'HEAD', path: `${CONFIG_MAPS}/absent` },
    post('/api/v1/namespaces/other/configmaps', configMap('a', { metadata: { namespace: '{{ns}}' } })),
    post(CONFIG_MAPS, { apiVersion: 'v1', kind: 'List', items: [] }),
    post(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMapList', items: [] }),
    remove(CONFIG_MAPS, options({ preconditions: { uid: 'x' } })),
    remove(CONFIG_MAPS, options({ propagationPolicy: 'Nothing' })),
    remove(`${CONFIG_MAPS}?resourceVersion=1&resourceVersionMatch=Exact`),
    remove(`${CONFIG_MAPS}?limit=x`),
    remove(`${CONFIG_MAPS}?propagationPolicy=Orphan&labelSelector=none`),
    remove(`${CONFIG_MAPS}?gracePeriodSeconds=-1&dryRun=All`),
    remove(a, options({ orphanDependents: true, dryRun: ['All'] })),
    remove(a, options({ orphanDependents: false, dryRun: ['All'] })),
    remove(a, options({ apiVersion: 'v9' })),
    remove(a, options({ nothing: 1, dryRun: ['All'] })),
    remove(a, 'kind: DeleteOptions\napiVersion: v1\ndryRun: [All]\n', {
      headers: { 'content-type': 'application/yaml' },
    }),
    remove(`${a}?orphanDependents=true&dryRun=All`),
    remove(`${a}?preconditions.uid=x&dryRun=All`),
    remove(a, options({ preconditions: { resourceVersion: '{{rv}}' } })),
  ];
}
