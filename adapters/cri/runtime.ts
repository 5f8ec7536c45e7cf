import { fromBase64 } from '#core/base';
import { RuntimeFailure, type ContainerStatus, type Runtime } from '#core/kubelet';
import { openChannel, type Channel } from './channel.ts';
import { followEvents, type Place } from './events.ts';
import { readContainer, readContainerStatus, readImage, readSandbox, readSandboxStatus, readStatus } from './read.ts';
import { openPortForward, openSession } from './sessions.ts';
import { writeAuth, writeContainer, writeResources, writeSandbox } from './write.ts';
import type {
  WireContainer,
  WireContainerStatus,
  WireImage,
  WireSandbox,
  WireSandboxStatus,
  WireStats,
  WireStatus,
} from './wire.ts';

const SANDBOX_TIMEOUT = 240_000;
const STOP_SLACK = 120_000;

/** Containers by CRI v1 over a runtime's socket. The connection is made with the first call and again whenever it breaks. */
export function criRuntime(socket: string): Runtime & { close(): void } {
  let opening: Promise<Channel> | undefined;
  const channel = () => (opening ??= openChannel(socket));
  const call = async <T>(method: string, request: object, timeout?: number): Promise<T> =>
    (await channel()).call<T>(method, request, timeout);

  // Statuses and events name a container without its sandbox, so it is remembered; both only grow by what exists.
  const owners = new Map<string, string>();
  const sandboxes = new Set<string>();

  const listSandboxes = async () => {
    const { items } = await call<{ items: WireSandbox[] | null }>('ListPodSandbox', {});
    sandboxes.clear();
    for (const { id } of items ?? []) sandboxes.add(id);
    return (items ?? []).map(readSandbox);
  };
  const listContainers = async () => {
    const { containers } = await call<{ containers: WireContainer[] | null }>('ListContainers', {});
    owners.clear();
    for (const { id, pod_sandbox_id } of containers ?? []) owners.set(id, pod_sandbox_id);
    return (containers ?? []).map(readContainer);
  };
  const known = (id: string): Place | undefined => {
    if (sandboxes.has(id)) return { sandbox: id };
    const sandbox = owners.get(id);
    return sandbox === undefined ? undefined : { sandbox, container: id };
  };
  const locate = async (id: string): Promise<Place | undefined> => {
    const place = known(id);
    if (place !== undefined) return place;
    await Promise.all([listSandboxes(), listContainers()]);
    return known(id);
  };
  const containerStatus = async (id: string): Promise<ContainerStatus> => {
    const { status } = await call<{ status: WireContainerStatus | null }>('ContainerStatus', { container_id: id });
    if (status === null) throw new RuntimeFailure('notFound', `container ${id} has no status`);
    const place = await locate(id);
    return readContainerStatus(status, place?.sandbox ?? '');
  };
  const sandboxStatus = async (id: string) => {
    const { status } = await call<{ status: WireSandboxStatus | null }>('PodSandboxStatus', { pod_sandbox_id: id });
    if (status === null) throw new RuntimeFailure('notFound', `sandbox ${id} has no status`);
    return readSandboxStatus(status);
  };
  const hasExited = async ({ sandbox, container }: Place): Promise<boolean> => {
    try {
      if (container === undefined) return !(await sandboxStatus(sandbox)).ready;
      return (await containerStatus(container)).state === 'exited';
    } catch (error) {
      if (error instanceof RuntimeFailure && error.reason === 'notFound') return true;
      throw error;
    }
  };

  return {
    async status() {
      const [version, status] = await Promise.all([
        call<{ runtime_name: string; runtime_version: string }>('Version', { version: 'v1' }, 5000),
        call<WireStatus>('Status', {}, 5000),
      ]);
      return readStatus(version.runtime_name, version.runtime_version, status);
    },

    async runSandbox(config) {
      const request = { config: writeSandbox(config), runtime_handler: config.runtimeHandler };
      const { pod_sandbox_id } = await call<{ pod_sandbox_id: string }>('RunPodSandbox', request, SANDBOX_TIMEOUT);
      sandboxes.add(pod_sandbox_id);
      return pod_sandbox_id;
    },
    async stopSandbox(id) {
      await call('StopPodSandbox', { pod_sandbox_id: id });
    },
    async removeSandbox(id) {
      await call('RemovePodSandbox', { pod_sandbox_id: id });
    },
    listSandboxes,
    sandboxStatus,

    async createContainer(sandbox, config, sandboxConfig) {
      const request = {
        pod_sandbox_id: sandbox,
        config: writeContainer(config),
        sandbox_config: writeSandbox(sandboxConfig),
      };
      const { container_id } = await call<{ container_id: string }>('CreateContainer', request);
      owners.set(container_id, sandbox);
      return container_id;
    },
    async startContainer(id) {
      await call('StartContainer', { container_id: id });
    },
    async stopContainer(id, graceSeconds) {
      await call('StopContainer', { container_id: id, timeout: graceSeconds }, graceSeconds * 1000 + STOP_SLACK);
    },
    async removeContainer(id) {
      await call('RemoveContainer', { container_id: id });
    },
    listContainers,
    containerStatus,
    async updateResources(id, resources) {
      await call('UpdateContainerResources', { container_id: id, linux: writeResources(resources) });
    },
    async reopenLog(id) {
      await call('ReopenContainerLog', { container_id: id });
    },

    async execSync(id, command, timeoutSeconds) {
      const request = { container_id: id, cmd: command, timeout: timeoutSeconds };
      // The runtime kills at its own time-out; ours only guards against a runtime that does not answer.
      const limit = timeoutSeconds === 0 ? 0 : timeoutSeconds * 1000 + 10_000;
      const answer = await call<{ stdout: string | null; stderr: string | null; exit_code: number }>(
        'ExecSync',
        request,
        limit,
      );
      const [stdout, stderr] = [answer.stdout, answer.stderr].map((output) => fromBase64(output ?? ''));
      return { exitCode: answer.exit_code, stdout: stdout!, stderr: stderr! };
    },
    async exec(id, options) {
      const asked = { ...options, stderr: options.stderr && !options.tty };
      const { command, ...flags } = asked;
      const { url } = await call<{ url: string }>('Exec', { container_id: id, cmd: command, ...flags });
      return openSession(url, asked, options);
    },
    async attach(id, options) {
      // Without stdin, attaching to a container that has one ends at once: it is asked for and left alone.
      const asked = { ...options, stdin: true, stderr: options.stderr && !options.tty };
      const { url } = await call<{ url: string }>('Attach', {
        container_id: id,
        stdin: asked.stdin,
        stdout: asked.stdout,
        stderr: asked.stderr,
        tty: asked.tty,
      });
      return openSession(url, asked, options);
    },
    async portForward(sandbox, port) {
      const { url } = await call<{ url: string }>('PortForward', { pod_sandbox_id: sandbox, port: [port] });
      return openPortForward(url, port);
    },

    async imageStatus(image) {
      const answer = await call<{ image: WireImage | null }>('ImageStatus', { image: { image } });
      return answer.image === null ? undefined : readImage(answer.image);
    },
    async pullImage(image, auth, sandboxConfig) {
      const request = {
        image: { image },
        ...(auth === undefined ? {} : { auth: writeAuth(auth) }),
        ...(sandboxConfig === undefined ? {} : { sandbox_config: writeSandbox(sandboxConfig) }),
      };
      return (await call<{ image_ref: string }>('PullImage', request, 0)).image_ref;
    },
    async listImages() {
      const { images } = await call<{ images: WireImage[] | null }>('ListImages', {});
      return (images ?? []).map(readImage);
    },
    async removeImage(image) {
      await call('RemoveImage', { image: { image } });
    },

    async stats() {
      const { stats } = await call<{ stats: WireStats[] | null }>('ListContainerStats', {});
      return (stats ?? []).map(({ attributes, cpu, memory }) => ({
        container: attributes?.id ?? '',
        cpuUsage: Number(cpu?.usage_core_nano_seconds?.value ?? 0),
        memoryWorkingSet: Number(memory?.working_set_bytes?.value ?? 0),
      }));
    },
    events(listener, signal) {
      void channel()
        .then((open) => followEvents({ channel: open, locate, hasExited }, listener, signal))
        .catch(() => undefined);
    },
    close() {
      void opening?.then((open) => open.close()).catch(() => undefined);
    },
  };
}
