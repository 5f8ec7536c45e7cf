import type { JsonObject } from '#core/base';
import type { Caller } from './request.ts';

/**
 * What is asked of both servers, in order. A text in double braces stands for something that this side answered before:
 * `{{rv}}` is what a step saved as `rv`. `{{ns}}` is the scenario's own namespace, which exists.
 */
export interface Scenario {
  /** Also the name of its recording and, with a prefix, of its namespace. */
  readonly name: string;
  readonly steps: readonly Step[];
  /** Only what comes of it in the end is compared: not how many writes it took, nor whose, nor in which order. */
  readonly isSettled?: boolean;
  /** Scenarios of the same cluster run one after another against the same servers; absent: `shared`. */
  readonly cluster?: ClusterName;
}

/** Clusters differ by how both servers are started (`clusters.ts`). */
export type ClusterName = 'fresh' | 'shared' | 'waiting' | 'watched' | 'expiring' | 'controlled' | 'cbor';

export type Step = RequestStep | WatchStep | ReadStep | WaitStep | RestartStep;

export interface RequestStep {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, or as protobuf or CBOR where `content-type` says so. */
  readonly body?: JsonObject | readonly JsonObject[] | string | Uint8Array;
  readonly as?: Caller;
  /** Keeps fields of the answer for later steps, by name: `{ rv: 'metadata.resourceVersion' }`. */
  readonly save?: Readonly<Record<string, string>>;
  /** Asks again, for at most some seconds, until the status is this one or the body holds this text. */
  readonly until?: number | string;
  /** Only what it does counts: its answer is neither recorded nor compared. */
  readonly quiet?: boolean;
}

/** Opens a watch and goes on; its head and events are read later. */
export interface WatchStep {
  /** The watch's name in the scenario. */
  readonly watch: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly as?: Caller;
}

/** Reads what a watch has to say. */
export interface ReadStep {
  readonly read: string;
  /**
   * So many events are expected; fewer are read only after some seconds. `end`: all until the server ends the stream.
   * `deleted`: all up to the first deletion.
   */
  readonly count: number | 'end' | 'deleted';
}

/** Lets time pass. */
export interface WaitStep {
  /** Milliseconds. */
  readonly wait: number;
}

/** Starts the original's server anew, after which it has forgotten what was before; ours forgets as time passes. */
export interface RestartStep {
  readonly restart: true;
}

/** What a step is called in recordings and reports. */
export function titleOf(step: Step): string {
  if ('method' in step) {
    const type = step.headers?.['content-type'];
    const accept = step.headers?.['accept'];
    const by = step.as === undefined || step.as === 'admin' ? '' : ` as ${callerName(step.as)}`;
    return `${step.method} ${step.path}${type === undefined ? '' : ` <${type}>`}${accept === undefined ? '' : ` accepting <${accept}>`}${by}`;
  }
  if ('watch' in step) return `watch ${step.watch} ${step.path}`;
  if ('read' in step) return `read ${step.read} ${step.count}`;
  return 'wait' in step ? `wait ${step.wait}` : 'restart';
}

const callerName = (as: Caller): string => (typeof as === 'string' ? as : 'token' in as ? 'a token' : as.user);
