import type { ResourceDefinition } from '#core/api/definition';
import { remembered } from '#core/base';
import { dnsSubdomainProblems, objectName, pathSegmentProblems } from '#core/machinery/names';
import type { KubeObject } from '#core/machinery/object';
import { invalid, type Problem } from '#core/machinery/status';
import {
  metadataProblems,
  type MetadataRules,
  metadataUpdateProblems,
  standardFinalizerProblems,
} from '#core/machinery/validation';
import { isCustom } from '../encoding/emit.ts';

const subdomain = objectName(dnsSubdomainProblems);

/**
 * What the validation of a kind says of metadata when an object changes, on top of what is said of every kind: how metadata
 * changed (`change`, the usual), all that is said of a new object (`object`, or `twice`), `both`, or nothing (`none`: of new ones neither).
 * Clients see it in how often a cause is listed.
 */
type Repeats = 'change' | 'object' | 'twice' | 'both' | 'none';

/** Kinds (by group) that do otherwise than `change` on their main endpoint; `/status` on another, `/*` on every endpoint. Upstream: the ValidateXUpdate of pkg/apis. */
const REPEATS: Readonly<Record<Exclude<Repeats, 'change'>, ReadonlySet<string>>> = {
  both: new Set([
    '/ConfigMap',
    '/Endpoints',
    '/Namespace',
    '/Node',
    '/PersistentVolumeClaim',
    '/Pod',
    '/Secret',
    '/ServiceAccount',
    'apiregistration.k8s.io/APIService',
    'apps/ControllerRevision',
    'batch/Job',
    'certificates.k8s.io/CertificateSigningRequest/*',
    'networking.k8s.io/Ingress',
    'networking.k8s.io/IngressClass',
    'networking.k8s.io/IPAddress',
    'node.k8s.io/RuntimeClass',
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/ClusterRoleBinding',
    'rbac.authorization.k8s.io/Role',
    'rbac.authorization.k8s.io/RoleBinding',
    'resource.k8s.io/DeviceClass',
    'resource.k8s.io/ResourceClaim',
    'resource.k8s.io/ResourceClaimTemplate',
    'storage.k8s.io/CSIStorageCapacity',
    'storage.k8s.io/StorageClass',
    'storage.k8s.io/VolumeAttributesClass',
  ]),
  object: new Set([
    '/LimitRange',
    'admissionregistration.k8s.io/MutatingAdmissionPolicy/*',
    'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy/*',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'discovery.k8s.io/EndpointSlice',
    'flowcontrol.apiserver.k8s.io/FlowSchema',
    'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
    'storage.k8s.io/CSINode',
    'storage.k8s.io/VolumeAttachment',
  ]),
  twice: new Set(['/PersistentVolume']),
  none: new Set([
    '/Event/*',
    'batch/CronJob/status',
    'flowcontrol.apiserver.k8s.io/FlowSchema/status',
    'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration/status',
    'policy/PodDisruptionBudget/*',
  ]),
};

function repeatsOf({ group, kind }: ResourceDefinition, subresource: string): Repeats {
  const name = `${group}/${kind}`;
  for (const which of ['both', 'object', 'twice', 'none'] as const) {
    const kinds = REPEATS[which];
    if (kinds.has(`${name}/*`) || kinds.has(subresource === '' ? name : `${name}/${subresource}`)) return which;
  }
  return 'change';
}

/** Groups whose validation does not know what Kubernetes' own finalizers are. */
const ANY_FINALIZERS = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
]);

const minds = (definition: ResourceDefinition): boolean =>
  !isCustom(definition) && !ANY_FINALIZERS.has(definition.group) && repeatsOf(definition, '') !== 'none';

/** Of new objects of a kind whose validation says something of metadata. */
const rulesOfNew = remembered((definition: ResourceDefinition): MetadataRules | undefined =>
  repeatsOf(definition, '') === 'none'
    ? undefined
    : {
        namespaced: definition.namespaced,
        validateName: definition.strategy.validateName ?? subdomain,
        standardFinalizers: minds(definition),
      },
);

/**
 * Problems of a new object, `own` being what its kind's validation says of all but metadata. A kind that says nothing of
 * metadata is asked only for what every kind must have, and only if there is nothing else to say.
 * Upstream: apimachinery/pkg/api/validation/objectmeta.go, apiserver/pkg/registry/rest/create.go.
 */
export function newProblems(
  definition: ResourceDefinition,
  object: KubeObject,
  own: readonly Problem[],
): readonly Problem[] {
  const rules = rulesOfNew(definition);
  if (rules !== undefined) {
    const problems = [...metadataProblems(object, rules), ...own];
    if (problems.length > 0) return problems;
  } else if (own.length > 0) return own;
  else return metadataProblems(object, { namespaced: definition.namespaced, validateName: pathSegmentProblems });
  const { name = '' } = object.metadata;
  return pathSegmentProblems(name, false).map((detail) => invalid('metadata.name', name, detail));
}

/**
 * Problems of an update's metadata: what identifies an object stays. What every kind is asked comes first, then what the
 * kind's own validation asks again. Upstream: apiserver/pkg/registry/rest/update.go.
 */
export function changedMetaProblems(
  next: KubeObject,
  old: KubeObject,
  definition: ResourceDefinition,
  subresource: string,
): readonly Problem[] {
  const { metadata } = next;
  if (metadata === old.metadata) return [];
  const { strategy, namespaced } = definition;
  const repeats = repeatsOf(definition, subresource);
  const every = metadataProblems(next, { namespaced, validateName: pathSegmentProblems });
  const change = metadataUpdateProblems(next, old);
  const problems = [...every, ...change];
  // What every kind must have is in order and the name is the one that was accepted: it need not be looked at again.
  const settled = every.length === 0 && metadata.generateName === old.metadata.generateName;
  if (!settled && repeats !== 'change' && repeats !== 'none') {
    const object = metadataProblems(next, { namespaced, validateName: strategy.validateName ?? subdomain });
    problems.push(...object, ...(repeats === 'twice' ? object : []));
  }
  if (repeats === 'change' || repeats === 'both') problems.push(...change);
  if (metadata.finalizers !== undefined && minds(definition)) {
    const kubernetes: Problem[] = [];
    standardFinalizerProblems(metadata.finalizers, 'metadata.finalizers', kubernetes);
    problems.push(...kubernetes, ...(repeats === 'both' || repeats === 'twice' ? kubernetes : []));
  }
  return problems;
}
