import type { ContainerConfig, SandboxConfig, SecurityContext } from '#core/kubelet';

const security: SecurityContext = {
  namespaces: { network: 'pod', pid: 'container', ipc: 'pod' },
  privileged: false,
  supplementalGroups: [],
  readOnlyRootFilesystem: false,
  noNewPrivileges: false,
  addCapabilities: [],
  dropCapabilities: [],
  seccomp: { type: 'RuntimeDefault' },
  maskedPaths: ['/proc/kcore'],
  readonlyPaths: ['/proc/sys'],
};

export const sandboxOf = (name: string): SandboxConfig => ({
  pod: { namespace: 'default', name, uid: `uid-${name}` },
  attempt: 0,
  hostname: name,
  logDirectory: `/var/log/pods/default_${name}_uid-${name}`,
  portMappings: [],
  labels: { app: name },
  annotations: { note: 'kept' },
  cgroupParent: `/kubepods/pod-${name}`,
  sysctls: {},
  security,
  runtimeHandler: '',
});

export const containerOf = (name: string, image: string, command: readonly string[]): ContainerConfig => ({
  name,
  attempt: 0,
  image,
  userImage: 'busybox:1.35',
  command,
  args: [],
  workingDir: '',
  env: [{ name: 'GREETING', value: 'hello' }],
  mounts: [],
  devices: [],
  labels: {},
  annotations: { 'io.kubernetes.container.restartCount': '0' },
  logPath: `${name}/0.log`,
  stdin: false,
  stdinOnce: false,
  tty: false,
  resources: { cpuShares: 2, cpuQuota: 0, cpuPeriod: 0, memoryLimit: 0, oomScoreAdjust: 0, cpusetCpus: '' },
  security,
});
