import type {
  CSIDriverSpec,
  CustomResourceDefinition,
  DeviceTaint,
  ExactDeviceRequest,
  FlowSchemaSpec,
  IngressClassParametersReference,
  NetworkPolicySpec,
  Subject,
} from '#core/api/types';
import type { Json } from '#core/base';
import { timeOf } from '#core/machinery/values';
import { fill, fillPointers, type Rules, set } from './rule.ts';

const RBAC = 'rbac.authorization.k8s.io';

const webhook: Readonly<Record<string, Json>> = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
};
const port = { port: 443 };

/** Upstream: pkg/apis/{admissionregistration,rbac,networking,policy,discovery,storage,scheduling,...}/VERSION/defaults.go. */
export const access: Rules = {
  'admissionregistration.ValidatingWebhook': webhook,
  'admissionregistration.MutatingWebhook': { ...webhook, reinvocationPolicy: 'Never' },
  'admissionregistration.RuleWithOperations': { scope: '*' },
  'admissionregistration.NamedRuleWithOperations': { scope: '*' },
  'admissionregistration.Rule': { scope: '*' },
  'admissionregistration.ServiceReference': port,
  'admissionregistration.ValidatingAdmissionPolicySpec': { failurePolicy: 'Fail' },
  'admissionregistration.MutatingAdmissionPolicySpec': { failurePolicy: 'Fail' },
  'admissionregistration.MatchResources': { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} },
  'authentication.TokenRequestSpec': { expirationSeconds: 3600 },
  'rbac.RoleRef': { apiGroup: RBAC },
  'rbac.Subject': (value: Subject): Subject =>
    value.kind === 'User' || value.kind === 'Group' ? fill(value, { apiGroup: RBAC }) : value,
  'apiregistration.ServiceReference': port,
  'apiextensions.ServiceReference': port,
  'apiextensions.CustomResourceDefinition': customResourceDefinition,
};

function customResourceDefinition(value: CustomResourceDefinition): CustomResourceDefinition {
  const { kind } = value.spec.names;
  const names = fill(value.spec.names, {
    singular: kind.toLowerCase(),
    ...(kind === '' ? {} : { listKind: `${kind}List` }),
  });
  const spec = fill(set(value.spec, 'names', names), { conversion: { strategy: 'None' } });
  const stored = spec.versions?.find(({ storage }) => storage);
  const status =
    stored === undefined ? value.status : fill(value.status ?? ({} as never), { storedVersions: [stored.name] });
  const next = set(value, 'spec', spec);
  return status === undefined ? next : set(next, 'status', status);
}

const deviceRequest = (value: ExactDeviceRequest): ExactDeviceRequest => {
  const typed = fill(value, { allocationMode: 'ExactCount' });
  return typed.allocationMode === 'ExactCount' ? fill(typed, { count: 1 }) : typed;
};

export const infrastructure: Rules = {
  'networking.NetworkPolicyPort': { protocol: 'TCP' },
  'networking.NetworkPolicySpec': (value: NetworkPolicySpec): NetworkPolicySpec =>
    fill(value, { policyTypes: (value.egress?.length ?? 0) > 0 ? ['Ingress', 'Egress'] : ['Ingress'] }),
  'networking.IngressClassParametersReference': (
    value: IngressClassParametersReference,
  ): IngressClassParametersReference =>
    value.scope === undefined || value.scope === null ? { ...value, scope: 'Cluster' } : value,
  'discovery.EndpointPort': { name: '', protocol: 'TCP' },
  'storage.StorageClass': { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
  'storage.CSIDriverSpec': (value: CSIDriverSpec, { gates }): CSIDriverSpec =>
    fillPointers(fill(value, { volumeLifecycleModes: ['Persistent'] }), {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      requiresRepublish: false,
      ...(gates.enabled('SELinuxMountReadWriteOncePod') ? { seLinuxMount: false } : {}),
      ...(gates.enabled('VolumeLimitScaling') ? { preventPodSchedulingIfMissing: false } : {}),
    }),
  'scheduling.PriorityClass': { preemptionPolicy: 'PreemptLowerPriority' },
  'flowcontrol.FlowSchemaSpec': (value: FlowSchemaSpec): FlowSchemaSpec =>
    value.matchingPrecedence === 0 ? { ...value, matchingPrecedence: 1000 } : value,
  'flowcontrol.ExemptPriorityLevelConfiguration': { nominalConcurrencyShares: 0, lendablePercent: 0 },
  'flowcontrol.LimitedPriorityLevelConfiguration': { nominalConcurrencyShares: 30, lendablePercent: 0 },
  'flowcontrol.QueuingConfiguration': { queues: 64, handSize: 8, queueLengthLimit: 50 },
  'resource.ExactDeviceRequest': deviceRequest,
  'resource.DeviceSubRequest': deviceRequest,
  'resource.v1beta1.DeviceRequest': (value: ExactDeviceRequest & { readonly firstAvailable?: readonly unknown[] }) =>
    value.deviceClassName === '' || (value.firstAvailable?.length ?? 0) > 0 ? value : deviceRequest(value),
  'resource.DeviceTaint': (value: DeviceTaint, { now }): DeviceTaint => fill(value, { timeAdded: timeOf(now()) }),
  'resource.NodeAllocatableResourceMapping': { allocationMultiplier: '1' },
};
