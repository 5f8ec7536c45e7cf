import type {
  LimitRangeItem,
  Namespace,
  Node,
  NodeStatus,
  PersistentVolume,
  PodLogOptions,
  ReplicationController,
  Secret,
  Service,
} from '#core/api/types';
import { toBase64, utf8 } from '#core/base';
import { pods } from './pods.ts';
import { fill, fillPointers, mapped, type Rules, set } from './rule.ts';

const FILE_MODE = 0o644;
const THREE_HOURS = 10800;

/** `stringData` is for writing only: it is kept as data, and whoever wrote it owns that. */
function secret(value: Secret): Secret {
  const { stringData, ...rest } = fill(value, { type: 'Opaque' });
  if (stringData === undefined) return fill(value, { type: 'Opaque' });
  const encoded = Object.entries(stringData).map(([key, text]) => [key, toBase64(utf8(text))] as const);
  return { ...rest, data: Object.fromEntries([...Object.entries(value.data ?? {}), ...encoded]) };
}

function service(value: Service): Service {
  let spec = fill(value.spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  const { sessionAffinityConfig: _, ...withoutConfig } = spec;
  if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig !== undefined) spec = withoutConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: THREE_HOURS } } };
  const ports = mapped(spec.ports, (port) => {
    const target = port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '';
    const named = fill(port, { protocol: 'TCP' });
    return target ? { ...named, targetPort: port.port } : named;
  });
  if (ports !== undefined) spec = set(spec, 'ports', ports);
  const isExternal =
    spec.type === 'LoadBalancer' ||
    spec.type === 'NodePort' ||
    (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);
  if (isExternal) spec = fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec.type !== 'ExternalName') spec = fillPointers(spec, { internalTrafficPolicy: 'Cluster' });
  if (spec.type !== 'LoadBalancer') return set(value, 'spec', spec);
  const ingress = mapped(value.status?.loadBalancer?.ingress, (one) =>
    one.ip === undefined ? one : fillPointers(one, { ipMode: 'VIP' }),
  );
  return {
    ...value,
    spec: fill(spec, { allocateLoadBalancerNodePorts: true }),
    ...(ingress === undefined
      ? {}
      : { status: { ...value.status, loadBalancer: { ...value.status?.loadBalancer, ingress } } }),
  };
}

const isEmpty = (map: object | undefined): boolean => Object.keys(map ?? {}).length === 0;

function replicationController(value: ReplicationController): ReplicationController {
  const labels = value.spec.template?.metadata?.labels;
  if (labels === undefined) return value;
  return {
    ...value,
    metadata: isEmpty(value.metadata.labels) ? { ...value.metadata, labels } : value.metadata,
    spec: isEmpty(value.spec.selector) ? { ...value.spec, selector: labels } : value.spec,
  };
}

/** The single range and the first of the list are one thing; who sets one means both. */
function node(value: Node): Node {
  const { podCIDR = '', podCIDRs = [] } = value.spec ?? {};
  const ranges = podCIDR === '' || podCIDR === podCIDRs[0] ? podCIDRs : [podCIDR];
  if (ranges.length === 0 || (ranges === podCIDRs && podCIDR === ranges[0])) return value;
  return { ...value, spec: { ...value.spec, podCIDR: ranges[0]!, podCIDRs: ranges } };
}

function limitRangeItem(value: LimitRangeItem): LimitRangeItem {
  if (value.type !== 'Container') return value;
  const limits = { ...value.max, ...value.default };
  const requests = { ...value.min, ...limits, ...value.defaultRequest };
  return {
    ...value,
    ...(Object.keys(limits).length === 0 ? {} : { default: limits }),
    ...(Object.keys(requests).length === 0 ? {} : { defaultRequest: requests }),
  };
}

const namespace = (value: Namespace): Namespace => {
  const { name, labels } = value.metadata;
  if (name === undefined || name === '' || labels?.['kubernetes.io/metadata.name'] === name) return value;
  return { ...value, metadata: { ...value.metadata, labels: { ...labels, 'kubernetes.io/metadata.name': name } } };
};

const persistentVolume = (value: PersistentVolume): PersistentVolume => ({
  ...value,
  spec: fillPointers(fill(value.spec, { persistentVolumeReclaimPolicy: 'Retain' }), { volumeMode: 'Filesystem' }),
  status: fill(value.status ?? {}, { phase: 'Pending' }),
});

/** Upstream: pkg/apis/core/v1/defaults.go. */
export const core: Rules = {
  ...pods,
  'core.Probe': { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  'core.HTTPGetAction': { path: '/', scheme: 'HTTP' },
  'core.SecretVolumeSource': { defaultMode: FILE_MODE },
  'core.ConfigMapVolumeSource': { defaultMode: FILE_MODE },
  'core.DownwardAPIVolumeSource': { defaultMode: FILE_MODE },
  'core.ProjectedVolumeSource': { defaultMode: FILE_MODE },
  'core.ServiceAccountTokenProjection': { expirationSeconds: 3600 },
  'core.HostPathVolumeSource': { type: '' },
  'core.ObjectFieldSelector': { apiVersion: 'v1' },
  'core.Service': service,
  'core.Secret': secret,
  'core.ReplicationController': replicationController,
  'core.PersistentVolume': persistentVolume,
  'core.PersistentVolumeClaimStatus': { phase: 'Pending' },
  'core.PersistentVolumeClaimSpec': { volumeMode: 'Filesystem' },
  'core.EndpointPort': { protocol: 'TCP' },
  'core.Namespace': namespace,
  'core.NamespaceStatus': { phase: 'Active' },
  'core.Node': node,
  'core.NodeStatus': (value: NodeStatus): NodeStatus =>
    value.capacity === undefined ? value : fill(value, { allocatable: value.capacity }),
  'core.LimitRangeItem': limitRangeItem,
  'core.PodLogOptions': (value: PodLogOptions, { gates }): PodLogOptions =>
    gates.enabled('PodLogsQuerySplitStreams') ? fill(value, { stream: 'All' }) : value,
};
