import { dnsLabelProblems, longNameProblems, objectName, pathSegmentProblems } from '#core/machinery/names';
import type { Traits } from './generic.ts';

type Row = Omit<Traits, 'group' | 'kind' | 'version'>;

const spec = ['spec'] as const;
const label = objectName(dnsLabelProblems);
/** Prefixes of names are not judged, only what came of them. */
const wholeName: Row['validateName'] = (name, prefix) => (prefix ? [] : longNameProblems(name));

/**
 * The ways of every built-in resource, by `GROUP/RESOURCE`. A resource that is not listed has a status where its schema has
 * one and nothing else of note. Upstream: pkg/registry/GROUP/RESOURCE/strategy.go.
 */
export const traits: Readonly<Record<string, Row>> = {
  '/configmaps': {},
  '/endpoints': { createOnUpdate: true },
  '/events': { createOnUpdate: true, propagation: 'Unsupported' },
  '/limitranges': { createOnUpdate: true },
  '/namespaces': {
    status: true,
    newStatus: { phase: 'Active' },
    validateName: label,
  },
  '/nodes': { status: true, statusOnCreate: true },
  '/persistentvolumeclaims': { status: true, newStatus: { phase: 'Pending' } },
  '/persistentvolumes': { status: true, newStatus: { phase: 'Pending' } },
  '/pods': { status: true, counts: spec },
  '/podtemplates': { counts: ['template'] },
  '/replicationcontrollers': { status: true, counts: spec, propagation: 'Orphan', validateName: wholeName },
  '/resourcequotas': { status: true },
  '/secrets': {},
  '/serviceaccounts': {},
  '/services': { status: true, createOnUpdate: true, validateName: label },
  'admissionregistration.k8s.io/mutatingadmissionpolicies': { counts: spec, unconditional: false },
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': { counts: spec, unconditional: false },
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': {
    counts: ['webhooks'],
    countsEmpty: true,
    unconditional: false,
  },
  'admissionregistration.k8s.io/validatingadmissionpolicies': {
    status: true,
    counts: spec,
    unconditional: false,
    statusKeeps: 'all',
  },
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': { counts: spec, unconditional: false },
  'admissionregistration.k8s.io/validatingwebhookconfigurations': {
    counts: ['webhooks'],
    countsEmpty: true,
    unconditional: false,
  },
  'apiextensions.k8s.io/customresourcedefinitions': { status: true, counts: spec, unconditional: false },
  'apiregistration.k8s.io/apiservices': { status: true, unconditional: false, statusKeeps: 'all' },
  'apps/controllerrevisions': {},
  'apps/daemonsets': { status: true, counts: spec },
  'apps/deployments': { status: true, counts: spec, countsAnnotations: true, statusKeeps: 'labels' },
  'apps/replicasets': { status: true, counts: spec },
  'apps/statefulsets': { status: true, counts: spec },
  'autoscaling/horizontalpodautoscalers': { status: true },
  'batch/cronjobs': { status: true, counts: spec },
  'batch/jobs': { status: true, counts: spec, propagation: 'Orphan' },
  'certificates.k8s.io/certificatesigningrequests': { status: true },
  'certificates.k8s.io/clustertrustbundles': { unconditional: false },
  'certificates.k8s.io/podcertificaterequests': { status: true, unconditional: false, statusKeeps: 'all' },
  'coordination.k8s.io/leasecandidates': { createOnUpdate: true, unconditional: false },
  'coordination.k8s.io/leases': { createOnUpdate: true, unconditional: false },
  'discovery.k8s.io/endpointslices': { counts: 'all', countsLabels: true },
  'events.k8s.io/events': { createOnUpdate: true, propagation: 'Unsupported' },
  'flowcontrol.apiserver.k8s.io/flowschemas': { status: true, counts: spec, statusKeeps: 'all' },
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': { status: true, counts: spec, statusKeeps: 'all' },
  'internal.apiserver.k8s.io/storageversions': { status: true, unconditional: false, statusKeeps: 'all' },
  'networking.k8s.io/ingressclasses': { counts: spec },
  'networking.k8s.io/ingresses': { status: true, counts: spec },
  'networking.k8s.io/ipaddresses': {},
  'networking.k8s.io/networkpolicies': { counts: spec, countsEmpty: true },
  'networking.k8s.io/servicecidrs': { status: true, statusKeeps: 'all' },
  'node.k8s.io/runtimeclasses': { createOnUpdate: true, unconditional: false },
  'policy/poddisruptionbudgets': { status: true, counts: spec, unconditional: false },
  'rbac.authorization.k8s.io/clusterrolebindings': { createOnUpdate: true, validateName: pathSegmentProblems },
  'rbac.authorization.k8s.io/clusterroles': { createOnUpdate: true, validateName: pathSegmentProblems },
  'rbac.authorization.k8s.io/rolebindings': { createOnUpdate: true, validateName: pathSegmentProblems },
  'rbac.authorization.k8s.io/roles': { createOnUpdate: true, validateName: pathSegmentProblems },
  'resource.k8s.io/deviceclasses': { counts: spec, validateName: wholeName },
  'resource.k8s.io/devicetaintrules': { status: true, counts: spec, statusKeeps: 'all' },
  'resource.k8s.io/resourceclaims': { status: true, statusKeeps: 'all' },
  'resource.k8s.io/resourceclaimtemplates': {},
  'resource.k8s.io/resourcepoolstatusrequests': { status: true, unconditional: false, statusKeeps: 'all' },
  'resource.k8s.io/resourceslices': { counts: spec },
  'scheduling.k8s.io/podgroups': { status: true, statusKeeps: 'all' },
  'scheduling.k8s.io/priorityclasses': { counts: [] },
  'scheduling.k8s.io/workloads': {},
  'storage.k8s.io/csidrivers': { counts: spec, countsFromZero: true, unconditional: false },
  'storage.k8s.io/csinodes': { unconditional: false },
  'storage.k8s.io/csistoragecapacities': { unconditional: false },
  'storage.k8s.io/storageclasses': {},
  'storage.k8s.io/volumeattachments': { status: true, unconditional: false, statusKeeps: 'all' },
  'storage.k8s.io/volumeattributesclasses': {},
  'storagemigration.k8s.io/storageversionmigrations': { status: true, unconditional: false, statusKeeps: 'all' },
};
