import type { CgroupLayout } from './cgroups.ts';
import { hostInterfaceOf, pathsOf, type MachineSpec } from './spec.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Pid 1 of a node: gives it its hostname, its view of /proc, /sys and /run and its folders, starts containerd, and then only
 * reaps. It writes its pid (on the machine) before anything else, as that is how the node is found again.
 */
export function initScript(spec: MachineSpec, layout: CgroupLayout): string {
  const paths = pathsOf(spec.dataDir);
  const bind = (from: string, to: string) => `mount --bind ${quoted(from)} ${to}`;
  return `set -e
read -r pid _ < /proc/self/stat
echo $pid > ${quoted(`${paths.pid}.new`)}; mv ${quoted(`${paths.pid}.new`)} ${quoted(paths.pid)}
mount -t proc proc /proc
echo ${quoted(spec.name)} > /proc/sys/kernel/hostname
${cgroupMounts(layout)}
cat /run/systemd/resolve/resolv.conf > ${quoted(paths.resolvers)} 2>/dev/null || cat /etc/resolv.conf > ${quoted(paths.resolvers)} || true
${(['/run', '/tmp'] as const).map((folder) => ownFolder(folder, spec)).join('\n')}
${bind(paths.containerd, '/var/lib/containerd')}
${bind(paths.kubelet, '/var/lib/kubelet')}
mount --make-rshared /var/lib/kubelet
${bind(paths.cni, '/etc/cni')}
${bind(paths.etc, '/etc/containerd')}
${bind(paths.logs, '/var/log/pods')}
${bind(paths.containerLogs, '/var/log/containers')}
ip link set lo up
until [ -e /sys/class/net/eth0 ]; do sleep 0.005; done
ip -batch - <<'END'
address add ${spec.ip}/${spec.prefixLength} dev eth0
link set eth0 mtu ${spec.mtu} up
route add default via ${spec.gateway}
END
echo 1 > /proc/sys/net/ipv4/ip_forward
${quoted(spec.containerd)} -c /etc/containerd/config.toml >/run/containerd.log 2>&1 </dev/null &
echo $! > /run/containerd.pid
while :; do wait; sleep 1; done
`;
}

/**
 * Covers a folder of the machine by an empty one of the node's own, in which the folders that the node works with stay
 * visible. Made elsewhere and then moved (-n: past the table of mounts below /run), as what is covered cannot be bound.
 */
function ownFolder(folder: '/run' | '/tmp', { dataDir, visible = [] }: MachineSpec): string {
  const staging = '/var/lib/containerd';
  const kept = [dataDir, ...visible].filter((path) => path.startsWith(`${folder}/`));
  const outermost = kept.filter((path) => !kept.some((other) => path !== other && path.startsWith(`${other}/`)));
  const binds = [...new Set(outermost)].map((path) => {
    const place = quoted(staging + path.slice(folder.length));
    return `mkdir -p ${place}; mount --rbind ${quoted(path)} ${place}`;
  });
  const mode = folder === '/tmp' ? '1777' : '755';
  return [`mount -t tmpfs -o mode=${mode} kubernode ${staging}`, ...binds, `mount -n --move ${staging} ${folder}`].join(
    '\n',
  );
}

function cgroupMounts({ version, hierarchies }: CgroupLayout): string {
  const sys = 'umount -l /sys; mount -t sysfs sysfs /sys';
  if (version === 2) {
    // A cgroup that hands out controllers may hold no process itself, so init goes into a leaf.
    return `${sys}; mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /sys/fs/cgroup/init; echo 1 > /sys/fs/cgroup/init/cgroup.procs
for c in $(cat /sys/fs/cgroup/cgroup.controllers); do echo +$c > /sys/fs/cgroup/cgroup.subtree_control; done`;
  }
  const mounts = hierarchies.map((hierarchy) => {
    const folder = `/sys/fs/cgroup/${hierarchy}`;
    if (hierarchy === 'unified') return `mkdir ${folder}; mount -t cgroup2 none ${folder}`;
    const options = hierarchy === 'systemd' ? 'none,name=systemd' : hierarchy;
    const mounted = `mkdir ${folder}; mount -t cgroup -o ${options} cgroup ${folder}`;
    const links = hierarchy.includes(',')
      ? hierarchy.split(',').map((one) => `; ln -s ${hierarchy} /sys/fs/cgroup/${one}`)
      : [];
    return mounted + links.join('');
  });
  return `${sys}; mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup\n${mounts.join('\n')}`;
}

/** Puts itself into the node's cgroups and becomes the node's init in namespaces of its own. */
export function launchScript(spec: MachineSpec, cgroups: readonly string[]): string {
  const enter = cgroups.map((folder) => `echo $$ > ${quoted(`${folder}/cgroup.procs`)}`);
  return `set -e
${enter.join('\n')}
exec unshare --net --mount --uts --ipc --pid --cgroup --fork --propagation private sh ${quoted(pathsOf(spec.dataDir).init)}
`;
}

/** The machine's side of a node's link and the way to its pods. */
export function linkCommands(spec: MachineSpec, pid: number): readonly string[] {
  const host = hostInterfaceOf(spec);
  return [
    `link add ${host} mtu ${spec.mtu} type veth peer name eth0 netns ${pid}`,
    `link set ${host} master ${spec.bridge} up`,
    `route replace ${spec.podCIDR} via ${spec.ip} dev ${spec.bridge}`,
  ];
}
