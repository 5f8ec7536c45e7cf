import type { AppArmorProfile, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext } from '#core/api/types';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { oneOf, range, type Rule } from '#core/machinery/validation';

const MAX_ID = 2 ** 31 - 1;
const id = range(0, MAX_ID);

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

const profile =
  (types: readonly string[]): Rule<Profile | undefined> =>
  (value, path, problems) => {
    if (value === undefined) return;
    const { type, localhostProfile } = value;
    if (type === '') problems.push(required(`${path}.type`, 'type is required when profile is set'));
    else if (!types.includes(type)) problems.push(notSupported(`${path}.type`, type, types));
    else if (type === 'Localhost') {
      if ((localhostProfile ?? '') === '') {
        problems.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
      }
    } else if (localhostProfile !== undefined) {
      problems.push(
        invalid(`${path}.localhostProfile`, localhostProfile, 'can only be set when seccomp type is Localhost'),
      );
    }
  };

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const seccomp: Rule<SeccompProfile | undefined> = profile(TYPES);
const appArmor: Rule<AppArmorProfile | undefined> = profile(TYPES);

const hostUsers = (spec: PodSpec): boolean => spec.hostUsers !== false;

/** Of one container. */
export function securityProblems(
  context: SecurityContext | undefined,
  spec: PodSpec,
  path: string,
  problems: Problem[],
): void {
  if (context === undefined) return;
  const { privileged, allowPrivilegeEscalation, capabilities, procMount } = context;
  id(context.runAsUser, `${path}.runAsUser`, problems);
  id(context.runAsGroup, `${path}.runAsGroup`, problems);
  oneOf('Default', 'Unmasked')(procMount, `${path}.procMount`, problems);
  if (procMount === 'Unmasked' && hostUsers(spec)) {
    problems.push(invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
  }
  seccomp(context.seccompProfile, `${path}.seccompProfile`, problems);
  if (allowPrivilegeEscalation === false) {
    if (privileged === true) {
      problems.push(invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    }
    if (capabilities?.add?.includes('CAP_SYS_ADMIN') === true) {
      problems.push(
        invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'),
      );
    }
  }
  appArmor(context.appArmorProfile, `${path}.appArmorProfile`, problems);
}

const sysctlSegment = /^[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
/** As the kernel names its settings, with dots or slashes between segments. */
const isSysctlName = (name: string): boolean => name.split(/[./]/).every((segment) => sysctlSegment.test(segment));
const MAX_SYSCTL = 253;

function sysctlProblems(context: PodSecurityContext, path: string, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, { name }] of (context.sysctls ?? []).entries()) {
    const place = `${path}.sysctls[${i}].name`;
    if (name === '') problems.push(required(place));
    else if (name.length > MAX_SYSCTL || !isSysctlName(name)) {
      const form = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
      problems.push(invalid(place, name, `must have at most ${MAX_SYSCTL} characters and match regex ${form}`));
    } else if (seen.has(name))
      problems.push({
        reason: 'FieldValueDuplicate',
        path: place,
        message: `Duplicate value: ${JSON.stringify(name)}`,
      });
    seen.add(name);
  }
}

/** Of the pod as a whole. */
export function podSecurityProblems(spec: PodSpec, path: string, problems: Problem[]): void {
  const context = spec.securityContext;
  if (context === undefined) return;
  id(context.fsGroup, `${path}.fsGroup`, problems);
  id(context.runAsUser, `${path}.runAsUser`, problems);
  id(context.runAsGroup, `${path}.runAsGroup`, problems);
  for (const [i, group] of (context.supplementalGroups ?? []).entries())
    id(group, `${path}.supplementalGroups[${i}]`, problems);
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    problems.push(
      invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    );
  }
  sysctlProblems(context, path, problems);
  oneOf('Always', 'OnRootMismatch')(context.fsGroupChangePolicy, `${path}.fsGroupChangePolicy`, problems);
  seccomp(context.seccompProfile, `${path}.seccompProfile`, problems);
  appArmor(context.appArmorProfile, `${path}.appArmorProfile`, problems);
  oneOf('Merge', 'Strict')(context.supplementalGroupsPolicy, `${path}.supplementalGroupsPolicy`, problems);
}

/** User namespaces of its own do not go with the node's namespaces. */
export function hostUserProblems(spec: PodSpec, path: string, problems: Problem[]): void {
  if (hostUsers(spec)) return;
  if (spec.hostNetwork === true) problems.push(forbiddenField(`${path}.hostNetwork`, 'when `hostUsers` is false'));
  // These two paths start with a capital, as clients have always seen them.
  if (spec.hostPID === true) problems.push(forbiddenField(`${path}.HostPID`, 'when `hostUsers` is false'));
  if (spec.hostIPC === true) problems.push(forbiddenField(`${path}.HostIPC`, 'when `hostUsers` is false'));
}
