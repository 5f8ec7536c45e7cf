import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  LocalSubjectAccessReview,
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
} from '#core/api/types';
import { encodeJson, type Json, parseJson } from '#core/base';
import type { KubeObject, ObjectMeta } from '#core/machinery/object';
import { labelValueProblems, qualifiedNameProblems } from '#core/machinery/names';
import { badRequest, forbiddenField, invalid, invalidObject, type Problem, required } from '#core/machinery/status';
import type { Attributes, Authorizer, ReviewHandler, User } from '#core/apiserver';
import { nodeOf } from './node.ts';
import type { Rbac } from './rbac.ts';

/** The review handlers by resource, of group authorization.k8s.io. Upstream: pkg/registry/authorization. */
export const accessReviews = (authorizer: Authorizer, rbac: Rbac): Readonly<Record<string, ReviewHandler>> => ({
  subjectaccessreviews: (object) => {
    const { spec } = object as unknown as SubjectAccessReview;
    refuse([...specProblems(spec), ...metadataProblems(object, false)]);
    return answer(object, authorizer, subjectOf(spec), spec);
  },
  selfsubjectaccessreviews: (object, { user }) => {
    const { spec } = object as unknown as SubjectAccessReview;
    refuse([...selfProblems(spec), ...metadataProblems(object, false)]);
    return answer(object, authorizer, user, spec);
  },
  localsubjectaccessreviews: (object, { namespace }) => {
    const { spec } = object as unknown as LocalSubjectAccessReview;
    refuse([
      ...specProblems(spec),
      ...metadataProblems(object, true),
      ...localProblems(spec, object.metadata.namespace ?? ''),
    ]);
    if (namespace !== (object.metadata.namespace ?? '')) {
      throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
    }
    return answer(object, authorizer, subjectOf(spec), spec);
  },
  selfsubjectrulesreviews: (object, { user }) => rulesReview(object as unknown as SelfSubjectRulesReview, user, rbac),
});

const subjectOf = ({ user, uid, groups, extra }: SubjectAccessReviewSpec): User => ({
  name: user ?? '',
  groups: groups ?? [],
  ...(uid === undefined ? {} : { uid }),
  ...(extra === undefined ? {} : { extra: extra as Readonly<Record<string, readonly string[]>> }),
});

type Spec = Pick<SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'>;

function answer(object: KubeObject, authorizer: Authorizer, user: User, spec: Spec): KubeObject | Promise<KubeObject> {
  const finish = (decision: Awaited<ReturnType<Authorizer['decide']>>) => {
    const { allowed, denied, reason, error } = decision;
    const status = {
      allowed,
      ...(denied === true ? { denied } : {}),
      ...(reason === '' ? {} : { reason }),
      ...(error === undefined || error === '' ? {} : { evaluationError: error }),
    };
    return { ...object, status } as KubeObject;
  };
  const decision = authorizer.decide(attributesOf(user, spec));
  return decision instanceof Promise ? decision.then(finish) : finish(decision);
}

function attributesOf(user: User, { resourceAttributes, nonResourceAttributes }: Spec): Attributes {
  const resource: ResourceAttributes = resourceAttributes ?? {};
  const path: NonResourceAttributes = nonResourceAttributes ?? {};
  const isResource = resourceAttributes !== undefined;
  const fieldSelector = fieldSelectorText(resource.fieldSelector);
  const labelSelector = labelSelectorText(resource.labelSelector);
  return {
    user,
    verb: (isResource ? resource.verb : path.verb) ?? '',
    isResource,
    path: path.path ?? '',
    group: resource.group ?? '',
    version: resource.version ?? '*',
    resource: resource.resource ?? '',
    subresource: resource.subresource ?? '',
    namespace: resource.namespace ?? '',
    name: resource.name ?? '',
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}

/** Requirements that cannot be written as text are left out, which only asks for more than was meant. */
function fieldSelectorText(selector: FieldSelectorAttributes | undefined): string | undefined {
  if (selector?.rawSelector) return selector.rawSelector;
  const parts = (selector?.requirements ?? []).flatMap(({ key, operator, values = [] }) => {
    if (values.length !== 1) return [];
    if (operator === 'In') return [`${key}=${values[0]}`];
    return operator === 'NotIn' ? [`${key}!=${values[0]}`] : [];
  });
  return parts.length === 0 ? undefined : parts.join(',');
}

function labelSelectorText(selector: LabelSelectorAttributes | undefined): string | undefined {
  if (selector?.rawSelector) return selector.rawSelector;
  const parts = (selector?.requirements ?? []).flatMap(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In':
        return [`${key} in (${values.join(',')})`];
      case 'NotIn':
        return [`${key} notin (${values.join(',')})`];
      case 'Exists':
        return [key];
      case 'DoesNotExist':
        return [`!${key}`];
      default:
        return [];
    }
  });
  return parts.length === 0 ? undefined : parts.join(',');
}

/** Refused by the original without a kind. */
function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalidObject({ group: 'authorization.k8s.io', resource: '', name: '' }, problems);
}

type Requirement = { readonly key?: string; readonly operator?: string; readonly values?: readonly string[] };

/** Of a selector that comes as requirements; operators that are not known yet are let through. */
function requirementProblems({ key = '', operator, values = [] }: Requirement, isLabel: boolean, path: string) {
  const problems: Problem[] = [];
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
    problems.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    problems.push(forbiddenField(`${path}.values`, detail));
  }
  if (!isLabel) return key === '' ? [...problems, required(`${path}.key`, 'must be specified')] : problems;
  for (const why of qualifiedNameProblems(key)) problems.push(invalid(`${path}.key`, key, why));
  for (const [i, value] of values.entries()) {
    for (const why of labelValueProblems(value)) problems.push(invalid(`${path}.values[${i}]`, value, why));
  }
  return problems;
}

function selectorsProblems(resource: ResourceAttributes): Problem[] {
  return (['fieldSelector', 'labelSelector'] as const).flatMap((field) => {
    const selector = resource[field];
    if (selector === undefined) return [];
    const { rawSelector = '', requirements = [] } = selector;
    const path = `spec.resourceAttributes.${field}`;
    const problems: Problem[] = [];
    if (rawSelector !== '' && requirements.length > 0) {
      const detail = 'may not specified at the same time as requirements';
      problems.push(invalid(`${path}.rawSelector`, rawSelector, detail));
    }
    if (rawSelector === '' && requirements.length === 0) {
      const detail = `when ${path} is specified, requirements or rawSelector is required`;
      problems.push(required(`${path}.requirements`, detail));
    }
    const isLabel = field === 'labelSelector';
    const found = (requirements as readonly Requirement[]).flatMap((one, i) =>
      requirementProblems(one, isLabel, `${path}.requirements[${i}]`),
    );
    return [...problems, ...found];
  });
}

function selfProblems({ resourceAttributes, nonResourceAttributes }: Spec): Problem[] {
  const problems: Problem[] = [];
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    problems.push(invalid('spec.nonResourceAttributes', nonResourceAttributes, detail));
  }
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    problems.push(invalid('spec.resourceAttributes', null, detail));
  }
  return resourceAttributes === undefined ? problems : [...problems, ...selectorsProblems(resourceAttributes)];
}

function specProblems(spec: SubjectAccessReviewSpec): Problem[] {
  const problems = selfProblems(spec);
  if (!spec.user && !spec.groups?.length) {
    problems.push(invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified'));
  }
  return problems;
}

/** As clients see it: managed fields are kept as text. */
const shownMetadata = (metadata: ObjectMeta): Json =>
  (parseJson(encodeJson({ metadata })).value as { readonly metadata: Json }).metadata;

function metadataProblems({ metadata }: KubeObject, namespaced: boolean): Problem[] {
  const { managedFields, namespace, ...rest } = metadata ?? {};
  const left = Object.values(namespaced ? rest : { ...rest, namespace }).filter(
    (one) => one !== undefined && one !== null,
  );
  if (left.length === 0) return [];
  return [
    invalid('metadata', shownMetadata(metadata), namespaced ? 'must be empty except for namespace' : 'must be empty'),
  ];
}

function localProblems({ resourceAttributes, nonResourceAttributes }: Spec, namespace: string): Problem[] {
  const problems: Problem[] = [];
  if (resourceAttributes !== undefined && (resourceAttributes.namespace ?? '') !== namespace) {
    problems.push(
      invalid('spec.resourceAttributes.namespace', resourceAttributes.namespace ?? '', 'must match metadata.namespace'),
    );
  }
  if (nonResourceAttributes !== undefined) {
    problems.push(invalid('spec.nonResourceAttributes', nonResourceAttributes, 'disallowed on this kind of request'));
  }
  return problems;
}

function rulesReview(review: SelfSubjectRulesReview, user: User, rbac: Rbac): KubeObject {
  const namespace = review.spec.namespace ?? '';
  if (namespace === '') throw badRequest('no namespace on request');
  const { rules, errors } = rbac.rulesFor(user, namespace);
  const resourceRules = rules
    .filter(({ resources }) => resources !== undefined && resources.length > 0)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      ...(apiGroups === undefined ? {} : { apiGroups }),
      ...(resources === undefined ? {} : { resources }),
      ...(resourceNames === undefined ? {} : { resourceNames }),
    }));
  const nonResourceRules = rules
    .filter(({ nonResourceURLs }) => nonResourceURLs !== undefined && nonResourceURLs.length > 0)
    .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs: nonResourceURLs! }));
  // What the node authorizer allows is not a list of rules.
  const isNode = nodeOf(user) !== undefined;
  const complaints = [...(isNode ? ['node authorizer does not support user rule resolution'] : []), ...errors];
  const status = {
    resourceRules,
    nonResourceRules,
    incomplete: isNode,
    ...(complaints.length === 0 ? {} : { evaluationError: complaints.join(', ') }),
  };
  return { ...review, metadata: {}, spec: {}, status } as unknown as KubeObject;
}
