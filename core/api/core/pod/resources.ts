import type { ResourceClaim, ResourceRequirements } from '#core/api/types';
import { dnsLabelProblems } from '#core/machinery/names';
import { compareQuantities, parseQuantity, wholeOf } from '#core/machinery/quantity';
import {
  duplicate,
  forbiddenField,
  invalid,
  notFoundValue,
  notSupported,
  type Problem,
  required,
} from '#core/machinery/status';
import { matching } from '#core/machinery/validation';
import {
  containerResourceNameProblems,
  hugePageSize,
  isHugePages,
  mayOvercommit,
  resourceAmountProblems,
  resourceNameProblems,
} from '../resources/names.ts';

type Quantities = Readonly<Record<string, string>>;
/** Which resources may be asked for depends on who asks. */
type NameRule = (name: string, path: string, problems: Problem[]) => void;

/** Huge pages are asked for by whole pages. */
function pageProblems(name: string, text: string, path: string, problems: Problem[]): void {
  if (!isHugePages(name)) return;
  const size = hugePageSize(name);
  if (size !== undefined && wholeOf(parseQuantity(text)) % size === 0n) return;
  problems.push(invalid(path, text, `${text} is not positive integer multiple of ${name}`));
}

const usesHugePages = (list: Quantities): boolean => Object.keys(list).some(isHugePages);
const usesComputing = (list: Quantities): boolean => 'cpu' in list || 'memory' in list;

/** The devices of a claim are taken once: all of them, or single requests of it. */
function claimNameProblems(
  claims: readonly ResourceClaim[],
  known: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  const seen = new Set<string>();
  for (const [i, { name = '', request = '' }] of claims.entries()) {
    const place = `${path}[${i}]`;
    if (name === '') {
      problems.push(required(place));
      continue;
    }
    if (seen.has(name)) problems.push(duplicate(place, name));
    else {
      const key = request === '' ? name : `${name}/${request}`;
      if (request !== '') matching(dnsLabelProblems)(request, `${place}.request`, problems);
      if (seen.has(key)) problems.push(duplicate(place, key));
      else if (request === '') {
        for (const other of seen) if (other.startsWith(`${name}/`)) problems.push(duplicate(place, name));
      }
      seen.add(key);
    }
    if (known.has(name)) continue;
    const missing = notFoundValue(place, name);
    const all = known.size === 0 ? ' which is empty' : `: ${[...known].toSorted().join(', ')}`;
    problems.push({
      ...missing,
      message: `${missing.message}: must be one of the names in pod.spec.resourceClaims${all}`,
    });
  }
}

function requirementProblems(
  { limits = {}, requests = {}, claims = [] }: ResourceRequirements,
  nameProblems: NameRule,
  claimNames: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  for (const [name, limit] of Object.entries(limits)) {
    const place = `${path}.limits[${name}]`;
    nameProblems(name, place, problems);
    resourceAmountProblems(name, limit, place, problems);
    pageProblems(name, limit, place, problems);
  }
  for (const [name, request] of Object.entries(requests)) {
    const place = `${path}.requests[${name}]`;
    nameProblems(name, place, problems);
    resourceAmountProblems(name, request, place, problems);
    boundProblems(name, request, limits[name], path, problems);
    pageProblems(name, request, place, problems);
  }
  if ((usesHugePages(limits) || usesHugePages(requests)) && !usesComputing(limits) && !usesComputing(requests)) {
    problems.push(forbiddenField(path, 'HugePages require cpu or memory'));
  }
  if (claims.length > 0) claimNameProblems(claims, claimNames, `${path}.claims`, problems);
}

function boundProblems(
  name: string,
  request: string,
  limit: string | undefined,
  path: string,
  problems: Problem[],
): void {
  if (limit === undefined) {
    if (!mayOvercommit(name)) {
      problems.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    }
    return;
  }
  const order = compareQuantities(parseQuantity(request), parseQuantity(limit));
  if (order !== 0 && !mayOvercommit(name)) {
    problems.push(invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`));
  } else if (order > 0) {
    problems.push(invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`));
  }
}

/** What a container asks for and may use. Upstream: pkg/apis/core/validation/validation.go (validateResourceRequirements). */
export function containerResourceProblems(
  resources: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  if (resources !== undefined)
    requirementProblems(resources, containerResourceNameProblems, claimNames, path, problems);
}

/** What a pod costs beyond its containers. */
export const overheadProblems = (overhead: Quantities, path: string, problems: Problem[]): void =>
  requirementProblems({ limits: overhead }, containerResourceNameProblems, new Set(), path, problems);

const OF_PODS = ['cpu', 'hugepages-', 'memory'];

const podResourceName: NameRule = (name, path, problems) => {
  const before = problems.length;
  resourceNameProblems(name, path, problems);
  if (problems.length > before || name === 'cpu' || name === 'memory' || isHugePages(name)) return;
  problems.push(notSupported(path, name, OF_PODS));
};

/** What a pod as a whole asks for and may use. */
export function podRequirementProblems(
  resources: ResourceRequirements,
  claimNames: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  requirementProblems(resources, podResourceName, claimNames, path, problems);
}
