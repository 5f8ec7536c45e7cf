import type { Duplex, Writable } from '#core/base';
import type { KubeObject } from '#core/machinery/object';

/** Lower-case names; repeated headers joined by `, `. Plain data, so that a head can cross into a worker. */
export type Headers = Readonly<Record<string, string>>;

/** A request as an adapter hands it over: HTTP/1.1 and HTTP/2 look alike from here on. */
export interface Request {
  /** Upper case. */
  readonly method: string;
  /** Path and query as sent: `/api/v1/pods?limit=5`. */
  readonly target: string;
  readonly headers: Headers;
  readonly peer: Peer;
  /** Reads the whole body, `limit` bytes at most (413 beyond). Called once, after the request has been authorized. */
  readonly body: (limit: number) => Promise<Uint8Array>;
  /** Aborts when the client goes away. Made when it is first asked for: most requests end before anybody does. */
  readonly signal: () => AbortSignal;
  /** Takes the connection over for exec, attach, portforward and proxied upgrades; only where the client asked for an upgrade. */
  readonly upgrade?: (headers: Headers) => Duplex;
}

export interface Peer {
  readonly address: string;
  /** DER of the client's verified chain, the leaf first; empty when it showed none. */
  readonly certificates: readonly Uint8Array[];
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

export type AnswerBody =
  /** Whole, in pieces that need not be joined. */
  | readonly Uint8Array[]
  /** Piece by piece: lists in chunks, watches, logs, proxied answers. Called once the head is sent. */
  | ((out: Writable) => void)
  /** The connection was taken over by `Request.upgrade`; nothing is written. */
  | 'upgraded';

/** Who asks. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The same request from inside the process: an object instead of bytes and an identity of its own. It passes authorization,
 * routing, admission and the verb like any other; only authentication, decoding and encoding fall away.
 */
export interface LocalRequest {
  readonly user: User;
  readonly method: string;
  /** Path and query, exactly as over HTTP. */
  readonly target: string;
  /** For writes; a patch is an object (or a list, for JSON patch) with its content type. Frozen from here on. */
  readonly object?: unknown;
  /** Of a patch: `application/merge-patch+json` and its kin. */
  readonly contentType?: string;
  readonly userAgent: string;
  /** Why: kept in the archive. */
  readonly cause?: string;
  readonly signal?: AbortSignal;
}

export interface LocalAnswer {
  readonly status: number;
  /** An object, a list, a Status. Shared with the store: never change it. */
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
export interface WatchEvent<T = KubeObject> {
  readonly type: WatchEventType;
  /** For ERROR a Status. */
  readonly object: T;
}

/** A server as everybody sees it: adapters call `serve`, in-process clients the other two. */
export interface ApiServer {
  /** Never rejects: refusals are answers. */
  serve(request: Request): Promise<Answer>;
  /** Rejects with a StatusError. */
  call(request: LocalRequest): Promise<LocalAnswer>;
  /**
   * A watch from inside. Rejects with a StatusError if refused; then `events` gets batches until `ended` is called once. Closing it
   * is aborting the request's signal.
   */
  watch(request: LocalRequest, sink: WatchSink): Promise<void>;
}

export interface WatchSink {
  events(events: readonly WatchEvent[]): void;
  ended(): void;
}
