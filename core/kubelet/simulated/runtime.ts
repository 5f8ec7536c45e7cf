import { type Random, type Turns, sleep } from '#core/base';
import {
  type Container,
  type ContainerStatus,
  type Runtime,
  type RuntimeEvent,
  RuntimeFailure,
  type Sandbox,
  type SandboxConfig,
} from '../runtime.ts';
import { type Addresses, addressesOf } from './addresses.ts';
import { isHealthy, scriptOf } from './script.ts';
import { startedSession, talkingDuplex } from './sessions.ts';
import {
  type Simulated,
  type SimulatedSandbox,
  containerFrom,
  imageStatusOf,
  logText,
  nameOfImage,
  sandboxFrom,
} from './state.ts';

export interface SimulationParts {
  readonly turns: Turns;
  /** For ids. */
  readonly random: Random;
  /** `10.244.1.0/24`, where it is known from the start. */
  readonly podCidr?: string;
  /** Tells of images that no registry has, besides what annotations say. */
  readonly isMissing?: (image: string) => boolean;
}

/** A Runtime that plays containers in memory: no process, no file, no packet. See `script.ts` for what they can be told to do. */
export interface SimulatedRuntime extends Runtime {
  /** From where pods get their addresses from now on; without one the network is not ready. */
  setPodCidr(cidr: string): void;
  /** Takes over a pod that ran in an earlier life of this process: as if it had run on. */
  adopt(pod: AdoptedPod): void;
  /** Whether the probes of a running container succeed now. */
  isHealthy(container: string): boolean;
  /** The log of a container, by the path in its status; undefined where there is none. Text in the CRI's format. */
  logOf(path: string): string | undefined;
  /** Ends a container as if by itself. */
  exit(container: string, exitCode: number, reason?: string): void;
  /** Power off: all containers end, all sandboxes are dead. What was reported about them stays. */
  powerOff(): void;
}

export interface AdoptedPod {
  readonly sandbox: Omit<SandboxConfig, 'security' | 'sysctls' | 'cgroupParent' | 'runtimeHandler' | 'portMappings'>;
  readonly ips: readonly string[];
  readonly containers: readonly Pick<
    ContainerStatus,
    'id' | 'name' | 'attempt' | 'image' | 'startedAt' | 'labels' | 'annotations' | 'logPath'
  >[];
}

export function simulatedRuntime(parts: SimulationParts): SimulatedRuntime {
  const { turns, random, isMissing = () => false } = parts;
  const sandboxes = new Map<string, SimulatedSandbox>();
  const containers = new Map<string, Simulated>();
  const images = new Set<string>();
  const listeners = new Set<(event: RuntimeEvent) => void>();
  let addresses: Addresses | undefined = parts.podCidr === undefined ? undefined : addressesOf(parts.podCidr);
  const now = () => turns.clock.now();

  const newId = () => {
    let id = '';
    while (id.length < 64)
      id += Math.floor(random.next() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    return id;
  };
  const tell = (kind: RuntimeEvent['kind'], sandbox: string, container?: string) => {
    for (const listener of listeners) listener({ kind, sandbox, ...(container === undefined ? {} : { container }) });
  };
  const sandboxOf = (id: string) => sandboxes.get(id) ?? fail('notFound', `simulated: no sandbox "${id}"`);
  const containerOf = (id: string) => containers.get(id) ?? fail('notFound', `simulated: no container "${id}"`);
  const runningOf = (id: string) => {
    const found = containerOf(id);
    if (found.status.state !== 'running') fail('invalid', `simulated: container "${id}" is not running`);
    return found;
  };

  const end = (one: Simulated, exitCode: number, reason: string) => {
    if (one.status.state === 'exited') return;
    one.timer?.cancel();
    one.timer = undefined;
    const { terminationMessage } = one.script;
    one.status = {
      ...one.status,
      state: 'exited',
      exitCode,
      reason,
      message: terminationMessage,
      finishedAt: now(),
    };
    const waiting = one.ended;
    one.ended = [];
    for (const told of waiting) told();
    tell(reason === 'OOMKilled' ? 'oom' : 'stopped', one.status.sandbox, one.status.id);
  };
  const endByItself = ({ script }: Simulated): [number, string] => [
    script.exitCode,
    script.outOfMemory ? 'OOMKilled' : script.exitCode === 0 ? 'Completed' : 'Error',
  ];
  const run = (one: Simulated, startedAt: number) => {
    one.status = { ...one.status, state: 'running', startedAt };
    const left = startedAt + one.script.exitAfterMilliseconds - now();
    if (left !== Infinity) one.timer = turns.after(Math.max(0, left), () => end(one, ...endByItself(one)));
  };
  const ended = (one: Simulated) =>
    one.status.state === 'exited' ? Promise.resolve() : new Promise<void>((resolve) => one.ended.push(resolve));

  const stop = (one: Simulated, graceSeconds: number): Promise<void> => {
    if (one.status.state === 'exited') return Promise.resolve();
    const { stopMilliseconds } = one.script;
    const obeys = stopMilliseconds <= graceSeconds * 1000;
    const wait = obeys ? stopMilliseconds : graceSeconds * 1000;
    one.timer?.cancel();
    if (wait === 0) end(one, obeys ? 0 : 137, obeys ? 'Completed' : 'Error');
    else one.timer = turns.after(wait, () => end(one, obeys ? 0 : 137, obeys ? 'Completed' : 'Error'));
    return ended(one);
  };
  const removeContainer = (id: string) => {
    const one = containers.get(id);
    if (one === undefined) return;
    if (one.status.state !== 'exited') end(one, 137, 'Error');
    containers.delete(id);
    tell('deleted', one.status.sandbox, id);
  };
  const killSandbox = (one: SimulatedSandbox) => {
    if (!one.status.ready) return;
    const { id } = one.status;
    for (const other of containers.values()) if (other.status.sandbox === id) end(other, 137, 'Error');
    for (const address of one.status.ips) addresses?.free(address);
    one.status = { ...one.status, ready: false };
    tell('stopped', id);
  };

  return {
    status: async () => ({
      name: 'simulated',
      version: '1',
      ready: true,
      networkReady: addresses !== undefined,
      message: addresses === undefined ? 'the node has no pod range yet' : '',
      features: {
        userNamespaces: true,
        imageVolumes: true,
        supplementalGroupsPolicy: true,
        recursiveReadOnly: true,
        stopSignal: true,
        appArmor: true,
      },
    }),

    async runSandbox(config) {
      const { pod, attempt } = config;
      for (const { status } of sandboxes.values()) {
        if (status.pod.uid === pod.uid && status.attempt === attempt) {
          fail('alreadyExists', `simulated: attempt ${attempt} of pod ${pod.uid} is taken by "${status.id}"`);
        }
      }
      const ips: string[] = [];
      if (config.security.namespaces.network !== 'node') {
        const address = addresses?.take();
        if (address === undefined) fail('unavailable', 'simulated: no free address in the pod range of the node');
        else ips.push(address);
      }
      const id = newId();
      sandboxes.set(id, sandboxFrom(id, config, ips, now()));
      tell('started', id);
      return id;
    },
    async stopSandbox(id) {
      const found = sandboxes.get(id);
      if (found !== undefined) killSandbox(found);
    },
    async removeSandbox(id) {
      const found = sandboxes.get(id);
      if (found === undefined) return;
      killSandbox(found);
      for (const [other, { status }] of containers) if (status.sandbox === id) removeContainer(other);
      sandboxes.delete(id);
      tell('deleted', id);
    },
    listSandboxes: async () => [...sandboxes.values()].map(({ status }): Sandbox => status),
    sandboxStatus: async (id) => sandboxOf(id).status,

    async createContainer(sandbox, config) {
      const { annotations, status } = sandboxOf(sandbox);
      if (!status.ready) fail('invalid', `simulated: sandbox "${sandbox}" is not ready`);
      if (!images.has(nameOfImage(config.image))) fail('notFound', `simulated: no image "${config.image}"`);
      const id = newId();
      containers.set(id, containerFrom(id, sandbox, config, scriptOf(annotations, config.name), now()));
      tell('created', sandbox, id);
      return id;
    },
    async startContainer(id) {
      const one = containerOf(id);
      const { startMilliseconds, startError } = one.script;
      if (startMilliseconds > 0) await sleep(turns, startMilliseconds);
      if (one.status.state !== 'created') fail('invalid', `simulated: container "${id}" was started already`);
      if (startError !== '') {
        one.status = {
          ...one.status,
          state: 'exited',
          exitCode: 128,
          reason: 'StartError',
          message: startError,
          finishedAt: now(),
        };
        fail('unknown', startError);
      }
      run(one, now());
      tell('started', one.status.sandbox, id);
    },
    stopContainer: async (id, graceSeconds) => {
      const one = containers.get(id);
      if (one !== undefined) await stop(one, graceSeconds);
    },
    removeContainer: async (id) => removeContainer(id),
    listContainers: async () => [...containers.values()].map(({ status }): Container => status),
    containerStatus: async (id) => containerOf(id).status,
    async updateResources(id, resources) {
      const one = containerOf(id);
      one.status = { ...one.status, resources };
    },
    async reopenLog() {},

    async execSync(id) {
      const one = runningOf(id);
      const healthy = isHealthy(one.script, now() - one.status.startedAt);
      return {
        exitCode: healthy ? one.script.execCode : 1,
        stdout: new Uint8Array(),
        stderr: new Uint8Array(),
      };
    },
    async exec(id, options) {
      const { script, status } = runningOf(id);
      const said = `simulated: "${options.command.join(' ')}" was not run, since container ${status.name} has no process\n`;
      return startedSession(options, said, Promise.resolve(script.execCode));
    },
    async attach(id, options) {
      const one = runningOf(id);
      const said = `simulated: container ${one.status.name} says nothing\n`;
      return startedSession(
        options,
        said,
        ended(one).then(() => one.status.exitCode),
      );
    },
    async portForward(id, port) {
      const { status } = sandboxOf(id);
      return talkingDuplex(
        `simulated: nobody listens on port ${port} of pod ${status.pod.namespace}/${status.pod.name}\n`,
      );
    },

    imageStatus: async (image) => (images.has(image) ? imageStatusOf(image) : undefined),
    async pullImage(image, _auth, sandboxConfig) {
      const script = scriptOf(sandboxConfig?.annotations ?? {}, '');
      if (script.pullMilliseconds > 0) await sleep(turns, script.pullMilliseconds);
      if (script.imageMissing || isMissing(image)) {
        fail('notFound', `simulated: failed to resolve reference "${image}": ${image}: not found`);
      }
      images.add(image);
      return image;
    },
    listImages: async () => [...images].map(imageStatusOf),
    removeImage: async (image) => void images.delete(image),

    stats: async () =>
      [...containers.values()]
        .filter(({ status }) => status.state === 'running')
        .map(({ status, script }) => ({
          container: status.id,
          cpuUsage: (now() - status.startedAt) * script.cpuMillicores * 1000,
          memoryWorkingSet: script.memoryBytes,
        })),
    events(listener, signal) {
      listeners.add(listener);
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
    },

    setPodCidr(cidr) {
      addresses = addressesOf(cidr);
      for (const { status } of sandboxes.values()) if (status.ready) for (const ip of status.ips) addresses.claim(ip);
    },
    adopt(pod) {
      const sandbox = newId();
      for (const ip of pod.ips) addresses?.claim(ip);
      sandboxes.set(sandbox, sandboxFrom(sandbox, pod.sandbox, pod.ips, now()));
      for (const { id, startedAt, image, ...more } of pod.containers) {
        images.add(image);
        const script = scriptOf(pod.sandbox.annotations, more.name);
        const one = containerFrom(id, sandbox, { ...more, userImage: image, tty: false }, script, startedAt);
        one.status = { ...one.status, ...more };
        containers.set(id, one);
        run(one, startedAt);
      }
    },
    isHealthy(id) {
      const one = containers.get(id);
      return one?.status.state === 'running' && isHealthy(one.script, now() - one.status.startedAt);
    },
    logOf(path) {
      for (const one of containers.values()) if (one.status.logPath === path) return logText(one, now());
      return undefined;
    },
    exit(id, exitCode, reason = exitCode === 0 ? 'Completed' : 'Error') {
      end(containerOf(id), exitCode, reason);
    },
    powerOff() {
      for (const one of containers.values()) end(one, 255, 'Unknown');
      for (const one of sandboxes.values()) killSandbox(one);
    },
  };
}

function fail(reason: RuntimeFailure['reason'], message: string): never {
  throw new RuntimeFailure(reason, message);
}
