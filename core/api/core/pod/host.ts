import type { HostAlias, PodSpec } from '#core/api/types';
import { addressProblems, byteLength, dnsSubdomainProblems } from '#core/machinery/names';
import { forbiddenField, invalid, type Problem, tooLong } from '#core/machinery/status';
import { at, each, matching } from '#core/machinery/validation';
import type { Judged } from './judged.ts';

/** A pod on the node's network has the node's ports; one that is yet to be made from a template gets them then. */
export function hostNetworkProblems(spec: PodSpec, { pod }: Judged, path: string, problems: Problem[]): void {
  if (spec.hostNetwork !== true) return;
  for (const [i, { ports = [] }] of (spec.containers ?? []).entries()) {
    for (const [j, { containerPort, hostPort = 0 }] of ports.entries()) {
      if (hostPort === containerPort || (pod === undefined && hostPort === 0)) continue;
      const place = `${path}.containers[${i}].ports[${j}].hostPort`;
      problems.push(invalid(place, hostPort, 'must match `containerPort` when `hostNetwork` is true'));
    }
  }
}

/** User namespaces of its own do not go with the node's namespaces. */
export function hostUserProblems(spec: PodSpec, judged: Judged, path: string, problems: Problem[]): void {
  if (spec.hostUsers !== false) return;
  const refuse = (field: string) => problems.push(forbiddenField(`${path}.${field}`, 'when `hostUsers` is false'));
  if (spec.hostNetwork === true && !judged.userNamespacesOnHostNetwork) refuse('hostNetwork');
  // These two paths start with a capital, as clients have always seen them.
  if (spec.hostPID === true) refuse('HostPID');
  if (spec.hostIPC === true) refuse('HostIPC');
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [i, { volumeDevices = [] }] of (spec[list] ?? []).entries()) {
      if (volumeDevices.length > 0) refuse(`${list}[${i}].volumeDevices`);
    }
  }
}

/** The longest name that Linux takes for a host. */
const MAX_HOST_NAME = 64;

/** A name that the pod gives itself. Upstream: pkg/apis/core/validation/validation.go (validatePodHostName). */
export function hostNameProblems(spec: PodSpec, path: string, problems: Problem[]): void {
  const { hostnameOverride: name, setHostnameAsFQDN, hostNetwork } = spec;
  if (name === undefined) return;
  const place = `${path}.hostnameOverride`;
  if (setHostnameAsFQDN === true) {
    problems.push(forbiddenField(place, 'may not be specified when setHostnameAsFQDN is true'));
  }
  if (hostNetwork === true) problems.push(forbiddenField(place, 'may not be specified when hostNetwork is true'));
  if (byteLength(name) > MAX_HOST_NAME) problems.push(tooLong(place, MAX_HOST_NAME));
  matching(dnsSubdomainProblems)(name, place, problems);
}

/** Lines of the pod's `/etc/hosts`. */
export const hostAliases = each<HostAlias>(
  at('ip', matching(addressProblems)),
  at('hostnames', each(matching(dnsSubdomainProblems))),
);
