import { containersTogether } from '#core/api/pods';
import type { PodSpec } from '#core/api/types';
import { compareQuantities, formatQuantity, parseQuantity } from '#core/machinery/quantity';
import { forbiddenField, invalid, type Problem } from '#core/machinery/status';
import { isHugePages } from '../resources/names.ts';
import { podRequirementProblems } from './resources.ts';

/** What the pod has in all covers what its containers ask for together, and what each may use. */
function coverProblems(spec: PodSpec, path: string, problems: Problem[]): void {
  const { requests = {}, limits = {} } = spec.resources ?? {};
  const tooLittle = (side: 'requests' | 'limits', own: typeof requests, name: string, needed: string) => {
    const detail = `must be greater than or equal to aggregate container ${side} of ${needed}`;
    problems.push(invalid(`${path}.${side}[${name}]`, own[name], detail));
  };
  const isLess = (own: string | undefined, needed: Parameters<typeof compareQuantities>[0]) =>
    own !== undefined && compareQuantities(needed, parseQuantity(own)) > 0;
  for (const [name, needed] of containersTogether(spec, 'requests')) {
    if (isLess(requests[name], needed)) tooLittle('requests', requests, name, formatQuantity(needed));
  }
  for (const [name, needed] of containersTogether(spec, 'limits')) {
    if (isHugePages(name) && isLess(limits[name], needed)) tooLittle('limits', limits, name, formatQuantity(needed));
  }
  for (const [i, { resources }] of (spec.containers ?? []).entries()) {
    for (const [name, limit] of Object.entries(resources?.limits ?? {})) {
      if (!isLess(limits[name], parseQuantity(limit))) continue;
      const detail = `must be less than or equal to pod limits of ${limits[name]}`;
      problems.push(invalid(`${path}.containers[${i}][${name}].limits`, limit, detail));
    }
  }
}

/** Resources of the pod as a whole. Upstream: pkg/apis/core/validation/validation.go (validatePodResources). */
export function podResourceProblems(
  spec: PodSpec,
  claimNames: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  if (spec.resources === undefined) return;
  if (spec.os?.name === 'windows') {
    problems.push(forbiddenField(path, 'may not be set for a windows pod'));
    return;
  }
  if (spec.resources.claims !== undefined) {
    problems.push(forbiddenField(`${path}.claims`, 'claims may not be set for Resources at pod-level'));
  }
  podRequirementProblems(spec.resources, claimNames, path, problems);
  coverProblems(spec, path, problems);
}
