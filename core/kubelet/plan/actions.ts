import { type Pod, type Waiting, timeOf } from '../api.ts';
import type { Verdict } from './world.ts';

export type ContainerKind = 'init' | 'sidecar' | 'regular' | 'ephemeral';

/** What the worker is to do; it does them in order and plans anew after each end of one. */
export type Action =
  | {
      readonly do: 'createSandbox';
      readonly attempt: number;
      /** It replaces one that was lost. */
      readonly changed: boolean;
    }
  | { readonly do: 'stopSandbox'; readonly sandbox: string }
  | {
      readonly do: 'start';
      readonly name: string;
      readonly kind: ContainerKind;
      readonly sandbox: string;
      readonly restartCount: number;
      /** When the instance before it ended; raises the back-off. */
      readonly endedAt: number | undefined;
    }
  | Stop
  /** Running containers get the amounts that their pod asks for. */
  | { readonly do: 'resize'; readonly containers: readonly { readonly id: string; readonly name: string }[] }
  /** Of instances that nobody needs any more. */
  | { readonly do: 'removeContainer'; readonly container: string }
  | { readonly do: 'removeSandbox'; readonly sandbox: string };

export interface Stop {
  readonly do: 'stop';
  readonly container: string;
  readonly name: string;
  readonly graceSeconds: number;
  /** For the event `Killing`. */
  readonly message: string;
  /** It is to be started again whatever its restart policy. */
  readonly renew: boolean;
}

/** A container that is to be started, but not yet. */
export interface Held extends Waiting {
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface Plan {
  readonly actions: readonly Action[];
  readonly held: readonly Held[];
  /** The pod has come to its end: none of its containers will ever be started. */
  readonly terminal: boolean;
  /** Nothing of it runs and nothing is under way: once terminal or deleted, it can be cleaned up. */
  readonly still: boolean;
  /** When to plan again even if nothing happens, in milliseconds since the epoch. */
  readonly lookAgain: number | undefined;
}

/** Seconds. */
export const graceOf = ({ metadata, spec }: Pod): number =>
  metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;

/** When the pod must have ended, in milliseconds since the epoch. */
export function deadlineOf({ spec, status }: Pod): number | undefined {
  const start = timeOf(status?.startTime);
  return spec.activeDeadlineSeconds === undefined || Number.isNaN(start)
    ? undefined
    : start + spec.activeDeadlineSeconds * 1000;
}

/** A pod that may be active for a time only fails when that has passed. Upstream: pkg/kubelet/active_deadline.go. */
export function overdue(pod: Pod, now: number): Verdict | undefined {
  const deadline = deadlineOf(pod);
  if (deadline === undefined || now < deadline) return undefined;
  return {
    reason: 'DeadlineExceeded',
    message: 'Pod was active on the node longer than the specified deadline',
  };
}
