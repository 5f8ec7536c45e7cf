/** What of containerd's configuration depends on the machine. Paths are the standard ones: a node has its own mounts. */
export interface ContainerdOptions {
  readonly major: number;
  readonly runc: string;
  readonly cniPlugins: string;
  readonly pauseImage: string;
  readonly snapshotter: 'overlayfs' | 'native';
}

export const REGISTRIES_FOLDER = '/etc/containerd/certs.d';

/**
 * The configuration of a node's private containerd, by its major version: 1.x reads format 2, 2.x format 3.
 * `restrict_oom_score_adj` because without CAP_SYS_RESOURCE no sandbox starts otherwise; AppArmor is off because the kubelet
 * must refuse what it cannot give rather than fail half-way.
 */
export const containerdConfig = (options: ContainerdOptions): string =>
  options.major >= 2 ? formatThree(options) : formatTwo(options);

/** A TOML basic string is written as a JSON string is. */
const quoted = (text: string): string => JSON.stringify(text);

// `io.containerd.runtime.v1.linux` must stay enabled in 1.6: the tasks service and CRI do not load without it.
const formatTwo = ({ runc, cniPlugins, pauseImage, snapshotter }: ContainerdOptions): string => `version = 2
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${quoted(pauseImage)}
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${quoted(cniPlugins)}
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = ${quoted(snapshotter)}
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = ${quoted(runc)}
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = ${quoted(REGISTRIES_FOLDER)}
`;

const formatThree = ({ runc, cniPlugins, pauseImage, snapshotter }: ContainerdOptions): string => `version = 3
disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.blockfile", "io.containerd.snapshotter.v1.erofs"]
[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"
[plugins."io.containerd.cri.v1.images"]
  snapshotter = ${quoted(snapshotter)}
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = ${quoted(pauseImage)}
  [plugins."io.containerd.cri.v1.images".registry]
    config_path = ${quoted(REGISTRIES_FOLDER)}
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = [${quoted(cniPlugins)}]
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      BinaryName = ${quoted(runc)}
      SystemdCgroup = false
[plugins."io.containerd.grpc.v1.cri"]
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
`;
