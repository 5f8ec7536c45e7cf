import type { Duplex, Readable, Writable } from '#core/base';

/**
 * What a kubelet runs containers with, in the shape of the CRI v1 (k8s.io/cri-api/pkg/apis/runtime/v1/api.proto) as far as
 * the kubelet uses it. `adapters/cri` speaks to containerd, `core/kubelet/simulated` plays it in-process. Identity, restart
 * count, hash and grace live in labels and annotations under upstream's names, so a restarted kubelet finds its pods again.
 * All calls reject with a RuntimeFailure.
 */
export interface Runtime {
  status(): Promise<RuntimeStatus>;

  runSandbox(config: SandboxConfig): Promise<string>;
  /** Kills what still runs in it at once: stop containers first. Idempotent. */
  stopSandbox(id: string): Promise<void>;
  removeSandbox(id: string): Promise<void>;
  listSandboxes(): Promise<readonly Sandbox[]>;
  sandboxStatus(id: string): Promise<SandboxStatus>;

  createContainer(sandbox: string, config: ContainerConfig, sandboxConfig: SandboxConfig): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Sends the stop signal, kills after `graceSeconds`; resolves when it is gone. Idempotent. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  listContainers(): Promise<readonly Container[]>;
  containerStatus(id: string): Promise<ContainerStatus>;
  updateResources(id: string, resources: ContainerResources): Promise<void>;
  reopenLog(id: string): Promise<void>;

  /** Runs to its end; rejects with `deadline` after `timeoutSeconds` (0: never). */
  execSync(id: string, command: readonly string[], timeoutSeconds: number): Promise<ExecResult>;
  exec(id: string, options: ExecOptions): Promise<Session>;
  attach(id: string, options: AttachOptions): Promise<Session>;
  portForward(sandbox: string, port: number): Promise<Duplex>;

  imageStatus(image: string): Promise<ImageStatus | undefined>;
  pullImage(image: string, auth: ImageAuth | undefined, sandboxConfig: SandboxConfig | undefined): Promise<string>;
  listImages(): Promise<readonly ImageStatus[]>;
  removeImage(image: string): Promise<void>;

  stats(): Promise<readonly ContainerStats[]>;
  /** Says "look at this sandbox again" as soon as something changed in it; misses are made good by relisting. */
  events(listener: (event: RuntimeEvent) => void, signal: AbortSignal): void;
}

export type RuntimeFailureReason =
  | 'notFound'
  | 'alreadyExists'
  | 'deadline'
  | 'unavailable'
  | 'invalid'
  | 'unsupported'
  | 'unknown';

/** Thrown by a Runtime; `message` is what the runtime said. */
export class RuntimeFailure extends Error {
  readonly reason: RuntimeFailureReason;
  constructor(reason: RuntimeFailureReason, message: string) {
    super(message);
    this.name = 'RuntimeFailure';
    this.reason = reason;
  }
}

export interface RuntimeStatus {
  readonly name: string;
  readonly version: string;
  readonly ready: boolean;
  readonly networkReady: boolean;
  /** Why not. */
  readonly message: string;
  readonly features: RuntimeFeatures;
}

/** What must be refused because the runtime would silently ignore it. */
export interface RuntimeFeatures {
  readonly userNamespaces: boolean;
  readonly imageVolumes: boolean;
  readonly supplementalGroupsPolicy: boolean;
  readonly recursiveReadOnly: boolean;
  readonly stopSignal: boolean;
  readonly appArmor: boolean;
}

export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export type NamespaceMode = 'pod' | 'container' | 'node' | { readonly target: string };
export interface NamespaceModes {
  readonly network: NamespaceMode;
  readonly pid: NamespaceMode;
  readonly ipc: NamespaceMode;
}

export interface SandboxConfig {
  readonly pod: PodIdentity;
  readonly attempt: number;
  /** Empty for the node's network. */
  readonly hostname: string;
  readonly logDirectory: string;
  readonly dns?: {
    readonly servers: readonly string[];
    readonly searches: readonly string[];
    readonly options: readonly string[];
  };
  readonly portMappings: readonly PortMapping[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly cgroupParent: string;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly security: SecurityContext;
  readonly runtimeHandler: string;
}

export interface PortMapping {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostIP: string;
}

export interface SecurityContext {
  readonly namespaces: NamespaceModes;
  readonly privileged: boolean;
  readonly runAsUser?: number;
  readonly runAsUserName?: string;
  readonly runAsGroup?: number;
  readonly supplementalGroups: readonly number[];
  readonly readOnlyRootFilesystem: boolean;
  readonly noNewPrivileges: boolean;
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
  readonly seccomp:
    | { readonly type: 'RuntimeDefault' | 'Unconfined' }
    | { readonly type: 'Localhost'; readonly path: string };
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
}

export interface ContainerConfig {
  readonly name: string;
  readonly attempt: number;
  /** The image's id, as `pullImage` or `imageStatus` gave it. */
  readonly image: string;
  readonly userImage: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly Mount[];
  readonly devices: readonly {
    readonly containerPath: string;
    readonly hostPath: string;
    readonly permissions: string;
  }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Relative to the sandbox's log directory. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly resources: ContainerResources;
  readonly security: SecurityContext;
}

export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly readonly: boolean;
  readonly propagation: 'private' | 'hostToContainer' | 'bidirectional';
  /** An image volume: its reference. */
  readonly image?: string;
}

/** Zero: no limit. */
export interface ContainerResources {
  readonly cpuShares: number;
  /** Microseconds per period. */
  readonly cpuQuota: number;
  readonly cpuPeriod: number;
  /** Bytes. */
  readonly memoryLimit: number;
  readonly oomScoreAdjust: number;
  readonly cpusetCpus: string;
}

export interface Sandbox {
  readonly id: string;
  readonly pod: PodIdentity;
  readonly attempt: number;
  readonly ready: boolean;
  /** Milliseconds since the epoch; likewise below. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface SandboxStatus extends Sandbox {
  /** Empty in the node's network. */
  readonly ips: readonly string[];
}

export type ContainerState = 'created' | 'running' | 'exited' | 'unknown';

export interface Container {
  readonly id: string;
  readonly sandbox: string;
  readonly name: string;
  readonly attempt: number;
  readonly state: ContainerState;
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ContainerStatus extends Container {
  readonly image: string;
  readonly imageRef: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  /** `Completed`, `Error`, `OOMKilled`, `StartError`, ... */
  readonly reason: string;
  readonly message: string;
  /** On the node. */
  readonly logPath: string;
  readonly resources?: ContainerResources;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}
export interface ExecOptions extends AttachOptions {
  readonly command: readonly string[];
}

/** A running exec or attach. */
export interface Session {
  readonly stdin?: Writable;
  readonly stdout?: Readable;
  readonly stderr?: Readable;
  resize(width: number, height: number): void;
  /** The end: an exit code, or what went wrong. */
  readonly done: Promise<{ readonly exitCode: number } | { readonly error: string }>;
  close(): void;
}

export interface ImageStatus {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly size: number;
  /** The user that the image names, numeric or by name; neither for root. */
  readonly uid?: number;
  readonly username?: string;
}

export interface ImageAuth {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly registryToken?: string;
}

export interface ContainerStats {
  readonly container: string;
  /** Nanoseconds of processor time since it started; bytes. */
  readonly cpuUsage: number;
  readonly memoryWorkingSet: number;
}

export interface RuntimeEvent {
  readonly sandbox?: string;
  readonly container?: string;
  readonly kind: 'created' | 'started' | 'stopped' | 'deleted' | 'oom';
}
