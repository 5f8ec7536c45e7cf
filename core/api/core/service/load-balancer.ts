import type { Service } from '#core/api/types';
import { qualifiedNameProblems, rangeProblems } from '#core/machinery/names';
import { forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';

const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";

export const isBalanced = ({ spec }: Service): boolean => spec?.type === 'LoadBalancer';

/** Who may come in. What stood there already need not be mended, and spaces around a range have always been let be. */
export function sourceProblems(service: Service, old: Service | undefined, problems: Problem[]): void {
  const ranges = service.spec?.loadBalancerSourceRanges ?? [];
  const text = service.metadata.annotations?.[RANGES];
  const refuse = (path: string) => {
    if (!isBalanced(service)) problems.push(forbiddenField(path, ONLY_BALANCED));
  };
  if (ranges.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges';
    refuse(path);
    const known = new Set(old?.spec?.loadBalancerSourceRanges?.map((range) => range.trim()));
    for (const [i, range] of ranges.map((one) => one.trim()).entries()) {
      if (!known.has(range)) matching(rangeProblems)(range, `${path}[${i}]`, problems);
    }
  } else if (text !== undefined) {
    const path = `metadata.annotations[${RANGES}]`;
    refuse(path);
    if (text.trim() === '' || old?.metadata.annotations?.[RANGES] === text) return;
    for (const range of text.trim().split(',')) matching(rangeProblems)(range.trim(), path, problems);
  }
}

export function portAllocationProblems(service: Service, _: unknown, problems: Problem[]): void {
  const isSaid = service.spec?.allocateLoadBalancerNodePorts !== undefined;
  if (isSaid === isBalanced(service)) return;
  if (isSaid) problems.push(forbiddenField('spec.allocateLoadBalancerNodePorts', ONLY_BALANCED));
  // Without `spec`, as clients have always seen it.
  else problems.push(required('allocateLoadBalancerNodePorts'));
}

/** Who makes the balancer. */
export function classProblems(service: Service, _: unknown, problems: Problem[]): void {
  const path = 'spec.loadBalancerClass';
  const name = service.spec?.loadBalancerClass;
  if (isBalanced(service)) matching(qualifiedNameProblems)(name, path, problems);
  else if (name !== undefined) problems.push(forbiddenField(path, ONLY_BALANCED));
}

export function classChangeProblems(next: Service, old: Service, problems: Problem[]): void {
  const name = next.spec?.loadBalancerClass;
  if (isBalanced(next) && isBalanced(old) && name !== old.spec?.loadBalancerClass) {
    problems.push(invalid('spec.loadBalancerClass', name, 'may not change once set'));
  }
  // Judged as a change and as a new one: clients are told twice.
  classProblems(next, old, problems);
}
