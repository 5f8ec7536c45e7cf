/** The objects that are written: of the size and shape that clients have. `{i}` is a number, seven digits. */
export const NAMESPACE = 'bench';

/** Pods of one prefix share the label `run`, so that they can be deleted together. */
export const podNamed = (prefix: string, annotations?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${prefix}-{i}`,
    namespace: NAMESPACE,
    labels: { app: 'bench', run: prefix, 'pod-template-hash': '5d4f8c7b9d', shard: 'shard-{i}' },
    ...(annotations === undefined ? {} : { annotations }),
  },
  spec: {
    serviceAccountName: 'default',
    containers: [container('web', 8080), container('sidecar', 9090)],
    volumes: [
      { name: 'config', configMap: { name: 'config' } },
      { name: 'scratch', emptyDir: {} },
    ],
  },
});

/** A pod whose spec no other has. */
export const ofItsOwn = (pod: ReturnType<typeof podNamed>) => ({
  ...pod,
  spec: { ...pod.spec, containers: pod.spec.containers.map((one) => ({ ...one, args: [...one.args, '--id={i}'] })) },
});

const container = (name: string, port: number) => ({
  name,
  image: `registry.example/team/${name}:v1.2.3`,
  args: ['--listen', `:${port}`, '--level=info'],
  ports: [{ name: 'http', containerPort: port }],
  env: [
    { name: 'MODE', value: 'production' },
    { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'secret', key: 'password' } } },
  ],
  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
  readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
  livenessProbe: { httpGet: { path: '/alive', port: 'http' }, periodSeconds: 10 },
  volumeMounts: [
    { name: 'config', mountPath: '/etc/config' },
    { name: 'scratch', mountPath: '/scratch' },
  ],
});

export const podStatus = {
  phase: 'Running',
  hostIP: '10.0.0.1',
  podIP: '10.244.0.7',
  podIPs: [{ ip: '10.244.0.7' }],
  startTime: '2026-01-01T00:00:00Z',
  conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  })),
  containerStatuses: ['web', 'sidecar'].map((name) => ({
    name,
    image: `registry.example/team/${name}:v1.2.3`,
    imageID: 'sha256:0123456789abcdef',
    containerID: 'containerd://0123456789abcdef',
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
  })),
};

export const configMapNamed = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: NAMESPACE, annotations: { 'bench/n': '{n}' } },
  data: { 'settings.yaml': 'level: info\nmode: production\n'.repeat(30) },
});

export const nodeNamed = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
  status: {
    capacity: { cpu: '32', memory: '64Gi', pods: '110' },
    allocatable: { cpu: '32', memory: '64Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }],
  },
});

export const leaseNamed = (name: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace: NAMESPACE },
  spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: '2026-01-01T00:00:00.000000Z' },
});

export const paths = {
  pods: `/api/v1/namespaces/${NAMESPACE}/pods`,
  configMaps: `/api/v1/namespaces/${NAMESPACE}/configmaps`,
  leases: `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`,
  deployments: `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
  nodes: '/api/v1/nodes',
};
