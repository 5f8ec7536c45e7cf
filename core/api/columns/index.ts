import type { Columns } from '#core/api/definition';
import * as alpha from './alpha.ts';
import * as cluster from './cluster.ts';
import * as network from './network.ts';
import { podTemplates, pods } from './pods.ts';
import * as policy from './policy.ts';
import * as storage from './storage.ts';
import * as workloads from './workloads.ts';

export { scales } from './workloads.ts';

/**
 * What `kubectl get` shows, by `GROUP/RESOURCE`; kinds that are not here show their name and when they were created.
 * Upstream: pkg/printers/internalversion/printers.go.
 */
export const columns: Readonly<Record<string, Columns>> = {
  '/componentstatuses': cluster.componentStatuses,
  '/configmaps': cluster.configMaps,
  '/endpoints': network.endpoints,
  '/events': cluster.events,
  '/namespaces': cluster.namespaces,
  '/nodes': cluster.nodes,
  '/persistentvolumeclaims': storage.persistentVolumeClaims,
  '/persistentvolumes': storage.persistentVolumes,
  '/pods': pods,
  '/podtemplates': podTemplates,
  '/replicationcontrollers': workloads.replicationControllers,
  '/resourcequotas': cluster.resourceQuotas,
  '/secrets': cluster.secrets,
  '/serviceaccounts': cluster.nameAndAge,
  '/services': network.services,
  'admissionregistration.k8s.io/mutatingadmissionpolicies': policy.mutatingAdmissionPolicies,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': policy.admissionPolicyBindings,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': policy.webhookConfigurations,
  'admissionregistration.k8s.io/validatingadmissionpolicies': policy.validatingAdmissionPolicies,
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': policy.admissionPolicyBindings,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': policy.webhookConfigurations,
  'apiregistration.k8s.io/apiservices': cluster.apiServices,
  'apps/controllerrevisions': workloads.controllerRevisions,
  'apps/daemonsets': workloads.daemonSets,
  'apps/deployments': workloads.deployments,
  'apps/replicasets': workloads.replicaSets,
  'apps/statefulsets': workloads.statefulSets,
  'autoscaling/horizontalpodautoscalers': workloads.horizontalPodAutoscalers,
  'batch/cronjobs': workloads.cronJobs,
  'batch/jobs': workloads.jobs,
  'certificates.k8s.io/certificatesigningrequests': policy.certificateSigningRequests,
  'certificates.k8s.io/clustertrustbundles': policy.clusterTrustBundles,
  'certificates.k8s.io/podcertificaterequests': policy.podCertificateRequests,
  'coordination.k8s.io/leasecandidates': cluster.leaseCandidates,
  'coordination.k8s.io/leases': cluster.leases,
  'discovery.k8s.io/endpointslices': network.endpointSlices,
  'events.k8s.io/events': cluster.events,
  'flowcontrol.apiserver.k8s.io/flowschemas': policy.flowSchemas,
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': policy.priorityLevelConfigurations,
  'internal.apiserver.k8s.io/storageversions': alpha.storageVersions,
  'networking.k8s.io/ingressclasses': network.ingressClasses,
  'networking.k8s.io/ingresses': network.ingresses,
  'networking.k8s.io/ipaddresses': network.ipAddresses,
  'networking.k8s.io/networkpolicies': network.networkPolicies,
  'networking.k8s.io/servicecidrs': network.serviceCIDRs,
  'node.k8s.io/runtimeclasses': cluster.runtimeClasses,
  'policy/poddisruptionbudgets': workloads.podDisruptionBudgets,
  'rbac.authorization.k8s.io/clusterrolebindings': policy.roleBindings,
  'rbac.authorization.k8s.io/rolebindings': policy.roleBindings,
  'resource.k8s.io/deviceclasses': cluster.nameAndAge,
  'resource.k8s.io/devicetaintrules': alpha.deviceTaintRules,
  'resource.k8s.io/resourceclaims': alpha.resourceClaims,
  'resource.k8s.io/resourceclaimtemplates': cluster.nameAndAge,
  'resource.k8s.io/resourcepoolstatusrequests': alpha.resourcePoolStatusRequests,
  'resource.k8s.io/resourceslices': alpha.resourceSlices,
  'scheduling.k8s.io/podgroups': alpha.podGroups,
  'scheduling.k8s.io/priorityclasses': cluster.priorityClasses,
  'scheduling.k8s.io/workloads': cluster.nameAndAge,
  'storage.k8s.io/csidrivers': storage.csiDrivers,
  'storage.k8s.io/csinodes': storage.csiNodes,
  'storage.k8s.io/storageclasses': storage.storageClasses,
  'storage.k8s.io/volumeattachments': storage.volumeAttachments,
  'storage.k8s.io/volumeattributesclasses': storage.volumeAttributesClasses,
  'storagemigration.k8s.io/storageversionmigrations': alpha.storageVersionMigrations,
};
