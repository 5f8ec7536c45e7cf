import type { ResourceRequirements } from '#core/api/types';
import { qualifiedNameProblems } from '#core/machinery/names';
import { compareQuantities, parseQuantity } from '#core/machinery/quantity';
import { forbiddenField, invalid, notFoundValue, type Problem, required } from '#core/machinery/status';

type Quantities = Readonly<Record<string, string>>;

const HUGE_PAGES = 'hugepages-';
const OF_CONTAINERS = new Set(['cpu', 'memory', 'ephemeral-storage']);

const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES);
/** Without a prefix, or with one of Kubernetes' own. */
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedNameProblems(`requests.${name}`).length === 0;
/** What a node may promise more of than it has. */
const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);

function nameProblems(name: string, path: string, problems: Problem[]): void {
  const grammar = qualifiedNameProblems(name);
  for (const detail of grammar) problems.push(invalid(path, name, detail));
  if (!name.includes('/')) {
    if (OF_CONTAINERS.has(name) || isHugePages(name)) return;
    if (grammar.length === 0) {
      problems.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
    }
    problems.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name)) {
    problems.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
}

function amountProblems(name: string, text: string, path: string, problems: Problem[]): void {
  const { nano } = parseQuantity(text);
  if (nano < 0n) problems.push(invalid(path, text, 'must be greater than or equal to 0'));
  if ((isExtended(name) || isHugePages(name)) && nano % 1_000_000_000n !== 0n) {
    problems.push(invalid(path, text, 'must be an integer'));
  }
}

const usesHugePages = (list: Quantities): boolean => Object.keys(list).some(isHugePages);
const usesComputing = (list: Quantities): boolean => 'cpu' in list || 'memory' in list;

/** What a container asks for and may use. Upstream: pkg/apis/core/validation/validation.go (validateResourceRequirements). */
export function resourceProblems(
  resources: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  if (resources === undefined) return;
  const { limits = {}, requests = {}, claims = [] } = resources;
  for (const name of Object.keys(limits)) {
    nameProblems(name, `${path}.limits[${name}]`, problems);
    amountProblems(name, limits[name]!, `${path}.limits[${name}]`, problems);
  }
  for (const name of Object.keys(requests)) {
    const request = requests[name]!;
    const limit = limits[name];
    nameProblems(name, `${path}.requests[${name}]`, problems);
    amountProblems(name, request, `${path}.requests[${name}]`, problems);
    if (limit === undefined) {
      if (!mayOvercommit(name)) {
        problems.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
      }
      continue;
    }
    const order = compareQuantities(parseQuantity(request), parseQuantity(limit));
    if (order !== 0 && !mayOvercommit(name)) {
      problems.push(invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`));
    } else if (order > 0) {
      problems.push(invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`));
    }
  }
  if ((usesHugePages(limits) || usesHugePages(requests)) && !usesComputing(limits) && !usesComputing(requests)) {
    problems.push(forbiddenField(path, 'HugePages require cpu or memory'));
  }
  for (const [i, { name }] of claims.entries()) {
    if (name === '') problems.push(required(`${path}.claims[${i}]`));
    else if (!claimNames.has(name)) problems.push(notFoundValue(`${path}.claims[${i}]`, name));
  }
}
