import { type Container, type EphemeralContainer, type Pod, type VolumeMount, containerNamed } from '../api.ts';
import type { Context } from '../context.ts';
import { containerAnnotations, containerLabels, podLabels } from '../labels.ts';
import { latest } from '../plan/index.ts';
import type { ContainerConfig, ImageStatus, Mount, SandboxConfig } from '../runtime.ts';
import { resolverOf } from './dns.ts';
import { ConfigFailure, type References, environmentOf } from './env.ts';
import { expand } from './expand.ts';
import type { FieldWorld } from './fields.ts';
import { hostsText, setHostname } from './hosts.ts';
import { containerResources } from './resources.ts';
import { containerSecurity, sandboxSecurity } from './security.ts';

/** Where profiles of the node lie. */
export const SECCOMP_DIRECTORY = '/var/lib/kubelet/seccomp';

export const logDirectory = ({ podLogs }: Pick<Context, 'podLogs'>, { metadata }: Pod): string =>
  `${podLogs}/${metadata.namespace}_${metadata.name}_${metadata.uid}`;

/** What the pod's sandbox is made from. */
export function sandboxConfig(context: Context, pod: Pod, attempt: number, cgroupParent: string): SandboxConfig {
  const { metadata, spec } = pod;
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  return {
    pod: { namespace: metadata.namespace ?? '', name: metadata.name ?? '', uid: metadata.uid ?? '' },
    attempt,
    hostname: setHostname(pod, context.dns.clusterDomain),
    logDirectory: logDirectory(context, pod),
    dns: resolverOf(pod, context.dns),
    portMappings: spec.hostNetwork === true ? [] : all.flatMap(portMappings),
    labels: podLabels(pod),
    annotations: metadata.annotations ?? {},
    cgroupParent,
    sysctls: Object.fromEntries((spec.securityContext?.sysctls ?? []).map(({ name, value }) => [name, value])),
    security: sandboxSecurity(pod, SECCOMP_DIRECTORY),
    runtimeHandler: '',
  };
}

const portMappings = ({ ports = [] }: Container): SandboxConfig['portMappings'] =>
  ports.flatMap(({ protocol = 'TCP', containerPort, hostPort = 0, hostIP = '' }) =>
    hostPort === 0 ? [] : [{ protocol, containerPort, hostPort, hostIP }],
  );

export interface ContainerWorld {
  readonly pod: Pod;
  readonly container: Container;
  readonly restartCount: number;
  readonly image: ImageStatus;
  readonly fields: FieldWorld;
  /** Volume names to paths on the node. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Where a container's termination message lies among the pod's files. */
export const terminationFile = (container: string, restartCount: number): string =>
  `containers/${container}/termination-${restartCount}`;

/** What a container is made from. Rejects with a ConfigFailure, FieldFailure, or a StatusError. */
export async function containerConfig(
  context: Context,
  references: References,
  world: ContainerWorld,
): Promise<ContainerConfig> {
  const { pod, container, restartCount, image, fields } = world;
  const services = context.services?.list() ?? [];
  const env = await environmentOf(fields, container, services, references);
  const valueOf = (name: string) => env.get(name);
  return {
    name: container.name,
    attempt: restartCount,
    image: image.id,
    userImage: container.image ?? '',
    command: (container.command ?? []).map((one) => expand(one, valueOf)),
    args: (container.args ?? []).map((one) => expand(one, valueOf)),
    workingDir: container.workingDir ?? '',
    env: [...env].map(([name, value]) => ({ name, value })),
    mounts: await mountsOf(context, world, valueOf),
    devices: [],
    labels: containerLabels(pod, container),
    annotations: containerAnnotations(pod, container, restartCount),
    logPath: `${container.name}/${restartCount}.log`,
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
    resources: containerResources(pod, container, context.memoryCapacity),
    security: containerSecurity(pod, container, image, targetOf(context, pod, container), SECCOMP_DIRECTORY),
  };
}

/** The container whose processes a debug container sees. */
function targetOf({ observer }: Context, pod: Pod, container: EphemeralContainer): string | undefined {
  const name = container.targetContainerName ?? '';
  if (name === '') return undefined;
  const target = latest(observer.of(pod.metadata.uid ?? ''), name);
  if (target === undefined || containerNamed(pod.spec, name) === undefined) {
    throw new ConfigFailure(`unable to find target container ${name}`);
  }
  return target.id;
}

async function mountsOf(
  context: Context,
  world: ContainerWorld,
  valueOf: (name: string) => string | undefined,
): Promise<readonly Mount[]> {
  const { pod, container, fields, restartCount } = world;
  const uid = pod.metadata.uid ?? '';
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts ?? []) mounts.push(await mountOf(context, world, mount, valueOf));
  if (!mounts.some((one) => one.containerPath === '/etc/hosts')) {
    const node = pod.spec.hostNetwork === true ? await context.hostsFile() : '';
    const text = hostsText(pod, fields.podIPs, context.dns.clusterDomain, node);
    mounts.push(bind('/etc/hosts', await context.volumes.file(uid, 'etc-hosts', text, 0o644)));
  }
  const messages = container.terminationMessagePath ?? '';
  if (messages !== '') {
    const path = await context.volumes.file(uid, terminationFile(container.name, restartCount), '', 0o666);
    mounts.push(bind(messages, path));
  }
  return mounts;
}

const bind = (containerPath: string, hostPath: string): Mount => ({
  containerPath,
  hostPath,
  readonly: false,
  propagation: 'private',
});

const PROPAGATION = { HostToContainer: 'hostToContainer', Bidirectional: 'bidirectional', None: 'private' } as const;

async function mountOf(
  { volumes }: Context,
  { pod, paths }: ContainerWorld,
  mount: VolumeMount,
  valueOf: (name: string) => string | undefined,
): Promise<Mount> {
  const { name, mountPath, readOnly = false, subPath = '', subPathExpr = '', mountPropagation = 'None' } = mount;
  const path = paths.get(name);
  if (path === undefined) throw new ConfigFailure(`cannot find volume "${name}" to mount into the container`);
  const inner = subPathExpr === '' ? subPath : expand(subPathExpr, valueOf);
  if (inner.startsWith('/') || inner.split('/').includes('..')) {
    throw new ConfigFailure(`subPath "${inner}" must be a relative path without ".."`);
  }
  const image = pod.spec.volumes?.find((one) => one.name === name)?.image?.reference;
  return {
    // Relative ones count from the root.
    containerPath: mountPath.startsWith('/') ? mountPath : `/${mountPath}`,
    hostPath: inner === '' || path === '' ? path : await volumes.subPath(path, inner),
    readonly: readOnly || image !== undefined,
    propagation: PROPAGATION[mountPropagation as keyof typeof PROPAGATION] ?? 'private',
    // One without a path of its own is mounted by the runtime.
    ...(image === undefined || path !== '' ? {} : { image }),
  };
}
