import type { JsonObject } from '#core/base';
import { skeletons } from '../generated/skeletons.ts';
import type { Scenario, Step } from '../scenario.ts';
import { APPLY, JSON_PATCH, MERGE_PATCH, PROTOBUF, STRATEGIC_PATCH, TABLE, YAML } from './accept.ts';
import { get, patch, post, put, remove } from './steps.ts';

const PODS = '/api/v1/namespaces/{{ns}}/pods';
const SERVICES = '/api/v1/namespaces/{{ns}}/services';
const pod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod' },
  spec: {
    automountServiceAccountToken: false,
    containers: [
      { name: 'main', image: 'x', resources: { requests: { cpu: '100m' } } },
      { name: 'other', image: 'x' },
    ],
  },
};

/** Subresources that only one kind has, by each of their verbs. */
export const ownSubresources: Scenario = {
  name: 'own-subresources',
  steps: [
    post(PODS, pod, { save: { rv: 'metadata.resourceVersion' } }),
    ...ephemeralContainers(`${PODS}/pod/ephemeralcontainers`),
    ...resize(`${PODS}/pod/resize`),
    get(`${PODS}/pod`),
    ...finalize('/api/v1/namespaces/{{ns}}-held'),
    ...approval('/apis/certificates.k8s.io/v1/certificatesigningrequests'),
    ...proxies(),
    get('/api/v1/componentstatuses/etcd-0'),
    get('/api/v1/componentstatuses/absent'),
    get('/api/v1/componentstatuses', { headers: TABLE }),
    post('/api/v1/componentstatuses', { apiVersion: 'v1', kind: 'ComponentStatus', metadata: { name: 'a' } }),
    remove('/api/v1/componentstatuses/etcd-0'),
  ],
};

function ephemeralContainers(at: string): readonly Step[] {
  const one = (more: JsonObject): JsonObject => ({
    spec: { ephemeralContainers: [{ name: 'debug', image: 'd', ...more }] },
  });
  return [
    get(at),
    get(at, { headers: TABLE }),
    get(at, { headers: PROTOBUF }),
    patch(at, one({ ports: [{ containerPort: 1 }] }), STRATEGIC_PATCH),
    patch(at, one({ targetContainerName: 'nobody' }), STRATEGIC_PATCH),
    patch(at, one({ name: 'main' }), STRATEGIC_PATCH),
    patch(`${at}?dryRun=All`, one({}), MERGE_PATCH),
    patch(at, one({ targetContainerName: 'main' }), STRATEGIC_PATCH),
    patch(at, one({ image: 'changed' }), STRATEGIC_PATCH),
    patch(at, [{ op: 'remove', path: '/spec/ephemeralContainers' }], JSON_PATCH),
    patch(at, { spec: { ephemeralContainers: null } }, MERGE_PATCH),
    patch(at, { spec: { nodeName: 'n' }, metadata: { labels: { a: 'b' } } }, MERGE_PATCH),
    patch(`${at}?fieldManager=debugger`, { ...pod, ...one({ name: 'again' }) }, APPLY),
    put(at, pod),
    put(at, { ...pod, metadata: { name: 'other' } }),
    put(at, { ...pod, metadata: { name: 'pod', resourceVersion: '1' } }),
    put(at.replace('/pod/', '/absent/'), { ...pod, metadata: { name: 'absent' } }),
    patch(at.replace('/pod/', '/absent/'), one({}), STRATEGIC_PATCH),
  ];
}

function resize(at: string): readonly Step[] {
  const sized = (resources: JsonObject): JsonObject => ({ spec: { containers: [{ name: 'main', resources }] } });
  return [
    get(at),
    get(at, { headers: TABLE }),
    patch(at, sized({ requests: { cpu: '200m' } }), STRATEGIC_PATCH),
    patch(at, sized({ requests: { cpu: '2' }, limits: { cpu: '1' } }), STRATEGIC_PATCH),
    patch(at, sized({ requests: { 'example.com/x': '1' } }), STRATEGIC_PATCH),
    patch(at, sized({ requests: null }), STRATEGIC_PATCH),
    patch(at, { spec: { containers: [{ name: 'main', image: 'changed' }] } }, STRATEGIC_PATCH),
    patch(at, { metadata: { labels: { a: 'b' } } }, MERGE_PATCH),
    patch(at, [{ op: 'replace', path: '/spec/containers/0/resources/requests/cpu', value: '300m' }], JSON_PATCH),
    patch(`${at}?fieldManager=sizer`, { ...pod, ...sized({ requests: { cpu: '400m' } }) }, APPLY),
    put(at, pod),
    put(`${at}?dryRun=All`, { ...pod, spec: { containers: [{ name: 'main', image: 'x' }] } }),
    put(at.replace('/pod/', '/absent/'), { ...pod, metadata: { name: 'absent' } }),
  ];
}

function finalize(namespace: string): readonly Step[] {
  const name = namespace.slice(namespace.lastIndexOf('/') + 1);
  const held = (finalizers: readonly string[]): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
    spec: { finalizers },
  });
  return [
    post('/api/v1/namespaces', held(['example.com/hold'])),
    put(`${namespace}/finalize`, held(['kubernetes', 'example.com/other'])),
    put(`${namespace}/finalize`, held(['bad'])),
    put(`${namespace}/finalize`, { ...held([]), metadata: { name: 'other' } }),
    put(`${namespace}/finalize?dryRun=All`, held([])),
    put(namespace, held([])),
    get(`${namespace}/finalize`),
    patch(`${namespace}/finalize`, { spec: { finalizers: [] } }, MERGE_PATCH),
    remove(namespace),
    post(`${namespace}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late' } }),
    post('/api/v1/namespaces', held([])),
    remove(namespace),
    put(`${namespace}/finalize`, held([])),
    get(namespace),
    put('/api/v1/namespaces/absent/finalize', { ...held([]), metadata: { name: 'absent' } }),
  ];
}

function approval(collection: string): readonly Step[] {
  const [skeleton] = skeletons['certificates.k8s.io/v1 CertificateSigningRequest'] as readonly [JsonObject];
  const request: JsonObject = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'own' },
    ...skeleton,
  };
  const path = `${collection}/own`;
  const judged = (type: string, more: JsonObject = {}): JsonObject => ({
    status: { conditions: [{ type, status: 'True', reason: 'Judged', message: 'm', ...more }] },
  });
  return [
    post(collection, request),
    get(`${path}/approval`),
    get(`${path}/approval`, { headers: TABLE }),
    put(`${path}/approval`, { ...request, ...judged('Approved', { status: 'False' }) }),
    put(`${path}/approval?dryRun=All`, { ...request, ...judged('Denied') }),
    put(`${path}/approval`, { ...request, ...judged('Failed') }),
    put(`${path}/approval?dryRun=All`, { ...request, status: { certificate: 'AAEC' } }),
    patch(`${path}/approval`, judged('Approved'), MERGE_PATCH),
    patch(`${path}/approval`, judged('Denied'), STRATEGIC_PATCH),
    patch(`${path}/approval`, [{ op: 'remove', path: '/status/conditions' }], JSON_PATCH),
    put(`${path}/status?dryRun=All`, { ...request, ...judged('Denied') }),
    put(`${path}/status`, { ...request, status: { certificate: 'AAEC' } }),
    put(path, { ...request, spec: { ...(skeleton['spec'] as JsonObject), usages: ['any'] } }),
    get(path, { headers: YAML }),
    remove(path),
  ];
}

/** Where nobody listens: the methods are known, the paths are read, no answer comes. */
function proxies(): readonly Step[] {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const;
  return [`${PODS}/absent/proxy/x?y=z`, `${SERVICES}/absent/proxy/x`, '/api/v1/nodes/absent/proxy/x'].flatMap((path) =>
    methods.map((method): Step => ({ method, path })),
  );
}
