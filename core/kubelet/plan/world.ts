import type { Pod, PodStatus } from '../api.ts';
import type { ContainerStatus, SandboxStatus } from '../runtime.ts';

/** What the runtime has of one pod, the newest first. */
export interface Observed {
  readonly sandboxes: readonly SandboxStatus[];
  readonly containers: readonly ContainerStatus[];
}

export const NOTHING_OBSERVED: Observed = { sandboxes: [], containers: [] };

/** What the probes of one running container said last; absent while they have not said anything. */
export interface ProbeResults {
  readonly startup?: boolean;
  readonly liveness?: boolean;
  readonly readiness?: boolean;
}

/** How long a container that keeps failing waits: `delay` milliseconds after its last end. */
export interface BackOff {
  readonly delay: number;
  /** When the delay was last raised, in milliseconds since the epoch. */
  readonly raisedAt: number;
}

/** Why a container could not be started at the last attempt. */
export interface StartFailure {
  /** `ErrImagePull`, `CreateContainerConfigError`, ... */
  readonly reason: string;
  readonly message: string;
  /** When to try again, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** What is said from `at` on, while it waits: first `ErrImagePull`, a moment later `ImagePullBackOff`. */
  readonly later?: { readonly reason: string; readonly message: string; readonly at: number };
}

/** The pod has to end, whatever its containers do: deadline, eviction, refusal by the node. */
export interface Verdict {
  readonly reason: string;
  readonly message: string;
}

/** Why the node does not give what a resize in place asks for. */
export interface ResizePending {
  readonly reason: 'Deferred' | 'Infeasible';
  readonly message: string;
}

/** How far a resize in place is; the pod of the world has the resources that the node gives it. */
export interface Resize {
  readonly pending: ResizePending | undefined;
  readonly underWay: boolean;
  /** Why the last attempt failed, and when to try again, in milliseconds since the epoch. */
  readonly failure: { readonly message: string; readonly retryAt: number } | undefined;
}

export const NO_RESIZE: Resize = { pending: undefined, underWay: false, failure: undefined };

/** All that a pod's plan and status are made from. */
export interface World {
  readonly pod: Pod;
  readonly observed: Observed;
  /** By container id. */
  readonly probes: ReadonlyMap<string, ProbeResults>;
  /** By container name. */
  readonly backOffs: ReadonlyMap<string, BackOff>;
  /** By container name; '' for the sandbox. */
  readonly failures: ReadonlyMap<string, StartFailure>;
  /** Containers that were stopped in order to be started anew, whatever their restart policy. */
  readonly renewed: ReadonlySet<string>;
  /** By container id: the moment at which a stop under way kills, in milliseconds since the epoch. */
  readonly stopping: ReadonlyMap<string, number>;
  /** A sandbox or a container is being started: nothing else is started meanwhile. */
  readonly starting: boolean;
  readonly resize: Resize;
  /** What was reported last, or what the API server has. */
  readonly reported: PodStatus;
  readonly verdict: Verdict | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The newest instance of a container. */
export const latest = (observed: Observed, name: string): ContainerStatus | undefined =>
  observed.containers.find((one) => one.name === name);
