import type { Admission, AdmissionPlugin } from '#core/apiserver';
import {
  certificateApproval,
  certificateRequester,
  certificateSigning,
  certificateSubjectRestriction,
} from './certificates.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import type { AdmissionParts } from './parts.ts';
import { podTopologyLabels } from './pod-topology-labels.ts';
import { priority } from './priority.ts';
import { resourceQuota } from './quota/admission.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { defaultStorageClass, persistentVolumeClaimResize, storageObjectInUseProtection } from './storage.ts';
import { defaultTolerationSeconds, taintNodesByCondition } from './tolerations.ts';

/** The built-in plugins in upstream's order (pkg/kubeapiserver/options/plugins.go); `last` runs after them and before the quota: webhooks, policies. */
export const builtInAdmission = (parts: AdmissionParts, last: readonly AdmissionPlugin[] = []): Admission => [
  namespaceLifecycle(parts),
  certificateRequester,
  limitRanger(parts),
  serviceAccount(parts),
  nodeRestriction(parts),
  taintNodesByCondition,
  priority(parts),
  defaultTolerationSeconds,
  defaultStorageClass(parts),
  storageObjectInUseProtection,
  persistentVolumeClaimResize(parts),
  runtimeClass(parts),
  certificateApproval(parts),
  certificateSigning(parts),
  certificateSubjectRestriction,
  defaultIngressClass(parts),
  podTopologyLabels(parts),
  ...last,
  resourceQuota(parts),
];
