import { invalid, type Problem } from '#core/machinery/status';
import { clusterAddressProblems } from './address-problems.ts';
import {
  type Family,
  familyOf,
  hasSelector,
  isExternalName,
  NONE,
  otherFamily,
  refused,
  sameStrings,
  type ServiceChange,
  type Spec,
} from './service.ts';

const POLICY = 'spec.ipFamilyPolicy';

/**
 * Fills in the families and their policy. `configured` are the cluster's, the default first. Throws a StatusError (422).
 * Upstream: pkg/registry/core/service/storage/alloc.go.
 */
export function withFamilies({ name, spec, old }: ServiceChange, configured: readonly Family[]): Spec {
  if (isExternalName(spec) || repeatsPreferDualStack(spec, old)) return spec;
  const headlessBare = spec.clusterIP === NONE && !hasSelector(spec);
  const policy = spec.ipFamilyPolicy ?? old?.ipFamilyPolicy ?? (headlessBare ? 'RequireDualStack' : 'SingleStack');
  let next: Spec = spec.ipFamilyPolicy === policy ? spec : { ...spec, ipFamilyPolicy: policy };
  check(name, clusterAddressProblems(next, old));

  const problems: Problem[] = [];
  if (old !== undefined) next = reduced(next, old, problems);
  if (policy === 'SingleStack') {
    const must = (what: string) =>
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
    if (next.clusterIPs?.length === 2) problems.push(invalid(POLICY, policy, must('cluster IPs')));
    if (next.ipFamilies?.length === 2) problems.push(invalid(POLICY, policy, must('IP families')));
  }
  next = familiesOfAddresses(next, configured, problems);
  check(name, problems);

  const [first = 'IPv4'] = configured;
  if (headlessBare) {
    const families = next.ipFamilies?.length ? next.ipFamilies : [first];
    const both =
      families.length < 2 && policy !== 'SingleStack' ? [...families, otherFamily(families[0] as Family)] : families;
    return { ...next, ipFamilies: both };
  }
  if (policy === 'RequireDualStack' && configured.length < 2) {
    problems.push(invalid(POLICY, policy, 'this cluster is not configured for dual-stack services'));
  }
  (next.ipFamilies ?? []).forEach((family, i) => {
    if (!configured.includes(family as Family))
      problems.push(invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'));
  });
  check(name, problems);
  const families = next.ipFamilies?.length ? next.ipFamilies : [first];
  const second = policy !== 'SingleStack' && families.length === 1 && configured.length === 2;
  const all = second ? [...families, otherFamily(families[0] as Family)] : families;
  return sameStrings(all, next.ipFamilies) ? next : { ...next, ipFamilies: all };
}

function check(name: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw refused(name, problems);
}

/** An update that says again what a PreferDualStack Service already is changes nothing, whatever the cluster has become. */
function repeatsPreferDualStack(spec: Spec, old: Spec | undefined): boolean {
  return (
    old !== undefined &&
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (old.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    old.type === spec.type &&
    sameStrings(old.clusterIPs, spec.clusterIPs) &&
    sameStrings(old.ipFamilies, spec.ipFamilies)
  );
}

/** To give the second family up, it suffices to become SingleStack; nothing else gives it up. */
function reduced(spec: Spec, old: Spec, problems: Problem[]): Spec {
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy = '' } = spec;
  if (ipFamilyPolicy === 'SingleStack') {
    const addresses = clusterIPs.length > 1 && sameStrings(old.clusterIPs, clusterIPs);
    const families = ipFamilies.length > 1 && sameStrings(old.ipFamilies, ipFamilies);
    return {
      ...spec,
      ...(addresses ? { clusterIPs: clusterIPs.slice(0, 1) } : {}),
      ...(families ? { ipFamilies: ipFamilies.slice(0, 1) } : {}),
    };
  }
  if (clusterIPs.length > 0 && clusterIPs.length < (old.clusterIPs?.length ?? 0)) {
    problems.push(invalid(POLICY, ipFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP"));
  }
  if (ipFamilies.length > 0 && ipFamilies.length < (old.ipFamilies?.length ?? 0)) {
    problems.push(invalid(POLICY, ipFamilyPolicy, "must be 'SingleStack' to release the secondary IP family"));
  }
  return spec;
}

/** Addresses that were asked for say their families. */
function familiesOfAddresses(spec: Spec, configured: readonly Family[], problems: Problem[]): Spec {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  if (clusterIPs[0] === NONE) return spec;
  const families = [...ipFamilies];
  for (let i = families.length; i < clusterIPs.length; i++) {
    const family = familyOf(clusterIPs[i]!);
    if (configured.includes(family)) families.push(family);
    else problems.push(invalid(`spec.clusterIPs[${i}]`, clusterIPs, `${family} is not configured on this cluster`));
  }
  return families.length === ipFamilies.length ? spec : { ...spec, ipFamilies: families };
}
