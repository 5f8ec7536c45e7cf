import type { Fault, Kind } from '../cases.ts';
import { networkSources } from './sources.ts';

const c = (more: object = {}) => ({ name: 'c', image: 'i', ...more });
const pod = (spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'x', ...metadata },
  spec: { serviceAccountName: 'default', automountServiceAccountToken: false, containers: [c()], volumes: [], ...spec },
});
const bad = 'A_b';

const container = (more: object): Fault => ({ 'spec.containers.0': c(more) });
const init = (more: object): Fault => ({ 'spec.initContainers': [{ name: 'i', image: 'i', ...more }] });
const volume = (source: object): Fault => ({ 'spec.volumes': [{ name: 'v', ...source }] });
const projected = (...list: object[]): Fault => volume({ projected: { sources: list } });
const mounts = (...volumeMounts: object[]): Fault => ({
  ...container({ volumeMounts }),
  'spec.volumes': [{ name: 'v', emptyDir: {} }],
});
const context = (more: object): Fault => ({ 'spec.securityContext': more });
const own = (more: object): Fault => container({ securityContext: more });
const annotated = (annotations: object, more: Fault = {}): Fault => ({ 'metadata.annotations': annotations, ...more });
const spread = (...constraints: object[]): Fault => ({
  'spec.topologySpreadConstraints': constraints.map((one) => ({
    maxSkew: 1,
    topologyKey: 'zone',
    whenUnsatisfiable: 'DoNotSchedule',
    ...one,
  })),
});
const near = (term: object): Fault => ({
  'spec.affinity': {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', ...term }] },
  },
});
const required = (...terms: object[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
});
const preferred = (weight: number, preference: object) => ({
  nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, preference }] },
});
const inZone = (...values: string[]) => ({ matchExpressions: [{ key: 'zone', operator: 'In', values }] });
const selector = { matchLabels: { app: 'x' } };
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_C = 'container.seccomp.security.alpha.kubernetes.io/c';
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

const volumes: readonly Fault[] = [
  ...networkSources.map(volume),
  ...[
    { gitRepo: { repository: '', directory: '../x' } },
    { ephemeral: {} },
    { ephemeral: { volumeClaimTemplate: { metadata: { labels: { 'a b': 'c d' }, name: 'n' }, spec: {} } } },
    { csi: { driver: 'a.b', nodePublishSecretRef: { name: bad } } },
    { hostPath: { path: '', type: 'X' } },
    { hostPath: { path: 'a/../b' } },
    { emptyDir: { sizeLimit: '-1', medium: 'X' } },
    { emptyDir: { medium: 'HugePages-x' } },
    { persistentVolumeClaim: { claimName: '' } },
    { secret: { secretName: '', defaultMode: 1000 } },
    {
      configMap: {
        name: '',
        items: [
          { key: '', path: '/a' },
          { key: 'a', path: '../b', mode: -1 },
        ],
      },
    },
    { downwardAPI: { items: [{ path: '..a' }, { path: 'b/..', fieldRef: { fieldPath: 'metadata.name' } }] } },
    {
      downwardAPI: {
        defaultMode: -1,
        items: [
          {
            path: 'a',
            fieldRef: { fieldPath: 'status.podIP' },
            resourceFieldRef: { containerName: 'c', resource: 'limits.cpu' },
          },
          { path: 'b', resourceFieldRef: { resource: 'limits.cpu' } },
          { path: 'c', resourceFieldRef: { containerName: 'c', resource: 'x' } },
          { path: 'd', resourceFieldRef: { containerName: 'c', resource: '', divisor: '3' } },
          { path: 'e', fieldRef: { fieldPath: "metadata.labels['a b']" } },
          { path: 'f', fieldRef: { fieldPath: "metadata.name['a']" } },
          { path: 'g', fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } },
          { path: 'h', fieldRef: { fieldPath: 'metadata.foo' } },
        ],
      },
    },
    { image: { reference: '', pullPolicy: 'X' } },
    { image: { reference: ' a:b@c' } },
    { emptyDir: {}, hostPath: { path: '/x' } },
    {},
  ].map(volume),
  { 'spec.volumes': [{ name: '' }, { name: bad, emptyDir: {} }, { name: 'v', emptyDir: {} }, { name: 'v' }] },
  projected({ secret: { name: '' }, configMap: { name: 'a', items: [{ key: '', path: '' }] } }),
  projected(
    { secret: { name: 's', items: [{ key: 'a', path: 'a' }] } },
    { configMap: { name: 'm', items: [{ key: 'a', path: 'a' }] } },
    { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } },
    { serviceAccountToken: { path: 'a', expirationSeconds: 5 } },
  ),
  projected(
    { serviceAccountToken: { path: '' } },
    { serviceAccountToken: { path: '../x', expirationSeconds: 4294967297 } },
  ),
  projected({ clusterTrustBundle: { path: '' } }, { clusterTrustBundle: { name: '', path: 'a', labelSelector: {} } }),
  projected(
    { clusterTrustBundle: { name: 'a:b', path: 'a' } },
    { clusterTrustBundle: { signerName: '', path: '/b' } },
    { clusterTrustBundle: { signerName: 'x', path: 'c', labelSelector: { matchLabels: { 'a b': 'c' } } } },
    { clusterTrustBundle: { signerName: 'x/y', name: 'z', path: 'd' } },
  ),
  projected({}),
  volume({ projected: { defaultMode: 512, sources: [] } }),
];

const contained: readonly Fault[] = [
  { 'spec.containers': [] },
  { 'spec.containers': [{ name: '' }, { name: bad, image: ' a ' }, c(), c()] },
  container({ terminationMessagePolicy: 'X', imagePullPolicy: 'Y' }),
  container({ image: '' }),
  container({ image: ' i' }),
  container({
    ports: [
      { containerPort: 0 },
      { containerPort: 70000, hostPort: -1, protocol: 'X', name: 'a b' },
      { containerPort: 80, name: 'x' },
      { containerPort: 81, name: 'x' },
      { containerPort: 1, hostPort: 5, hostIP: 'x' },
      { containerPort: 2, hostPort: 5, hostIP: 'x' },
    ],
  }),
  container({
    env: [
      { name: '' },
      { name: 'a=b' },
      { name: 'a', value: 'b', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'b', valueFrom: {} },
      {
        name: 'c',
        valueFrom: {
          fieldRef: { fieldPath: "metadata.annotations['A b']" },
          secretKeyRef: { name: bad, key: 'a b' },
        },
      },
      { name: 'd', valueFrom: { configMapKeyRef: { key: '' } } },
      { name: 'e', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } },
      { name: 'f', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '2' } } },
      { name: 'g', valueFrom: { resourceFieldRef: { resource: 'requests.ephemeral-storage', divisor: '1m' } } },
      { name: 'h', valueFrom: { resourceFieldRef: { resource: 'requests.hugepages-2Mi', divisor: '2Mi' } } },
      { name: 'i', valueFrom: { resourceFieldRef: { resource: '' } } },
      { name: 'j', valueFrom: { fieldRef: { fieldPath: 'spec.host' } } },
      { name: 'k', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
      { name: 'l', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } },
    ],
  }),
  container({ env: [{ name: 'a', valueFrom: { fileKeyRef: { key: '', volumeName: '', path: '' } } }] }),
  container({ env: [{ name: 'a', valueFrom: { fileKeyRef: { key: 'a=b', volumeName: bad, path: '../a' } } }] }),
  {
    ...container({ env: [{ name: 'a', valueFrom: { fileKeyRef: { key: 'a', volumeName: 'v', path: 'f' } } }] }),
    'spec.volumes': [{ name: 'v', hostPath: { path: '/x' } }],
  },
  container({
    envFrom: [
      {},
      { prefix: 'a=b', configMapRef: { name: '' } },
      { secretRef: { name: bad }, configMapRef: { name: 'a-' } },
      { secretRef: {} },
    ],
  }),
  mounts({ name: '', mountPath: '' }, { name: 'w', mountPath: '/a' }, { name: 'v', mountPath: '/a' }),
  mounts({ name: 'v', mountPath: '/a', subPath: '../a', subPathExpr: '/b', mountPropagation: 'X' }),
  mounts({ name: 'v', mountPath: '/a', mountPropagation: 'Bidirectional' }),
  mounts(
    { name: 'v', mountPath: '/a', recursiveReadOnly: 'X' },
    { name: 'v', mountPath: '/b', recursiveReadOnly: 'Enabled' },
    {
      name: 'v',
      mountPath: '/c',
      recursiveReadOnly: 'IfPossible',
      readOnly: true,
      mountPropagation: 'HostToContainer',
    },
  ),
  {
    ...container({
      volumeMounts: [
        { name: 'v', mountPath: '/dev/a' },
        { name: 'w', mountPath: '/w' },
      ],
      volumeDevices: [
        { name: '', devicePath: '' },
        { name: 'v', devicePath: '/dev/a' },
        { name: 'v', devicePath: '/dev/a' },
        { name: 'w', devicePath: '/dev/../b' },
      ],
    }),
    'spec.volumes': [
      { name: 'v', persistentVolumeClaim: { claimName: 'p' } },
      { name: 'w', emptyDir: {} },
    ],
  },
  container({
    livenessProbe: { exec: {}, successThreshold: 2, initialDelaySeconds: -1, terminationGracePeriodSeconds: 0 },
    readinessProbe: { httpGet: { port: 0, path: '', scheme: 'X' }, tcpSocket: { port: 1 }, periodSeconds: -1 },
    startupProbe: {},
  }),
  container({
    livenessProbe: { grpc: { port: 0 } },
    readinessProbe: {
      httpGet: { port: 'a_b', path: '/', httpHeaders: [{ name: 'a b', value: '' }] },
      terminationGracePeriodSeconds: 5,
    },
    startupProbe: { tcpSocket: { port: 'toolongforaportname' }, successThreshold: 3 },
  }),
  container({ lifecycle: { postStart: {}, preStop: { sleep: { seconds: 60 } }, stopSignal: 'SIGX' } }),
  container({ lifecycle: { preStop: { sleep: { seconds: -1 }, exec: { command: [] } } } }),
  { ...container({ lifecycle: { stopSignal: 'SIGX' } }), 'spec.os': { name: 'linux' } },
  { ...container({ lifecycle: { stopSignal: 'SIGHUP' } }), 'spec.os': { name: 'windows' } },
  container({ resizePolicy: [{ resourceName: 'cpu' }, { resourceName: 'cpu', restartPolicy: 'X' }] }),
  container({ resizePolicy: [{ resourceName: 'x', restartPolicy: 'NotRequired' }] }),
  {
    ...container({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }),
    'spec.restartPolicy': 'Never',
  },
  container({ restartPolicy: 'X' }),
  container({ restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }] }),
  container({
    restartPolicy: 'Never',
    restartPolicyRules: [{}, { action: 'X', exitCodes: { operator: 'Y' } }, { action: 'Restart' }],
  }),
  container({
    restartPolicy: 'Never',
    restartPolicyRules: Array.from({ length: 21 }, (_, i) => ({
      action: 'Restart',
      exitCodes: { operator: 'In', values: [i] },
    })),
  }),
  container({
    restartPolicy: 'Never',
    restartPolicyRules: [
      { action: 'Restart', exitCodes: { operator: 'NotIn', values: Array.from({ length: 256 }, (_, i) => i) } },
    ],
  }),
  init({ restartPolicy: 'X' }),
  init({ restartPolicyRules: [{}] }),
  init({ restartPolicy: 'Never', restartPolicyRules: [{}] }),
  init({ name: 'c', image: '' }),
  init({
    lifecycle: { preStop: { exec: { command: ['a'] } } },
    livenessProbe: { exec: { command: ['a'] } },
    readinessProbe: { exec: { command: ['a'] } },
    startupProbe: { exec: { command: ['a'] } },
    resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }],
  }),
  init({ restartPolicy: 'Always', lifecycle: { preStop: {} }, livenessProbe: {} }),
  init({
    ports: [
      { containerPort: 1, hostPort: 5 },
      { containerPort: 2, hostPort: 5 },
    ],
  }),
  { 'spec.ephemeralContainers': [{ name: 'e', image: 'i' }] },
];

const resourceful: readonly Fault[] = [
  container({ resources: { limits: { cpu: '-1', 'hugepages-2Mi': '3Mi' }, requests: { foo: '1', 'a b': '1' } } }),
  container({ resources: { limits: { cpu: '1', memory: '1' }, requests: { cpu: '2', memory: '1500m' } } }),
  container({ resources: { limits: { 'hugepages-2Mi': '2Mi' } } }),
  container({ resources: { requests: { 'hugepages-2Mi': '2Mi', cpu: '1' } } }),
  container({ resources: { limits: { 'hugepages-x': '2Mi', cpu: '1' } } }),
  container({ resources: { limits: { 'a.b/c': '1500m' }, requests: { 'a.b/c': '1' } } }),
  container({ resources: { limits: { 'requests.a.b/c': '1', 'kubernetes.io/x': '1' } } }),
  container({ resources: { requests: { 'a.b/c': '1' } } }),
  {
    ...container({
      resources: {
        claims: [
          { name: '' },
          { name: 'd' },
          { name: 'd' },
          { name: 'e', request: 'r' },
          { name: 'e', request: 'r' },
          { name: 'e' },
          { name: 'f', request: bad },
        ],
      },
    }),
    'spec.resourceClaims': [
      { name: 'd', resourceClaimName: 'a' },
      { name: 'e', resourceClaimName: 'b' },
    ],
  },
  container({ resources: { claims: [{ name: 'd' }] } }),
  {
    'spec.resourceClaims': [
      { name: '' },
      { name: bad, resourceClaimName: bad, resourceClaimTemplateName: bad },
      { name: 'a', resourceClaimName: 'a' },
      { name: 'a', resourceClaimTemplateName: 'b' },
    ],
  },
  { 'spec.resources': { limits: { cpu: '1' }, requests: { cpu: '2', 'ephemeral-storage': '1' } } },
  { 'spec.resources': { claims: [{ name: 'd' }] } },
  { 'spec.resources': { limits: { 'a.b/c': '1' }, requests: { pods: '1' } } },
  {
    ...container({ resources: { limits: { cpu: '3', memory: '1Gi' }, requests: { cpu: '2', memory: '1Gi' } } }),
    'spec.resources': { limits: { cpu: '1' }, requests: { cpu: '1', memory: '1Mi' } },
  },
  {
    ...container({ resources: { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } } }),
    'spec.resources': { limits: { cpu: '1', 'hugepages-2Mi': '2Mi' } },
  },
  { 'spec.resources': { limits: { cpu: '1' } }, 'spec.os': { name: 'windows' } },
  { 'spec.overhead': { foo: '1', cpu: '-1' } },
];

const secured: readonly Fault[] = [
  context({ fsGroup: -1, runAsUser: -1, runAsGroup: 2147483648, supplementalGroups: [0, -5] }),
  { 'spec.shareProcessNamespace': true, 'spec.hostPID': true },
  context({ sysctls: [{ name: '' }, { name: 'A b', value: '' }, { name: 'a', value: '' }, { name: 'a', value: '' }] }),
  {
    ...context({
      sysctls: [
        { name: 'net.ipv4.ip_forward', value: '1' },
        { name: 'net/core/somaxconn', value: '1' },
        { name: 'kernel.sem', value: '1' },
        { name: 'kernel/shm_rmid_forced', value: '1' },
        { name: 'fs.mqueue.msg_max', value: '1' },
        { name: 'kernel.other', value: '1' },
        { name: 'net/ipv4/conf/eth0.1/x', value: '1' },
      ],
    }),
    'spec.hostNetwork': true,
    'spec.hostIPC': true,
  },
  context({ fsGroupChangePolicy: 'X', supplementalGroupsPolicy: 'Y', seLinuxChangePolicy: 'Z' }),
  context({ seccompProfile: {}, appArmorProfile: {} }),
  context({ seccompProfile: { type: 'X', localhostProfile: 'a' }, appArmorProfile: { type: 'X' } }),
  context({ seccompProfile: { type: 'Localhost' }, appArmorProfile: { type: 'Localhost' } }),
  context({
    seccompProfile: { type: 'Localhost', localhostProfile: '/a' },
    appArmorProfile: { type: 'Localhost', localhostProfile: ' ' },
  }),
  context({
    seccompProfile: { type: 'Localhost', localhostProfile: '../a' },
    appArmorProfile: { type: 'Localhost', localhostProfile: 'x'.repeat(4096) },
  }),
  context({
    seccompProfile: { type: 'Unconfined', localhostProfile: 'a' },
    appArmorProfile: { type: 'RuntimeDefault', localhostProfile: 'a' },
  }),
  own({ runAsUser: -1, runAsGroup: -1, procMount: 'X' }),
  own({ procMount: 'Unmasked' }),
  own({ allowPrivilegeEscalation: false, privileged: true, capabilities: { add: ['CAP_SYS_ADMIN'] } }),
  own({ seccompProfile: { type: 'X' }, appArmorProfile: { type: 'Y', localhostProfile: 'a' } }),
  own({ windowsOptions: { gmsaCredentialSpecName: bad, gmsaCredentialSpec: '', runAsUserName: '' } }),
  own({ windowsOptions: { gmsaCredentialSpec: 'x'.repeat(65537), runAsUserName: 'a\u0001' } }),
  ...[
    'a\\b\\c',
    `${'x'.repeat(256)}\\u`,
    'a_b.\\u',
    'd\\',
    `d\\${'x'.repeat(105)}`,
    '. .',
    'a"b',
    'ok\\user',
    'a.b\\x@y',
    '\\u',
  ].map((runAsUserName) => own({ windowsOptions: { runAsUserName } })),
  { ...own({ windowsOptions: { hostProcess: true } }), ...context({ windowsOptions: { hostProcess: false } }) },
  {
    'spec.containers': [
      { name: 'a', image: 'i', securityContext: { windowsOptions: { hostProcess: true } } },
      { name: 'b', image: 'i' },
    ],
  },
  { 'spec.os': {} },
  { 'spec.os': { name: 'X' } },
  {
    'spec.os': { name: 'linux' },
    ...own({ windowsOptions: { runAsUserName: 'a' } }),
    ...context({ windowsOptions: { runAsUserName: 'a' } }),
  },
  {
    'spec.os': { name: 'windows' },
    'spec.hostPID': true,
    'spec.hostIPC': true,
    'spec.hostUsers': true,
    'spec.shareProcessNamespace': false,
    ...context({
      appArmorProfile: { type: 'Unconfined' },
      seLinuxOptions: { user: 'a' },
      seccompProfile: { type: 'Unconfined' },
      fsGroup: 1,
      fsGroupChangePolicy: 'Always',
      sysctls: [{ name: 'a', value: 'b' }],
      runAsUser: 1,
      runAsGroup: 1,
      supplementalGroups: [1],
      supplementalGroupsPolicy: 'Merge',
      seLinuxChangePolicy: 'Recursive',
    }),
    ...own({
      appArmorProfile: { type: 'Unconfined' },
      seLinuxOptions: { user: 'a' },
      seccompProfile: { type: 'Unconfined' },
      capabilities: { add: ['A'] },
      readOnlyRootFilesystem: false,
      privileged: false,
      allowPrivilegeEscalation: true,
      procMount: 'Default',
      runAsUser: 1,
      runAsGroup: 1,
    }),
  },
  annotated({ [SECCOMP]: 'x', [SECCOMP_C]: 'localhost/../a', 'container.seccomp.security.alpha.kubernetes.io/z': 'y' }),
  annotated({ [SECCOMP]: 'unconfined' }, context({ seccompProfile: { type: 'RuntimeDefault' } })),
  annotated({ [SECCOMP]: 'docker/default' }, context({ seccompProfile: { type: 'RuntimeDefault' } })),
  annotated({ [SECCOMP_C]: 'localhost/a' }, own({ seccompProfile: { type: 'Localhost', localhostProfile: 'b' } })),
  annotated({ [SECCOMP_C]: 'runtime/default' }, own({ seccompProfile: { type: 'Unconfined' } })),
  annotated({ [`${APP_ARMOR}c`]: 'x', [`${APP_ARMOR}z`]: 'unconfined' }),
  annotated({ [`${APP_ARMOR}c`]: 'unconfined' }, own({ appArmorProfile: { type: 'RuntimeDefault' } })),
  annotated(
    { [`${APP_ARMOR}c`]: 'localhost/a' },
    own({ appArmorProfile: { type: 'Localhost', localhostProfile: 'b' } }),
  ),
  annotated({ [`${APP_ARMOR}c`]: 'runtime/default' }, context({ appArmorProfile: { type: 'Unconfined' } })),
  annotated({ [`${APP_ARMOR}c`]: '' }, context({ appArmorProfile: { type: 'Unconfined' } })),
  annotated({
    'controller.kubernetes.io/pod-deletion-cost': '01',
    'scheduler.alpha.kubernetes.io/tolerations': '[{"key":"a b","operator":"X"}]',
  }),
  annotated({ 'controller.kubernetes.io/pod-deletion-cost': '2147483648' }),
  annotated({ 'controller.kubernetes.io/pod-deletion-cost': '+5' }),
];

const placed: readonly Fault[] = [
  { 'spec.nodeSelector': { 'a b': 'c d' } },
  { 'spec.affinity': required() },
  {
    'spec.affinity': required({
      matchExpressions: [
        { key: 'a b', operator: 'X' },
        { key: 'a', operator: 'In' },
        { key: 'a', operator: 'Exists', values: ['b'] },
        { key: 'a', operator: 'Gt', values: ['1', '2'] },
        { key: 'a', operator: 'In', values: ['a b'] },
      ],
      matchFields: [
        { key: 'metadata.name', operator: 'Exists' },
        { key: 'metadata.name', operator: 'In', values: ['a', bad] },
        { key: 'x', operator: 'In', values: ['a'] },
      ],
    }),
  },
  { 'spec.affinity': preferred(0, inZone('a b')) },
  { 'spec.affinity': preferred(101, { matchExpressions: [{ key: '', operator: 'Lt' }] }) },
  near({ topologyKey: '', namespaces: [bad], labelSelector: { matchLabels: { 'a b': 'c' } } }),
  near({ topologyKey: 'a b', namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'X' }] } }),
  near({ matchLabelKeys: ['a'], mismatchLabelKeys: ['b'] }),
  near({ labelSelector: selector, matchLabelKeys: ['a b', 'k'], mismatchLabelKeys: ['c d', 'k'] }),
  { 'metadata.labels': { app: 'x' }, ...near({ labelSelector: selector, matchLabelKeys: ['app'] }) },
  { 'metadata.labels': { app: 'x' }, ...near({ labelSelector: selector, mismatchLabelKeys: ['app'] }) },
  {
    'spec.affinity': {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: { topologyKey: 'a' } }],
      },
    },
  },
  spread({ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'X', minDomains: 0 }),
  spread({ minDomains: 2, whenUnsatisfiable: 'ScheduleAnyway', nodeAffinityPolicy: 'X', nodeTaintsPolicy: 'Y' }),
  spread({}, {}, {}),
  spread({ matchLabelKeys: ['a'] }),
  { 'metadata.labels': { app: 'x' }, ...spread({ labelSelector: selector, matchLabelKeys: ['app', 'a b'] }) },
  spread({ labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
  {
    'spec.tolerations': [
      { operator: 'Equal' },
      { key: 'a b', operator: 'X', effect: 'Y' },
      { key: 'a', operator: 'Exists', value: 'b' },
      { key: 'a', value: 'b c', effect: 'NoSchedule', tolerationSeconds: 5 },
      { key: 'a', operator: 'Gt', value: 'x' },
      { key: 'a', operator: 'Lt', value: '01' },
    ],
  },
  { 'spec.schedulingGates': [{ name: '' }, { name: 'a b' }, { name: 'a' }, { name: 'a' }] },
  { 'spec.schedulingGates': [{ name: 'a' }], 'spec.nodeName': 'n' },
  { 'spec.readinessGates': [{ conditionType: 'a b' }] },
  { 'spec.hostNetwork': true, ...container({ ports: [{ containerPort: 1, hostPort: 2 }] }) },
  {
    'spec.hostUsers': false,
    'spec.hostNetwork': true,
    'spec.hostPID': true,
    'spec.hostIPC': true,
    ...container({ volumeDevices: [{ name: 'v', devicePath: '/d' }] }),
  },
  { 'spec.hostnameOverride': bad, 'spec.hostNetwork': true },
  { 'spec.hostnameOverride': 'x'.repeat(65), 'spec.setHostnameAsFQDN': true },
  { 'spec.hostname': bad, 'spec.subdomain': 'a.b', 'spec.nodeName': bad },
  {
    'spec.hostAliases': [
      { ip: '', hostnames: [''] },
      { ip: '01.2.3.4', hostnames: [bad] },
    ],
  },
  { 'spec.restartPolicy': 'X', 'spec.dnsPolicy': 'Y' },
  { 'spec.dnsPolicy': 'None' },
  {
    'spec.dnsConfig': {
      nameservers: ['a', '1.1.1.1', '1.1.1.2', '1.1.1.3'],
      searches: ['', '.', bad, 'a..b', 'ok.'],
      options: [{ name: '' }, { name: 'a' }],
    },
  },
  { 'spec.dnsConfig': { searches: Array.from({ length: 33 }, (_, i) => `a${i}`) } },
  { 'spec.dnsConfig': { searches: Array.from({ length: 32 }, (_, i) => `${'a'.repeat(63)}.x${i}`) } },
  { 'spec.activeDeadlineSeconds': 0 },
  { 'spec.activeDeadlineSeconds': 2147483648 },
  { 'spec.terminationGracePeriodSeconds': -1 },
  { 'metadata.labels': { 'a b': 'c d' } },
  { 'metadata.name': bad },
];

const patient: Fault = { 'spec.tolerations.2': { key: 'a', operator: 'Exists' } };
const told = (list: string, ...statuses: object[]): Fault => ({
  [`status.${list}`]: statuses.map((one) => ({
    image: 'i',
    imageID: '',
    ready: false,
    restartCount: 0,
    ...one,
  })),
});
const allocated = (...allocatedResourcesStatus: object[]): Fault =>
  told('containerStatuses', { name: 'c', state: { running: {} }, allocatedResourcesStatus });
const ended = (exitCode: number) => ({ terminated: { exitCode } });
const mapping = (containerName: string, resourceName: string, requestName: string) => ({
  containerName,
  resourceName,
  requestName,
});

const statusFaults: readonly Fault[] = [
  {
    'status.conditions': [
      { type: 'a b', status: 'True', observedGeneration: -1 },
      { type: 'Ready', status: 'X' },
    ],
  },
  { 'status.nominatedNodeName': bad },
  { 'status.nominatedNodeName': 'n' },
  { 'status.observedGeneration': -1 },
  { 'status.qosClass': 'Guaranteed' },
  { 'status.podIPs': [{ ip: 'x' }] },
  { 'status.podIP': '1.2.3.4', 'status.podIPs': [{ ip: '1.2.3.5' }] },
  { 'status.podIP': '1.2.3.4', 'status.podIPs': [{ ip: '1.2.3.4' }, { ip: '1.2.3.5' }] },
  { 'status.podIP': '1.2.3.4', 'status.podIPs': [{ ip: '1.2.3.4' }, { ip: '::1' }, { ip: '::2' }] },
  { 'status.podIP': '1.2.3.4', 'status.podIPs': [{ ip: '1.2.3.4' }, { ip: '::1' }] },
  { 'status.hostIP': '1.2.3.4', 'status.hostIPs': [{ ip: '1.2.3.5' }] },
  { 'status.hostIP': 'x', 'status.hostIPs': [{ ip: 'x' }, { ip: '01.2.3.4' }] },
  { 'status.resourceClaimStatuses': [{ name: 'z' }, { name: 'd', resourceClaimName: bad }, { name: 'd' }] },
  { 'status.extendedResourceClaimStatus': { requestMappings: [], resourceClaimName: '' } },
  {
    'status.extendedResourceClaimStatus': {
      requestMappings: [mapping('z', 'cpu', 'r'), mapping('c', 'a.b/z', bad), mapping('c', 'a.b/c', 'r')],
      resourceClaimName: bad,
    },
  },
  {
    'status.extendedResourceClaimStatus': {
      requestMappings: [mapping('c', 'a.b/c', 'r'), mapping('c', 'a.b/c', 'r')],
      resourceClaimName: 'x',
    },
  },
  told('containerStatuses', { name: 'c', user: { linux: { uid: -1, gid: -1, supplementalGroups: [1, -1] } } }),
  allocated({ name: 'x' }, { name: 'a.b/c', resources: [] }, { name: 'claim:z' }, { name: 'claim:d/r' }),
  allocated({
    name: 'a.b/c',
    resources: [
      { resourceID: 'a', health: 'X' },
      { resourceID: 'a', health: 'Healthy', message: '' },
      { resourceID: 'b', message: 'x'.repeat(1025) },
    ],
  }),
  told('containerStatuses', { name: 'z', allocatedResourcesStatus: [{ name: 'x' }] }),
  told('ephemeralContainerStatuses', { name: 'e', allocatedResourcesStatus: [{ name: 'x' }] }),
  { ...told('containerStatuses', { name: 'c', state: { running: {} } }) },
  { ...told('containerStatuses', { name: 'r', state: { running: {} } }) },
  { ...told('initContainerStatuses', { name: 'i', state: { waiting: {} } }) },
  { ...told('ephemeralContainerStatuses', { name: 'e', state: { waiting: {} } }) },
  { 'status.phase': 'X' },
  { 'metadata.annotations': { 'kubernetes.io/config.mirror': 'x', [`${APP_ARMOR}c`]: 'unconfined' } },
];

const resized = (sides: Readonly<Record<string, Readonly<Record<string, string>>>>): Fault =>
  Object.fromEntries(
    Object.entries(sides).flatMap(([side, amounts]) =>
      Object.entries(amounts).map(([name, amount]) => [
        `spec.containers.0.resources.${side}.${name.replaceAll('.', String.raw`\.`)}`,
        amount,
      ]),
    ),
  );
const debugged = (...containers: object[]): Fault => ({
  'spec.ephemeralContainers': containers.map((one) => ({ name: 'e', image: 'i', ...one })),
});

export const pods: Readonly<Record<string, Kind>> = {
  Pod: {
    object: pod(),
    create: [...volumes, ...contained, ...resourceful, ...secured, ...placed],
    update: [
      { 'spec.containers.0.image': 'j' },
      { 'spec.containers.0.image': '' },
      { 'spec.containers.0.image': ' j' },
      { 'spec.containers.0.name': 'd' },
      { 'spec.containers.1': c({ name: 'd' }) },
      { 'spec.initContainers': [c({ name: 'd' })] },
      { 'spec.activeDeadlineSeconds': 5 },
      { 'spec.activeDeadlineSeconds': -5 },
      patient,
      { 'spec.tolerations.2': { key: 'a b', operator: 'Exists' } },
      { 'spec.tolerations.0.tolerationSeconds': 5 },
      { 'spec.terminationGracePeriodSeconds': 1 },
      { 'spec.schedulingGates': [{ name: 'a' }] },
      { 'spec.nodeSelector': { a: 'b' } },
      { 'spec.hostname': 'h', 'spec.dnsPolicy': 'Default' },
      { 'metadata.annotations': { 'kubernetes.io/config.mirror': 'x' } },
      { 'metadata.annotations': { [`${APP_ARMOR}c`]: 'unconfined' } },
      { 'metadata.annotations': { [SECCOMP]: 'x' } },
    ],
  },
  AnnotatedPod: {
    object: pod(
      {
        activeDeadlineSeconds: 10,
        initContainers: [{ name: 'i', image: 'i' }],
        tolerations: [{ key: 'a', operator: 'Exists' }],
      },
      { annotations: { [`${APP_ARMOR}c`]: 'unconfined', [SECCOMP]: 'unconfined' } },
    ),
    update: [
      { [`metadata.annotations`]: {} },
      { [`metadata.annotations`]: { [`${APP_ARMOR}c`]: 'runtime/default' } },
      { 'spec.activeDeadlineSeconds': 5 },
      { 'spec.activeDeadlineSeconds': 11 },
      { 'spec.activeDeadlineSeconds': undefined },
      { 'spec.tolerations': [] },
      { 'spec.initContainers': [] },
      { 'spec.initContainers.0.image': 'j' },
    ],
  },
  GatedPod: {
    object: pod({
      schedulingGates: [{ name: 'a' }, { name: 'b' }],
      nodeSelector: { a: 'b' },
      affinity: required(inZone('a'), {}),
    }),
    update: [
      { 'spec.schedulingGates': [] },
      { 'spec.schedulingGates': [{ name: 'b' }, { name: 'c' }] },
      { 'spec.nodeName': 'n' },
      { 'spec.nodeSelector.c': 'd' },
      { 'spec.nodeSelector': { a: 'c' } },
      { 'spec.nodeSelector': undefined },
      { 'spec.affinity': undefined },
      { 'spec.affinity': required(inZone('a')) },
      { 'spec.affinity': required(inZone('b'), {}) },
      { 'spec.affinity': required(inZone('a'), inZone('b')) },
      {
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions.1':
          { key: 'x', operator: 'Exists' },
      },
      {
        'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution': [
          { weight: 1, preference: inZone('c') },
        ],
      },
      { 'spec.affinity.podAffinity': { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a' }] } },
    ],
  },
  BareGatedPod: {
    object: pod({ schedulingGates: [{ name: 'a' }] }),
    update: [
      { 'spec.affinity': required(inZone('a')) },
      { 'spec.affinity': preferred(1, inZone('a')) },
      { 'spec.affinity': { podAntiAffinity: {} } },
      { 'spec.nodeSelector': { a: 'b' } },
      { 'spec.schedulingGates': [], 'spec.nodeSelector': { a: 'b' } },
    ],
  },
  RunPod: {
    object: pod({
      restartPolicy: 'Never',
      nodeName: 'n',
      resourceClaims: [{ name: 'd', resourceClaimName: 'a' }],
      containers: [
        c({
          resources: {
            limits: { 'a.b/c': '1' },
            requests: { 'a.b/c': '1' },
            claims: [{ name: 'd', request: 'r' }],
          },
        }),
        {
          name: 'r',
          image: 'i',
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        },
      ],
      initContainers: [{ name: 'i', image: 'i', restartPolicy: 'Always' }],
    }),
    was: {
      ...told('containerStatuses', { name: 'c', state: ended(1) }, { name: 'r', state: ended(42) }),
      ...told('initContainerStatuses', { name: 'i', state: ended(0) }),
      ...told('ephemeralContainerStatuses', { name: 'e', state: ended(0) }),
    },
    status: statusFaults,
  },
  ResizedPod: {
    object: pod({
      containers: [
        c({
          resources: {
            limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi' },
            requests: { cpu: '1', memory: '1Gi' },
          },
        }),
        { name: 'd', image: 'i', resources: { limits: { memory: '1Gi' } } },
      ],
      initContainers: [
        { name: 'i', image: 'i', resources: { requests: { cpu: '1' } } },
        { name: 's', image: 'i', restartPolicy: 'Always', resources: { requests: { cpu: '1' } } },
      ],
    }),
    at: {
      resize: [
        {},
        resized({ requests: { cpu: '1500m' } }),
        resized({ requests: { cpu: '3' } }),
        resized({ limits: { memory: '512Mi' } }),
        resized({ limits: { memory: '2Gi' } }),
        resized({ limits: { 'ephemeral-storage': '2Gi' } }),
        resized({ requests: { 'a.b/c': '1' }, limits: { 'a.b/c': '1' } }),
        { 'spec.containers.0.resources': {} },
        { 'spec.containers.0.resources.limits': { memory: '1Gi' } },
        { 'spec.containers.0.resources.requests': { cpu: '1' } },
        { 'spec.containers.0.resources.claims': [{ name: 'd' }] },
        { 'spec.containers.1.resources.requests.cpu': '1' },
        { 'spec.containers.1.resources.limits.cpu': '1' },
        { 'spec.containers.0.image': 'j', 'spec.containers.0.resources.requests.cpu': '2' },
        { 'spec.containers.0.name': 'z' },
        { 'spec.containers.1': c({ name: 'z' }) },
        { 'spec.containers.2': c({ name: 'z' }) },
        { 'spec.initContainers': [] },
        { 'spec.initContainers.0.resources.requests.cpu': '2' },
        { 'spec.initContainers.1.resources.requests.cpu': '2' },
        { 'spec.containers.0.resizePolicy.0.restartPolicy': 'RestartContainer' },
        { 'spec.containers.0.resizePolicy': [] },
        { 'spec.containers.0.resizePolicy.0.resourceName': 'x' },
        { 'spec.resources': { requests: { cpu: '8' } } },
        { 'spec.resources': { limits: { cpu: '1' } } },
        { 'spec.nodeName': 'm', 'metadata.labels': { 'a b': 'c' } },
        { 'spec.containers.0.resources.requests.cpu': '-1' },
      ],
      ephemeralcontainers: [
        {},
        debugged({}),
        debugged({ name: '' }, { name: bad, image: '' }),
        debugged({ name: 'c' }),
        debugged({ image: ' i' }),
        debugged({ targetContainerName: 'z' }, { name: 'f', targetContainerName: 'c' }),
        debugged({}, {}),
        debugged({
          ports: [{ containerPort: 1 }],
          resources: { limits: { cpu: '1' } },
          lifecycle: { preStop: { exec: { command: ['a'] } } },
          livenessProbe: { exec: { command: ['a'] } },
          readinessProbe: { exec: { command: ['a'] } },
          startupProbe: { exec: { command: ['a'] } },
          restartPolicy: 'Always',
          resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
        }),
        debugged({ volumeMounts: [{ name: 'z', mountPath: '/a', subPath: 'b' }] }),
        debugged({ env: [{ name: '' }], securityContext: { runAsUser: -1 } }),
        { ...debugged({}), 'spec.containers.0.image': 'j', 'metadata.labels': { a: 'b' } },
      ],
    },
  },
  SizedPod: {
    object: pod({
      containers: [c()],
      resources: { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } },
    }),
    at: {
      resize: [
        { 'spec.resources.requests.cpu': '2' },
        { 'spec.resources.requests.cpu': '3' },
        { 'spec.resources.limits': undefined },
        { 'spec.resources': undefined },
        { 'spec.resources.requests': { cpu: '1' } },
        { 'spec.resources.limits.memory': '2Gi' },
        { 'spec.resources.limits.hugepages-2Mi': '2Mi' },
        { 'spec.containers.0.resources.requests': { cpu: '2' } },
        { 'spec.containers.0.resources.limits': { cpu: '3' } },
      ],
    },
  },
  WindowsPod: {
    object: pod({ os: { name: 'windows' }, restartPolicy: 'OnFailure' }),
    was: told('containerStatuses', { name: 'c', state: ended(1) }),
    status: [
      told('containerStatuses', { name: 'c', state: ended(1), user: { linux: { uid: -1, gid: 0 } } }),
      told('containerStatuses', { name: 'c', state: { running: {} } }),
      told('containerStatuses', { name: 'c', state: ended(0) }),
    ],
  },
  PodTemplate: {
    object: {
      apiVersion: 'v1',
      kind: 'PodTemplate',
      metadata: { name: 'x' },
      template: { metadata: { labels: { app: 'x' } }, spec: { containers: [c()] } },
    },
    create: [
      { 'template.spec.hostNetwork': true, 'template.spec.containers.0.ports': [{ containerPort: 1 }] },
      { 'template.spec.hostNetwork': true, 'template.spec.containers.0.ports': [{ containerPort: 1, hostPort: 2 }] },
      { 'template.metadata.annotations': { [SECCOMP]: 'x', 'kubernetes.io/config.mirror': 'y' } },
      { 'template.metadata.annotations': { [`${APP_ARMOR}z`]: 'x', 'a b': 'c' } },
      { 'template.metadata.labels': { 'a b': 'c d' } },
      {
        'template.spec.ephemeralContainers': [
          { name: 'e', image: ' i', targetContainerName: 'z', ports: [{ containerPort: 1 }] },
        ],
      },
      {
        'template.spec.topologySpreadConstraints': [
          {
            maxSkew: 1,
            topologyKey: 'a',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: selector,
            matchLabelKeys: ['app'],
          },
        ],
      },
      { 'template.spec.nodeName': bad, 'template.spec.containers.0.image': ' i ' },
      { 'template.spec.containers': [] },
      { 'template.spec.terminationGracePeriodSeconds': -1 },
      { 'template.spec.securityContext': { seLinuxChangePolicy: 'X' } },
      { 'template.spec.schedulingGates': [{ name: 'a' }], 'template.spec.nodeName': 'n' },
      { 'template.spec.resources': { limits: { cpu: '1' }, requests: { cpu: '2' } } },
      { template: {} },
    ],
    update: [{ 'template.spec.containers.0.image': '' }, { 'template.spec.dnsPolicy': 'X' }],
  },
};
