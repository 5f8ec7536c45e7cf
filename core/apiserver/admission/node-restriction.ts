import type {
  CertificateSigningRequest,
  CSIDriver,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ResourceSlice,
  TokenRequest,
} from '#core/api/types';
import { sameJson } from '#core/base';
import { nodeOf, type Stored } from '#core/apiserver/auth';
import type { AdmissionAttributes, AdmissionPlugin, Authorizer } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { notFound } from '#core/machinery/status';
import { parsedRequest } from './certificates.ts';
import { forbiddenLabels } from './node-labels.ts';
import type { AdmissionParts } from './parts.ts';
import { refusalOf } from './refuse.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** What is wrong with a node's write; `undefined` when nothing is. */
type Rule = (
  node: string,
  attributes: AdmissionAttributes,
  parts: NodeParts,
) => string | undefined | Promise<string | undefined>;

interface NodeParts {
  readonly stored: Stored;
  readonly authorizer: Authorizer;
}

async function ofNode(
  node: string,
  attributes: AdmissionAttributes,
  parts: NodeParts,
): Promise<KubeObject | undefined> {
  const { user, definition, object } = attributes;
  if (node === '') throw refusalOf(attributes, `could not determine node from user ${JSON.stringify(user.name)}`);
  const why = await RULES[`${definition.group}/${definition.resource}`]!(node, attributes, parts);
  if (why !== undefined) throw refusalOf(attributes, why);
  return object;
}

/** A node writes only what is its own. Upstream: plugin/pkg/admission/noderestriction/admission.go. */
export const nodeRestriction = ({
  stored,
  authorizer,
}: Pick<AdmissionParts, 'stored' | 'authorizer'>): AdmissionPlugin => ({
  name: 'NodeRestriction',
  handles: (operation, { group, resource }) => operation !== 'CONNECT' && RULES[`${group}/${resource}`] !== undefined,
  admit(attributes) {
    const node = nodeOf(attributes.user);
    return node === undefined ? attributes.object : ofNode(node, attributes, { stored, authorizer });
  },
});

const RULES: Readonly<Record<string, Rule>> = {
  '/pods': (node, attributes, parts) => {
    switch (attributes.subresource) {
      case '':
        return podRule(node, attributes, parts);
      case 'status':
        return podStatusRule(node, attributes);
      case 'eviction': {
        const pod = existingPod(attributes, parts);
        return pod.spec?.nodeName === node
          ? undefined
          : `node ${node} can only evict pods with spec.nodeName set to itself`;
      }
      default:
        return `unexpected pod subresource ${quoted(attributes.subresource)}, only 'status' and 'eviction' are allowed`;
    }
  },
  '/nodes': nodeRule,
  '/persistentvolumeclaims': (node, { subresource, object, old }) => {
    if (subresource !== 'status') return 'may only update PVC status';
    return sameJson(withoutSizes(object as PersistentVolumeClaim), withoutSizes(old as PersistentVolumeClaim))
      ? undefined
      : `node ${quoted(node)} is not allowed to update fields other than status.quantity and status.conditions`;
  },
  '/serviceaccounts': tokenRule,
  'coordination.k8s.io/leases': (node, attributes) => {
    if (attributes.namespace !== 'kube-node-lease')
      return 'can only access leases in the "kube-node-lease" system namespace';
    return ownName(attributes) === node
      ? undefined
      : 'can only access node lease with the same name as the requesting node';
  },
  'storage.k8s.io/csinodes': (node, attributes) =>
    ownName(attributes) === node ? undefined : 'can only access CSINode with the same name as the requesting node',
  'resource.k8s.io/resourceslices': (node, { operation, object, old }) => {
    if (operation === 'UPDATE') return undefined;
    const slice = (operation === 'CREATE' ? object : old) as ResourceSlice;
    if (slice.spec.nodeName === node) return undefined;
    return `can only ${operation.toLowerCase()} ResourceSlice with the same NodeName as the requesting node`;
  },
  'certificates.k8s.io/certificatesigningrequests': (node, { operation, subresource, object }) => {
    if (operation !== 'CREATE' || subresource !== '') return undefined;
    const request = object as CertificateSigningRequest;
    if (
      !['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'].includes(
        request.spec.signerName,
      )
    ) {
      return undefined;
    }
    try {
      if (parsedRequest(request).subject.commonName === `system:node:${node}`) return undefined;
    } catch (error) {
      return `unable to parse csr: ${(error as Error).message}`;
    }
    return `can only create a node CSR with CN=system:node:${node}`;
  },
};

const quoted = (text: string) => JSON.stringify(text);

const ownName = ({ operation, object, name }: AdmissionAttributes) =>
  operation === 'CREATE' ? object?.metadata.name : name;

function existingPod({ namespace, name, object }: AdmissionAttributes, { stored }: NodeParts): Pod {
  const wanted = name || (object?.metadata.name ?? '');
  const pod = stored.get<Pod>('', 'pods', namespace, wanted);
  if (pod === undefined) throw notFound({ group: '', resource: 'pods', name: wanted });
  return pod;
}

function podRule(node: string, attributes: AdmissionAttributes, parts: NodeParts): string | undefined {
  switch (attributes.operation) {
    case 'CREATE':
      return mirrorPodRule(node, attributes.object as Pod, parts);
    case 'DELETE':
      return existingPod(attributes, parts).spec?.nodeName === node
        ? undefined
        : `node ${quoted(node)} can only delete pods with spec.nodeName set to itself`;
    default:
      return `unexpected operation ${quoted(attributes.operation)}, node ${quoted(node)} can only create and delete mirror pods`;
  }
}

function mirrorPodRule(node: string, pod: Pod, { stored }: NodeParts): string | undefined {
  const who = `node ${quoted(node)}`;
  if (pod.metadata.annotations?.[MIRROR] === undefined) {
    return `pod does not have ${quoted(MIRROR)} annotation, ${who} can only create mirror pods`;
  }
  if (pod.spec?.nodeName !== node) return `${who} can only create pods with spec.nodeName set to itself`;
  const owners = pod.metadata.ownerReferences ?? [];
  if (owners.length > 1) return `${who} can only create pods with a single owner reference set to itself`;
  const [owner] = owners;
  if (owner === undefined || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    return `${who} can only create pods with an owner reference set to itself`;
  }
  if (owner.controller !== true) return `${who} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion === true) return `${who} must not set blockOwnerDeletion on an owner reference`;
  const uid = stored.get<Node>('', 'nodes', '', node)?.metadata.uid;
  if (uid === undefined) throw notFound({ group: '', resource: 'nodes', name: node });
  if (owner.uid !== uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`;
  const reference = referenced(pod);
  return reference === undefined ? undefined : `${who} can not create pods that reference ${reference}`;
}

/** The first kind of API object that a pod refers to; static pods may refer to none. */
function referenced({ spec }: Pod): string | undefined {
  if (spec?.serviceAccountName) return 'serviceaccounts';
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const environment = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom }) => valueFrom),
    ...envFrom,
  ]);
  const has = (...fields: readonly string[]) =>
    [
      ...environment,
      ...(spec?.volumes ?? []),
      ...(spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []),
    ].some(
      (one) =>
        one !== undefined && fields.some((field) => (one as Readonly<Record<string, unknown>>)[field] !== undefined),
    );
  if (has('secret', 'secretKeyRef', 'secretRef') || spec?.imagePullSecrets?.length) return 'secrets';
  if (has('configMap', 'configMapKeyRef', 'configMapRef')) return 'configmaps';
  if (has('persistentVolumeClaim', 'ephemeral')) return 'persistentvolumeclaims';
  if (has('serviceAccountToken')) return 'serviceaccounts';
  if (has('clusterTrustBundle')) return 'clustertrustbundles';
  if (has('podCertificate')) return 'podcertificaterequests';
  return spec?.resourceClaims?.length ? 'resourceclaims' : undefined;
}

function podStatusRule(node: string, { object, old, operation }: AdmissionAttributes): string | undefined {
  if (operation !== 'UPDATE') return `unexpected operation ${quoted(operation)}`;
  const [next, before] = [object as Pod, old as Pod];
  const who = `node ${quoted(node)}`;
  if (before.spec?.nodeName !== node)
    return `${who} can only update pod status for pods with spec.nodeName set to itself`;
  if (!sameJson(before.metadata.labels ?? {}, next.metadata.labels ?? {}))
    return `${who} cannot update labels through pod status`;
  if (!sameJson(before.status?.resourceClaimStatuses ?? [], next.status?.resourceClaimStatuses ?? [])) {
    return `${who} cannot update resource claim statues`;
  }
  if (!sameJson(before.status?.extendedResourceClaimStatus, next.status?.extendedResourceClaimStatus)) {
    return `${who} cannot update extended resource claim status`;
  }
  return undefined;
}

function nodeRule(node: string, attributes: AdmissionAttributes): string | undefined {
  const name = attributes.name || attributes.object?.metadata.name || '';
  const who = `node ${quoted(node)} is not allowed to`;
  if (name !== node) return `${who} modify node ${quoted(name)}`;
  const next = attributes.object as Node | undefined;
  const old = attributes.old as Node | undefined;
  if (next === undefined || attributes.operation === 'DELETE') return undefined;
  const labels = forbiddenLabels(next.metadata.labels, old?.metadata.labels);
  if (old === undefined) {
    if (next.spec?.configSource !== undefined) return `${who} create pods with a non-nil configSource`;
    return labels.length > 0 ? `${who} set the following labels: ${labels.join(', ')}` : undefined;
  }
  if (next.spec?.configSource !== undefined && !sameJson(next.spec.configSource, old.spec?.configSource)) {
    return `${who} update configSource to a new non-nil configSource`;
  }
  if (!sameJson(next.spec?.taints ?? [], old.spec?.taints ?? [])) return `${who} modify taints`;
  if (!sameJson(next.metadata.ownerReferences ?? [], old.metadata.ownerReferences ?? []))
    return `${who} modify ownerReferences`;
  return labels.length > 0 ? `is not allowed to modify labels: ${labels.join(', ')}` : undefined;
}

/** What a node may report of a claim, taken away. */
function withoutSizes({ metadata, status, ...rest }: PersistentVolumeClaim): KubeObject {
  const { resourceVersion, managedFields, ...kept } = metadata;
  const { capacity, conditions, allocatedResources, allocatedResourceStatuses, ...left } = status ?? {};
  return { ...rest, metadata: kept, status: left } as KubeObject;
}

/** Tokens only for the accounts of its own pods, bound to the pod, and for audiences that the pod asks for. */
async function tokenRule(node: string, attributes: AdmissionAttributes, parts: NodeParts): Promise<string | undefined> {
  if (attributes.operation !== 'CREATE' || attributes.subresource !== 'token') return undefined;
  const { spec } = attributes.object as TokenRequest;
  const reference = spec.boundObjectRef;
  if (!reference?.name || reference.kind !== 'Pod' || reference.apiVersion !== 'v1') {
    return 'node requested token not bound to a pod';
  }
  if (!reference.uid) return 'node requested token with a pod binding without a uid';
  const pod = parts.stored.get<Pod>('', 'pods', attributes.namespace, reference.name);
  if (pod === undefined) throw notFound({ group: '', resource: 'pods', name: reference.name });
  if (pod.metadata.uid !== reference.uid) {
    return `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  }
  if (pod.spec?.nodeName !== node) return 'node requested token bound to a pod scheduled on a different node';
  const audiences = spec.audiences ?? [];
  if (audiences.length > 1) return 'node may only request 0 or 1 audiences';
  const audience = audiences[0] ?? '';
  if (asksFor(pod, audience, parts.stored)) return undefined;
  const decision = await parts.authorizer.decide({
    user: attributes.user,
    verb: 'request-serviceaccounts-token-audience',
    isResource: true,
    path: '',
    group: '',
    version: 'v1',
    resource: audience,
    subresource: '',
    namespace: attributes.namespace,
    name: attributes.name,
  });
  return decision.allowed
    ? undefined
    : `audience ${quoted(audience)} not found in pod spec volume, ${attributes.user.name} is not authorized to request tokens for this audience`;
}

function asksFor(pod: Pod, audience: string, stored: Stored): boolean {
  const namespace = pod.metadata.namespace ?? '';
  const driverOfClaim = (claim: string) => {
    const volume = stored.get<PersistentVolumeClaim>('', 'persistentvolumeclaims', namespace, claim)?.spec?.volumeName;
    return volume ? stored.get<PersistentVolume>('', 'persistentvolumes', '', volume)?.spec?.csi?.driver : undefined;
  };
  return (pod.spec?.volumes ?? []).some((volume) => {
    if (
      volume.projected?.sources?.some(
        ({ serviceAccountToken: token }) => token !== undefined && (token.audience ?? '') === audience,
      )
    ) {
      return true;
    }
    const claim =
      volume.ephemeral === undefined ? volume.persistentVolumeClaim?.claimName : `${pod.metadata.name}-${volume.name}`;
    const driver = volume.csi?.driver ?? (claim === undefined ? undefined : driverOfClaim(claim));
    const requests =
      driver === undefined
        ? undefined
        : stored.get<CSIDriver>('storage.k8s.io', 'csidrivers', '', driver)?.spec.tokenRequests;
    return requests?.some((request) => request.audience === audience) ?? false;
  });
}
