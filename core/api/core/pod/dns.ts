import type { PodDNSConfig, PodSpec } from '#core/api/types';
import { addressProblems, dnsSubdomainWithUnderscoreProblems } from '#core/machinery/names';
import { invalid, type Problem, required } from '#core/machinery/status';
import { at, each, matching, type Rules } from '#core/machinery/validation';

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_TEXT = 2048;

const config: Rules<PodDNSConfig> = [
  at('nameservers', (servers = [], path, problems) => {
    if (servers.length <= MAX_NAMESERVERS) return;
    problems.push(invalid(path, servers, `must not have more than ${MAX_NAMESERVERS} nameservers`));
  }),
  at('nameservers', each(matching(addressProblems))),
  at('searches', (searches = [], path, problems) => {
    if (searches.length > MAX_SEARCHES) {
      problems.push(invalid(path, searches, `must not have more than ${MAX_SEARCHES} search paths`));
    }
    if (searches.join(' ').length > MAX_SEARCH_TEXT) {
      const detail = `must not have more than ${MAX_SEARCH_TEXT} characters (including spaces) in the search list`;
      problems.push(invalid(path, searches, detail));
    }
  }),
  at(
    'searches',
    each((search, path, problems) => {
      // The root itself; other names may end with it.
      if (search === '.') return;
      matching(dnsSubdomainWithUnderscoreProblems)(search.replace(/\.$/, ''), path, problems);
    }),
  ),
  at(
    'options',
    each(({ name = '' }, path, problems) => {
      if (name === '') problems.push(required(path, 'must not be empty'));
    }),
  ),
];

/** Where a pod asks for names. Upstream: pkg/apis/core/validation/validation.go (validatePodDNSConfig). */
export function dnsProblems({ dnsPolicy, dnsConfig }: PodSpec, path: string, problems: Problem[]): void {
  if (dnsPolicy === 'None' && dnsConfig === undefined) {
    problems.push(required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'));
  } else if (dnsPolicy === 'None' && (dnsConfig?.nameservers?.length ?? 0) === 0) {
    const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    problems.push(required(`${path}.nameservers`, detail));
  } else if (dnsConfig !== undefined) for (const rule of config) rule(dnsConfig, path, problems);
}
