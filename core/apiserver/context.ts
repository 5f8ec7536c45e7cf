import type { ResourceDefinition } from '#core/api/definition';
import type { Duplex } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import type { Entry, Revision } from '#core/store';
import type { RequestInfo } from './request-info.ts';
import type { Answer, Headers, Peer, User } from './types.ts';
import type { WatchPlan } from './watch/plan.ts';

/** A request on its way through the stages. Each stage passes on a copy with what it found out. */
export interface Context {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
  readonly peer: Peer;
  readonly info: RequestInfo;
  readonly user: User;
  readonly userAgent: string;
  readonly body: Body;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: () => AbortSignal;
  readonly upgrade?: (headers: Headers) => Duplex;
  /** Of a request that must be over in time. */
  readonly expiry?: Expiry;
  /** Why an in-process caller asks. */
  readonly cause?: string;
  /** Texts for Warning headers, in order; the one thing here that grows. */
  readonly warnings: string[];
}

/** Whether a request was answered before it was done: it has no business any more. */
export interface Expiry {
  readonly isOver: boolean;
}

/** What was sent along. */
export type Body =
  | { readonly kind: 'bytes'; readonly contentType: string; read(limit: number): Promise<Uint8Array> }
  /** From inside the process; `undefined` for none. */
  | { readonly kind: 'value'; readonly contentType: string; readonly value: unknown };

/** A step that every request takes: it may refuse (throw a StatusError), change the context, or do something around what follows. */
export type Stage<Out> = (context: Context, next: (context: Context) => Promise<Out>) => Promise<Out>;

/** One function that runs the stages in order and ends with `last`. */
export function compose<Out>(
  stages: readonly Stage<Out>[],
  last: (context: Context) => Promise<Out>,
): (context: Context) => Promise<Out> {
  return stages.reduceRight<(context: Context) => Promise<Out>>(
    (next, stage) => (context) => stage(context, next),
    last,
  );
}

/** A resource in one of its served versions: what a request is served with. */
export interface Endpoint {
  readonly definition: ResourceDefinition;
  readonly version: string;
}

/** What a verb gives, before it is encoded. */
export type Result =
  /** What the store holds. */
  | { readonly kind: 'entry'; readonly status: number; readonly endpoint: Endpoint; readonly entry: Entry }
  /** An object in the version to be sent, complete with its resourceVersion. Without an endpoint: a Status or the like. */
  | {
      readonly kind: 'object';
      readonly status: number;
      readonly object: KubeObject;
      readonly endpoint?: Endpoint;
    }
  | ListResult
  | { readonly kind: 'watch'; readonly endpoint: Endpoint; readonly plan: WatchPlan }
  /** Bytes or a stream that are no API object: logs, documents, proxied answers. */
  | { readonly kind: 'answer'; readonly answer: Answer };

export interface ListResult {
  readonly kind: 'list';
  readonly endpoint: Endpoint;
  readonly entries: readonly Entry[];
  /** Nothing that lies between two of them was left out. */
  readonly isWhole: boolean;
  readonly revision: Revision;
  /** Where to go on; '' at the end. */
  readonly continue: string;
  readonly remaining?: number;
}
