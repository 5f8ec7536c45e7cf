import type { PodResourceClaim } from '#core/api/types';
import { dnsLabelProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { duplicate, forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';
import { isMirror } from './annotations.ts';
import type { Judged } from './judged.ts';

const AT_MOST_ONE = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
const ONE_OF = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';

/** The claims to devices that a pod's containers may use. Upstream: pkg/apis/core/validation/validation.go (validatePodResourceClaims). */
export function resourceClaimProblems(
  claims: readonly PodResourceClaim[] | undefined,
  { pod }: Judged,
  path: string,
  problems: Problem[],
): void {
  const names = new Set<string>();
  for (const [i, claim] of (claims ?? []).entries()) {
    if (isMirror(pod)) {
      problems.push(forbiddenField('', 'static pods do not support resource claims'));
      continue;
    }
    const place = `${path}[${i}]`;
    const { name = '', resourceClaimName: existing, resourceClaimTemplateName: template } = claim;
    if (name === '') problems.push(required(`${place}.name`));
    else if (names.has(name)) problems.push(duplicate(`${place}.name`, name));
    else matching(dnsLabelProblems)(name, `${place}.name`, problems);
    names.add(name);
    if (existing !== undefined && template !== undefined) problems.push(invalid(place, claim, AT_MOST_ONE));
    if (existing === undefined && template === undefined) problems.push(invalid(place, claim, ONE_OF));
    matching(dnsSubdomainProblems)(existing, `${place}.resourceClaimName`, problems);
    matching(dnsSubdomainProblems)(template, `${place}.resourceClaimTemplateName`, problems);
  }
}
