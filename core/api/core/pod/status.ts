import type { StrategyContext } from '#core/api/definition';
import type { Pod, PodCondition, PodExtendedResourceClaimStatus, PodSpec, PodStatus } from '#core/api/types';
import {
  addressProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  parseAddress,
  qualifiedNameProblems,
} from '#core/machinery/names';
import { duplicate, forbiddenField, internalField, invalid, type Problem, required } from '#core/machinery/status';
import { matching, unchanged } from '#core/machinery/validation';
import { annotationUpdateProblems } from './annotations.ts';
import { containerStatusProblems } from './container-status.ts';
import { judgedBy } from './judged.ts';
import { transitionProblems } from './transitions.ts';

const subdomain = matching(dnsSubdomainProblems);
const NOT_NEGATIVE = 'must be a non-negative integer';
const OWN_CONDITIONS = new Set(['PodScheduled', 'Ready', 'Initialized']);

function conditionProblems(conditions: readonly PodCondition[] | undefined, path: string, problems: Problem[]): void {
  for (const [i, { type, observedGeneration = 0 }] of (conditions ?? []).entries()) {
    const place = `${path}[${i}]`;
    if (observedGeneration < 0) {
      problems.push(invalid(`${place}.observedGeneration`, observedGeneration, NOT_NEGATIVE));
    }
    if (!OWN_CONDITIONS.has(type)) matching(qualifiedNameProblems)(type, `${place}.Type`, problems);
  }
}

function nominationProblems(next: PodStatus, old: PodStatus, spec: PodSpec, path: string, problems: Problem[]): void {
  const { nominatedNodeName: name = '' } = next;
  if (name === '' || name === old.nominatedNodeName) return;
  subdomain(name, path, problems);
  if ((spec.nodeName ?? '') === '') return;
  problems.push(forbiddenField(path, 'may not be set on pods that are already bound to a node'));
}

type Addresses = readonly { readonly ip?: string }[];

/** Addresses that were there may be odd; of each family there is at most one. */
function addressesProblems(next: Addresses = [], old: Addresses = [], path: string, problems: Problem[]): void {
  const known = new Set(old.map(({ ip }) => ip));
  for (const [i, { ip = '' }] of next.entries()) {
    if (!known.has(ip)) matching(addressProblems)(ip, `${path}[${i}]`, problems);
  }
  if (next.length < 2) return;
  const families = next.map(({ ip = '' }) => parseAddress(ip)?.family);
  const wrong = families.indexOf(undefined);
  if (wrong >= 0) {
    const why = `failed to check for dual stack with error:invalid IP[${wrong}]: ${next[wrong]!.ip ?? ''}`;
    problems.push(internalField(path, why));
  } else if (next.length === 2 && families[0] !== families[1]) return;
  problems.push(invalid(path, next, 'may specify no more than one IP for each IP family'));
}

function hostAddressProblems({ hostIP = '', hostIPs = [] }: PodStatus, old: PodStatus, problems: Problem[]): void {
  const path = 'status.hostIPs';
  const first = hostIPs[0]?.ip ?? '';
  if (hostIPs.length > 0 && first !== hostIP) {
    problems.push(invalid(`${path}[0].ip`, first, 'must be equal to `hostIP`'));
  }
  addressesProblems(hostIPs, old.hostIPs, path, problems);
}

function claimProblems({ resourceClaimStatuses }: PodStatus, spec: PodSpec, path: string, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, { name, resourceClaimName }] of (resourceClaimStatuses ?? []).entries()) {
    const place = `${path}[${i}]`;
    if (spec.resourceClaims?.some((claim) => claim.name === name) !== true) {
      const detail = 'must match the name of an entry in `spec.resourceClaims`';
      problems.push(invalid(`${place}.name`, name, detail));
    }
    if (seen.has(name)) problems.push(duplicate(`${place}.name`, name));
    seen.add(name);
    subdomain(resourceClaimName, `${place}.resourceClaimName`, problems);
  }
}

const NO_CONTAINER = 'must match the name of an entry in spec.initContainers.name or spec.containers.name';
const NO_RESOURCE =
  'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests';

/** The claim that was made for extended resources, and whose they are. */
function extendedClaimProblems(
  claim: PodExtendedResourceClaimStatus | undefined,
  spec: PodSpec,
  path: string,
  problems: Problem[],
): void {
  if (claim === undefined) return;
  const { requestMappings: mappings, resourceClaimName = '' } = claim;
  // What is required is null where nothing was given.
  const requestMappings = mappings ?? [];
  const containers = new Map([...(spec.initContainers ?? []), ...spec.containers].map((one) => [one.name, one]));
  const list = `${path}.requestMappings`;
  if (requestMappings.length === 0) problems.push(required(list, 'at least one request mapping is required'));
  const seen = new Set<string>();
  for (const [i, mapping] of requestMappings.entries()) {
    const { containerName, resourceName, requestName } = mapping;
    const place = `${list}[${i}]`;
    const container = containers.get(containerName);
    if (container === undefined) problems.push(invalid(`${place}.containerName`, containerName, NO_CONTAINER));
    else if (container.resources?.requests?.[resourceName] === undefined) {
      problems.push(invalid(`${place}.resourceName`, resourceName, NO_RESOURCE));
    }
    matching(dnsLabelProblems)(requestName, `${path}.requestName`, problems);
    const key = JSON.stringify([containerName, resourceName, requestName]);
    if (seen.has(key)) {
      for (const field of ['containerName', 'resourceName', 'requestName'] as const)
        problems.push(duplicate(`${place}.${field}`, mapping[field]));
    }
    seen.add(key);
  }
  if (resourceClaimName === '') problems.push(required(`${path}.resourceClaimName`));
  else subdomain(resourceClaimName, `${path}.resourceClaimName`, problems);
}

/** Upstream: pkg/apis/core/validation/validation.go (ValidatePodStatusUpdate). */
export function podStatusProblems(pod: Pod, old: Pod, gates: StrategyContext['gates']): readonly Problem[] {
  const problems: Problem[] = [];
  const [next, before] = [pod.status ?? {}, old.status ?? {}];
  const spec = old.spec!;
  annotationUpdateProblems(pod, old, judgedBy(gates, spec, pod.metadata), problems);
  conditionProblems(next.conditions, 'status.conditions', problems);
  nominationProblems(next, before, spec, 'status.nominatedNodeName', problems);
  const { observedGeneration = 0 } = next;
  if (observedGeneration < 0) {
    problems.push(invalid('status.observedGeneration', observedGeneration, NOT_NEGATIVE));
  }
  unchanged(next.qosClass, before.qosClass, 'status.qosClass', problems);
  transitionProblems(next, before, spec, problems);
  claimProblems(next, spec, 'status.resourceClaimStatuses', problems);
  extendedClaimProblems(next.extendedResourceClaimStatus, spec, 'status.extendedResourceClaimStatus', problems);
  addressesProblems(next.podIPs, before.podIPs, 'status.podIPs', problems);
  hostAddressProblems(next, before, problems);
  containerStatusProblems(next, spec, problems);
  return problems;
}
