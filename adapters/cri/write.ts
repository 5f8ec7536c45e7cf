import type {
  ContainerConfig,
  ContainerResources,
  ImageAuth,
  NamespaceMode,
  SandboxConfig,
  SecurityContext,
} from '#core/kubelet';

// What these functions return are CRI messages, field names and the numbers of enumerations as in CRI's api.proto.

const PROTOCOLS = { TCP: 0, UDP: 1, SCTP: 2 } as const;

export const writeSandbox = (config: SandboxConfig) => ({
  metadata: { ...config.pod, attempt: config.attempt },
  hostname: config.hostname,
  log_directory: config.logDirectory,
  dns_config: config.dns,
  port_mappings: config.portMappings.map((mapping) => ({
    protocol: PROTOCOLS[mapping.protocol],
    container_port: mapping.containerPort,
    host_port: mapping.hostPort,
    host_ip: mapping.hostIP,
  })),
  labels: config.labels,
  annotations: config.annotations,
  linux: {
    cgroup_parent: config.cgroupParent,
    sysctls: config.sysctls,
    security_context: {
      ...writeIdentity(config.security),
      privileged: config.security.privileged,
      seccomp: writeSeccomp(config.security),
    },
  },
});

export const writeContainer = (config: ContainerConfig) => ({
  metadata: { name: config.name, attempt: config.attempt },
  image: { image: config.image, user_specified_image: config.userImage },
  command: config.command,
  args: config.args,
  working_dir: config.workingDir,
  envs: config.env.map(({ name, value }) => ({ key: name, value })),
  mounts: config.mounts.map((mount) => ({
    container_path: mount.containerPath,
    host_path: mount.hostPath,
    readonly: mount.readonly,
    propagation: PROPAGATIONS[mount.propagation],
    ...(mount.image === undefined ? {} : { image: { image: mount.image } }),
  })),
  devices: config.devices.map((device) => ({
    container_path: device.containerPath,
    host_path: device.hostPath,
    permissions: device.permissions,
  })),
  labels: config.labels,
  annotations: config.annotations,
  log_path: config.logPath,
  stdin: config.stdin,
  stdin_once: config.stdinOnce,
  tty: config.tty,
  linux: { resources: writeResources(config.resources), security_context: writeSecurity(config.security) },
});

const PROPAGATIONS = { private: 0, hostToContainer: 1, bidirectional: 2 } as const;

export const writeResources = (resources: ContainerResources) => ({
  cpu_period: resources.cpuPeriod,
  cpu_quota: resources.cpuQuota,
  cpu_shares: resources.cpuShares,
  memory_limit_in_bytes: resources.memoryLimit,
  oom_score_adj: resources.oomScoreAdjust,
  cpuset_cpus: resources.cpusetCpus,
});

const writeSecurity = (security: SecurityContext) => ({
  ...writeIdentity(security),
  privileged: security.privileged,
  run_as_username: security.runAsUserName ?? '',
  capabilities: { add_capabilities: security.addCapabilities, drop_capabilities: security.dropCapabilities },
  no_new_privs: security.noNewPrivileges,
  masked_paths: security.maskedPaths,
  readonly_paths: security.readonlyPaths,
  seccomp: writeSeccomp(security),
});

const writeIdentity = (security: SecurityContext) => ({
  namespace_options: {
    network: writeMode(security.namespaces.network),
    pid: writeMode(security.namespaces.pid),
    ipc: writeMode(security.namespaces.ipc),
    target_id: typeof security.namespaces.pid === 'string' ? '' : security.namespaces.pid.target,
  },
  ...(security.runAsUser === undefined ? {} : { run_as_user: { value: security.runAsUser } }),
  ...(security.runAsGroup === undefined ? {} : { run_as_group: { value: security.runAsGroup } }),
  supplemental_groups: security.supplementalGroups,
  readonly_rootfs: security.readOnlyRootFilesystem,
});

const MODES = { pod: 0, container: 1, node: 2, target: 3 } as const;
const writeMode = (mode: NamespaceMode) => MODES[typeof mode === 'string' ? mode : 'target'];

const PROFILES = { RuntimeDefault: 0, Unconfined: 1, Localhost: 2 } as const;
const writeSeccomp = ({ seccomp }: SecurityContext) => ({
  profile_type: PROFILES[seccomp.type],
  ...(seccomp.type === 'Localhost' ? { localhost_ref: seccomp.path } : {}),
});

export const writeAuth = (auth: ImageAuth) => ({
  username: auth.username ?? '',
  password: auth.password ?? '',
  auth: auth.auth ?? '',
  registry_token: auth.registryToken ?? '',
});
