import type { JsonObject } from '#core/base';
import { skeletons } from '../generated/skeletons.ts';
import type { Scenario, Step } from '../scenario.ts';
import { MERGE_PATCH } from './accept.ts';
import { get, patch, post, remove } from './steps.ts';

const NAMESPACE = '/api/v1/namespaces/{{ns}}';
const PODS = `${NAMESPACE}/pods`;
const APPS = '/apis/apps/v1/namespaces/{{ns}}';
const BATCH = '/apis/batch/v1/namespaces/{{ns}}';
const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests';

const quiet = { quiet: true } as const;
const MOMENT: Step = { wait: 1500 };
const labels = { app: 'x' };
const podSpec: JsonObject = { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'one' }] };
const template: JsonObject = { metadata: { labels }, spec: podSpec };
const of = (apiVersion: string, kind: string, name: string, spec: JsonObject): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name },
  spec,
});
const podStatus = (name: string, phase: string): Step =>
  patch(
    `${PODS}/${name}/status`,
    {
      status: {
        phase,
        conditions: [{ type: 'Ready', status: phase === 'Running' ? 'True' : 'False' }],
        containerStatuses: [],
      },
    },
    MERGE_PATCH,
    quiet,
  );

const sets: readonly Step[] = [
  post(
    `${APPS}/statefulsets`,
    of('apps/v1', 'StatefulSet', 'ordered', {
      replicas: 3,
      serviceName: 'ordered',
      selector: { matchLabels: labels },
      template,
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } },
        },
      ],
    }),
    quiet,
  ),
  get(`${PODS}/ordered-0`, { until: 200, quiet: true }),
  MOMENT,
  get(PODS),
  get(`${NAMESPACE}/persistentvolumeclaims`),
  get(`${APPS}/controllerrevisions`),
  podStatus('ordered-0', 'Running'),
  get(`${PODS}/ordered-1`, { until: 200, quiet: true }),
  MOMENT,
  get(`${APPS}/statefulsets/ordered`),
  patch(`${APPS}/statefulsets/ordered`, { spec: { replicas: 1 } }, MERGE_PATCH, quiet),
  get(`${PODS}/ordered-1`, { until: 404, quiet: true }),
  MOMENT,
  get(`${APPS}/statefulsets/ordered`),
  get(`${NAMESPACE}/persistentvolumeclaims`),
  // Of nodes there is none: nothing is to be made.
  post(
    `${APPS}/daemonsets`,
    of('apps/v1', 'DaemonSet', 'everywhere', { selector: { matchLabels: labels }, template }),
    quiet,
  ),
  get(`${APPS}/daemonsets/everywhere`, { until: '"observedGeneration":1', quiet: true }),
  MOMENT,
  get(`${APPS}/daemonsets/everywhere`),
];

const jobs: readonly Step[] = [
  post(
    `${BATCH}/jobs`,
    of('batch/v1', 'Job', 'indexed', {
      completions: 2,
      parallelism: 2,
      completionMode: 'Indexed',
      ttlSecondsAfterFinished: 3600,
      template: { spec: { ...podSpec, restartPolicy: 'Never' } },
    }),
    quiet,
  ),
  get(`${BATCH}/jobs/indexed`, { until: '"active":2', quiet: true }),
  MOMENT,
  get(`${BATCH}/jobs/indexed`),
  get(`${PODS}?labelSelector=job-name%3Dindexed`, {
    save: { one: 'items.0.metadata.name', two: 'items.1.metadata.name' },
  }),
  podStatus('{{one}}', 'Succeeded'),
  podStatus('{{two}}', 'Succeeded'),
  get(`${BATCH}/jobs/indexed`, { until: '"type":"Complete"', quiet: true }),
  MOMENT,
  get(`${BATCH}/jobs/indexed`),
  post(
    `${BATCH}/jobs`,
    of('batch/v1', 'Job', 'failing', { backoffLimit: 0, template: { spec: { ...podSpec, restartPolicy: 'Never' } } }),
    quiet,
  ),
  get(`${BATCH}/jobs/failing`, { until: '"active":1', quiet: true }),
  get(`${PODS}?labelSelector=job-name%3Dfailing`, { save: { three: 'items.0.metadata.name' }, quiet: true }),
  podStatus('{{three}}', 'Failed'),
  get(`${BATCH}/jobs/failing`, { until: '"type":"Failed"', quiet: true }),
  MOMENT,
  get(`${BATCH}/jobs/failing`),
  patch(`${BATCH}/jobs/failing`, { spec: { suspend: true } }, MERGE_PATCH, quiet),
  post(
    `${BATCH}/cronjobs`,
    of('batch/v1', 'CronJob', 'suspended', {
      schedule: '* * * * *',
      suspend: true,
      jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } },
    }),
    quiet,
  ),
  MOMENT,
  get(`${BATCH}/cronjobs/suspended`),
];

const bounds: readonly Step[] = [
  post(
    `${NAMESPACE}/resourcequotas`,
    of('v1', 'ResourceQuota', 'quota', {
      hard: { pods: '2', 'count/configmaps': '3', 'requests.cpu': '1', 'services.nodeports': '1' },
    }),
    quiet,
  ),
  get(`${NAMESPACE}/resourcequotas/quota`, { until: '"used":{', quiet: true }),
  MOMENT,
  get(`${NAMESPACE}/resourcequotas/quota`),
  post(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'unsized', labels }, spec: podSpec }),
  post(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'sized', labels },
    spec: { containers: [{ name: 'c', image: 'x', resources: { requests: { cpu: '600m' } } }] },
  }),
  post(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'second' },
    spec: { containers: [{ name: 'c', image: 'x', resources: { requests: { cpu: '600m' } } }] },
  }),
  MOMENT,
  get(`${NAMESPACE}/resourcequotas/quota`),
  remove(`${PODS}/sized?gracePeriodSeconds=0`, undefined, quiet),
  { wait: 6000 },
  get(`${NAMESPACE}/resourcequotas/quota`),
  remove(`${NAMESPACE}/resourcequotas/quota`, undefined, quiet),
  post(
    '/apis/policy/v1/namespaces/{{ns}}/poddisruptionbudgets',
    of('policy/v1', 'PodDisruptionBudget', 'budget', { minAvailable: 1, selector: { matchLabels: labels } }),
    quiet,
  ),
  post(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'guarded', labels }, spec: podSpec }, quiet),
  podStatus('guarded', 'Running'),
  get('/apis/policy/v1/namespaces/{{ns}}/poddisruptionbudgets/budget', { until: '"currentHealthy":1', quiet: true }),
  MOMENT,
  get('/apis/policy/v1/namespaces/{{ns}}/poddisruptionbudgets/budget'),
  post(`${PODS}/guarded/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'guarded' } }),
];

const identities: readonly Step[] = [
  post(
    REQUESTS,
    {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'signed' },
      spec: {
        ...((skeletons['certificates.k8s.io/v1 CertificateSigningRequest'] as readonly [JsonObject])[0][
          'spec'
        ] as JsonObject),
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['digital signature', 'client auth'],
      },
    },
    quiet,
  ),
  patch(
    `${REQUESTS}/signed/approval`,
    { status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Judged', message: 'm' }] } },
    MERGE_PATCH,
    quiet,
  ),
  MOMENT,
  get(`${REQUESTS}/signed`),
  remove(`${REQUESTS}/signed`, undefined, quiet),
  post(
    `${NAMESPACE}/secrets`,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: { name: 'token', annotations: { 'kubernetes.io/service-account.name': 'default' } },
    },
    quiet,
  ),
  get(`${NAMESPACE}/secrets/token`, { until: '"ca.crt"', quiet: true }),
  get(`${NAMESPACE}/secrets/token`, {
    headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' },
  }),
  post(
    '/apis/networking.k8s.io/v1/servicecidrs',
    of('networking.k8s.io/v1', 'ServiceCIDR', 'more', { cidrs: ['10.99.0.0/24'] }),
    quiet,
  ),
  get('/apis/networking.k8s.io/v1/servicecidrs/more', { until: '"type":"Ready"', quiet: true }),
  get('/apis/networking.k8s.io/v1/servicecidrs/more'),
  remove('/apis/networking.k8s.io/v1/servicecidrs/more', undefined, quiet),
  get('/apis/networking.k8s.io/v1/servicecidrs/more', { until: 404 }),
];

const scenario = (name: string, steps: readonly Step[]): Scenario => ({
  name: `awaited-${name}`,
  cluster: 'controlled',
  isSettled: true,
  steps,
});

/** What controllers make of objects that ours do not know yet. */
export const awaitedControllers: readonly Scenario[] = [
  scenario('sets', sets),
  scenario('jobs', jobs),
  scenario('bounds', bounds),
  scenario('identities', identities),
];
