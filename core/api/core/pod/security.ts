import type { PodSecurityContext, PodSpec, SecurityContext } from '#core/api/types';
import { duplicate, invalid, type Problem, required } from '#core/machinery/status';
import { at, each, oneOf, range, type Rules } from '#core/machinery/validation';
import type { Judged } from './judged.ts';
import { appArmor, seccomp } from './profiles.ts';
import { windowsOptions } from './windows.ts';

const MAX_ID = 2 ** 31 - 1;
/** Of a user or a group. */
export const idOfUser = range(0, MAX_ID);

const mountOfProc = oneOf('Default', 'Unmasked');
const hostUsers = (spec: PodSpec): boolean => spec.hostUsers !== false;

/** What must not go with the refusal to gain privileges. */
function escalationProblems(context: SecurityContext, path: string, problems: Problem[]): void {
  if (context.allowPrivilegeEscalation !== false) return;
  const refuse = (what: string) =>
    problems.push(invalid(path, context, `cannot set \`allowPrivilegeEscalation\` to false and ${what}`));
  if (context.privileged === true) refuse('`privileged` to true');
  for (const capability of context.capabilities?.add ?? []) {
    if (capability === 'CAP_SYS_ADMIN') refuse('`capabilities.Add` CAP_SYS_ADMIN');
  }
}

/** Of one container. Upstream: pkg/apis/core/validation/validation.go (ValidateSecurityContext). */
export function securityProblems(
  context: SecurityContext | undefined,
  spec: PodSpec,
  path: string,
  problems: Problem[],
): void {
  if (context === undefined) return;
  const { procMount } = context;
  idOfUser(context.runAsUser, `${path}.runAsUser`, problems);
  idOfUser(context.runAsGroup, `${path}.runAsGroup`, problems);
  mountOfProc(procMount, `${path}.procMount`, problems);
  if (procMount === 'Unmasked' && hostUsers(spec)) {
    problems.push(invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
  }
  seccomp(context.seccompProfile, `${path}.seccompProfile`, problems);
  escalationProblems(context, path, problems);
  windowsOptions(context.windowsOptions, `${path}.windowsOptions`, problems);
  appArmor(context.appArmorProfile, `${path}.appArmorProfile`, problems);
}

const sysctlForm = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlSegment = /^[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
/** As the kernel names its settings, with dots or slashes between segments. */
const isSysctlName = (name: string): boolean => name.split(/[./]/).every((segment) => sysctlSegment.test(segment));
const MAX_SYSCTL = 253;

/** `net/ipv4/ip.forward` is `net.ipv4.ip/forward`: which of the two signs comes first is the separator. */
function withDots(name: string): string {
  if (/^[^./]*\./.test(name)) return name;
  return name.replaceAll(/[./]/g, (sign) => (sign === '/' ? '.' : '/'));
}

const OF_IPC = /^(?:kernel\.(?:sem|shm|shmall|shmmax|shmmni|shm_rmid_forced|msg|msgmax|msgmnb|msgmni)$|fs\.mqueue\.)/;

/** Settings of a namespace that the pod shares with the node. */
function nodeSysctlProblems(name: string, spec: PodSpec, path: string, problems: Problem[]): void {
  const [plain = ''] = withDots(name).split('*', 1);
  if (spec.hostNetwork === true && plain.startsWith('net.')) {
    problems.push(invalid(path, name, "may not be specified when 'hostNetwork' is true"));
  } else if (spec.hostIPC === true && OF_IPC.test(plain)) {
    problems.push(invalid(path, name, "may not be specified when 'hostIPC' is true"));
  }
}

function sysctlProblems({ sysctls }: PodSecurityContext, spec: PodSpec, path: string, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, { name = '' }] of (sysctls ?? []).entries()) {
    const place = `${path}.sysctls[${i}].name`;
    if (name === '') problems.push(required(place));
    else if (name.length > MAX_SYSCTL || !isSysctlName(name)) {
      problems.push(invalid(place, name, `must have at most ${MAX_SYSCTL} characters and match regex ^${sysctlForm}$`));
    } else if (seen.has(name)) problems.push(duplicate(place, name));
    nodeSysctlProblems(name, spec, place, problems);
    seen.add(name);
  }
}

const ids: Rules<PodSecurityContext> = [
  at('fsGroup', idOfUser),
  at('runAsUser', idOfUser),
  at('runAsGroup', idOfUser),
  at('supplementalGroups', each(idOfUser)),
];

const rest: Rules<PodSecurityContext> = [
  at('fsGroupChangePolicy', oneOf('Always', 'OnRootMismatch')),
  at('seccompProfile', seccomp),
  at('windowsOptions', windowsOptions),
  at('appArmorProfile', appArmor),
  at('supplementalGroupsPolicy', oneOf('Merge', 'Strict')),
];

/** Of the pod as a whole. Upstream: pkg/apis/core/validation/validation.go (validatePodSpecSecurityContext). */
export function podSecurityProblems(spec: PodSpec, judged: Judged, path: string, problems: Problem[]): void {
  const context = spec.securityContext;
  if (context === undefined) return;
  for (const rule of ids) rule(context, path, problems);
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    problems.push(
      invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    );
  }
  sysctlProblems(context, spec, path, problems);
  for (const rule of rest) rule(context, path, problems);
  oneOf(...judged.seLinuxChangePolicies)(context.seLinuxChangePolicy, `${path}.seLinuxChangePolicy`, problems);
}
