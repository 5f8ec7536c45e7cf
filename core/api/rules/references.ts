import { dnsSubdomainProblems, formProblem, pathSegmentProblems } from '#core/machinery/names';
import { invalid, type Problem, required } from '#core/machinery/status';

/** A name that may stand between two slashes of a path, and must be there. */
export function segmentProblems(value: string | null | undefined, path: string, problems: Problem[]): void {
  if ((value ?? '') === '') problems.push(required(path));
  else for (const detail of pathSegmentProblems(value!, false)) problems.push(invalid(path, value, detail));
}

export function subdomainProblems(value: string | null | undefined, path: string, problems: Problem[]): void {
  if (value !== undefined && value !== null)
    for (const detail of dnsSubdomainProblems(value)) problems.push(invalid(path, value, detail));
}

const PATH_FORM = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const wholePath = new RegExp(`^${PATH_FORM}$`);

/** `acme.io/foo`. Upstream: apimachinery/pkg/util/validation/validation.go (IsDomainPrefixedPath). */
export function domainPrefixedPathProblems(value: string, path: string, problems: Problem[]): void {
  if (value === '') {
    problems.push(required(path));
    return;
  }
  const slash = value.indexOf('/');
  const host = value.slice(0, Math.max(slash, 0));
  const rest = value.slice(slash + 1);
  if (slash < 0 || host === '' || rest === '') {
    problems.push(invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")'));
    return;
  }
  for (const detail of dnsSubdomainProblems(host)) problems.push(invalid(path, host, detail));
  if (!wholePath.test(rest)) problems.push(invalid(path, rest, formProblem('Invalid path', PATH_FORM)));
}
