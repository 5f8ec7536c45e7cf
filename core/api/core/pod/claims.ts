import type { PodSpec } from '#core/api/types';
import { dnsLabelProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { duplicate, invalid, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';

/** The claims to devices that a pod's containers may use. Upstream: pkg/apis/core/validation/validation.go (validatePodResourceClaims). */
export function resourceClaimProblems(claims: PodSpec['resourceClaims'], path: string, problems: Problem[]): void {
  const names = new Set<string>();
  for (const [i, claim] of (claims ?? []).entries()) {
    const place = `${path}[${i}]`;
    const { name = '', resourceClaimName: existing, resourceClaimTemplateName: template } = claim;
    if (name === '') problems.push(required(`${place}.name`));
    else if (names.has(name)) problems.push(duplicate(`${place}.name`, name));
    else matching(dnsLabelProblems)(name, `${place}.name`, problems);
    names.add(name);
    if (existing !== undefined && template !== undefined) {
      const detail = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      problems.push(invalid(place, claim, detail));
    }
    if (existing === undefined && template === undefined) {
      const detail = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      problems.push(invalid(place, claim, detail));
    }
    matching(dnsSubdomainProblems)(existing, `${place}.resourceClaimName`, problems);
    matching(dnsSubdomainProblems)(template, `${place}.resourceClaimTemplateName`, problems);
  }
}
