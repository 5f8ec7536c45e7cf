import type { Container, ContainerStatus, PodSpec, PodStatus, ResourceStatus } from '#core/api/types';
import { byteLength } from '#core/machinery/names';
import {
  duplicate,
  forbiddenField,
  invalid,
  notSupported,
  type Problem,
  required,
  tooLong,
} from '#core/machinery/status';
import { each } from '#core/machinery/validation';
import { idOfUser } from './security.ts';

function userProblems({ user }: ContainerStatus, os: string, path: string, problems: Problem[]): void {
  const linux = user?.linux;
  if (linux === undefined) return;
  if (os === 'windows') problems.push(forbiddenField(path, 'cannot be set for a windows pod'));
  if (os !== 'linux') return;
  idOfUser(linux.uid, `${path}.uid`, problems);
  idOfUser(linux.gid, `${path}.gid`, problems);
  each(idOfUser)(linux.supplementalGroups, `${path}.supplementalGroups`, problems);
}

const HEALTH = ['Healthy', 'Unhealthy', 'Unknown'];
const MAX_MESSAGE = 1024;
const CLAIM = 'claim:';
const NO_CLAIM =
  "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";
const NO_REQUEST = "must match one of the container's resource requests";

/** A resource that is told of is one that the container asked for. */
function askedProblems(name: string, { resources }: Container, path: string, problems: Problem[]): void {
  const { requests = {}, claims = [] } = resources ?? {};
  const isClaim = name.startsWith(CLAIM);
  const known = isClaim
    ? claims.some((claim) => `${CLAIM}${claim.name}${claim.request ? `/${claim.request}` : ''}` === name)
    : Object.hasOwn(requests, name);
  if (!known) problems.push(invalid(path, name, isClaim ? NO_CLAIM : NO_REQUEST));
}

function healthProblems({ resources }: ResourceStatus, path: string, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, { health = '', message, resourceID }] of (resources ?? []).entries()) {
    const place = `${path}[${i}]`;
    if (!HEALTH.includes(health)) problems.push(notSupported(`${place}.health`, health, HEALTH));
    if (message === '') problems.push(required(`${place}.message`, 'must be non-empty if specified'));
    else if (message !== undefined && byteLength(message) > MAX_MESSAGE) {
      problems.push(tooLong(`${place}.message`, MAX_MESSAGE));
    }
    if (seen.has(resourceID)) problems.push(duplicate(`${place}.resourceID`, resourceID));
    seen.add(resourceID);
  }
}

function allocatedProblems(
  { name, allocatedResourcesStatus }: ContainerStatus,
  containers: readonly Container[] | undefined,
  path: string,
  problems: Problem[],
): void {
  const container = containers?.find((one) => one.name === name);
  for (const [i, resource] of (allocatedResourcesStatus ?? []).entries()) {
    // The status of a container that is not known is let be.
    if (container !== undefined) askedProblems(resource.name, container, `${path}[${i}].name`, problems);
    healthProblems(resource, `${path}[${i}].resources`, problems);
  }
}

const LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/** What nodes say of single containers. Upstream: pkg/apis/core/validation/validation.go (validateContainerStatusUsers and what follows it). */
export function containerStatusProblems(status: PodStatus, spec: PodSpec, problems: Problem[]): void {
  const os: string = spec.os?.name ?? 'linux';
  for (const list of LISTS) {
    for (const [i, one] of (status[list] ?? []).entries()) {
      userProblems(one, os, `status.${list}[${i}].user.linux`, problems);
    }
  }
  const containers = { containerStatuses: spec.containers, initContainerStatuses: spec.initContainers };
  for (const list of LISTS) {
    for (const [i, one] of (status[list] ?? []).entries()) {
      const path = `status.${list}[${i}].allocatedResourcesStatus`;
      if (list !== 'ephemeralContainerStatuses') allocatedProblems(one, containers[list], path, problems);
      else if ((one.allocatedResourcesStatus?.length ?? 0) > 0) {
        problems.push(forbiddenField(path, 'must not be specified in container status'));
      }
    }
  }
}
