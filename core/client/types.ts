import type { KubeList, KubeObject } from '#core/machinery/object';
import type { ResourceToken } from '#core/api/definition';
import type { WatchEvent } from '#core/apiserver';

export type { ResourceToken } from '#core/api/definition';

export interface Named {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
}

export interface WriteOptions {
  /** 'status', 'scale', 'eviction', ...; default the resource itself. */
  readonly subresource?: string;
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  /** Why this is written: into the archive, never into the object. */
  readonly cause?: string;
}

export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export type Patch =
  | { readonly type: 'json'; readonly patch: readonly object[] }
  | { readonly type: 'merge'; readonly patch: object }
  | { readonly type: 'strategic'; readonly patch: object }
  | { readonly type: 'apply'; readonly patch: object; readonly force?: boolean };

/** All calls reject with a StatusError when refused. Objects given and got are shared and never to be changed. */
export interface Client {
  get<T extends KubeObject>(of: ResourceToken<T>, named: Named, signal?: AbortSignal): Promise<T>;
  list<T extends KubeObject>(of: ResourceToken<T>, options?: ListOptions, signal?: AbortSignal): Promise<KubeList<T>>;
  create<T extends KubeObject>(of: ResourceToken<T>, object: T, options?: WriteOptions): Promise<T>;
  update<T extends KubeObject>(of: ResourceToken<T>, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject>(of: ResourceToken<T>, named: Named, patch: Patch, options?: WriteOptions): Promise<T>;
  delete(of: ResourceToken, named: Named, options?: DeleteOptions): Promise<void>;
  deleteCollection(of: ResourceToken, options?: ListOptions & DeleteOptions): Promise<void>;
  /** A subresource with a kind of its own: `subresource(serviceAccounts, 'token', named, tokenRequest)`. */
  createSubresource<A extends KubeObject, B extends KubeObject>(
    of: ResourceToken,
    named: Named,
    subresource: string,
    object: A,
  ): Promise<B>;
  /**
   * Opens a watch; rejects if it is refused. Then batches of events come until `ended`, once. Aborting the signal closes it
   * (without `ended`).
   */
  watch<T extends KubeObject>(of: ResourceToken<T>, options: WatchOptions, sink: WatchSink<T>): Promise<void>;
}

export interface WatchOptions extends ListOptions {
  /** First send all there is, then a bookmark with the annotation `k8s.io/initial-events-end`. */
  readonly sendInitialEvents?: boolean;
  readonly allowWatchBookmarks?: boolean;
  readonly timeoutSeconds?: number;
  readonly signal: AbortSignal;
}

export interface WatchSink<T extends KubeObject> {
  events(events: readonly WatchEvent<T>[]): void;
  ended(error?: unknown): void;
}
