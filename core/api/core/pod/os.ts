import type { PodSpec } from '#core/api/types';
import { forbiddenField, notSupported, type Problem, required } from '#core/machinery/status';
import { everyContainer } from './every-container.ts';

/** What means nothing on Windows: of the pod, of its security context, of a container's. In the order in which it is refused. */
const ONLY_LINUX = {
  pod: [
    'securityContext.appArmorProfile',
    'securityContext.seLinuxOptions',
    'hostUsers',
    'hostPID',
    'hostIPC',
    'securityContext.seccompProfile',
    'securityContext.fsGroup',
    'securityContext.fsGroupChangePolicy',
    'securityContext.sysctls',
    'shareProcessNamespace',
    'securityContext.runAsUser',
    'securityContext.runAsGroup',
    'securityContext.supplementalGroups',
    'securityContext.supplementalGroupsPolicy',
    'securityContext.seLinuxChangePolicy',
  ],
  container: [
    'securityContext.appArmorProfile',
    'securityContext.seLinuxOptions',
    'securityContext.seccompProfile',
    'securityContext.capabilities',
    'securityContext.readOnlyRootFilesystem',
    'securityContext.privileged',
    'securityContext.allowPrivilegeEscalation',
    'securityContext.procMount',
    'securityContext.runAsUser',
    'securityContext.runAsGroup',
  ],
} as const;
const ONLY_WINDOWS = ['securityContext.windowsOptions'] as const;

/** Flags that are off, and lists without items, are as good as not there. */
const AS_GOOD_AS_ABSENT: Readonly<Record<string, (value: unknown) => boolean>> = {
  hostPID: (value) => value === false,
  hostIPC: (value) => value === false,
  'securityContext.sysctls': (value) => Array.isArray(value) && value.length === 0,
};

function given(holder: object, field: string): boolean {
  const value = field
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], holder);
  return value !== undefined && AS_GOOD_AS_ABSENT[field]?.(value) !== true;
}

function forbid(holder: object, fields: readonly string[], detail: string, path: string, problems: Problem[]): void {
  for (const field of fields) {
    if (given(holder, field)) problems.push(forbiddenField(`${path}.${field}`, detail));
  }
}

/** The system that a pod runs on. Upstream: pkg/apis/core/validation/validation.go (validateOS, validateLinux, validateWindows). */
export function osProblems(spec: PodSpec, path: string, problems: Problem[]): void {
  if (spec.os === undefined) return;
  const name: string = spec.os.name ?? '';
  if (name === '') problems.push(required(`${path}.os.name`));
  else if (name !== 'linux' && name !== 'windows') {
    problems.push(notSupported(`${path}.os`, name, ['linux', 'windows']));
  } else {
    const isLinux = name === 'linux';
    const detail = isLinux ? 'windows options cannot be set for a linux pod' : 'cannot be set for a windows pod';
    forbid(spec, isLinux ? ONLY_WINDOWS : ONLY_LINUX.pod, detail, path, problems);
    for (const [container, place] of everyContainer(spec, path)) {
      forbid(container, isLinux ? ONLY_WINDOWS : ONLY_LINUX.container, detail, place, problems);
    }
  }
}
