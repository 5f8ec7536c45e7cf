import type { PolicyRule } from '#core/api/types';
import type { Attributes } from '#core/apiserver';

type Asked = Pick<Attributes, 'verb' | 'isResource' | 'path' | 'group' | 'resource' | 'subresource' | 'name'>;

/** Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go and pkg/apis/rbac/v1/evaluation_helpers.go. */
export function ruleAllows(rule: PolicyRule, asked: Asked): boolean {
  if (!hasOrAll(rule.verbs, asked.verb)) return false;
  if (!asked.isResource) return pathMatches(rule.nonResourceURLs, asked.path);
  return (
    hasOrAll(rule.apiGroups, asked.group) &&
    resourceMatches(rule.resources, asked.resource, asked.subresource) &&
    (rule.resourceNames === undefined || rule.resourceNames.length === 0 || rule.resourceNames.includes(asked.name))
  );
}

export function rulesAllow(rules: readonly PolicyRule[], asked: Asked): boolean {
  for (const rule of rules) if (ruleAllows(rule, asked)) return true;
  return false;
}

function hasOrAll(list: readonly string[] | undefined, one: string): boolean {
  if (list === undefined) return false;
  for (const item of list) if (item === '*' || item === one) return true;
  return false;
}

function resourceMatches(list: readonly string[] | undefined, resource: string, subresource: string): boolean {
  if (list === undefined) return false;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  for (const item of list) {
    if (item === '*' || item === whole) return true;
    if (subresource !== '' && item.length === subresource.length + 2 && item === `*/${subresource}`) return true;
  }
  return false;
}

/** A pattern that ends in `*` stands for all paths that start so. */
export const pathCovers = (pattern: string, path: string): boolean =>
  pattern === '*' ||
  pattern === path ||
  (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1).replace(/\*+$/, '')));

function pathMatches(list: readonly string[] | undefined, path: string): boolean {
  if (list === undefined) return false;
  for (const item of list) if (pathCovers(item, path)) return true;
  return false;
}
