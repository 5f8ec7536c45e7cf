import type { ResourceRequirements } from '#core/api/types';
import { compareQuantities, parseQuantity } from '#core/machinery/quantity';
import { forbiddenField, invalid, notFoundValue, type Problem, required } from '#core/machinery/status';
import {
  containerResourceNameProblems,
  isHugePages,
  mayOvercommit,
  resourceAmountProblems,
} from '../resources/names.ts';

type Quantities = Readonly<Record<string, string>>;

const AMOUNT_WHOLE = 1_000_000_000n;

function amountProblems(name: string, text: string, path: string, problems: Problem[]): void {
  resourceAmountProblems(name, text, path, problems);
  if (isHugePages(name) && parseQuantity(text).nano % AMOUNT_WHOLE !== 0n) {
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
    containerResourceNameProblems(name, `${path}.limits[${name}]`, problems);
    amountProblems(name, limits[name]!, `${path}.limits[${name}]`, problems);
  }
  for (const name of Object.keys(requests)) {
    const request = requests[name]!;
    const limit = limits[name];
    containerResourceNameProblems(name, `${path}.requests[${name}]`, problems);
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
    else if (!claimNames.has(name)) {
      const missing = notFoundValue(`${path}.claims[${i}]`, name);
      const known = claimNames.size === 0 ? ' which is empty' : `: ${[...claimNames].toSorted().join(', ')}`;
      problems.push({
        ...missing,
        message: `${missing.message}: must be one of the names in pod.spec.resourceClaims${known}`,
      });
    }
  }
}
