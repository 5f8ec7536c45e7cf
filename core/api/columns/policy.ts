import type {
  CertificateSigningRequest,
  ClusterTrustBundle,
  FlowSchema,
  PodCertificateRequest,
  PriorityLevelConfiguration,
  RoleBinding,
  Subject,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
  MutatingAdmissionPolicy,
} from '#core/api/types';
import type { Columns } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { humanDuration } from '#core/machinery/table';
import { age, labelsText, nameOf, orNone, selectorText, show } from './kit.ts';

const subjects = (all: readonly Subject[] | undefined, kind: string): string =>
  (all ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ');

/** Of roles' and cluster roles' bindings alike. */
export const roleBindings = show<RoleBinding>(
  ['Name', 'Role', 'Age', '*Users', '*Groups', '*ServiceAccounts'],
  (object, now) => [
    nameOf(object),
    `${object.roleRef.kind}/${object.roleRef.name}`,
    age(object, now),
    subjects(object.subjects, 'User'),
    subjects(object.subjects, 'Group'),
    subjects(object.subjects, 'ServiceAccount'),
  ],
);

/** Of both kinds of webhook configurations. */
export const webhookConfigurations = show<ValidatingWebhookConfiguration>(
  ['Name', 'Webhooks#', 'Age'],
  (object, now) => [nameOf(object), object.webhooks?.length ?? 0, age(object, now)],
);

interface ParamKind {
  readonly apiVersion?: string;
  readonly kind?: string;
}
const paramKind = (kind: ParamKind | undefined): string =>
  kind === undefined ? '<unset>' : `${kind.apiVersion ?? ''}/${kind.kind ?? ''}`;

export const validatingAdmissionPolicies = show<ValidatingAdmissionPolicy>(
  ['Name', 'Validations#', 'ParamKind', 'Age'],
  (object, now) => [
    nameOf(object),
    object.spec?.validations?.length ?? 0,
    paramKind(object.spec?.paramKind),
    age(object, now),
  ],
);

export const mutatingAdmissionPolicies = show<MutatingAdmissionPolicy>(
  ['Name', 'Mutations#', 'ParamKind', 'Age'],
  (object, now) => [
    nameOf(object),
    object.spec?.mutations?.length ?? 0,
    paramKind(object.spec?.paramKind),
    age(object, now),
  ],
);

export const admissionPolicyBindings = show<ValidatingAdmissionPolicyBinding>(
  ['Name', 'PolicyName', 'ParamRef', 'Age'],
  (object, now) => {
    const reference = object.spec?.paramRef;
    const { name = '', namespace = '', selector } = reference ?? {};
    const text =
      name !== ''
        ? `${namespace === '' ? '*' : namespace}/${name}`
        : selector === undefined
          ? '<unset>'
          : selectorText(selector);
    return [nameOf(object), object.spec?.policyName ?? '', text, age(object, now)];
  },
);

function requestState({ status }: CertificateSigningRequest): string {
  const has = (type: string): boolean => status?.conditions?.some((condition) => condition.type === type) === true;
  const decided = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  const issued = (status?.certificate ?? '') !== '';
  return `${decided}${has('Failed') ? ',Failed' : ''}${issued ? ',Issued' : ''}`;
}

export const certificateSigningRequests = show<CertificateSigningRequest>(
  ['Name', 'Age', 'SignerName', 'Requestor', 'RequestedDuration', 'Condition'],
  (object, now) => {
    const { spec } = object;
    const seconds = spec?.expirationSeconds;
    return [
      nameOf(object),
      age(object, now),
      orNone(spec?.signerName),
      spec?.username ?? '',
      seconds === undefined ? '<none>' : humanDuration(seconds * 1000),
      requestState(object),
    ];
  },
);

export const clusterTrustBundles = show<ClusterTrustBundle>(['Name', 'SignerName'], (object) => [
  nameOf(object),
  orNone(object.spec?.signerName),
]);

export const podCertificateRequests = show<PodCertificateRequest>(
  ['Name', 'PodName', 'ServiceAccountName', 'NodeName', 'SignerName', 'State', '*UnverifiedUserAnnotations'],
  (object) => {
    const { spec, status } = object;
    const state = status?.conditions?.findLast(({ type }) => ['Issued', 'Denied', 'Failed'].includes(type))?.type;
    return [
      nameOf(object),
      spec?.podName ?? '',
      spec?.serviceAccountName ?? '',
      spec?.nodeName ?? '',
      spec?.signerName ?? '',
      state ?? 'Pending',
      labelsText(spec?.unverifiedUserAnnotations),
    ];
  },
);

const flowSchemaCells = show<FlowSchema>(
  ['Name', 'PriorityLevel', 'MatchingPrecedence', 'DistinguisherMethod', 'Age', 'MissingPL'],
  (object, now) => {
    const { spec, status } = object;
    return [
      nameOf(object),
      spec?.priorityLevelConfiguration.name ?? '',
      spec?.matchingPrecedence ?? 0,
      orNone(spec?.distinguisherMethod?.type),
      age(object, now),
      status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
    ];
  },
);

const precedence = (object: KubeObject): number => (object as FlowSchema).spec?.matchingPrecedence ?? 0;

/** In the order in which they are asked. */
export const flowSchemas: Columns = {
  ...flowSchemaCells,
  order: (left, right) => precedence(left) - precedence(right) || (nameOf(left) < nameOf(right) ? -1 : 1),
};

export const priorityLevelConfigurations = show<PriorityLevelConfiguration>(
  ['Name', 'Type', 'NominalConcurrencyShares', 'Queues', 'HandSize', 'QueueLengthLimit', 'Age'],
  (object, now) => {
    const { type = '', limited } = object.spec ?? {};
    const queuing = limited?.limitResponse?.queuing;
    return [
      nameOf(object),
      type,
      limited === undefined ? '<none>' : (limited.nominalConcurrencyShares ?? 0),
      queuing === undefined ? '<none>' : (queuing.queues ?? 0),
      queuing === undefined ? '<none>' : (queuing.handSize ?? 0),
      queuing === undefined ? '<none>' : (queuing.queueLengthLimit ?? 0),
      age(object, now),
    ];
  },
);
