import type { KubeObject } from '#core/machinery/object';

/**
 * A moment in the store's life; strictly increasing, never reused once visible, gaps allowed. A safe integer: at a
 * thousand writes a second 2^53 lasts 285,000 years.
 */
export type Revision = number;

/** `GROUP/RESOURCE/` then `NAMESPACE/NAME` or `NAME`; the part up to the second slash names the resource. Ordered by bytes. */
export type Key = string;

/** One object as it was after one write. Holds its object or its bytes and makes the other on demand. */
export interface Entry {
  readonly key: Key;
  /** The revision that wrote it: what clients see as resourceVersion. */
  readonly revision: Revision;
  /** In the storage version, without a resourceVersion. Never change it. */
  readonly object: KubeObject;
  /** The object's JSON as stored, without resourceVersion. */
  readonly bytes: Uint8Array;
  /** The same in the form that costs least just now; nothing is kept because of it. */
  readonly json: Uint8Array | string;
}

/** Why and by whom a write was made; kept in the archive, never in the object. */
export interface Cause {
  readonly user?: string;
  readonly verb?: string;
  readonly manager?: string;
  readonly reason?: string;
}

/** A write happens only if the key is as the writer last saw it: its entry's revision, or 0 for "there is none". */
export interface Guard {
  readonly key: Key;
  readonly revision: Revision;
}

export interface Write {
  readonly key: Key;
  /** `undefined` deletes. */
  readonly object: KubeObject | undefined;
  /** The entry goes by itself this many milliseconds after the write (Events, leases). */
  readonly expiresAfter?: number;
}

/** All or nothing, one revision. At most one write a resource, so that resuming a watch can never lose a sibling. */
export interface Transaction {
  readonly guards: readonly Guard[];
  readonly writes: readonly Write[];
  readonly cause?: Cause;
}

/** What happened to one key. */
export interface Change {
  readonly revision: Revision;
  readonly key: Key;
  /** After the change; `undefined` when it was deleted. */
  readonly entry: Entry | undefined;
  /** Before it; `undefined` when it was created. */
  readonly previous: Entry | undefined;
}

/** One resource at one revision, ordered by key; cheap to hold, never changes. */
export interface View {
  readonly revision: Revision;
  readonly size: number;
  get(key: Key): Entry | undefined;
  /** In key order, from `from` (inclusive; default the first) up to, not including, `to`. */
  range(from?: Key, to?: Key): Iterable<Entry>;
  /** How many lie in that range. */
  count(from?: Key, to?: Key): number;
}

export interface Watch {
  /** Ends it; no change is delivered afterwards. */
  close(): void;
}

export interface Watcher {
  /** All changes of one durable batch to the resource, in order. Synchronous and quick: whoever is slow buffers within his own bound. */
  changes(changes: readonly Change[]): void;
  /** The store's revision moved without touching this resource; for bookmarks. */
  progress?(revision: Revision): void;
  /** The store closes. */
  closed(): void;
}

/** Thrown by reads at a revision that is no longer (or not yet) held. */
export interface RevisionFailure {
  readonly failure: 'compacted' | 'future';
  readonly oldest: Revision;
  readonly current: Revision;
}

/** Refusals of a transaction, as values. */
export type Outcome =
  | { readonly ok: true; readonly revision: Revision; readonly entries: readonly (Entry | undefined)[] }
  /** Some guard did not hold; `current` is what lies (or is about to lie) under that key. */
  | { readonly ok: false; readonly reason: 'conflict'; readonly key: Key; readonly current: Entry | undefined }
  /** The disk failed or is full: reads only, until reopened (or room is made). */
  | { readonly ok: false; readonly reason: 'unavailable'; readonly message: string };

/**
 * What the API server keeps objects in. Reads are from memory and see only what is durable; writes are acknowledged when
 * they are. `resource` is the key's part up to and including the second slash (`apps/deployments/`).
 */
export interface Store {
  /** The newest durable revision. */
  readonly revision: Revision;
  /** The oldest revision at which views and watches can still be had. */
  readonly oldest: Revision;
  /** The resource as it is now. */
  view(resource: string): View;
  /** The resource as it was. */
  viewAt(resource: string, revision: Revision): View | RevisionFailure;
  get(key: Key): Entry | undefined;
  /** Sees pending (not yet durable) writes, as guards do: the base of a read-modify-write. */
  latest(key: Key): Entry | undefined;
  commit(transaction: Transaction): Promise<Outcome>;
  /**
   * Every change to the resource after `after`, none twice, none missed, in order; those already durable are delivered
   * before this returns.
   */
  watch(resource: string, after: Revision, watcher: Watcher): Watch | RevisionFailure;
  /** Resolves once this store has seen everything that any writer had committed when it was called. */
  sync(): Promise<Revision>;
  /** Forgets views and changes before `before`; the present is never forgotten. */
  compact(before: Revision): Promise<void>;
  close(): Promise<void>;
}
