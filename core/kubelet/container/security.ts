import type { Container, Pod } from '../api.ts';
import type { ImageStatus, NamespaceModes, SecurityContext } from '../runtime.ts';
import { ConfigFailure } from './env.ts';
import { podText } from '../api.ts';

/** What a container must not see or change of /proc, unless it asks to. Upstream: k8s.io/kubernetes/pkg/securitycontext/util.go. */
const MASKED = [
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/acpi',
  '/proc/asound',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

export const namespacesOf = ({ spec }: Pod, target?: string): NamespaceModes => ({
  network: spec.hostNetwork === true ? 'node' : 'pod',
  pid:
    spec.hostPID === true
      ? 'node'
      : target !== undefined
        ? { target }
        : spec.shareProcessNamespace === true
          ? 'pod'
          : 'container',
  ipc: spec.hostIPC === true ? 'node' : 'pod',
});

type Profile = { readonly type: string; readonly localhostProfile?: string } | undefined;

/** Without a profile a container runs unconfined, as upstream's default has it. */
function seccompOf(profile: Profile, directory: string): SecurityContext['seccomp'] {
  if (profile?.type === 'Localhost')
    return { type: 'Localhost', path: `${directory}/${profile.localhostProfile ?? ''}` };
  return { type: profile?.type === 'RuntimeDefault' ? 'RuntimeDefault' : 'Unconfined' };
}

export const isPrivileged = (container: Container): boolean => container.securityContext?.privileged === true;

/** `seccompDirectory`: where profiles of the node lie. */
export function sandboxSecurity(pod: Pod, seccompDirectory: string): SecurityContext {
  const { runAsUser, runAsGroup, supplementalGroups = [], fsGroup, seccompProfile } = pod.spec.securityContext ?? {};
  return {
    namespaces: namespacesOf(pod),
    privileged: [...(pod.spec.initContainers ?? []), ...pod.spec.containers].some(isPrivileged),
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    supplementalGroups: fsGroup === undefined ? supplementalGroups : [...supplementalGroups, fsGroup],
    readOnlyRootFilesystem: false,
    noNewPrivileges: false,
    addCapabilities: [],
    dropCapabilities: [],
    seccomp: seccompOf(seccompProfile ?? { type: 'RuntimeDefault' }, seccompDirectory),
    maskedPaths: MASKED,
    readonlyPaths: READ_ONLY,
  };
}

/** Throws a ConfigFailure where the container must not run as root and would. */
export function containerSecurity(
  pod: Pod,
  container: Container,
  image: ImageStatus,
  target: string | undefined,
  seccompDirectory: string,
): SecurityContext {
  const ofPod = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const runAsUser = own.runAsUser ?? ofPod.runAsUser;
  const runAsGroup = own.runAsGroup ?? ofPod.runAsGroup;
  refuseRoot(pod, container, image, own.runAsNonRoot ?? ofPod.runAsNonRoot ?? false, runAsUser);
  const { supplementalGroups = [], fsGroup } = ofPod;
  const unmasked = own.procMount === 'Unmasked' || own.privileged === true;
  const imageUser =
    runAsUser !== undefined
      ? { runAsUser }
      : image.uid !== undefined
        ? { runAsUser: image.uid }
        : image.username === undefined || image.username === ''
          ? {}
          : { runAsUserName: image.username };
  return {
    namespaces: namespacesOf(pod, target),
    privileged: own.privileged === true,
    ...imageUser,
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    supplementalGroups: fsGroup === undefined ? supplementalGroups : [...supplementalGroups, fsGroup],
    readOnlyRootFilesystem: own.readOnlyRootFilesystem === true,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    addCapabilities: own.capabilities?.add ?? [],
    dropCapabilities: own.capabilities?.drop ?? [],
    seccomp:
      own.privileged === true
        ? { type: 'Unconfined' }
        : seccompOf(own.seccompProfile ?? ofPod.seccompProfile, seccompDirectory),
    maskedPaths: unmasked ? [] : MASKED,
    readonlyPaths: unmasked ? [] : READ_ONLY,
  };
}

/** Upstream: pkg/kubelet/kuberuntime/security_context_others.go, verifyRunAsNonRoot. */
function refuseRoot(
  pod: Pod,
  container: Container,
  image: ImageStatus,
  nonRoot: boolean,
  user: number | undefined,
): void {
  if (!nonRoot) return;
  const where = `(pod: "${podText(pod)}", container: ${container.name})`;
  if (user !== undefined) {
    if (user === 0) throw new ConfigFailure(`container's runAsUser breaks non-root policy ${where}`);
    return;
  }
  if (image.uid === undefined && image.username !== undefined && image.username !== '') {
    throw new ConfigFailure(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`,
    );
  }
  if ((image.uid ?? 0) === 0) throw new ConfigFailure(`container has runAsNonRoot and image will run as root ${where}`);
}
