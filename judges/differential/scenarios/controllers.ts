import type { JsonObject } from '#core/base';
import type { Scenario, Step } from '../scenario.ts';
import { MERGE_PATCH, STRATEGIC_PATCH } from './accept.ts';
import { CONFIG_MAPS, configMap, get, patch, post, remove } from './steps.ts';

const NAMESPACE = '/api/v1/namespaces/{{ns}}';
const PODS = `${NAMESPACE}/pods`;
const APPS = '/apis/apps/v1/namespaces/{{ns}}';
const SERVICES = `${NAMESPACE}/services`;
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/{{ns}}/endpointslices';
const NODES = '/api/v1/nodes';

/** Controllers need a moment after the word by which one knows that they are there. */
const MOMENT: Step = { wait: 700 };
const quiet = { quiet: true } as const;
/** Waits for a word, or a status, in what is asked. */
const when = (path: string, until: string | number): readonly Step[] => [get(path, { until, quiet: true }), MOMENT];
const deletion = (propagationPolicy: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'DeleteOptions',
  propagationPolicy,
});
const podSpec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'one' }] };

const deployment = (name: string, replicas: number): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: podSpec },
  },
});
const sees = (name: string): readonly Step[] => [
  get(`${APPS}/deployments/${name}`),
  get(`${APPS}/replicasets?labelSelector=app%3D${name}`),
  get(`${PODS}?labelSelector=app%3D${name}`),
];
const image = (value: string): JsonObject => ({
  spec: { template: { spec: { containers: [{ name: 'c', image: value }] } } },
});
const replicas = (count: number): JsonObject => ({ spec: { replicas: count } });

/** Deployments, their ReplicaSets and pods; what deleting them with each policy leaves. */
const workloads: readonly Step[] = [
  post(`${APPS}/deployments`, deployment('web', 2), quiet),
  ...when(`${APPS}/deployments/web`, '"replicas":2,"updatedReplicas":2'),
  ...when(`${PODS}?labelSelector=app%3Dweb`, 'Unschedulable'),
  ...sees('web'),
  patch(`${APPS}/deployments/web`, image('two'), STRATEGIC_PATCH, quiet),
  ...when(`${APPS}/replicasets?labelSelector=app%3Dweb`, '"deployment.kubernetes.io/revision":"2"'),
  MOMENT,
  ...sees('web'),
  patch(`${APPS}/deployments/web`, replicas(4), MERGE_PATCH, quiet),
  ...when(`${APPS}/deployments/web`, '"replicas":4,"updatedReplicas":4'),
  ...sees('web'),
  patch(`${APPS}/deployments/web`, { spec: { paused: true } }, MERGE_PATCH, quiet),
  patch(`${APPS}/deployments/web`, replicas(1), MERGE_PATCH, quiet),
  ...when(`${APPS}/deployments/web`, '"replicas":2,"updatedReplicas":1'),
  ...sees('web'),
  ...['Background', 'Foreground', 'Orphan'].flatMap((policy): readonly Step[] => {
    const name = policy.toLowerCase();
    return [
      post(`${APPS}/deployments`, deployment(name, 2), quiet),
      ...when(`${APPS}/deployments/${name}`, '"replicas":2,"updatedReplicas":2'),
      remove(`${APPS}/deployments/${name}`, deletion(policy), quiet),
      ...when(`${APPS}/deployments/${name}`, 404),
      ...(policy === 'Orphan' ? [] : when(`${PODS}?labelSelector=app%3D${name}`, '"items":[]')),
      ...sees(name),
    ];
  }),
  post(`${APPS}/deployments`, deployment('orphan', 2), quiet),
  ...when(`${APPS}/deployments/orphan`, '"replicas":2,"updatedReplicas":2'),
  ...sees('orphan'),
  post(
    `${NAMESPACE}/replicationcontrollers`,
    {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'rc' },
      spec: { replicas: 2, template: { metadata: { labels: { app: 'rc' } }, spec: podSpec } },
    },
    quiet,
  ),
  ...when(`${NAMESPACE}/replicationcontrollers/rc`, '"status":{"replicas":2'),
  get(`${NAMESPACE}/replicationcontrollers/rc`),
  get(`${PODS}?labelSelector=app%3Drc`),
];

const owned = (name: string, owners: readonly string[], more: JsonObject = {}): JsonObject =>
  configMap(name, {
    metadata: {
      ownerReferences: owners.map((owner) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: owner,
        uid: `{{${owner}}}`,
        blockOwnerDeletion: true,
      })),
      ...more,
    },
  });
const keep = (object: JsonObject): Step => {
  const { name } = object['metadata'] as { readonly name: string };
  return post(CONFIG_MAPS, object, { save: { [name]: 'metadata.uid' }, quiet: true });
};

/** Owners and what they own: chains, two owners, none, one that holds on. */
const garbage: readonly Step[] = [
  ...['Background', 'Foreground', 'Orphan'].flatMap((policy): readonly Step[] => {
    const name = (role: string) => `${policy.toLowerCase()}${role}`;
    return [
      keep(configMap(name('owner'))),
      keep(configMap(name('other'))),
      keep(owned(name('child'), [name('owner')], { finalizers: ['example.com/hold'] })),
      keep(owned(name('grandchild'), [name('child')])),
      keep(owned(name('shared'), [name('owner'), name('other')])),
      MOMENT,
      remove(`${CONFIG_MAPS}/${name('owner')}`, deletion(policy), quiet),
      { wait: 1500 },
      get(CONFIG_MAPS),
      patch(`${CONFIG_MAPS}/${name('child')}`, { metadata: { finalizers: null } }, MERGE_PATCH, quiet),
      { wait: 1500 },
      get(CONFIG_MAPS),
    ];
  }),
  post(
    CONFIG_MAPS,
    {
      ...owned('stray', []),
      metadata: {
        name: 'stray',
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'never', uid: '11111111-2222-3333-4444-555555555555' },
        ],
      },
    },
    quiet,
  ),
  ...when(`${CONFIG_MAPS}/stray`, 404),
  get(`${CONFIG_MAPS}/stray`),
];

const INNER = '/api/v1/namespaces/{{ns}}-x';
/** What a new namespace gets, and how one goes. */
const namespaces: readonly Step[] = [
  post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: '{{ns}}-x' } }, quiet),
  ...when(`${INNER}/serviceaccounts/default`, 200),
  ...when(`${INNER}/configmaps/kube-root-ca.crt`, 200),
  get(`${INNER}/serviceaccounts`),
  get(`${INNER}/configmaps`),
  remove(`${INNER}/serviceaccounts/default`, undefined, quiet),
  remove(`${INNER}/configmaps/kube-root-ca.crt`, undefined, quiet),
  MOMENT,
  ...when(`${INNER}/serviceaccounts/default`, 200),
  ...when(`${INNER}/configmaps/kube-root-ca.crt`, 200),
  get(`${INNER}/serviceaccounts`),
  post(`${INNER}/configmaps`, configMap('held', { metadata: { finalizers: ['example.com/hold'] } }), quiet),
  post(`${INNER}/configmaps`, configMap('free'), quiet),
  post(`${INNER}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: podSpec }, quiet),
  remove(INNER, undefined, quiet),
  ...when(INNER, '"type":"NamespaceFinalizersRemaining","status":"True"'),
  get(INNER),
  get(`${INNER}/configmaps`),
  get(`${INNER}/pods`),
  post(`${INNER}/configmaps`, configMap('late')),
  patch(`${INNER}/configmaps/held`, { metadata: { finalizers: null } }, MERGE_PATCH, quiet),
  ...when(INNER, 404),
  get(INNER),
  get(`${INNER}/configmaps`),
];

const pod = (name: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: {
    nodeName: 'nowhere',
    hostname: name,
    subdomain: 'headless',
    containers: [{ name: 'c', image: 'one', ports: [{ name: 'http', containerPort: 8080 }] }],
    ...more,
  },
});
const runs = (name: string, ip: string, ready: string): Step =>
  patch(
    `${PODS}/${name}/status`,
    {
      status: {
        phase: 'Running',
        podIP: ip,
        podIPs: [{ ip }],
        conditions: [{ type: 'Ready', status: ready, lastTransitionTime: '2020-01-01T00:00:00Z' }],
      },
    },
    MERGE_PATCH,
    quiet,
  );
const service = (name: string, spec: JsonObject): Step =>
  post(SERVICES, { apiVersion: 'v1', kind: 'Service', metadata: { name, labels: { of: name } }, spec }, quiet);
const port = { name: 'web', port: 80, targetPort: 'http' };
const selector = { app: 'web' };
const slicesOf = (name: string) => `${SLICES}?labelSelector=kubernetes.io/service-name%3D${name}`;
const names = ['plain', 'headless', 'unready', 'none', 'bare'];

/** Endpoints and slices of Services as their pods come, become ready and go. */
const serving: readonly Step[] = [
  service('plain', { selector, ports: [port, { name: 'dns', port: 53, protocol: 'UDP' }] }),
  service('headless', { selector, clusterIP: 'None' }),
  service('unready', { selector, publishNotReadyAddresses: true, ports: [port] }),
  service('none', { selector: { app: 'none' }, ports: [port] }),
  service('bare', { ports: [{ port: 80 }] }),
  post(PODS, pod('a'), quiet),
  post(PODS, pod('b'), quiet),
  post(PODS, pod('c', { hostname: 'other', subdomain: 'elsewhere' }), quiet),
  runs('a', '10.1.0.1', 'True'),
  runs('b', '10.1.0.2', 'False'),
  runs('c', '10.1.0.3', 'True'),
  post(
    `${NAMESPACE}/endpoints`,
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'bare', labels: { mine: 'yes' } },
      subsets: [{ addresses: [{ ip: '10.2.0.1' }], notReadyAddresses: [{ ip: '10.2.0.2' }], ports: [{ port: 81 }] }],
    },
    quiet,
  ),
  ...when(`${NAMESPACE}/endpoints/plain`, '10.1.0.3'),
  { wait: 2000 },
  ...names.flatMap((name) => [get(`${NAMESPACE}/endpoints/${name}`), get(slicesOf(name))]),
  runs('b', '10.1.0.2', 'True'),
  remove(`${PODS}/a?gracePeriodSeconds=0`, undefined, quiet),
  patch(`${PODS}/c`, { metadata: { labels: { app: 'none' } } }, MERGE_PATCH, quiet),
  { wait: 2500 },
  ...names.flatMap((name) => [get(`${NAMESPACE}/endpoints/${name}`), get(slicesOf(name))]),
  remove(`${SERVICES}/plain`, undefined, quiet),
  ...when(`${NAMESPACE}/endpoints/plain`, 404),
  get(`${NAMESPACE}/endpoints/plain`),
  get(slicesOf('plain')),
];

const condition = (type: string, status: string): JsonObject => ({
  type,
  status,
  reason: 'Judged',
  message: 'm',
  lastHeartbeatTime: '2020-01-01T00:00:00Z',
  lastTransitionTime: '2020-01-01T00:00:00Z',
});
const size = { cpu: '4', memory: '8Gi', pods: '110' };
const says = (name: string, ...conditions: readonly JsonObject[]): Step =>
  patch(`${NODES}/${name}/status`, { status: { conditions, capacity: size, allocatable: size } }, MERGE_PATCH, quiet);
const NOT_READY = '"key":"node.kubernetes.io/not-ready","effect":"NoExecute"';

/** Taints by a node's conditions, pods that are bound to it and driven off again. */
const nodes: readonly Step[] = [
  post(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'judged' } }),
  ...when(`${NODES}/judged`, '"podCIDR"'),
  get(`${NODES}/judged`),
  // Where no node is left, none is to blame.
  post(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'spare' }, spec: { unschedulable: true } }, quiet),
  says('spare', condition('Ready', 'True')),
  says('judged', condition('Ready', 'True')),
  { wait: 6000 },
  get(`${NODES}/judged`),
  post(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bound' }, spec: podSpec }, quiet),
  ...when(`${PODS}/bound`, '"nodeName":"judged"'),
  get(`${PODS}/bound`),
  patch(`${NODES}/judged`, { spec: { unschedulable: true } }, MERGE_PATCH, quiet),
  ...when(`${NODES}/judged`, 'node.kubernetes.io/unschedulable'),
  get(`${NODES}/judged`),
  patch(`${NODES}/judged`, { spec: { unschedulable: null } }, MERGE_PATCH, quiet),
  says('judged', condition('MemoryPressure', 'True'), condition('DiskPressure', 'True'), condition('Ready', 'True')),
  ...when(`${NODES}/judged`, 'node.kubernetes.io/memory-pressure'),
  get(`${NODES}/judged`),
  post(
    PODS,
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'fleeting' },
      spec: {
        nodeName: 'judged',
        ...podSpec,
        terminationGracePeriodSeconds: 30,
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 },
        ],
      },
    },
    quiet,
  ),
  says('judged', condition('Ready', 'False')),
  ...when(`${NODES}/judged`, NOT_READY),
  get(`${NODES}/judged`),
  ...when(`${PODS}/fleeting`, 'deletionTimestamp'),
  get(`${PODS}/fleeting`),
  get(`${PODS}/bound`),
  says('judged', condition('Ready', 'True')),
  { wait: 6000 },
  get(`${NODES}/judged`),
  remove(`${NODES}/judged`, undefined, quiet),
  remove(`${NODES}/spare`, undefined, quiet),
];

const claim: JsonObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'used' },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } },
};
const CLAIMS = `${NAMESPACE}/persistentvolumeclaims`;

/** Claims stay while pods use them; what else is not taken away at once. */
const protection: readonly Step[] = [
  post(CLAIMS, claim, quiet),
  post(CLAIMS, { ...claim, metadata: { name: 'free' } }, quiet),
  post(
    PODS,
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'user' },
      spec: { ...podSpec, volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'used' } }] },
    },
    quiet,
  ),
  MOMENT,
  get(`${CLAIMS}/used`),
  remove(`${CLAIMS}/used`, undefined, quiet),
  remove(`${CLAIMS}/free`, undefined, quiet),
  ...when(`${CLAIMS}/free`, 404),
  get(`${CLAIMS}/free`),
  get(`${CLAIMS}/used`),
  remove(`${PODS}/user?gracePeriodSeconds=0`, undefined, quiet),
  ...when(`${CLAIMS}/used`, 404),
  get(`${CLAIMS}/used`),
];

const scenario = (name: string, steps: readonly Step[]): Scenario => ({
  name: `controlled-${name}`,
  cluster: 'controlled',
  isSettled: true,
  steps,
});

const ROLES = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const role = (name: string, group: string, resource: string): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: `{{ns}}-${name}`, labels: { judged: `{{ns}}-${group}` } },
  rules: [{ verbs: ['get'], apiGroups: ['judge.example.com'], resources: [resource] }],
});
const gathering = (...groups: readonly string[]): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: '{{ns}}-all' },
  aggregationRule: {
    clusterRoleSelectors: groups.map((group) => ({ matchLabels: { judged: `{{ns}}-${group}` } })),
  },
  rules: [],
});

/** A role with an aggregation rule has the rules of the roles that it selects, by selector and name. */
const roles: readonly Step[] = [
  post(ROLES, role('z', 'one', 'anvils'), quiet),
  post(ROLES, role('b', 'two', 'bolts'), quiet),
  post(ROLES, role('c', 'one', 'bolts'), quiet),
  post(ROLES, gathering('two', 'one'), quiet),
  ...when(`${ROLES}/{{ns}}-all`, 'anvils'),
  get(`${ROLES}/{{ns}}-all`),
  patch(`${ROLES}/{{ns}}-z`, { metadata: { labels: { judged: null } } }, MERGE_PATCH, quiet),
  MOMENT,
  get(`${ROLES}/{{ns}}-all`),
  remove(`${ROLES}/{{ns}}-b`, undefined, quiet),
  remove(`${ROLES}/{{ns}}-c`, undefined, quiet),
  MOMENT,
  get(`${ROLES}/{{ns}}-all`),
];

/** What controllers and scheduler make of objects, once they are done. */
export const controlled: readonly Scenario[] = [
  scenario('workloads', workloads),
  scenario('garbage', garbage),
  scenario('namespaces', namespaces),
  scenario('serving', serving),
  scenario('protection', protection),
  scenario('nodes', nodes),
  scenario('roles', roles),
];
