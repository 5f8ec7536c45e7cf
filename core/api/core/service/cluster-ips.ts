import type { Service, ServiceSpec } from '#core/api/types';
import { addressProblems, parseAddress } from '#core/machinery/names';
import { duplicate, invalid, type Problem, required } from '#core/machinery/status';
import { matching, oneOf } from '#core/machinery/validation';

const PATH = 'spec.clusterIPs';
const NONE = 'None';

export const isHeadless = ({ spec }: Service): boolean => spec?.clusterIPs?.length === 1 && spec.clusterIPs[0] === NONE;

const isExternalName = ({ spec }: Service): boolean => spec?.type === 'ExternalName';

/** The address and the first of the list are the same, or neither is given. */
function firstProblems({ clusterIP = '', clusterIPs = [] }: ServiceSpec, problems: Problem[]): void {
  if (clusterIP === '') {
    if (clusterIPs.length === 0) return;
    problems.push(invalid(PATH, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIPs.length === 0) problems.push(required(PATH));
  else if (clusterIPs[0] !== clusterIP) problems.push(invalid(PATH, clusterIPs, 'first value must match `clusterIP`'));
}

function familyProblems({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec, problems: Problem[]): void {
  for (const [i, family] of ipFamilies.entries()) {
    oneOf('IPv4', 'IPv6')(family, `spec.ipFamilies[${i}]`, problems);
    if (ipFamilies.indexOf(family) < i) problems.push(duplicate(`spec.ipFamilies[${i}]`, family));
  }
  oneOf('PreferDualStack', 'RequireDualStack', 'SingleStack')(ipFamilyPolicy, 'spec.ipFamilyPolicy', problems);
}

/** Upstream: pkg/apis/core/validation/validation.go (ValidateServiceClusterIPsRelatedFields). */
export function clusterAddressProblems(service: Service, old: Service | undefined, problems: Problem[]): void {
  const { spec } = service;
  if (spec === undefined || isExternalName(service)) return;
  firstProblems(spec, problems);
  familyProblems(spec, problems);
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const known = old?.spec?.clusterIPs ?? [];
  let isWrong = false;
  for (const [i, ip] of clusterIPs.entries()) {
    const before = problems.length;
    if (i > 0 || ip !== NONE) {
      if (!known.includes(ip)) matching(addressProblems)(ip, `${PATH}[${i}]`, problems);
    } else if (clusterIPs.length > 1)
      problems.push(invalid(PATH, clusterIPs, "'None' must be the first and only value"));
    isWrong ||= problems.length > before;
  }
  if (clusterIPs.length > 2) problems.push(invalid(PATH, clusterIPs, 'may only hold up to 2 values'));
  if (isWrong) return;
  const families = clusterIPs.map((ip) => parseAddress(ip)?.family);
  if (families.length > 1 && new Set(families).size < 2) {
    problems.push(invalid(PATH, clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  for (const [i, family] of families.entries()) {
    const wanted = ipFamilies[i];
    if (family === undefined || wanted === undefined || wanted === `IPv${family}`) continue;
    const detail = `expected an ${wanted} value as indicated by \`ipFamilies[${i}]\``;
    problems.push(invalid(`${PATH}[${i}]`, clusterIPs[i], detail));
  }
}

const FIXED = 'may not change once set';
const toRelease = (what: string) => `must be set to 'SingleStack' when releasing the secondary ${what}`;

/** Of each family there is one; the second may come and go, the first stays. */
function listProblems(
  lists: readonly [next: readonly string[], old: readonly string[]],
  { ipFamilyPolicy }: ServiceSpec,
  what: { readonly name: string; readonly first: (problem: string, i: number) => Problem; readonly isUnset: boolean },
  problems: Problem[],
): void {
  const [next, old] = lists;
  if (next.length === old.length) {
    for (const [i, one] of old.entries()) if (one !== next[i]) problems.push(what.first(FIXED, i));
    return;
  }
  const isLess = next.length < old.length;
  if (isLess && what.isUnset) problems.push(what.first(`primary ${what.name} can not be unset`, 0));
  if (old.length > 0 && next.length > 0 && next[0] !== old[0]) problems.push(what.first(FIXED, 0));
  if (isLess && next.length === 1 && ipFamilyPolicy !== 'SingleStack') {
    problems.push(invalid('spec.ipFamilyPolicy', ipFamilyPolicy, toRelease(what.name)));
  }
}

/** Upstream: pkg/apis/core/validation/validation.go (validateUpgradeDowngradeClusterIPs, validateUpgradeDowngradeIPFamilies). */
export function clusterAddressChangeProblems(next: Service, old: Service, problems: Problem[]): void {
  const [after, before] = [next.spec ?? {}, old.spec ?? {}];
  if (isExternalName(next) || isExternalName(old)) return;
  const ips = after.clusterIPs ?? [];
  const isUnset = ips.length === 0;
  if (!isHeadless(next) || !isHeadless(old)) {
    const first = (detail: string, i: number) => invalid(`${PATH}[${i}]`, ips, detail);
    const what = { name: 'clusterIP', first, isUnset };
    listProblems([ips, before.clusterIPs ?? []], after, what, problems);
  }
  if (!isHeadless(next) && !isHeadless(old)) {
    const first = (detail: string) => invalid('spec.ipFamilies[0]', after.ipFamilies, detail);
    const what = { name: 'ipFamily', first, isUnset };
    listProblems([after.ipFamilies ?? [], before.ipFamilies ?? []], after, what, problems);
  }
}
