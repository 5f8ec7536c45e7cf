/** What a kubelet needs of its machine besides the runtime. `adapters/node-fs` and `adapters/node-dial` implement it for Linux, `simulated` for none. */

export interface VolumeFile {
  /** Relative, without `..`. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
  /** Its owner; root where absent. */
  readonly user?: number;
}

/** Rejects with Errors whose messages users see in events. */
export interface Volumes {
  /** False where nobody will read the files: then tokens are not asked for. */
  readonly real: boolean;
  /** `sizeBytes` bounds one in memory; `group` is given the folder (fsGroup). Idempotent. */
  emptyDir(
    pod: string,
    name: string,
    options: { readonly memory: boolean; readonly sizeBytes?: number | undefined; readonly group?: number | undefined },
  ): Promise<string>;
  /** Makes the volume hold exactly these files, all of them at one moment. `plugin` names its folder as upstream does (`kubernetes.io~configmap`). */
  files(
    pod: string,
    plugin: string,
    name: string,
    files: readonly VolumeFile[],
    group: number | undefined,
  ): Promise<string>;
  /** Where the runtime cannot: mounts the files of an image, by its id, to be read only. Idempotent. */
  image?(pod: string, name: string, image: string): Promise<string>;
  /** Checks a path of the host against the type (`Directory`, `FileOrCreate`, ...; '' for none) and makes what the type allows to make. */
  hostPath(path: string, type: string): Promise<string>;
  /** A path inside a volume, made as a folder where it is missing; never leads out of the volume. */
  subPath(volume: string, path: string): Promise<string>;
  /** A file of the pod's own, outside its volumes: `etc-hosts`, `containers/web/0`. */
  file(pod: string, path: string, text: string, mode: number): Promise<string>;
  /** The last `limit` bytes of such a file; empty where there is none. */
  read(pod: string, path: string, limit: number): Promise<string>;
  /** Unmounts and removes all that the pod has. Idempotent. */
  remove(pod: string): Promise<void>;
  /** The uids of all pods that have something. */
  pods(): Promise<readonly string[]>;
}

/** Zero: no limit. */
export interface CgroupLimits {
  readonly cpuShares: number;
  /** Microseconds per 100 ms. */
  readonly cpuQuota: number;
  readonly memoryLimit: number;
  readonly pids: number;
}

export interface Usage {
  /** Nanoseconds since the start. */
  readonly cpu: number;
  /** Bytes. */
  readonly memoryWorkingSet: number;
  readonly memoryUsage: number;
}

export interface Cgroups {
  /** Makes the pod's cgroup below that of its class; gives the path that its sandbox is put into. Idempotent. */
  prepare(pod: string, qos: 'Guaranteed' | 'Burstable' | 'BestEffort', limits: CgroupLimits): Promise<string>;
  /** Idempotent. */
  remove(pod: string, qos: 'Guaranteed' | 'Burstable' | 'BestEffort'): Promise<void>;
  usage(path: string): Promise<Usage | undefined>;
}

export interface HttpProbe {
  readonly method: 'GET';
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly timeoutMilliseconds: number;
}

/** Asks a container from outside. Rejects with Errors whose messages users see. Certificates are not verified. */
export interface Dialer {
  /** Redirects to the same host are followed; the first 10 KB of the body. */
  http(probe: HttpProbe): Promise<{ readonly status: number; readonly body: string }>;
  tcp(host: string, port: number, timeoutMilliseconds: number): Promise<void>;
  /** The status of grpc.health.v1: `SERVING`, `NOT_SERVING`, ... */
  grpc(host: string, port: number, service: string, timeoutMilliseconds: number): Promise<string>;
}

/** The log files that the runtime writes. */
export interface LogFiles {
  /** Undefined where there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** Up to `length` bytes from `offset` on; fewer at the end. */
  read(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Removes a folder with all that is in it. Idempotent. */
  remove(directory: string): Promise<void>;
}
