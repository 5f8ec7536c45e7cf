import { qualifiedNameProblems } from '#core/machinery/names';
import { isFractional, parseQuantity, tryQuantity } from '#core/machinery/quantity';
import { invalid, type Problem } from '#core/machinery/status';

const HUGE_PAGES = 'hugepages-';
const BILLION = 1_000_000_000n;
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
/** What is counted, and so is whole. */
const COUNTED = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const OF_CONTAINERS = new Set(COMPUTE);
const OF_QUOTAS = new Set([
  ...['', 'requests.', 'limits.'].flatMap((prefix) => COMPUTE.map((name) => `${prefix}${name}`)),
  'requests.storage',
  ...COUNTED,
]);
const WHOLE = new Set(COUNTED);

export const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES);
/** How many bytes a page has: `hugepages-2Mi`; `undefined` where the name does not tell. */
export function hugePageSize(name: string): bigint | undefined {
  const size = tryQuantity(name.slice(HUGE_PAGES.length))?.nano;
  return size === undefined || size <= 0n || size % BILLION !== 0n ? undefined : size / BILLION;
}
const isQuotaHugePages = (name: string): boolean => isHugePages(name) || name.startsWith(`requests.${HUGE_PAGES}`);
/** Without a prefix, or with one of Kubernetes' own. */
export const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
export const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedNameProblems(`requests.${name}`).length === 0;
/** What a node may promise more of than it has. */
export const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);
export const isQuotaResource = (name: string): boolean => OF_QUOTAS.has(name) || isQuotaHugePages(name);

/** Any resource; gives whether the name can be read. Upstream: pkg/apis/core/validation/validation.go (validateResourceName). */
export function resourceNameProblems(name: string, path: string, problems: Problem[]): boolean {
  const grammar = qualifiedNameProblems(name);
  for (const detail of grammar) problems.push(invalid(path, name, detail));
  if (grammar.length > 0) return false;
  if (!name.includes('/') && name !== 'storage' && !isQuotaResource(name)) {
    problems.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
  }
  return true;
}

/** What a container may ask for. */
export function containerResourceNameProblems(name: string, path: string, problems: Problem[]): void {
  if (OF_CONTAINERS.has(name)) return;
  resourceNameProblems(name, path, problems);
  if (!name.includes('/')) {
    if (isHugePages(name)) return;
    problems.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name)) {
    problems.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
}

/** What a quota may bound. */
export function quotaResourceNameProblems(name: string, path: string, problems: Problem[]): void {
  resourceNameProblems(name, path, problems);
  if (name.includes('/') || isQuotaResource(name)) return;
  problems.push(invalid(path, name, 'must be a standard resource for quota'));
}

/** How much of it: never less than nothing, and whole where things are counted. */
export function resourceAmountProblems(name: string, text: string, path: string, problems: Problem[]): void {
  const quantity = parseQuantity(text);
  if (quantity.nano < 0n) problems.push(invalid(path, text, 'must be greater than or equal to 0'));
  if ((WHOLE.has(name) || isExtended(name)) && isFractional(quantity)) {
    problems.push(invalid(path, text, 'must be an integer'));
  }
}
