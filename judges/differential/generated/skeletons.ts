import type { JsonObject } from '#core/base';

/** A valid object without name and namespace. */
type Body = JsonObject;

const labels = { app: 'web' };
const container = { name: 'main', image: 'registry.example.com/app:1' };
const podSpec = { containers: [container] };
const template = { metadata: { labels }, spec: podSpec };
const jobTemplate = { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } };
const selector = { matchLabels: labels };
const reference = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const none = [{ apiGroups: ['none.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['things'] }];
const webhook = {
  name: 'a.none.example.com',
  clientConfig: { url: 'https://none.example.com/hook' },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  rules: none,
};
const mutation = {
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"a": "b"}}}' },
};
/** A PKCS#10 request of CN=judge, O=judges. */
const REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIY01JR0RBZ0VBTUNFeER6QU5CZ05WQkFvTUJtcDFaR2RsY3pFT01Bd0dBMVVFQXd3RmFuVmtaMlV3V1RBVApCZ2NxaGtqT1BRSUJCZ2dxaGtqT1BRTUJCd05DQUFSaVFDcjZEekUzUVhaejlXZWhMZ2JnYmMzcmE1TG9zRUpmClByYS8zbTdpS3lKc2x3TGdMSitFeVhJT0xXR3NVN25aYXBVdkxSWjFqaFFVb1VOS0ZHeTVvQUF3Q2dZSUtvWkkKemowRUF3SURTQUF3UlFJaEFNZ3k5b21WSlpXRmNjV2V6NFhrWG9DOExuWVlKM1pNZVFyVHhBR2NJaEloQWlCaAp6TVF6UjNSRDlVYWpFRkhteEQwczhVbEE0VU9McThTcDRGNUowa3JneWc9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';

const fullPod: Body = {
  metadata: { labels: { ...labels, tier: 'front' }, annotations: { 'example.com/note': 'x' } },
  spec: {
    initContainers: [{ name: 'init', image: 'busybox', command: ['true'] }],
    containers: [
      {
        name: 'main',
        image: 'registry.example.com/app@sha256:0123456789012345678901234567890123456789012345678901234567890123',
        ports: [{ name: 'http', containerPort: 8080 }],
        env: [
          { name: 'A', value: 'b' },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'secret', key: 'key' } } },
        ],
        envFrom: [{ configMapRef: { name: 'settings' } }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } },
        readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
        livenessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 3 },
        lifecycle: { preStop: { exec: { command: ['sleep', '1'] } } },
        volumeMounts: [
          { name: 'scratch', mountPath: '/scratch' },
          { name: 'settings', mountPath: '/settings', readOnly: true },
        ],
        securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
      },
      { name: 'side', image: 'side' },
    ],
    volumes: [
      { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } },
      { name: 'settings', configMap: { name: 'settings', items: [{ key: 'a', path: 'b' }] } },
      { name: 'claim', persistentVolumeClaim: { claimName: 'data' } },
      {
        name: 'all',
        projected: {
          sources: [
            { secret: { name: 'secret' } },
            { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          ],
        },
      },
    ],
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
        },
      },
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 10, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: selector } },
        ],
      },
    },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector },
    ],
    securityContext: { runAsUser: 1000, fsGroup: 1000 },
    terminationGracePeriodSeconds: 5,
    priorityClassName: 'generated-high',
    hostAliases: [{ ip: '10.0.0.1', hostnames: ['a.example.com'] }],
    dnsConfig: { nameservers: ['10.0.0.2'], searches: ['example.com'], options: [{ name: 'ndots', value: '2' }] },
  },
};

/**
 * Valid objects of each kind served by default, but for their names. The first is stored for real and updated, so it
 * must do nothing to the objects of others (a webhook that matches them, a default class); the rest are made in dry runs.
 * What is required and cannot be guessed stands here; the generator adds to it.
 */
export const skeletons: Readonly<Record<string, readonly Body[]>> = {
  'v1 ConfigMap': [{ data: { a: 'b', c: 'd' } }, {}, { binaryData: { bytes: 'AAEC' }, immutable: true }],
  'v1 Endpoints': [
    { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ name: 'http', port: 80 }] }] },
    {
      subsets: [
        {
          addresses: [{ ip: '10.1.2.3', hostname: 'a', nodeName: 'n' }, { ip: '10.1.2.2' }],
          notReadyAddresses: [{ ip: '10.1.2.4' }],
          ports: [
            { name: 'a', port: 80, protocol: 'UDP' },
            { name: 'b', port: 81 },
          ],
        },
      ],
    },
  ],
  'v1 Event': [
    {
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'generated', apiVersion: 'v1' },
      reason: 'Started',
      message: 'm',
      type: 'Normal',
      source: { component: 'judge' },
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
    },
    {
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'generated' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingComponent: 'judge.example.com/x',
      reportingInstance: 'i',
      action: 'Act',
      reason: 'Because',
      type: 'Warning',
    },
  ],
  'v1 LimitRange': [
    { spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '10m' } }] } },
    {
      spec: {
        limits: [
          { type: 'Pod', max: { memory: '1Gi' }, maxLimitRequestRatio: { cpu: '2' } },
          { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } },
        ],
      },
    },
    {
      spec: {
        limits: [{ type: 'Container', default: { cpu: '1' }, defaultRequest: { cpu: '500m' }, max: { cpu: '2' } }],
      },
    },
  ],
  'v1 Namespace': [{}, { metadata: { labels: { team: 'a' } }, spec: { finalizers: ['example.com/keep'] } }],
  'v1 Node': [
    { spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] } },
    {},
    {
      spec: {
        taints: [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }],
        unschedulable: true,
        providerID: 'some://1',
      },
      status: {
        capacity: { cpu: '4', memory: '8Gi', pods: '110' },
        addresses: [{ type: 'InternalIP', address: '10.0.0.9' }],
      },
    },
  ],
  'v1 PersistentVolume': [
    {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/data' },
        persistentVolumeReclaimPolicy: 'Retain',
      },
    },
    {
      spec: {
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteMany'],
        nfs: { server: 'nfs.example.com', path: '/x' },
        mountOptions: ['hard'],
        storageClassName: 'slow',
        volumeMode: 'Filesystem',
      },
    },
    {
      spec: {
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteOnce'],
        csi: { driver: 'csi.example.com', volumeHandle: 'h', fsType: 'ext4', volumeAttributes: { a: 'b' } },
        claimRef: { namespace: 'generated', name: 'c' },
      },
    },
    {
      spec: {
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteOnce'],
        local: { path: '/mnt/x' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['a'] }] },
            ],
          },
        },
      },
    },
  ],
  'v1 PersistentVolumeClaim': [
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'slow' } },
    {
      spec: {
        accessModes: ['ReadWriteMany', 'ReadOnlyMany'],
        resources: { requests: { storage: '1Gi' }, limits: { storage: '2Gi' } },
        selector,
        volumeMode: 'Block',
        volumeName: 'v',
      },
    },
    {
      spec: {
        accessModes: ['ReadWriteOncePod'],
        resources: { requests: { storage: '1Gi' } },
        dataSource: { kind: 'PersistentVolumeClaim', name: 'other' },
      },
    },
  ],
  'v1 Pod': [
    { metadata: { labels }, spec: podSpec },
    fullPod,
    {
      spec: {
        hostNetwork: true,
        containers: [{ ...container, ports: [{ containerPort: 80 }] }],
        restartPolicy: 'OnFailure',
        automountServiceAccountToken: false,
      },
    },
    {
      metadata: { labels },
      spec: {
        ...podSpec,
        schedulingGates: [{ name: 'example.com/wait' }],
        initContainers: [
          { name: 'sidecar', image: 's', restartPolicy: 'Always', startupProbe: { exec: { command: ['true'] } } },
        ],
      },
    },
    {
      spec: {
        containers: [
          {
            ...container,
            resources: { limits: { cpu: '1', memory: '1Gi' } },
            resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
          },
        ],
        os: { name: 'linux' },
        resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
        overhead: {},
      },
    },
  ],
  'v1 PodTemplate': [
    { template },
    { template: { metadata: { labels, annotations: { a: 'b' } }, spec: fullPod['spec']! } },
  ],
  'v1 ReplicationController': [{ spec: { replicas: 1, selector: labels, template } }, { spec: { template } }],
  'v1 ResourceQuota': [
    { spec: { hard: { pods: '100', 'requests.cpu': '10' } } },
    { spec: { hard: { pods: '5' }, scopes: ['BestEffort'] } },
    {
      spec: {
        hard: { 'count/deployments.apps': '5', 'requests.storage': '10Gi' },
        scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] },
      },
    },
  ],
  'v1 Secret': [
    { data: { key: 'dmFsdWU=' }, type: 'Opaque' },
    { stringData: { a: 'b' } },
    { type: 'kubernetes.io/tls', data: { 'tls.crt': 'YQ==', 'tls.key': 'Yg==' } },
    { type: 'kubernetes.io/basic-auth', stringData: { username: 'a', password: 'b' }, immutable: true },
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } },
  ],
  'v1 ServiceAccount': [
    {},
    { secrets: [{ name: 's' }], imagePullSecrets: [{ name: 'p' }], automountServiceAccountToken: false },
  ],
  'v1 Service': [
    { spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
    {
      spec: {
        selector: labels,
        ports: [
          { name: 'http', port: 80, targetPort: 'http' },
          { name: 'dns', port: 53, protocol: 'UDP' },
        ],
        type: 'NodePort',
        externalTrafficPolicy: 'Local',
      },
    },
    { spec: { selector: labels, clusterIP: 'None', publishNotReadyAddresses: true } },
    { spec: { type: 'ExternalName', externalName: 'db.example.com' } },
    {
      spec: {
        type: 'LoadBalancer',
        ports: [{ port: 443, appProtocol: 'https' }],
        loadBalancerSourceRanges: ['10.0.0.0/8'],
        allocateLoadBalancerNodePorts: false,
        sessionAffinity: 'ClientIP',
        ipFamilyPolicy: 'SingleStack',
      },
    },
  ],
  'apiregistration.k8s.io/v1 APIService': [
    { spec: { group: 'none.example.com', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 15 } },
    {
      spec: {
        group: 'none.example.com',
        version: 'v1',
        groupPriorityMinimum: 1000,
        versionPriority: 15,
        service: { namespace: 'generated', name: 's' },
        insecureSkipTLSVerify: true,
      },
    },
  ],
  'apps/v1 ControllerRevision': [{ data: { any: 'thing' }, revision: 1 }],
  'apps/v1 DaemonSet': [
    { spec: { selector, template } },
    {
      spec: {
        selector,
        template,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
        minReadySeconds: 3,
        revisionHistoryLimit: 2,
      },
    },
    { spec: { selector, template, updateStrategy: { type: 'OnDelete' } } },
  ],
  'apps/v1 Deployment': [
    { spec: { replicas: 2, selector, template } },
    {
      spec: {
        selector,
        template: { metadata: { labels }, spec: { ...(fullPod['spec'] as JsonObject) } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '30%', maxUnavailable: 0 } },
        progressDeadlineSeconds: 60,
        minReadySeconds: 5,
      },
    },
    {
      spec: {
        selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
        template,
        strategy: { type: 'Recreate' },
        paused: true,
      },
    },
  ],
  'apps/v1 ReplicaSet': [
    { spec: { replicas: 1, selector, template } },
    { spec: { selector, template, minReadySeconds: 2 } },
  ],
  'apps/v1 StatefulSet': [
    { spec: { serviceName: 'web', selector, template } },
    {
      spec: {
        serviceName: 'web',
        selector,
        template,
        replicas: 3,
        podManagementPolicy: 'Parallel',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
        ordinals: { start: 5 },
      },
    },
  ],
  'events.k8s.io/v1 Event': [
    {
      regarding: { kind: 'Pod', name: 'p', namespace: 'generated', apiVersion: 'v1' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'judge.example.com/x',
      reportingInstance: 'i',
      action: 'Act',
      reason: 'Because',
      type: 'Normal',
      note: 'n',
    },
    {
      regarding: { kind: 'Pod', name: 'p', namespace: 'generated' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'judge.example.com/x',
      reportingInstance: 'i',
      action: 'Act',
      reason: 'Because',
      type: 'Normal',
      series: { count: 2, lastObservedTime: '2026-01-01T00:01:00.000000Z' },
    },
  ],
  'authentication.k8s.io/v1 SelfSubjectReview': [{}],
  'authentication.k8s.io/v1 TokenReview': [{ spec: { token: 'unknown' } }],
  'authorization.k8s.io/v1 LocalSubjectAccessReview': [
    { spec: { user: 'jane', resourceAttributes: { namespace: 'generated', verb: 'get', resource: 'pods' } } },
  ],
  'authorization.k8s.io/v1 SelfSubjectAccessReview': [
    { spec: { resourceAttributes: { namespace: 'generated', verb: 'get', resource: 'pods' } } },
    { spec: { nonResourceAttributes: { path: '/healthz', verb: 'get' } } },
  ],
  'authorization.k8s.io/v1 SelfSubjectRulesReview': [{ spec: { namespace: 'generated' } }],
  'authorization.k8s.io/v1 SubjectAccessReview': [
    {
      spec: {
        user: 'jane',
        groups: ['team'],
        resourceAttributes: { namespace: 'generated', verb: 'list', group: 'apps', resource: 'deployments' },
      },
    },
    { spec: { groups: ['system:masters'], nonResourceAttributes: { path: '/x', verb: 'get' } } },
  ],
  'autoscaling/v2 HorizontalPodAutoscaler': [
    {
      spec: {
        scaleTargetRef: reference,
        maxReplicas: 5,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        ],
      },
    },
    {
      spec: {
        scaleTargetRef: reference,
        minReplicas: 2,
        maxReplicas: 5,
        behavior: {
          scaleDown: { stabilizationWindowSeconds: 60, policies: [{ type: 'Percent', value: 50, periodSeconds: 30 }] },
        },
        metrics: [
          { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '10' } } },
          { type: 'External', external: { metric: { name: 'q', selector }, target: { type: 'Value', value: '3' } } },
          {
            type: 'ContainerResource',
            containerResource: {
              name: 'memory',
              container: 'main',
              target: { type: 'AverageValue', averageValue: '1Gi' },
            },
          },
        ],
      },
    },
  ],
  'autoscaling/v1 HorizontalPodAutoscaler': [
    { spec: { scaleTargetRef: reference, maxReplicas: 5, targetCPUUtilizationPercentage: 60 } },
    { spec: { scaleTargetRef: reference, minReplicas: 2, maxReplicas: 5 } },
  ],
  'batch/v1 CronJob': [
    { spec: { schedule: '*/5 * * * *', jobTemplate } },
    {
      spec: {
        schedule: '@hourly',
        timeZone: 'Europe/Berlin',
        concurrencyPolicy: 'Forbid',
        suspend: true,
        startingDeadlineSeconds: 30,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 0,
        jobTemplate: { metadata: { labels }, spec: { ...jobTemplate.spec, backoffLimit: 2 } },
      },
    },
  ],
  'batch/v1 Job': [
    jobTemplate,
    {
      spec: {
        ...jobTemplate.spec,
        completions: 3,
        parallelism: 2,
        completionMode: 'Indexed',
        backoffLimitPerIndex: 1,
        maxFailedIndexes: 2,
        activeDeadlineSeconds: 100,
        ttlSecondsAfterFinished: 10,
      },
    },
    {
      spec: {
        ...jobTemplate.spec,
        podFailurePolicy: {
          rules: [
            { action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [1, 2] } },
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          ],
        },
        suspend: true,
        backoffLimit: 1,
      },
    },
  ],
  'certificates.k8s.io/v1 CertificateSigningRequest': [
    { spec: { request: REQUEST, signerName: 'example.com/signer', usages: ['client auth'] } },
    {
      spec: {
        request: REQUEST,
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['digital signature', 'client auth'],
        expirationSeconds: 3600,
      },
    },
  ],
  'networking.k8s.io/v1 IngressClass': [
    { spec: { controller: 'example.com/ingress' } },
    {
      spec: {
        controller: 'example.com/ingress',
        parameters: { apiGroup: 'example.com', kind: 'Params', name: 'p', scope: 'Cluster' },
      },
    },
  ],
  'networking.k8s.io/v1 Ingress': [
    {
      spec: {
        rules: [
          {
            host: 'a.example.com',
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
            },
          },
        ],
      },
    },
    {
      spec: {
        ingressClassName: 'nginx',
        defaultBackend: { service: { name: 'web', port: { name: 'http' } } },
        tls: [{ hosts: ['a.example.com'], secretName: 's' }],
      },
    },
    { spec: { defaultBackend: { resource: { apiGroup: 'example.com', kind: 'Bucket', name: 'b' } } } },
  ],
  'networking.k8s.io/v1 NetworkPolicy': [
    { spec: { podSelector: selector, ingress: [{ from: [{ podSelector: selector }], ports: [{ port: 80 }] }] } },
    {
      spec: {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }, { namespaceSelector: {} }],
            ports: [{ protocol: 'UDP', port: 1000, endPort: 2000 }, { port: 'http' }],
          },
        ],
      },
    },
  ],
  'networking.k8s.io/v1 ServiceCIDR': [
    { spec: { cidrs: ['10.99.0.0/24'] } },
    { spec: { cidrs: ['10.98.0.0/16', 'fd00:98::/112'] } },
  ],
  'networking.k8s.io/v1 IPAddress': [
    { spec: { parentRef: { resource: 'services', namespace: 'generated', name: 's' } } },
    { spec: { parentRef: { group: 'gateway.example.com', resource: 'gateways', namespace: 'generated', name: 's' } } },
  ],
  'policy/v1 PodDisruptionBudget': [
    { spec: { minAvailable: 1, selector } },
    { spec: { maxUnavailable: '50%', selector, unhealthyPodEvictionPolicy: 'AlwaysAllow' } },
  ],
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': [
    {
      subjects: [{ kind: 'Group', name: 'none', apiGroup: 'rbac.authorization.k8s.io' }],
      roleRef: { kind: 'ClusterRole', name: 'view', apiGroup: 'rbac.authorization.k8s.io' },
    },
  ],
  'rbac.authorization.k8s.io/v1 ClusterRole': [
    { rules: [{ apiGroups: ['none.example.com'], resources: ['things'], verbs: ['get', 'list'] }] },
    { rules: [{ nonResourceURLs: ['/healthz', '/x/*'], verbs: ['get'] }] },
    { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { none: 'none' } }] } },
  ],
  'rbac.authorization.k8s.io/v1 RoleBinding': [
    {
      subjects: [
        { kind: 'ServiceAccount', name: 'sa', namespace: 'generated' },
        { kind: 'User', name: 'jane' },
      ],
      roleRef: { kind: 'Role', name: 'r', apiGroup: 'rbac.authorization.k8s.io' },
    },
  ],
  'rbac.authorization.k8s.io/v1 Role': [
    { rules: [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['*'], resourceNames: ['a'] }] },
  ],
  'storage.k8s.io/v1 CSIDriver': [
    { spec: { attachRequired: false, podInfoOnMount: true, volumeLifecycleModes: ['Persistent', 'Ephemeral'] } },
    {
      spec: {
        fsGroupPolicy: 'File',
        storageCapacity: true,
        tokenRequests: [{ audience: 'a', expirationSeconds: 600 }],
        requiresRepublish: true,
        seLinuxMount: true,
      },
    },
  ],
  'storage.k8s.io/v1 CSINode': [
    {
      spec: { drivers: [{ name: 'csi.example.com', nodeID: 'n1', topologyKeys: ['zone'], allocatable: { count: 5 } }] },
    },
    { spec: { drivers: [] } },
  ],
  'storage.k8s.io/v1 CSIStorageCapacity': [
    { storageClassName: 'slow', capacity: '10Gi', nodeTopology: selector },
    { storageClassName: 'slow', capacity: '10Gi', maximumVolumeSize: '1Gi' },
  ],
  'storage.k8s.io/v1 StorageClass': [
    { provisioner: 'csi.example.com' },
    {
      provisioner: 'csi.example.com',
      parameters: { type: 'fast' },
      reclaimPolicy: 'Retain',
      mountOptions: ['ro'],
      allowVolumeExpansion: true,
      volumeBindingMode: 'WaitForFirstConsumer',
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a', 'b'] }] }],
    },
  ],
  'storage.k8s.io/v1 VolumeAttachment': [
    { spec: { attacher: 'csi.example.com', nodeName: 'n', source: { persistentVolumeName: 'pv' } } },
  ],
  'storage.k8s.io/v1 VolumeAttributesClass': [{ driverName: 'csi.example.com', parameters: { iops: '100' } }],
  'admissionregistration.k8s.io/v1 MutatingAdmissionPolicy': [
    {
      spec: {
        matchConstraints: { resourceRules: none },
        mutations: [mutation],
        reinvocationPolicy: 'Never',
        failurePolicy: 'Ignore',
      },
    },
    {
      spec: {
        matchConstraints: { resourceRules: none },
        mutations: [
          {
            patchType: 'JSONPatch',
            jsonPatch: { expression: '[JSONPatch{op: "add", path: "/metadata/labels/a", value: "b"}]' },
          },
        ],
        reinvocationPolicy: 'IfNeeded',
        matchConditions: [{ name: 'a', expression: 'true' }],
        variables: [{ name: 'v', expression: '1' }],
      },
    },
  ],
  'admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding': [
    { spec: { policyName: 'none' } },
    { spec: { policyName: 'none', matchResources: { resourceRules: none, namespaceSelector: selector } } },
  ],
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': [
    { webhooks: [webhook] },
    {
      webhooks: [
        {
          ...webhook,
          clientConfig: { service: { namespace: 'generated', name: 's', path: '/p' } },
          failurePolicy: 'Ignore',
          reinvocationPolicy: 'IfNeeded',
          timeoutSeconds: 5,
          matchPolicy: 'Exact',
          objectSelector: selector,
          matchConditions: [{ name: 'a', expression: 'true' }],
        },
      ],
    },
  ],
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy': [
    {
      spec: {
        matchConstraints: { resourceRules: none },
        validations: [{ expression: 'object.spec.replicas <= 5' }],
        failurePolicy: 'Ignore',
      },
    },
    {
      spec: {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        matchConstraints: { resourceRules: none },
        validations: [{ expression: 'true', message: 'm', reason: 'Forbidden', messageExpression: '"x"' }],
        auditAnnotations: [{ key: 'k', valueExpression: '"v"' }],
        matchConditions: [{ name: 'a', expression: 'true' }],
        variables: [{ name: 'v', expression: '1' }],
      },
    },
  ],
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding': [
    { spec: { policyName: 'none', validationActions: ['Deny'] } },
    {
      spec: {
        policyName: 'none',
        validationActions: ['Warn', 'Audit'],
        paramRef: { name: 'p', namespace: 'generated', parameterNotFoundAction: 'Allow' },
        matchResources: { namespaceSelector: selector },
      },
    },
  ],
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': [
    { webhooks: [webhook] },
    {
      webhooks: [
        {
          ...webhook,
          clientConfig: { service: { namespace: 'generated', name: 's', port: 444 }, caBundle: 'Zm9v' },
          failurePolicy: 'Fail',
          matchPolicy: 'Equivalent',
          namespaceSelector: selector,
          timeoutSeconds: 30,
        },
      ],
    },
  ],
  'apiextensions.k8s.io/v1 CustomResourceDefinition': [
    {
      spec: {
        group: 'none.example.com',
        names: { plural: 'things', kind: 'Thing', singular: 'thing', listKind: 'ThingList' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    },
    {
      spec: {
        group: 'none.example.com',
        names: { plural: 'things', kind: 'Thing', shortNames: ['th'], categories: ['all'] },
        scope: 'Cluster',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: {
              status: {},
              scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
            },
            additionalPrinterColumns: [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }],
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: {
                    type: 'object',
                    required: ['replicas'],
                    properties: {
                      replicas: { type: 'integer', minimum: 0, default: 1 },
                      list: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
                      any: { 'x-kubernetes-int-or-string': true },
                      keep: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                    },
                    'x-kubernetes-validations': [{ rule: 'self.replicas < 10', message: 'few' }],
                  },
                  status: { type: 'object', properties: { replicas: { type: 'integer' } } },
                },
              },
            },
          },
          {
            name: 'v1beta1',
            served: false,
            storage: false,
            deprecated: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    },
  ],
  'scheduling.k8s.io/v1 PriorityClass': [
    { value: 1000, description: 'd' },
    { value: -5, preemptionPolicy: 'Never', globalDefault: true },
  ],
  'coordination.k8s.io/v1 Lease': [
    {
      spec: {
        holderIdentity: 'a',
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:00:10.123456Z',
        leaseTransitions: 1,
      },
    },
    {},
  ],
  'node.k8s.io/v1 RuntimeClass': [
    { handler: 'runc' },
    {
      handler: 'kata',
      overhead: { podFixed: { cpu: '100m', memory: '64Mi' } },
      scheduling: {
        nodeSelector: { a: 'b' },
        tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
      },
    },
  ],
  'discovery.k8s.io/v1 EndpointSlice': [
    {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }],
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    },
    {
      addressType: 'IPv6',
      endpoints: [
        {
          addresses: ['fd00::1'],
          hostname: 'a',
          nodeName: 'n',
          zone: 'z',
          hints: { forZones: [{ name: 'z' }] },
          targetRef: { kind: 'Pod', name: 'p', namespace: 'generated' },
        },
      ],
      ports: [{ port: 80, appProtocol: 'http' }],
    },
    { addressType: 'FQDN', endpoints: [{ addresses: ['a.example.com'] }] },
  ],
  'resource.k8s.io/v1 DeviceClass': [
    { spec: { selectors: [{ cel: { expression: 'device.driver == "gpu.example.com"' } }] } },
    {
      spec: {
        config: [{ opaque: { driver: 'gpu.example.com', parameters: { a: 'b' } } }],
        extendedResourceName: 'example.com/gpu',
      },
    },
  ],
  'resource.k8s.io/v1 ResourceClaim': [
    { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }] } } },
    {
      spec: {
        devices: {
          requests: [
            {
              name: 'gpu',
              exactly: {
                deviceClassName: 'gpu.example.com',
                count: 2,
                allocationMode: 'ExactCount',
                selectors: [{ cel: { expression: 'true' } }],
              },
            },
            {
              name: 'any',
              firstAvailable: [
                { name: 'a', deviceClassName: 'a.example.com' },
                { name: 'b', deviceClassName: 'b.example.com', allocationMode: 'All' },
              ],
            },
          ],
          constraints: [{ requests: ['gpu'], matchAttribute: 'gpu.example.com/numa' }],
          config: [{ requests: ['gpu'], opaque: { driver: 'gpu.example.com', parameters: { a: 1 } } }],
        },
      },
    },
  ],
  'resource.k8s.io/v1 ResourceClaimTemplate': [
    { spec: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }] } } } },
    {
      spec: {
        metadata: { labels },
        spec: {
          devices: {
            requests: [
              {
                name: 'gpu',
                exactly: {
                  deviceClassName: 'gpu.example.com',
                  adminAccess: false,
                  tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute' }],
                },
              },
            ],
          },
        },
      },
    },
  ],
  'resource.k8s.io/v1 ResourceSlice': [
    {
      spec: {
        driver: 'gpu.example.com',
        nodeName: 'n',
        pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
        devices: [
          {
            name: 'd0',
            attributes: { model: { string: 'x' }, cores: { int: 4 } },
            capacity: { memory: { value: '16Gi' } },
          },
        ],
      },
    },
    {
      spec: {
        driver: 'gpu.example.com',
        allNodes: true,
        pool: { name: 'p', generation: 1, resourceSliceCount: 2 },
        devices: [{ name: 'd0', attributes: { fast: { bool: true }, 'example.com/v': { version: '1.2.3' } } }],
      },
    },
  ],
  'flowcontrol.apiserver.k8s.io/v1 FlowSchema': [
    {
      spec: {
        priorityLevelConfiguration: { name: 'none' },
        matchingPrecedence: 9000,
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'none' } }],
            resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['generated'] }],
          },
        ],
      },
    },
    {
      spec: {
        priorityLevelConfiguration: { name: 'none' },
        distinguisherMethod: { type: 'ByUser' },
        rules: [
          {
            subjects: [
              { kind: 'Group', group: { name: 'none' } },
              { kind: 'ServiceAccount', serviceAccount: { namespace: 'generated', name: '*' } },
            ],
            nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['/x/*'] }],
          },
        ],
      },
    },
  ],
  'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration': [
    { spec: { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } } } },
    {
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 10,
          lendablePercent: 50,
          borrowingLimitPercent: 20,
          limitResponse: { type: 'Queue', queuing: { queues: 8, handSize: 3, queueLengthLimit: 10 } },
        },
      },
    },
    { spec: { type: 'Exempt', exempt: { lendablePercent: 0 } } },
  ],
};
