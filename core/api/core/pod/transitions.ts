import { restartsAfter } from '#core/api/pods';
import type { Container, ContainerStatus, PodSpec, PodStatus } from '#core/api/types';
import { forbiddenField, type Problem } from '#core/machinery/status';

type Statuses = readonly ContainerStatus[] | undefined;

/** What ended and may not run again stays ended. */
function endedProblems(
  next: Statuses,
  old: Statuses,
  path: string,
  mayRunAgain: (name: string, exitCode: number) => boolean,
  problems: Problem[],
): void {
  for (const [i, { name, state }] of (old ?? []).entries()) {
    const { terminated } = state ?? {};
    if (terminated === undefined) continue;
    const after = next?.find((one) => one.name === name && one.state?.terminated === undefined);
    if (after === undefined || mayRunAgain(name, terminated.exitCode)) continue;
    problems.push(forbiddenField(`${path}[${i}].state`, 'may not be transitioned to non-terminated state'));
  }
}

const restartsAll = ({ containers, initContainers = [] }: PodSpec): boolean =>
  [...containers, ...initContainers].some(
    ({ restartPolicyRules }) => restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers') === true,
  );

/** Upstream: pkg/apis/core/validation/validation.go (ValidateContainerStateTransition and its kin). */
export function transitionProblems(next: PodStatus, old: PodStatus, spec: PodSpec, problems: Problem[]): void {
  const restarts = (containers: readonly Container[] | undefined) => (name: string, exitCode: number) => {
    const container = containers?.find((one) => one.name === name);
    return container !== undefined && restartsAfter(container, spec, exitCode);
  };
  if (!restartsAll(spec)) {
    for (const [field, containers] of [
      ['containerStatuses', spec.containers],
      ['initContainerStatuses', spec.initContainers],
    ] as const) {
      endedProblems(next[field], old[field], `status.${field}`, restarts(containers), problems);
    }
  }
  const field = 'ephemeralContainerStatuses';
  endedProblems(next[field], old[field], `status.${field}`, () => false, problems);
}
