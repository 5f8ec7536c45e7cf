import type { FlowSchema, NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule } from '#core/api/types';
import { dnsLabelProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';

const MAX_PRECEDENCE = 10_000;
const METHODS = ['ByNamespace', 'ByUser'];
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

type Subject = NonNullable<PolicyRulesWithSubjects['subjects']>[number];

/** `*` stands alone. */
function aloneProblems(list: readonly string[], what: string, path: string, problems: Problem[]): boolean {
  if (!list.includes('*')) return false;
  if (list.length > 1) problems.push(invalid(path, list, `if '*' is present, must not specify other ${what}`));
  return true;
}

function verbProblems(verbs: readonly string[] | null | undefined, path: string, problems: Problem[]): void {
  const all = verbs ?? [];
  if (all.length === 0) problems.push(required(path, 'verbs must contain at least one value'));
  else if (!aloneProblems(all, 'verbs', path, problems) && !all.every((verb) => VERBS.includes(verb))) {
    problems.push(notSupported(path, all, VERBS));
  }
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const stars = url.split('*').length - 1;
  return stars > 1 || (stars === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}

function nonResourceProblems(
  { verbs, nonResourceURLs }: NonResourcePolicyRule,
  path: string,
  problems: Problem[],
): void {
  verbProblems(verbs, `${path}.verbs`, problems);
  const urls = nonResourceURLs ?? [];
  const place = `${path}.nonResourceURLs`;
  if (urls.length === 0) problems.push(required(place, 'nonResourceURLs must contain at least one value'));
  else if (!aloneProblems(urls, 'non-resource URLs', place, problems)) {
    for (const [i, url] of urls.entries()) {
      const why = urlProblem(url);
      if (why !== undefined) problems.push(invalid(`${place}[${i}]`, url, why));
    }
  }
}

function resourceProblems(rule: ResourcePolicyRule, path: string, problems: Problem[]): void {
  verbProblems(rule.verbs, `${path}.verbs`, problems);
  const groups = rule.apiGroups ?? [];
  if (groups.length === 0) {
    problems.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  } else aloneProblems(groups, 'api groups', `${path}.apiGroups`, problems);
  const resources = rule.resources ?? [];
  if (resources.length === 0) {
    problems.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  } else aloneProblems(resources, 'resources', `${path}.resources`, problems);
  const namespaces = rule.namespaces ?? [];
  const place = `${path}.namespaces`;
  if (namespaces.length === 0 && rule.clusterScope !== true) {
    const detail = 'resource rules that are not cluster scoped must supply at least one namespace';
    problems.push(required(place, detail));
  } else if (!aloneProblems(namespaces, 'namespaces', place, problems)) {
    for (const [i, namespace] of namespaces.entries()) {
      for (const detail of dnsLabelProblems(namespace)) {
        const why = `each member of this list must be '*' or a DNS-1123 label; ${detail}`;
        problems.push(invalid(`${place}[${i}]`, namespace, why));
      }
    }
  }
}

/** The kinds of subjects, and the field of each. */
const SUBJECTS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;

function subjectProblems(subject: Subject, path: string, problems: Problem[]): void {
  const kind: string = subject.kind ?? '';
  if (!Object.hasOwn(SUBJECTS, kind)) {
    problems.push(notSupported(`${path}.kind`, kind, ['Group', 'ServiceAccount', 'User']));
    return;
  }
  // Its own field is judged first.
  const fields = Object.entries(SUBJECTS).toSorted(([a], [b]) => Number(b === kind) - Number(a === kind));
  for (const [other, field] of fields) {
    const place = `${path}.${field}`;
    const one = subject[field];
    if (other !== kind) {
      if (one === undefined) continue;
      problems.push(forbiddenField(place, `${field} is forbidden when subject kind is not '${other}'`));
      continue;
    }
    if (one === undefined) {
      problems.push(required(place, `${field} is required when subject kind is '${kind}'`));
      continue;
    }
    const { name = '', namespace = '' } = one as { readonly name?: string; readonly namespace?: string };
    if (name === '') problems.push(required(`${place}.name`));
    if (kind !== 'ServiceAccount') continue;
    if (name !== '' && name !== '*') matching(dnsSubdomainProblems)(name, `${place}.name`, problems);
    if (namespace === '') problems.push(required(`${place}.namespace`, 'must specify namespace for service account'));
    else matching(dnsLabelProblems)(namespace, `${place}.namespace`, problems);
  }
}

function ruleProblems(rule: PolicyRulesWithSubjects, path: string, problems: Problem[]): void {
  const subjects = rule.subjects ?? [];
  if (subjects.length === 0) problems.push(required(`${path}.subjects`, 'subjects must contain at least one value'));
  for (const [i, subject] of subjects.entries()) subjectProblems(subject, `${path}.subjects[${i}]`, problems);
  const { resourceRules, nonResourceRules } = rule;
  if ((resourceRules ?? []).length === 0 && (nonResourceRules ?? []).length === 0) {
    problems.push(required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  for (const [i, one] of (resourceRules ?? []).entries())
    resourceProblems(one, `${path}.resourceRules[${i}]`, problems);
  for (const [i, one] of (nonResourceRules ?? []).entries()) {
    nonResourceProblems(one, `${path}.nonResourceRules[${i}]`, problems);
  }
}

/** Upstream: pkg/apis/flowcontrol/validation/validation.go (ValidateFlowSchemaSpec). */
export function flowSchemaProblems({ spec, metadata }: FlowSchema, problems: Problem[]): void {
  const {
    matchingPrecedence: precedence = 0,
    distinguisherMethod: method,
    priorityLevelConfiguration,
    rules,
  } = spec ?? {};
  const refuse = (detail: string) => problems.push(invalid('spec.matchingPrecedence', precedence, detail));
  if (precedence <= 0) refuse('must be a positive value');
  if (precedence > MAX_PRECEDENCE) refuse(`must not be greater than ${MAX_PRECEDENCE}`);
  if (precedence === 1 && metadata.name !== 'exempt') {
    refuse("only the schema named 'exempt' may have matchingPrecedence 1");
  }
  if (method !== undefined && !METHODS.includes(method.type)) {
    problems.push(notSupported('spec.distinguisherMethod.type', method, METHODS));
  }
  const name = priorityLevelConfiguration?.name ?? '';
  const place = 'spec.priorityLevelConfiguration.name';
  if (name === '') problems.push(required(place, 'must reference a priority level'));
  else matching(dnsSubdomainProblems)(name, place, problems);
  for (const [i, rule] of (rules ?? []).entries()) ruleProblems(rule, `spec.rules[${i}]`, problems);
}
