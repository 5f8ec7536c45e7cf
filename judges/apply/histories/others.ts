import type { JsonObject } from '#core/base';
import { subject, type History } from '../history.ts';
import {
  configMaps,
  container,
  deployment,
  deployments,
  deploymentSpec,
  labelled,
  pods,
  scalersV1,
  scalersV2,
  services,
} from './subjects.ts';

const LAST = 'kubectl.kubernetes.io/last-applied-configuration';
const clientSide = (object: JsonObject): JsonObject => ({
  ...object,
  metadata: {
    ...(object['metadata'] as JsonObject | undefined),
    annotations: {
      [LAST]: `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', ...object, metadata: { annotations: {}, name: 'x', ...(object['metadata'] as JsonObject | undefined) } })}\n`,
    },
  },
});
const scale = (replicas: number): JsonObject => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas } });
const status = { subresource: 'status' };
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const eventsV1 = subject('events.k8s.io/v1', 'Event', 'events');
const eventsCore = subject('v1', 'Event', 'events');
const namespaces = subject('v1', 'Namespace', 'namespaces', true);
const nodes = subject('v1', 'Node', 'nodes', true);
const roles = subject('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', true);
const volumes = subject('v1', 'PersistentVolume', 'persistentvolumes', true);
const claims = subject('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims');
const secrets = subject('v1', 'Secret', 'secrets');
const ingresses = subject('networking.k8s.io/v1', 'Ingress', 'ingresses');
const policies = subject('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies');
const jobs = subject('batch/v1', 'Job', 'jobs');
const cronJobs = subject('batch/v1', 'CronJob', 'cronjobs');
const sets = subject('apps/v1', 'StatefulSet', 'statefulsets');
const replicaSets = subject('apps/v1', 'ReplicaSet', 'replicasets');
const daemons = subject('apps/v1', 'DaemonSet', 'daemonsets');
const slices = subject('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices');
const endpoints = subject('v1', 'Endpoints', 'endpoints');
const leases = subject('coordination.k8s.io/v1', 'Lease', 'leases');
const hooks = subject(
  'admissionregistration.k8s.io/v1',
  'ValidatingWebhookConfiguration',
  'validatingwebhookconfigurations',
  true,
);
const budgets = subject('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets');
const limits = subject('v1', 'LimitRange', 'limitranges');
const quotas = subject('v1', 'ResourceQuota', 'resourcequotas');
const flows = subject('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', 'flowschemas', true);
const bindings = subject('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings');
const revisions = subject('apps/v1', 'ControllerRevision', 'controllerrevisions');
const pod = (name: string): JsonObject => ({ containers: [container(name)] });
const labels = { app: 'x' };
const template = (spec: JsonObject = pod('a')): JsonObject => ({ metadata: { labels }, spec });

/** Subresources, versions, kubectl's upgrade, and what strategies own. */
export const subresources: readonly History[] = [
  {
    it: "status is nobody's in the main resource",
    steps: [
      deployments.create('c', { ...deployment(container('a')), status: { replicas: 5 } }),
      deployments.update('u', { ...deployment(container('a')), status: { replicas: 6 } }),
      deployments.apply('a', { spec: { replicas: 2 }, status: { replicas: 7 } }, { force: true }),
      deployments.merge('m', { status: { replicas: 8 } }),
    ],
  },
  {
    it: "spec is nobody's in status",
    steps: [
      deployments.create('c', deployment(container('a'))),
      deployments.apply('s', { spec: { replicas: 9 }, status: { replicas: 1 } }, status),
      deployments.merge('t', { spec: { replicas: 8 }, status: { readyReplicas: 1 } }, status),
      deployments.get(),
    ],
  },
  {
    it: 'status updated and applied',
    steps: [
      deployments.create('c', deployment(container('a'))),
      deployments.update(
        'u',
        { ...deployment(container('a')), status: { replicas: 1, observedGeneration: 1 } },
        status,
      ),
      deployments.apply('a', { status: { replicas: 1 } }, status),
      deployments.apply('a', { status: { replicas: 2 } }, status),
      deployments.apply('a', { status: { replicas: 2 } }, { ...status, force: true }),
    ],
  },
  {
    it: 'conditions by type',
    steps: [
      deployments.create('c', deployment(container('a'))),
      deployments.apply('a', { status: { conditions: [{ type: 'X', status: 'True', reason: 'r' }] } }, status),
      deployments.apply('b', { status: { conditions: [{ type: 'Y', status: 'True' }] } }, status),
      deployments.apply('b', { status: { conditions: [{ type: 'X', status: 'False' }] } }, status),
      deployments.apply('a', { status: {} }, status),
    ],
  },
  {
    it: 'metadata in status',
    steps: [
      deployments.create('c', deployment(container('a'))),
      deployments.apply('a', { ...labelled({ x: 'y' }), status: { replicas: 1 } }, status),
      deployments.merge('m', labelled({ z: 'y' }), status),
      deployments.get(),
    ],
  },
  {
    it: 'pod status',
    steps: [
      pods.create('c', { spec: pod('a') }),
      pods.apply(
        'k',
        {
          status: {
            phase: 'Running',
            conditions: [{ type: 'Ready', status: 'True' }],
            podIP: '10.0.0.1',
            podIPs: [{ ip: '10.0.0.1' }],
          },
        },
        status,
      ),
      pods.strategic('k2', { status: { conditions: [{ type: 'X', status: 'True' }] } }, status),
      pods.apply('k', { spec: { nodeName: 'n' }, status: { phase: 'Running' } }, status),
      pods.get(),
    ],
  },
  {
    it: 'scale by update',
    steps: [
      deployments.create('c', { spec: deploymentSpec([container('a')], { replicas: 1 }) }),
      deployments.update('s', scale(3), { subresource: 'scale' }),
      deployments.apply('a', { spec: { replicas: 4 } }),
      deployments.get(),
    ],
  },
  {
    it: 'scale by patch',
    steps: [
      deployments.create('c', { spec: deploymentSpec([container('a')], { replicas: 1 }) }),
      deployments.merge('s', { spec: { replicas: 3 } }, { subresource: 'scale' }),
      deployments.strategic('s', { spec: { replicas: 4 } }, { subresource: 'scale' }),
      deployments.json('j', [{ op: 'replace', path: '/spec/replicas', value: 5 }], { subresource: 'scale' }),
      deployments.get(),
    ],
  },
  {
    it: 'scale by apply',
    steps: [
      deployments.apply('a', { spec: deploymentSpec([container('a')], { replicas: 1 }) }),
      deployments.apply('s', scale(3), { subresource: 'scale' }),
      deployments.apply('s', scale(3), { subresource: 'scale', force: true }),
      deployments.apply('a', { spec: deploymentSpec([container('a')], { replicas: 1 }) }),
      deployments.apply('a', deployment(container('a'))),
      deployments.get(),
    ],
  },
  {
    it: 'scale of what nobody applied',
    steps: [
      deployments.create('c', deployment(container('a'))),
      deployments.apply('s', scale(1), { subresource: 'scale' }),
      deployments.apply('s', scale(2), { subresource: 'scale' }),
      deployments.get({ subresource: 'scale' }),
      deployments.get(),
    ],
  },
  {
    it: 'scale that changes nothing',
    steps: [
      deployments.create('c', { spec: deploymentSpec([container('a')], { replicas: 2 }) }),
      deployments.update('s', scale(2), { subresource: 'scale' }),
      deployments.merge('s', { spec: { replicas: 2 } }, { subresource: 'scale' }),
      deployments.get(),
    ],
  },
  {
    it: 'scale of a ReplicaSet and a StatefulSet',
    steps: [
      replicaSets.create('c', { spec: { replicas: 1, selector: { matchLabels: labels }, template: template() } }),
      replicaSets.merge('s', { spec: { replicas: 2 } }, { subresource: 'scale' }),
      replicaSets.get(),
      sets.create('c', {
        spec: { replicas: 1, serviceName: 's', selector: { matchLabels: labels }, template: template() },
      }),
      sets.apply('s', scale(2), { subresource: 'scale', force: true }),
      sets.get(),
    ],
  },
  {
    it: 'scale, wrong kind',
    steps: [
      deployments.create('c', deployment(container('a'))),
      deployments.apply('s', { spec: { replicas: 2 } }, { subresource: 'scale' }),
      deployments.update('s', { spec: { replicas: 2 } }, { subresource: 'scale' }),
    ],
  },
  {
    it: 'binding a pod',
    steps: [
      pods.create('c', { spec: pod('a') }),
      {
        method: 'POST',
        path: '/api/v1/namespaces/{{ns}}/pods/x/binding?fieldManager=sched',
        body: {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name: 'x' },
          target: { apiVersion: 'v1', kind: 'Node', name: 'n' },
        },
      },
      pods.get(),
    ],
  },
  {
    it: 'ephemeral containers',
    steps: [
      pods.create('c', { spec: pod('a') }),
      pods.strategic(
        'e',
        { spec: { ephemeralContainers: [{ name: 'debug', image: 'd', terminationMessagePolicy: 'File' }] } },
        { subresource: 'ephemeralcontainers' },
      ),
      pods.get(),
    ],
  },
  {
    it: 'resize',
    steps: [
      pods.create('c', { spec: { containers: [container('a', { resources: { requests: { cpu: '1' } } })] } }),
      pods.strategic(
        'r',
        { spec: { containers: [{ name: 'a', resources: { requests: { cpu: '2' } } }] } },
        { subresource: 'resize' },
      ),
      pods.apply(
        'q',
        { spec: { containers: [{ name: 'a', resources: { requests: { cpu: '3' } } }] } },
        { subresource: 'resize', force: true },
      ),
      pods.get(),
    ],
  },
  {
    it: 'namespaces and their finalizers',
    steps: [
      namespaces.apply('a', labelled({ x: 'y' })),
      namespaces.apply('a', { ...labelled({ x: 'y' }), spec: { finalizers: ['x.io/a'] } }),
      namespaces.merge('s', { status: { conditions: [{ type: 'X', status: 'True' }] } }, status),
    ],
  },
  {
    it: 'node',
    steps: [
      nodes.apply('a', {
        ...labelled({ x: 'y' }),
        spec: { taints: [{ key: 'k', effect: 'NoSchedule' }], podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] },
      }),
      nodes.apply('b', { spec: { taints: [{ key: 'l', effect: 'NoSchedule' }] } }),
      nodes.apply(
        'k',
        {
          status: {
            addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
            conditions: [{ type: 'Ready', status: 'True' }],
            capacity: { cpu: '1' },
          },
        },
        status,
      ),
      nodes.apply('l', { status: { addresses: [{ type: 'Hostname', address: 'h' }] } }, status),
      nodes.remove(),
    ],
  },
];

export const versions: readonly History[] = [
  {
    it: 'autoscalers in both versions',
    steps: [
      scalersV2.apply('a', {
        spec: {
          maxReplicas: 5,
          scaleTargetRef: target,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
          ],
        },
      }),
      scalersV1.apply('b', { spec: { maxReplicas: 6, scaleTargetRef: target } }),
      scalersV1.apply('b', { spec: { maxReplicas: 6, scaleTargetRef: target } }, { force: true }),
      scalersV2.get(),
    ],
  },
  {
    it: 'an applier changes its version',
    steps: [
      scalersV1.apply('a', {
        spec: { maxReplicas: 5, minReplicas: 2, scaleTargetRef: target, targetCPUUtilizationPercentage: 60 },
      }),
      scalersV2.apply('a', {
        spec: {
          maxReplicas: 5,
          minReplicas: 2,
          scaleTargetRef: target,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
          ],
        },
      }),
      scalersV2.apply('a', { spec: { maxReplicas: 5, scaleTargetRef: target } }),
      scalersV2.get(),
    ],
  },
  {
    it: 'a creator of one version, an applier of the other',
    steps: [
      scalersV1.create('c', { spec: { maxReplicas: 5, scaleTargetRef: target, targetCPUUtilizationPercentage: 60 } }),
      scalersV2.apply('a', { spec: { maxReplicas: 6, scaleTargetRef: target } }),
      scalersV2.apply('a', { spec: { maxReplicas: 6, scaleTargetRef: target } }, { force: true }),
      scalersV1.get(),
    ],
  },
  {
    it: 'a creator of the newer version, an applier of the older',
    steps: [
      scalersV2.create('c', {
        spec: { maxReplicas: 5, scaleTargetRef: target, behavior: { scaleDown: { stabilizationWindowSeconds: 7 } } },
      }),
      scalersV1.apply('a', { spec: { maxReplicas: 6, scaleTargetRef: target } }, { force: true }),
      scalersV1.merge('u', { spec: { targetCPUUtilizationPercentage: 30 } }),
      scalersV2.get(),
    ],
  },
  {
    it: 'updaters of both versions',
    steps: [
      scalersV1.create('c', { spec: { maxReplicas: 5, scaleTargetRef: target } }),
      scalersV2.merge('c', { spec: { maxReplicas: 7 } }),
      scalersV1.merge('c', { spec: { minReplicas: 2 } }),
      scalersV2.get(),
    ],
  },
  {
    it: 'events of both groups',
    steps: [
      eventsCore.create('c', {
        involvedObject: { kind: 'Pod', name: 'p', namespace: '{{ns}}' },
        reason: 'R',
        message: 'm',
        type: 'Normal',
      }),
      eventsCore.merge('u', { count: 2 }),
      eventsV1.apply('a', { note: 'n' }, { force: true }),
      eventsCore.get(),
    ],
  },
  {
    it: 'an event of the newer group',
    steps: [
      eventsV1.create('c', {
        eventTime: '2026-01-01T00:00:00.000000Z',
        reportingController: 'x.io/c',
        reportingInstance: 'i',
        action: 'A',
        reason: 'R',
        type: 'Normal',
        regarding: { kind: 'Pod', name: 'p', namespace: '{{ns}}' },
      }),
      eventsV1.merge('u', { series: { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' } }),
      eventsCore.get(),
    ],
  },
];

export const kubectl: readonly History[] = [
  {
    it: 'kubectl takes over what client-side apply set',
    steps: [
      configMaps.create('kubectl-client-side-apply', clientSide({ data: { k: '1', l: '1' } })),
      configMaps.apply('kubectl', { data: { k: '2' } }),
      configMaps.get(),
    ],
  },
  {
    it: 'kubectl does not take over what somebody changed since',
    steps: [
      configMaps.create('kubectl-client-side-apply', clientSide({ data: { k: '1', l: '1' } })),
      configMaps.merge('u', { data: { k: '9' } }),
      configMaps.apply('kubectl', { data: { k: '2' } }),
      configMaps.apply('kubectl', { data: { k: '9', l: '2' } }),
    ],
  },
  {
    it: 'another manager takes over nothing',
    steps: [
      configMaps.create('kubectl-client-side-apply', clientSide({ data: { k: '1' } })),
      configMaps.apply('other', { data: { k: '2' } }),
    ],
  },
  {
    it: 'kubectl keeps the annotation true',
    steps: [
      configMaps.create('kubectl-client-side-apply', clientSide({ data: { k: '1' } })),
      configMaps.apply('kubectl', { data: { k: '1', z: '2', a: '3' } }),
      configMaps.apply('kubectl', { metadata: { labels: { x: 'y' } }, data: { k: '1' } }),
    ],
  },
  {
    it: 'kubectl without the annotation',
    steps: [
      configMaps.create('kubectl-client-side-apply', { data: { k: '1' } }),
      configMaps.apply('kubectl', { data: { k: '2' } }),
    ],
  },
  {
    it: 'kubectl with an annotation that is nonsense',
    steps: [
      configMaps.create('kubectl-client-side-apply', {
        metadata: { annotations: { [LAST]: 'nonsense' } },
        data: { k: '1' },
      }),
      configMaps.apply('kubectl', { data: { k: '2' } }),
    ],
  },
  {
    it: 'kubectl with an empty annotation',
    steps: [
      configMaps.create('kubectl-client-side-apply', { metadata: { annotations: { [LAST]: '' } }, data: { k: '1' } }),
      configMaps.apply('kubectl', { data: { k: '2' } }),
      configMaps.apply('kubectl', { data: { k: '1' } }),
    ],
  },
  {
    it: 'client-side apply after server-side apply',
    steps: [
      configMaps.apply('kubectl', { data: { k: '1' } }),
      configMaps.strategic('kubectl-client-side-apply', clientSide({ data: { k: '2' } })),
      configMaps.apply('kubectl', { data: { k: '3' } }),
    ],
  },
  {
    it: 'the annotation is applied itself',
    steps: [
      configMaps.apply('kubectl', clientSide({ data: { k: '1' } })),
      configMaps.apply('kubectl', { data: { k: '2' } }),
    ],
  },
];

export const kinds: readonly History[] = [
  {
    it: 'secret',
    steps: [
      secrets.apply('a', { stringData: { k: 'v' }, type: 'Opaque' }),
      secrets.apply('a', { data: { k: 'dg==' } }),
      secrets.apply('b', { data: { k: 'dw==' } }),
      secrets.apply('b', { stringData: { k: 'w' } }),
      secrets.get(),
    ],
  },
  {
    it: 'cluster role',
    steps: [
      roles.apply('a', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
      roles.apply('b', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] }),
      roles.apply('b', { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { x: 'y' } }] } }),
      roles.remove(),
    ],
  },
  {
    it: 'role binding',
    steps: [
      bindings.apply('a', {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
        subjects: [{ kind: 'User', name: 'u' }],
      }),
      bindings.apply('b', { subjects: [{ kind: 'User', name: 'w' }] }),
    ],
  },
  {
    it: 'volume and claim',
    steps: [
      volumes.apply('a', {
        spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/p' } },
      }),
      volumes.apply('b', { spec: { accessModes: ['ReadOnlyMany'] } }),
      volumes.apply('b', { spec: { claimRef: { namespace: 'n', name: 'c' } } }),
      volumes.remove(),
      claims.apply('a', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }),
      claims.apply('b', { spec: { volumeName: 'v' } }),
      claims.apply('a', { status: { conditions: [{ type: 'Resizing', status: 'True' }] } }, status),
    ],
  },
  {
    it: 'ingress',
    steps: [
      ingresses.apply('a', {
        spec: {
          rules: [
            {
              host: 'h.example',
              http: {
                paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }],
              },
            },
          ],
        },
      }),
      ingresses.apply('b', { spec: { tls: [{ hosts: ['h.example'] }] } }),
      ingresses.apply('b', { spec: { rules: [{ host: 'i.example' }] } }),
    ],
  },
  {
    it: 'network policy',
    steps: [
      policies.apply('a', { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } }),
      policies.apply('b', { spec: { egress: [{}] } }),
      policies.apply('b', { spec: { podSelector: { matchLabels: labels } } }),
    ],
  },
  {
    it: 'job',
    steps: [
      jobs.apply('a', { spec: { template: { spec: { ...pod('a'), restartPolicy: 'Never' } } } }),
      jobs.apply('b', { spec: { parallelism: 3 } }),
      jobs.apply('b', { spec: { suspend: true } }),
      jobs.apply('a', { status: { active: 1, conditions: [{ type: 'X', status: 'True' }] } }, status),
    ],
  },
  {
    it: 'cron job',
    steps: [
      cronJobs.apply('a', {
        spec: {
          schedule: '* * * * *',
          jobTemplate: { spec: { template: { spec: { ...pod('a'), restartPolicy: 'Never' } } } },
        },
      }),
      cronJobs.apply('b', { spec: { schedule: '1 * * * *' } }),
      cronJobs.apply('b', { spec: { suspend: true } }),
    ],
  },
  {
    it: 'stateful set',
    steps: [
      sets.apply('a', {
        spec: {
          serviceName: 's',
          selector: { matchLabels: labels },
          template: template(),
          volumeClaimTemplates: [
            {
              metadata: { name: 'v' },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
            },
          ],
        },
      }),
      sets.apply('b', { spec: { replicas: 2, updateStrategy: { type: 'OnDelete' } } }),
      sets.apply('b', { spec: { replicas: 2 } }),
      sets.apply('a', { spec: { serviceName: 's', selector: { matchLabels: labels }, template: template() } }),
    ],
  },
  {
    it: 'daemon set',
    steps: [
      daemons.apply('a', { spec: { selector: { matchLabels: labels }, template: template() } }),
      daemons.apply('b', { spec: { updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } } } }),
      daemons.apply('b', { spec: { updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } } } }, { force: true }),
    ],
  },
  {
    it: 'endpoint slice',
    steps: [
      slices.apply('a', { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] }),
      slices.apply('b', { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.2'] }] }),
      slices.apply('b', { addressType: 'IPv4', ports: [{ port: 81, name: 'x' }] }, { force: true }),
    ],
  },
  {
    it: 'endpoints',
    steps: [
      endpoints.apply('a', { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] }),
      endpoints.apply('b', { subsets: [{ addresses: [{ ip: '10.0.0.2' }], ports: [{ port: 80 }] }] }),
    ],
  },
  {
    it: 'lease',
    steps: [
      leases.apply('a', {
        spec: { holderIdentity: 'me', leaseDurationSeconds: 5, renewTime: '2026-01-01T00:00:00.000000Z' },
      }),
      leases.apply('b', { spec: { holderIdentity: 'you' } }),
      leases.apply('a', {
        spec: { holderIdentity: 'me', leaseDurationSeconds: 5, renewTime: '2026-01-01T00:00:00.5Z' },
      }),
    ],
  },
  {
    it: 'webhook configuration',
    steps: [
      hooks.apply('a', {
        webhooks: [
          {
            name: 'a.x.io',
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            clientConfig: { url: 'https://192.0.2.1/' },
            failurePolicy: 'Ignore',
          },
        ],
      }),
      hooks.apply('b', {
        webhooks: [
          {
            name: 'b.x.io',
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            clientConfig: { url: 'https://192.0.2.1/' },
            failurePolicy: 'Ignore',
          },
        ],
      }),
      hooks.apply('b', { webhooks: [{ name: 'a.x.io', failurePolicy: 'Fail' }] }),
      hooks.remove(),
    ],
  },
  {
    it: 'disruption budget',
    steps: [
      budgets.apply('a', { spec: { minAvailable: 1, selector: { matchLabels: labels } } }),
      budgets.apply('b', { spec: { minAvailable: '50%' } }),
      budgets.strategic('u', { spec: { selector: { matchLabels: { y: 'z' } } } }),
    ],
  },
  {
    it: 'limit range and quota',
    steps: [
      limits.apply('a', { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } }),
      limits.apply('b', { spec: { limits: [{ type: 'Pod' }] } }),
      quotas.apply('a', { spec: { hard: { pods: '10' } } }),
      quotas.apply('b', { spec: { hard: { services: '1', pods: 11 } } }),
      quotas.apply('b', { spec: { hard: { services: '1' }, scopes: ['Terminating'] } }),
    ],
  },
  {
    it: 'flow schema',
    steps: [
      flows.apply('a', {
        spec: {
          priorityLevelConfiguration: { name: 'global-default' },
          matchingPrecedence: 9000,
          rules: [
            {
              subjects: [{ kind: 'User', user: { name: 'u' } }],
              nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['/x'] }],
            },
          ],
        },
      }),
      flows.apply('b', { spec: { matchingPrecedence: 9001 } }),
      flows.remove(),
    ],
  },
  {
    it: 'controller revision',
    steps: [
      revisions.apply('a', { revision: 1, data: { a: { b: 1 } } }),
      revisions.apply('b', { revision: 2, data: { a: { b: 1 } } }),
      revisions.apply('b', { data: { a: { b: 2 } } }),
    ],
  },
  {
    it: 'service type and traffic policy',
    steps: [
      services.apply('a', { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } }),
      services.apply('b', { spec: { externalTrafficPolicy: 'Local' } }, { force: true }),
      services.apply('c', { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } }, status),
      services.apply('a', { spec: { type: 'ClusterIP', ports: [{ port: 80 }] } }),
    ],
  },
  {
    it: 'a Deployment with null and empty in its pod',
    steps: [
      deployments.apply('a', {
        spec: deploymentSpec(
          [container('a', { command: null, args: [], env: null, ports: [] })],
          {},
          { volumes: [], initContainers: null, securityContext: {} },
        ),
      }),
      deployments.get(),
    ],
  },
];

export const times: readonly History[] = [
  {
    it: 'time: apply that changes nothing keeps it',
    timed: true,
    steps: [
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.merge('u', { data: { l: '1' } }),
      configMaps.apply('a', { data: { k: '1' } }),
    ],
  },
  {
    it: 'time: apply of fewer fields',
    timed: true,
    steps: [
      configMaps.apply('a', { data: { k: '1', l: '1' } }),
      configMaps.apply('b', { data: { k: '1' } }),
      configMaps.apply('a', { data: { l: '1' } }),
      configMaps.apply('a', { data: { l: '2' } }),
    ],
  },
  {
    it: 'time: what is lost to others',
    timed: true,
    steps: [
      configMaps.create('c', { data: { k: '1', l: '1' } }),
      configMaps.merge('u', { data: { k: '2' } }),
      configMaps.apply('a', { data: { l: '2' } }, { force: true }),
      configMaps.merge('u', { data: { k: '2' } }),
    ],
  },
  {
    it: 'time: status',
    timed: true,
    steps: [
      deployments.create('c', deployment(container('a'))),
      deployments.apply('s', { status: { replicas: 1 } }, status),
      deployments.apply('s', { status: { replicas: 1 } }, status),
      deployments.apply('a', { spec: { replicas: 2 } }, { force: true }),
    ],
  },
  {
    it: 'time: scale',
    timed: true,
    steps: [
      deployments.create('c', { spec: deploymentSpec([container('a')], { replicas: 1 }) }),
      deployments.update('s', scale(3), { subresource: 'scale' }),
      deployments.merge('t', { spec: { replicas: 3 } }, { subresource: 'scale' }),
      deployments.get(),
    ],
  },
  {
    it: 'time: updaters in turn',
    timed: true,
    steps: [
      configMaps.create('u0', { data: { k0: '1' } }),
      ...[1, 2, 3].map((n) => configMaps.merge(`u${n}`, { data: { [`k${n}`]: '1' } })),
      configMaps.get(),
    ],
  },
  {
    it: 'time: an applier takes another version',
    timed: true,
    steps: [
      scalersV1.apply('a', { spec: { maxReplicas: 5, scaleTargetRef: target } }),
      scalersV2.apply('a', { spec: { maxReplicas: 5, scaleTargetRef: target } }),
      scalersV1.apply('a', { spec: { maxReplicas: 5, scaleTargetRef: target } }),
    ],
  },
];
