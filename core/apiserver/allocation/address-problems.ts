import { addressProblems } from '#core/machinery/names';
import { duplicate, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { familyOf, isExternalName, isHeadless, NONE, type Spec } from './service.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** What is wrong among clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy, looked at before anything is allocated. Upstream: pkg/apis/core/validation/validation.go. */
export function clusterAddressProblems(spec: Spec, old: Spec | undefined): readonly Problem[] {
  if (isExternalName(spec)) return [];
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const path = 'spec.clusterIPs';
  const problems: Problem[] = [];
  if (clusterIP === '') {
    if (clusterIPs.length > 0)
      problems.push(invalid(path, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIPs.length === 0) problems.push(required(path));
  else if (clusterIPs[0] !== clusterIP) problems.push(invalid(path, clusterIPs, 'first value must match `clusterIP`'));

  ipFamilies.forEach((family, i) => {
    if (!FAMILIES.includes(family)) problems.push(notSupported(`spec.ipFamilies[${i}]`, family, FAMILIES));
    if (ipFamilies.indexOf(family) < i) problems.push(duplicate(`spec.ipFamilies[${i}]`, family));
  });
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy)) {
    problems.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, POLICIES));
  }

  const before = problems.length;
  clusterIPs.forEach((address, i) => {
    if (i === 0 && address === NONE) {
      if (clusterIPs.length > 1) problems.push(invalid(path, clusterIPs, "'None' must be the first and only value"));
    } else if (!old?.clusterIPs?.includes(address)) {
      for (const why of addressProblems(address)) problems.push(invalid(`${path}[${i}]`, address, why));
    }
  });
  const wrongAddresses = problems.length > before;
  if (clusterIPs.length > 2) problems.push(invalid(path, clusterIPs, 'may only hold up to 2 values'));
  if (wrongAddresses) return problems;

  if (clusterIPs.length > 1 && new Set(clusterIPs.map(familyOf)).size < 2) {
    problems.push(invalid(path, clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  if (isHeadless(spec)) return problems;
  clusterIPs.forEach((address, i) => {
    const family = ipFamilies[i];
    if (family !== undefined && FAMILIES.includes(family) && familyOf(address) !== family) {
      problems.push(
        invalid(`${path}[${i}]`, address, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``),
      );
    }
  });
  return problems;
}
