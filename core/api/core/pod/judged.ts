import type { StrategyContext } from '#core/api/definition';
import type { ObjectMeta, PodSpec } from '#core/api/types';

/**
 * As what a pod's spec is judged: where it stands, and what more is allowed because a gate is open or the stored spec has it.
 * Upstream: pkg/api/pod/util.go (GetValidationOptionsFromPodSpecAndMeta).
 */
export interface Judged {
  /** The pod's own metadata; absent where the spec stands in a template. What looks into it is named by `looksAtPod`. */
  readonly pod?: ObjectMeta;
  /** Tolerations may say `Lt` and `Gt`. */
  readonly comparesTolerations: boolean;
  /** A pod on the node's network may have user namespaces of its own. */
  readonly userNamespacesOnHostNetwork: boolean;
  readonly seLinuxChangePolicies: readonly string[];
}

const compares = ({ tolerations }: PodSpec): boolean =>
  tolerations?.some(({ operator }) => operator === 'Lt' || operator === 'Gt') === true;
const namespacesOnHostNetwork = ({ hostNetwork, hostUsers }: PodSpec): boolean =>
  hostNetwork === true && hostUsers === false;

/** Whether what is wrong with the spec depends on whose it is: names of claims that are made, and devices, which static pods may not have. */
export const looksAtPod = ({ volumes, resourceClaims }: PodSpec): boolean =>
  resourceClaims !== undefined || volumes?.some(({ ephemeral }) => ephemeral !== undefined) === true;

export function judgedBy(gates: StrategyContext['gates'], old: PodSpec | undefined, pod?: ObjectMeta): Judged {
  const allows = (gate: string, inUse: (spec: PodSpec) => boolean): boolean =>
    gates.enabled(gate) || (old !== undefined && inUse(old));
  const hasPolicy = ({ securityContext }: PodSpec): boolean => securityContext?.seLinuxChangePolicy !== undefined;
  return {
    ...(pod === undefined ? {} : { pod }),
    comparesTolerations: allows('TaintTolerationComparisonOperators', compares),
    userNamespacesOnHostNetwork: allows('UserNamespacesHostNetworkSupport', namespacesOnHostNetwork),
    seLinuxChangePolicies: allows('SELinuxMount', hasPolicy) ? ['MountOption', 'Recursive'] : ['Recursive'],
  };
}
