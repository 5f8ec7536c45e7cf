import type { IPAddress, ServiceCIDR } from '#core/api/types';
import { sameJson } from '#core/base';
import { dnsSubdomainProblems, parseRange, pathSegmentProblems, strictRangeProblems } from '#core/machinery/names';
import { invalid, type Problem, required } from '#core/machinery/status';

const PARENT = 'spec.parentRef';

/** Upstream: pkg/apis/networking/validation/validation.go. */
export function addressProblems({ spec }: IPAddress): Problem[] {
  const parent = spec?.parentRef;
  if (parent === undefined || parent === null) return [required(PARENT)];
  const { group, resource, namespace, name } = parent;
  const problems: Problem[] = [];
  const check = (field: string, value: string, rule: (text: string) => readonly string[]) => {
    for (const why of rule(value)) problems.push(invalid(`${PARENT}.${field}`, value, why));
  };
  const segment = (text: string) => pathSegmentProblems(text, false);
  if (group) check('group', group, dnsSubdomainProblems);
  if (resource) check('resource', resource, segment);
  else problems.push(required(`${PARENT}.resource`));
  if (name) check('name', name, segment);
  else problems.push(required(`${PARENT}.name`));
  if (namespace) check('namespace', namespace, segment);
  return problems;
}

export const addressUpdateProblems = (next: IPAddress, old: IPAddress): Problem[] =>
  sameJson(next.spec?.parentRef, old.spec?.parentRef)
    ? addressProblems(next)
    : [...addressProblems(next), invalid(PARENT, next.spec?.parentRef, 'field is immutable')];

const CIDRS = 'spec.cidrs';

export function rangeProblemsOf({ spec }: ServiceCIDR): Problem[] {
  const cidrs = spec?.cidrs ?? [];
  if (cidrs.length === 0) return [required(CIDRS, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalid(CIDRS, spec, 'may only hold up to 2 values')];
  const problems = cidrs.flatMap((cidr, i) =>
    strictRangeProblems(cidr).map((why) => invalid(`${CIDRS}[${i}]`, cidr, why)),
  );
  const [first, second] = cidrs.map((cidr) => parseRange(cidr)?.address.family);
  if (first !== undefined && first === second) {
    const why = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    problems.push(invalid(CIDRS, cidrs, why));
  }
  return problems;
}

/** Ranges are for life; a second family may be added. */
export function rangeUpdateProblems(next: ServiceCIDR, old: ServiceCIDR): Problem[] {
  const [after, before] = [next.spec?.cidrs ?? [], old.spec?.cidrs ?? []];
  const grows = before.length === 1 && after.length === 2;
  if (after.length !== before.length && !grows) {
    return [invalid(CIDRS, next.spec?.cidrs ?? null, 'field is immutable')];
  }
  const changed = before.flatMap((cidr, i) =>
    after[i] === cidr ? [] : [invalid(`${CIDRS}[${i}]`, after[i], 'field is immutable')],
  );
  return grows ? [...changed, ...rangeProblemsOf(next)] : changed;
}
