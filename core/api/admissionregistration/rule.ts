import type { RuleWithOperations } from '#core/api/types';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

/** A list that must hold something, where `*` stands alone. */
function listProblems(list: readonly string[], what: string, path: string, problems: Problem[]): void {
  if (list.length === 0) problems.push(required(path));
  if (list.length > 1 && list.includes('*')) {
    problems.push(invalid(path, list, `if '*' is present, must not specify other ${what}`));
  }
}

function resourceProblems(resources: readonly string[], path: string, problems: Problem[]): void {
  if (resources.length === 0) problems.push(required(path));
  const wholeResources = new Set<string>();
  const wholeSubresources = new Set<string>();
  let plain = false;
  for (const [i, text] of resources.entries()) {
    const place = `${path}[${i}]`;
    if (text === '') {
      problems.push(required(place));
      continue;
    }
    const slash = text.indexOf('/');
    if (slash < 0) {
      plain = text !== '*';
      continue;
    }
    const [resource, subresource] = [text.slice(0, slash), text.slice(slash + 1)];
    if (wholeResources.has(resource)) {
      problems.push(invalid(place, text, `if '${resource}/*' is present, must not specify ${text}`));
    }
    if (wholeSubresources.has(subresource)) {
      problems.push(invalid(place, text, `if '*/${subresource}' is present, must not specify ${text}`));
    }
    if (subresource === '*') wholeResources.add(resource);
    if (resource === '*') wholeSubresources.add(subresource);
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    problems.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  }
  if (resources.includes('*') && plain) {
    const detail = "if '*' is present, must not specify other resources without subresources";
    problems.push(invalid(path, resources, detail));
  }
}

/** What is asked about. Upstream: pkg/apis/admissionregistration/validation/validation.go (validateRuleWithOperations). */
export function ruleProblems(rule: RuleWithOperations, path: string, problems: Problem[]): void {
  const operations: readonly string[] = rule.operations ?? [];
  listProblems(operations, 'operations', `${path}.operations`, problems);
  for (const [i, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) {
      problems.push(notSupported(`${path}.operations[${i}]`, operation, OPERATIONS));
    }
  }
  listProblems(rule.apiGroups ?? [], 'API groups', `${path}.apiGroups`, problems);
  const versions = rule.apiVersions ?? [];
  listProblems(versions, 'API versions', `${path}.apiVersions`, problems);
  for (const [i, version] of versions.entries()) {
    if (version === '') problems.push(required(`${path}.apiVersions[${i}]`));
  }
  resourceProblems(rule.resources ?? [], `${path}.resources`, problems);
  const { scope } = rule;
  if (scope !== undefined && !SCOPES.includes(scope)) problems.push(notSupported(`${path}.scope`, scope, SCOPES));
}
