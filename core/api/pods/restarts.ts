import type { Container, ContainerRestartRule, PodSpec } from '#core/api/types/core/v1';

const matches = ({ exitCodes }: ContainerRestartRule, exitCode: number): boolean =>
  exitCodes !== undefined && (exitCodes.values ?? []).includes(exitCode) === (exitCodes.operator === 'In');

/** The container's own rule for this end; rules count only where it has a policy of its own. */
export const restartRule = (container: Container, exitCode: number): ContainerRestartRule | undefined =>
  container.restartPolicy === undefined
    ? undefined
    : container.restartPolicyRules?.find((one) => matches(one, exitCode));

/**
 * Whether a container that ended with `exitCode` is to run again: its own rules first, then its own policy, then the pod's.
 * Upstream: pkg/api/v1/pod/util.go (ContainerShouldRestart).
 */
export function restartsAfter(container: Container, spec: PodSpec, exitCode: number): boolean {
  if (restartRule(container, exitCode)?.action.startsWith('Restart') === true) return true;
  switch (container.restartPolicy ?? spec.restartPolicy) {
    case 'Never':
      return false;
    case 'OnFailure':
      return exitCode !== 0;
    default:
      return true;
  }
}
