import type { PolicyRule } from '#core/api/types';
import { pathCovers } from './rules.ts';

/**
 * What of `wanted` the owner's rules do not grant, in pieces of one verb, one group and one resource put together again where they
 * differ in the verb only. Empty: everything is granted. Upstream: component-helpers/auth/rbac/validation/policy_comparator.go.
 */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  const missing: PolicyRule[] = [];
  for (const rule of wanted) {
    for (const piece of piecesOf(rule)) if (!owned.some((one) => covers(one, piece))) missing.push(piece);
  }
  return joined(missing);
}

function* piecesOf(rule: PolicyRule): Generator<PolicyRule> {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const piece = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (resourceNames.length === 0) yield piece;
        for (const name of resourceNames) yield { ...piece, resourceNames: [name] };
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) yield { verbs: [verb], nonResourceURLs: [url] };
}

const hasAll = (owned: readonly string[] | undefined, wanted: readonly string[]) =>
  owned !== undefined && (owned.includes('*') || wanted.every((one) => owned.includes(one)));

function covers(owner: PolicyRule, piece: PolicyRule): boolean {
  if (!hasAll(owner.verbs, piece.verbs)) return false;
  if (piece.nonResourceURLs !== undefined) {
    return piece.nonResourceURLs.every((url) =>
      (owner.nonResourceURLs ?? []).some((pattern) => pathCovers(pattern, url)),
    );
  }
  if (!hasAll(owner.apiGroups, piece.apiGroups ?? [])) return false;
  if (!(piece.resources ?? []).every((resource) => coversResource(owner.resources ?? [], resource))) return false;
  const names = owner.resourceNames ?? [];
  if (names.length === 0) return true;
  return piece.resourceNames !== undefined && piece.resourceNames.every((one) => names.includes(one));
}

function coversResource(owned: readonly string[], resource: string): boolean {
  const slash = resource.indexOf('/');
  return owned.includes('*') || owned.includes(resource) || (slash >= 0 && owned.includes(`*${resource.slice(slash)}`));
}

function joined(pieces: readonly PolicyRule[]): readonly PolicyRule[] {
  const byScope = new Map<string, PolicyRule>();
  for (const piece of pieces) {
    const key = JSON.stringify({ ...piece, verbs: undefined });
    const before = byScope.get(key);
    byScope.set(key, before === undefined ? piece : { ...before, verbs: [...before.verbs, ...piece.verbs] });
  }
  return [...byScope.values()];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`, as refusals show a rule. */
export function ruleText({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts = [
    ['APIGroups', apiGroups],
    ['Resources', resources],
    ['NonResourceURLs', nonResourceURLs],
    ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ] as const;
  const shown = parts.filter(([, list]) => list !== undefined && list.length > 0);
  return `{${shown.map(([name, list]) => `${name}:${quotedList(list!)}`).join(', ')}}`;
}

/** As Go prints a list of strings with `%q`. */
export const quotedList = (list: readonly string[]): string => `[${list.map((one) => JSON.stringify(one)).join(' ')}]`;
